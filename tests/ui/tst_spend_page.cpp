// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/spend_bars.h"
#include "fixture_window.h"
#include "sample_money.h"
#include "seen.h"
#include "spend/budget_list.h"
#include "spend/first_budget.h"
#include "spend/spend_model.h"
#include "spend/spend_page.h"
#include "spend/spend_table.h"
#include "widgets/empty_state.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::button;
using sample::shows;

namespace {

/// A window with the page of spending open.
struct Fixture : sample::WindowFixture
{
    explicit Fixture(int records = 60, Source given = {})
        : WindowFixture(records, std::move(given))
        , page(new SpendPage(window->context()))
    {
        window->addPage(page);
        window->open({u"spend"_s, {}, {}, {}});
        window->show();
    }
    QStringList names() const
    {
        QStringList list;
        for (int row = 0; row < page->model().rowCount(); ++row)
            list.append(page->model().index(row, SpendModel::Name).data(Qt::DisplayRole).toString());
        return list;
    }

    SpendPage *page;
};

} // namespace

class TestSpendPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresOfASpan();
    void eachGrouping_data();
    void eachGrouping();
    void theChoiceIsRemembered();
    void aRowLeadsToItsTraces();
    void nothingWasAsked();
    void anErrorMayBeTriedAgain();
    void budgetsStandBeside();
    void theFirstBudgetIsCopied();
    void barsSayWhatTheyAreOf();
    void barsOfNothing();
};

void TestSpendPage::figuresOfASpan()
{
    Fixture f;
    f.page->setSpan(SpendSpan::ThirtyDays);
    QTRY_VERIFY(f.names().contains(u"anthropic"_s));
    QVERIFY(shows(*f.page, u"Saved by the cache"_s));
    QVERIFY(shows(*f.page, u"of what it would cost"_s));
    QVERIFY(shows(*f.page, u"answers that count as nothing"_s));
    QVERIFY(shows(*f.page, u"Each day, by provider"_s));
}

void TestSpendPage::eachGrouping_data()
{
    QTest::addColumn<QString>("by");
    QTest::addColumn<QString>("name");
    QTest::newRow("provider") << u"provider"_s << u"gemini"_s;
    QTest::newRow("model") << u"model"_s << u"gemini/gemini-2.5-pro"_s;
    QTest::newRow("router") << u"router"_s << u"production"_s;
    QTest::newRow("router, those without") << u"router"_s << u"without a router"_s;
    QTest::newRow("client key") << u"client"_s << u"alice"_s;
    QTest::newRow("client key, those without") << u"client"_s << u"without a client key"_s;
    QTest::newRow("app") << u"app"_s << u"claude-code"_s;
}

void TestSpendPage::eachGrouping()
{
    QFETCH(QString, by);
    QFETCH(QString, name);
    Fixture f;
    f.page->setSpan(SpendSpan::ThirtyDays);
    f.page->setGrouping(by.toStdString());
    QTRY_VERIFY2(f.names().contains(name), qPrintable(f.names().join(u", "_s)));
}

void TestSpendPage::theChoiceIsRemembered()
{
    Fixture f;
    f.page->setSpan(SpendSpan::ThisMonth);
    f.page->setGrouping("day");
    SpendPage again(f.window->context());
    again.resize(900, 600);
    again.show();
    again.activate();
    QTRY_VERIFY(shows(again, u"Each day, by provider"_s));
    QCOMPARE(again.model().headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"Day"_s);
}

void TestSpendPage::aRowLeadsToItsTraces()
{
    Fixture f;
    f.page->setSpan(SpendSpan::ThirtyDays);
    f.page->setGrouping("model");
    QTRY_VERIFY(f.names().contains(u"openai/gpt-5"_s));
    QSignalSpy wanted(f.page, &Page::wanted);
    auto *table = f.page->findChild<SpendTable *>();
    table->setCurrentIndex(f.page->model().index(int(f.names().indexOf(u"openai/gpt-5"_s)), 0));
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    const auto destination = wanted[0][0].value<Destination>();
    QCOMPARE(destination.page, u"traces"_s);
    QCOMPARE(destination.filter.provider, std::string("openai"));
    QCOMPARE(destination.filter.model, std::string("gpt-5"));
    QCOMPARE(f.window->currentPage(), f.traces);
}

void TestSpendPage::nothingWasAsked()
{
    Fixture f(0);
    QTRY_VERIFY(shows(*f.page, u"Nothing was asked in this time"_s));
    QVERIFY(shows(*f.page, u"http://127.0.0.1:8080"_s));
    button(*f.page, u"Show 30 days"_s)->click();
    QTRY_VERIFY(shows(*f.page, u"Nothing was asked in 30 days"_s));
}

void TestSpendPage::anErrorMayBeTriedAgain()
{
    auto isBroken = std::make_shared<std::atomic<bool>>(true);
    auto store = std::make_shared<sample::Store>();
    sample::fill(*store, 5, 5, nowMicros());
    Source source = sample::makeSource(store, std::make_shared<std::vector<trace::Head>>());
    source.openTraces = [isBroken, open = source.openTraces]() -> Result<std::unique_ptr<TraceReader>> {
        if (*isBroken)
            return fail(ErrorKind::Storage, "traces.db: permission denied");
        return open();
    };
    Fixture f(0, source);
    QTRY_VERIFY(shows(*f.page, u"What was spent cannot be read"_s));
    QVERIFY(shows(*f.page, u"traces.db: permission denied"_s));
    *isBroken = false;
    button(*f.page, u"Try again"_s)->click();
    f.page->setSpan(SpendSpan::ThirtyDays);
    QTRY_VERIFY(f.names().contains(u"anthropic"_s));
}

void TestSpendPage::budgetsStandBeside()
{
    Fixture f;
    QVERIFY(shows(*f.page, u"production/month"_s));
    QVERIFY(shows(*f.page, u"$41.20 of $40.00"_s));
    QVERIFY(shows(*f.page, u"103 % · spent: only the cheapest target is asked"_s));
    QVERIFY(shows(*f.page, u"nearly spent"_s));
    QVERIFY(shows(*f.page, u"user bob"_s));
    const auto rows = f.page->findChildren<BudgetRow *>();
    QCOMPARE(rows.size(), 6);
    for (const BudgetRow *row : rows)
        QVERIFY(row->accessibleName().startsWith(u"Budget "_s));
}

void TestSpendPage::theFirstBudgetIsCopied()
{
    Fixture f(0);
    QVERIFY(shows(*f.page, u"None is set"_s));
    button(*f.page, u"Copy the lines"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), FirstBudget::lines());
    QVERIFY(!button(*f.page, u"Open the configuration"_s)); // there is no page for it in this window
    const std::string routers = "routers: {work: {route: openai/gpt-5}}\n";
    const auto loaded = config::load(FirstBudget::lines().toStdString() + routers, {});
    for (const config::Problem &problem : loaded.problems)
        QVERIFY2(!fromUtf8(problem.path).startsWith(u"budgets"_s), problem.message.c_str());
    QCOMPARE(loaded.config.globalPolicies.budgets.size(), 1u);
    QCOMPARE(loaded.config.globalPolicies.budgets[0].microUsd, 20'000'000);
}

void TestSpendPage::barsSayWhatTheyAreOf()
{
    Theme theme;
    SpendBars bars(theme);
    bars.resize(500, 200);
    bars.show();
    bars.setBars({{u"26 Nov"_s, u"Thu 26 Nov"_s}, {u"27 Nov"_s, u"Fri 27 Nov"_s}},
                 {{u"openai"_s, Qt::green, {0, 300'000}}, {u"anthropic"_s, Qt::red, {2'500'000, 1'200'000}}});
    QCOMPARE(bars.columnText(0), u"Thu 26 Nov: $2.50\n$2.50  anthropic"_s);
    QCOMPARE(bars.columnText(1), u"Fri 27 Nov: $1.50\n$0.3000  openai\n$1.20  anthropic"_s);
    QCOMPARE(bars.columnText(2), QString());
    QCOMPARE(bars.columnText(-1), QString());
    QVERIFY(QTest::qWaitForWindowExposed(&bars));
    bars.grab();
    QCOMPARE(bars.columnAt(QPoint(50, 100)), 0);
    QCOMPARE(bars.columnAt(QPoint(400, 100)), 1);
    QCOMPARE(bars.columnAt(QPoint(495, 100)), -1); // on the amounts
}

void TestSpendPage::barsOfNothing()
{
    Theme theme;
    SpendBars bars(theme);
    bars.resize(300, 150);
    bars.show();
    bars.setBars({}, {});
    bars.grab();
    bars.setBars({{u"1"_s, u"one"_s}}, {{u"ollama"_s, Qt::green, {0}}});
    bars.grab();
    QCOMPARE(bars.columnText(0), u"one: $0.00"_s);
}

QTEST_MAIN(TestSpendPage)
#include "tst_spend_page.moc"
