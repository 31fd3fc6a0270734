// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/providers_page.h"

#include "main_window.h"
#include "providers/models_model.h"
#include "sample_source.h"
#include "widgets/entry_list.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;

namespace {

ProviderStatus provider(const std::string &name, ProviderStatus::Key key)
{
    ProviderStatus status;
    status.name = name;
    status.title = name;
    status.baseUrl = "https://" + name + ".example/v1";
    status.dialect = "openai";
    status.keyPage = "https://" + name + ".example/keys";
    status.key = key;
    status.models = 2;
    return status;
}

/// The page over key actions that wait for the test's answer.
struct Fixture
{
    Fixture()
        : state(folder.filePath(u"window.ini"_s))
        , window(makeSource(), theme, state)
        , page(new ProvidersPage(window.context(), makeActions()))
    {
        window.addPage(page);
        window.show();
    }

    Source makeSource()
    {
        Source source = sample::makeSource(std::make_shared<sample::Store>(),
                                           std::make_shared<std::vector<trace::Head>>());
        source.providers = [this] { return providers; };
        return source;
    }
    ProviderActions makeActions()
    {
        ProviderActions actions;
        actions.setKey = [this](const std::string &name, const Secret &key,
                                std::function<void(Result<void>)> done) {
            calls.push_back("set " + name + " " + std::string(key.reveal()));
            answer = std::move(done);
        };
        actions.deleteKey = [this](const std::string &name, std::function<void(Result<void>)> done) {
            calls.push_back("delete " + name);
            answer = std::move(done);
        };
        actions.testKey = [this](const std::string &name, std::function<void(Result<std::string>)> done) {
            calls.push_back("test " + name);
            tested = std::move(done);
        };
        actions.models = [](const std::string &name) {
            ModelInfo priced{.provider = name,
                             .id = name + "-large",
                             .context = 128'000,
                             .inputPrice = 2.5,
                             .outputPrice = 0.075,
                             .tools = true};
            ModelInfo unknown{.provider = name, .id = name + "-small"};
            return std::vector<ModelInfo>{priced, unknown};
        };
        return actions;
    }
    QPushButton *button(const QString &start)
    {
        for (QPushButton *each : page->findChildren<QPushButton *>()) {
            if (each->text().startsWith(start) && each->isVisible())
                return each;
        }
        return nullptr;
    }
    QLineEdit *field(const QString &name)
    {
        for (QLineEdit *each : page->findChildren<QLineEdit *>()) {
            if (each->accessibleName() == name)
                return each;
        }
        return nullptr;
    }
    bool says(const QString &text)
    {
        for (const QLabel *label : page->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        return false;
    }

    std::vector<ProviderStatus> providers{provider("groq", ProviderStatus::Key::Missing),
                                          provider("openai", ProviderStatus::Key::Present)};
    std::vector<std::string> calls;
    std::function<void(Result<void>)> answer;
    std::function<void(Result<std::string>)> tested;
    QTemporaryDir folder;
    Theme theme;
    WindowState state;
    MainWindow window;
    ProvidersPage *page;
};

} // namespace

class TestProvidersPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDemoHasNoControlsForAKey();
    void thoseInUseComeFirst();
    void setsAKeyAndForgetsIt();
    void pastedKeyIsNotShown();
    void anotherProviderEmptiesTheField();
    void saysWhyTheKeyringRefused_data();
    void saysWhyTheKeyringRefused();
    void waitsForTheKeyringDialog();
    void deleteAsksFirst();
    void testShowsWhatWasFound();
    void stateOfTheKeyIsTold_data();
    void stateOfTheKeyIsTold();
    void unknownFiguresAreADash();
    void filtersModels();
    void keysGoFromTheSearchToTheList_data();
    void keysGoFromTheSearchToTheList();
};

void TestProvidersPage::thoseInUseComeFirst()
{
    Fixture f;
    auto *list = f.page->findChild<EntryList *>();
    QCOMPARE(list->item(0)->text(), u"openai"_s);
    QCOMPARE(f.page->currentProvider(), u"openai"_s);
    list->setCurrentRow(1);
    QCOMPARE(f.page->currentProvider(), u"groq"_s);
}

void TestProvidersPage::setsAKeyAndForgetsIt()
{
    Fixture f;
    f.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.page->open({{}, {}, {}, u"groq"_s});
    QLineEdit *field = f.field(u"New key"_s);
    field->setFocus();
    QVERIFY(!f.button(u"Set"_s)->isEnabled());
    QTest::keyClicks(field, u" gsk-123 "_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.calls, std::vector<std::string>{"set groq gsk-123"});
    QCOMPARE(field->text(), QString());
    QVERIFY(!field->isUndoAvailable());
    QVERIFY(!field->isEnabled());
    f.answer({});
    QVERIFY(f.says(u"Key stored"_s));
    QVERIFY(field->isEnabled());
    QCOMPARE(f.window.focusWidget(), field);
}

void TestProvidersPage::pastedKeyIsNotShown()
{
    Fixture f;
    QLineEdit *field = f.field(u"New key"_s);
    QGuiApplication::clipboard()->setText(u"sk-secret"_s);
    field->paste();
    QCOMPARE(field->echoMode(), QLineEdit::Password);
    QVERIFY(!field->displayText().contains(u"secret"_s));
    f.button(u"Replace"_s)->click();
    QCOMPARE(f.calls, std::vector<std::string>{"set openai sk-secret"});
    QCOMPARE(field->text(), QString());
}

void TestProvidersPage::anotherProviderEmptiesTheField()
{
    Fixture f;
    QTest::keyClicks(f.field(u"New key"_s), u"sk-for-openai"_s);
    f.page->open({{}, {}, {}, u"groq"_s});
    QCOMPARE(f.field(u"New key"_s)->text(), QString());
}

void TestProvidersPage::saysWhyTheKeyringRefused_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("remedy");
    QTest::newRow("locked") << int(ErrorKind::KeyringLocked) << u"Unlock the login keyring"_s;
    QTest::newRow("no usable keyring") << int(ErrorKind::KeyringMissing) << u"install gnome-keyring"_s;
}

void TestProvidersPage::saysWhyTheKeyringRefused()
{
    QFETCH(int, kind);
    QFETCH(QString, remedy);
    Fixture f;
    QTest::keyClicks(f.field(u"New key"_s), u"sk-1"_s);
    f.button(u"Replace"_s)->click();
    f.answer(fail(ErrorKind(kind), "the keyring said no"));
    QVERIFY(f.says(u"the keyring said no"_s));
    QVERIFY(f.says(remedy));
}

void TestProvidersPage::waitsForTheKeyringDialog()
{
    Fixture f;
    QTest::keyClicks(f.field(u"New key"_s), u"sk-1"_s);
    f.button(u"Replace"_s)->click();
    QVERIFY(!f.says(u"Waiting for the keyring"_s));
    QTRY_VERIFY(f.says(u"Waiting for the keyring"_s));
    f.answer({});
    QVERIFY(!f.says(u"Waiting for the keyring"_s));
}

void TestProvidersPage::deleteAsksFirst()
{
    Fixture f;
    f.providers[1].keySource = "keychain";
    Q_EMIT f.window.source().changes->providers();
    f.button(u"Delete key"_s)->click();
    QVERIFY(f.calls.empty());
    f.button(u"Keep it"_s)->click();
    QVERIFY(f.calls.empty());
    f.button(u"Delete key"_s)->click();
    f.button(u"Delete the key of openai"_s)->click();
    QCOMPARE(f.calls, std::vector<std::string>{"delete openai"});
    f.answer({});
    QVERIFY(f.says(u"Key deleted"_s));
}

void TestProvidersPage::testShowsWhatWasFound()
{
    Fixture f;
    f.button(u"Test"_s)->click();
    QCOMPARE(f.calls, std::vector<std::string>{"test openai"});
    QVERIFY(!f.button(u"Test"_s)->isEnabled());
    f.tested(std::string("41 models, 240 ms"));
    QVERIFY(f.says(u"41 models, 240 ms"_s));
    f.button(u"Test"_s)->click();
    f.page->open({{}, {}, {}, u"groq"_s});
    f.tested(fail(ErrorKind::UpstreamAuth, "openai answered 401"));
    QVERIFY(!f.says(u"openai answered 401"_s)); // it is about the other one
    f.page->open({{}, {}, {}, u"openai"_s});
    QVERIFY(f.says(u"openai answered 401"_s));
    QVERIFY(f.says(u"refused this key"_s));
}

void TestProvidersPage::stateOfTheKeyIsTold_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("text");
    QTest::newRow("set") << int(ProviderStatus::Key::Present) << u"set · keychain ••••c9f2"_s;
    QTest::newRow("missing") << int(ProviderStatus::Key::Missing) << u"no key"_s;
    QTest::newRow("locked") << int(ProviderStatus::Key::Locked) << u"keyring locked"_s;
    QTest::newRow("error") << int(ProviderStatus::Key::Error) << u"file /k cannot be read"_s;
    QTest::newRow("not needed") << int(ProviderStatus::Key::NotNeeded) << u"needs no key"_s;
}

void TestProvidersPage::stateOfTheKeyIsTold()
{
    QFETCH(int, key);
    QFETCH(QString, text);
    Fixture f;
    ProviderStatus &openai = f.providers[1];
    openai.key = ProviderStatus::Key(key);
    openai.keySource = "keychain";
    openai.keyMasked = "••••c9f2";
    openai.keyProblem = "file /k cannot be read";
    Q_EMIT f.window.source().changes->providers();
    f.page->open({{}, {}, {}, u"openai"_s});
    QVERIFY(f.says(text));
}

void TestProvidersPage::unknownFiguresAreADash()
{
    ModelsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setModels({{.id = "free", .context = 0, .inputPrice = 0.0},
                     {.id = "priced", .context = 128'000, .outputPrice = 0.075}});
    QCOMPARE(model.index(0, ModelsModel::Context).data().toString(), u"–"_s);
    QCOMPARE(model.index(0, ModelsModel::Input).data().toString(), u"$0.00"_s);
    QCOMPARE(model.index(0, ModelsModel::Output).data().toString(), u"–"_s);
    QCOMPARE(model.index(1, ModelsModel::Output).data().toString(), u"$0.075"_s);
    QCOMPARE(model.index(1, ModelsModel::Context).data().toString(), u"128,000"_s);
}

void TestProvidersPage::filtersModels()
{
    Fixture f;
    auto *table = f.page->findChild<QTableView *>();
    QCOMPARE(table->model()->rowCount(), 2);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"openai-small"_s); // the newest first
    f.field(u"Filter models"_s)->setText(u"LARGE"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    QVERIFY(f.says(u"1 of 2"_s));
}

void TestProvidersPage::keysGoFromTheSearchToTheList_data()
{
    QTest::addColumn<int>("key");
    QTest::newRow("Down") << int(Qt::Key_Down);
    QTest::newRow("Enter") << int(Qt::Key_Return);
    QTest::newRow("Tab, then Down") << int(Qt::Key_Tab);
}

void TestProvidersPage::keysGoFromTheSearchToTheList()
{
    QFETCH(int, key);
    Fixture f;
    f.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    QLineEdit *search = f.field(u"Find a provider"_s);
    search->setFocus();
    QTest::keyClicks(search, u"groq"_s);
    QTest::keyClick(search, Qt::Key(key));
    auto *list = f.page->findChild<EntryList *>();
    QCOMPARE(f.window.focusWidget(), list);
    if (key == Qt::Key_Tab)
        QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(f.page->currentProvider(), u"groq"_s);
}

void TestProvidersPage::theDemoHasNoControlsForAKey()
{
    Fixture fixture;
    ProviderStatus demo = provider("demo", ProviderStatus::Key::NotNeeded);
    demo.isDemo = true;
    demo.baseUrl = "demo:";
    demo.keyPage.clear();
    fixture.providers = {demo};
    fixture.page->activate();
    fixture.page->open({u"providers"_s, {}, {}, u"demo"_s});
    for (const QString &name : {u"Test"_s, u"Delete key"_s, u"Set"_s})
        QVERIFY2(!fixture.button(name), qPrintable(name));
    QStringList words;
    for (const QLabel *label : fixture.page->findChildren<QLabel *>()) {
        if (label->isVisible())
            words.append(label->text());
    }
    QVERIFY(words.join(u'\n').contains(u"needs no key"_s));
    QVERIFY(!words.join(u'\n').contains(u"demo:"_s));
}

QTEST_MAIN(TestProvidersPage)
#include "tst_providers_page.moc"
