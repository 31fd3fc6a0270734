// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/clients_page.h"
#include "clients/new_key_form.h"
#include "clients/secret_view.h"
#include "fixture_window.h"
#include "sample_money.h"
#include "seen.h"
#include "widgets/entry_list.h"
#include "widgets/problem_note.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::button;
using sample::shows;

namespace {

constexpr char kMade[] = "pm-Zz90aQ4dPl7mXc2vR8sT1yKw5nHj3bGf"; ///< as sample::addMoney makes it

/// A window with the page of clients open.
struct Fixture : sample::WindowFixture
{
    explicit Fixture(int records = 5, Source given = {})
        : WindowFixture(records, std::move(given))
        , page(new ClientsPage(window->context()))
        , form(page->findChild<NewKeyForm *>())
    {
        window->addPage(page);
        window->open({u"clients"_s, {}, {}, {}});
        window->show();
    }
    bool isShownAnywhere(const QString &text) const
    {
        for (const QLineEdit *edit : page->findChildren<QLineEdit *>()) {
            if (edit->text().contains(text))
                return true;
        }
        return shows(*page, text);
    }
    void press(const QString &text) const
    {
        QPushButton *found = button(*page, text);
        QVERIFY2(found, qPrintable(text));
        found->click();
    }

    ClientsPage *page;
    NewKeyForm *form;
};

} // namespace

class TestClientsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysAreListedWithTheirState();
    void oneIsShownWhole();
    void aConfiguredOneIsChangedElsewhere();
    void theSecretIsShownOnce();
    void theSecretStaysUntilItIsKept();
    void problemsStandAtTheirFields();
    void aRefusalStandsAtItsField();
    void aDiskThatIsFullIsTold();
    void revokedAfterAQuestion();
    void keptAfterAQuestion();
    void theFirstKey();
};

void TestClientsPage::keysAreListedWithTheirState()
{
    Fixture f;
    auto *list = f.page->findChild<EntryList *>();
    QCOMPARE(list->count(), 6);
    QCOMPARE(list->current(), u"made/alice"_s);
    const QString last = list->item(5)->data(Qt::AccessibleTextRole).toString();
    QVERIFY2(last.startsWith(u"old-laptop, revoked"_s), qPrintable(last));
    QVERIFY(list->item(0)->data(Qt::AccessibleTextRole).toString().contains(u"$8.13 of $20.00"_s));
}

void TestClientsPage::oneIsShownWhole()
{
    Fixture f;
    for (const QString &text :
         {u"pm-Ab3d…"_s, u"production, dev"_s, u"openai/gpt-5*, anthropic/claude-sonnet-5"_s,
          u"100 requests a minute, 200,000 tokens an hour"_s, u"team=ml, user=alice"_s, u"in 49 days"_s,
          u"3 min ago"_s, u"alice/month"_s, u"$8.13 of $20.00"_s, u"active"_s})
        QVERIFY2(shows(*f.page, text), qPrintable(text));
    f.window->open({u"clients"_s, {}, {}, u"contractor"_s});
    QVERIFY(shows(*f.page, u"expired"_s));
    QVERIFY(shows(*f.page, u"None of its own"_s));
}

void TestClientsPage::aConfiguredOneIsChangedElsewhere()
{
    Fixture f;
    f.window->open({u"clients"_s, {}, {}, u"bob"_s});
    QVERIFY(shows(*f.page, u"env:BOB_KEY"_s));
    QVERIFY(shows(*f.page, u"under server.client-keys"_s));
    QVERIFY(!button(*f.page, u"Revoke"_s));
    QVERIFY(button(*f.page, u"Open the configuration"_s));
}

void TestClientsPage::theSecretIsShownOnce()
{
    Fixture f;
    f.press(u"New key"_s);
    f.form->field(KeyField::Name)->setText(u"laptop"_s);
    QTest::keyClick(f.form->field(KeyField::Name), Qt::Key_Return);
    QVERIFY(f.isShownAnywhere(QLatin1String(kMade)));
    QVERIFY(shows(*f.page, u"the only time that it is shown"_s));
    f.press(u"Copy"_s);
    QCOMPARE(QGuiApplication::clipboard()->text(), QLatin1String(kMade));
    f.press(u"I have kept it"_s);
    QVERIFY(!f.isShownAnywhere(QLatin1String(kMade)));
    QCOMPARE(f.page->findChild<EntryList *>()->current(), u"made/laptop"_s);
    QVERIFY(shows(*f.page, u"pm-Zz90…"_s));
}

void TestClientsPage::theSecretStaysUntilItIsKept()
{
    Fixture f;
    f.page->startNew();
    f.form->field(KeyField::Name)->setText(u"laptop"_s);
    f.press(u"Make key"_s);
    f.window->open({u"clients"_s, {}, {}, u"alice"_s});
    f.page->startNew();
    f.window->open({u"traces"_s, {}, {}, {}});
    f.window->open({u"clients"_s, {}, {}, {}});
    QVERIFY(f.page->findChild<SecretView *>()->isVisible());
    QVERIFY(f.isShownAnywhere(QLatin1String(kMade)));
}

void TestClientsPage::problemsStandAtTheirFields()
{
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
    f.page->startNew();
    QLineEdit *budget = f.form->field(KeyField::Budget);
    budget->setFocus();
    QTest::keyClicks(budget, u"twenty"_s);
    QVERIFY(!shows(*f.form, u"a budget is dollars"_s)); // not while it is typed for the first time
    QTest::keyClick(budget, Qt::Key_Tab);
    QVERIFY(shows(*f.form, u"a budget is dollars"_s));
    QCOMPARE(budget->property("state").toString(), u"bad"_s);
    QVERIFY(budget->accessibleDescription().startsWith(u"Wrong: "_s));
    f.press(u"Make key"_s);
    QVERIFY(shows(*f.form, u"A key needs a name"_s));
    QVERIFY(f.window->focusWidget() == f.form->field(KeyField::Name));
    budget->selectAll();
    QTest::keyClicks(budget, u"20/month"_s);
    QVERIFY(!shows(*f.form, u"a budget is dollars"_s)); // as soon as it is mended
    QCOMPARE(budget->property("state").toString(), QString());
}

void TestClientsPage::aRefusalStandsAtItsField()
{
    auto store = std::make_shared<sample::Store>();
    Source source = sample::makeSource(store, std::make_shared<std::vector<trace::Head>>());
    source.createClientKey = [](const policy::ClientKey &) -> Result<Secret> {
        return fail(ErrorKind::NotFound, "there is no router \"dev\"");
    };
    Fixture f(0, source);
    f.page->startNew();
    f.form->field(KeyField::Name)->setText(u"alice"_s);
    f.form->field(KeyField::Routers)->setText(u"dev"_s);
    f.press(u"Make key"_s);
    QCOMPARE(f.form->field(KeyField::Routers)->property("state").toString(), u"bad"_s);
    QVERIFY(shows(*f.form, u"there is no router \"dev\""_s));
}

void TestClientsPage::aDiskThatIsFullIsTold()
{
    auto store = std::make_shared<sample::Store>();
    Source source = sample::makeSource(store, std::make_shared<std::vector<trace::Head>>());
    source.createClientKey = [](const policy::ClientKey &) -> Result<Secret> {
        return fail(ErrorKind::Storage, "client-keys.json: no space left on device");
    };
    Fixture f(0, source);
    f.page->startNew();
    f.form->field(KeyField::Name)->setText(u"alice"_s);
    f.press(u"Make key"_s);
    QVERIFY(shows(*f.form, u"Not made: client-keys.json: no space left on device"_s));
}

void TestClientsPage::revokedAfterAQuestion()
{
    Fixture f;
    f.press(u"Revoke"_s);
    QVERIFY(shows(*f.page, u"This cannot be undone"_s));
    QVERIFY(f.window->focusWidget() == button(*f.page, u"Keep it"_s)); // Enter alone revokes nothing
    f.press(u"Revoke alice"_s);
    QVERIFY(shows(*f.page, u"revoked, "_s));
    QVERIFY(shows(*f.page, u"Requests with it are refused."_s));
    QVERIFY(!button(*f.page, u"Revoke"_s));
}

void TestClientsPage::keptAfterAQuestion()
{
    Fixture f;
    f.press(u"Revoke"_s);
    f.press(u"Keep it"_s);
    QVERIFY(!shows(*f.page, u"This cannot be undone"_s));
    QVERIFY(button(*f.page, u"Revoke"_s));
    f.press(u"Revoke"_s);
    f.window->open({u"clients"_s, {}, {}, u"ci"_s}); // the question was about another one
    QVERIFY(!button(*f.page, u"Keep it"_s));
}

void TestClientsPage::theFirstKey()
{
    Fixture f(0);
    QVERIFY(shows(*f.page, u"No client keys"_s));
    f.press(u"Make the first key"_s);
    QVERIFY(f.form->isVisible());
    QVERIFY(f.window->focusWidget() == f.form->field(KeyField::Name));
    f.press(u"Cancel"_s);
    QVERIFY(shows(*f.page, u"No client keys"_s));
}

QTEST_MAIN(TestClientsPage)
#include "tst_clients_page.moc"
