// SPDX-License-Identifier: GPL-3.0-or-later
#include "format.h"
#include "spend/budget_text.h"
#include "spend/spend_model.h"
#include "spend/spend_report.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

/// Answers what a test says, by field; keeps what it was asked.
class Reader final : public TraceReader
{
public:
    Result<trace::Page> list(const trace::Filter &, const std::string &, int) override
    {
        return trace::Page();
    }
    Result<trace::Record> get(const std::string &id) override { return fail(ErrorKind::NotFound, id); }
    Result<trace::Totals> totals(std::int64_t) override { return trace::Totals(); }
    Result<std::vector<std::string>> distinct(const std::string &) override
    {
        return std::vector<std::string>();
    }
    Result<std::vector<trace::SpendRow>> spend(const trace::SpendQuery &query) override
    {
        asked.push_back(query);
        if (isBroken)
            return fail(ErrorKind::Storage, "disk on fire");
        return answers[query.by];
    }

    std::map<std::string, std::vector<trace::SpendRow>> answers;
    std::vector<trace::SpendQuery> asked;
    bool isBroken = false;
};

trace::SpendRow row(const std::string &value, std::int64_t requests, std::int64_t cost)
{
    trace::SpendRow row;
    row.value = value;
    row.requests = requests;
    row.costMicroUsd = cost;
    return row;
}

std::vector<SpendColumn> columns(int count)
{
    std::vector<SpendColumn> list;
    for (int i = 0; i < count; ++i)
        list.push_back({i * 100 + 1, i * 100 + 101, QString::number(i), u"column %1"_s.arg(i)});
    return list;
}

QStringList valuesOf(const std::vector<trace::SpendRow> &rows)
{
    QStringList values;
    for (const trace::SpendRow &row : rows)
        values.append(fromUtf8(row.value));
    return values;
}

policy::BudgetState budget(std::int64_t spent, double warnAt = 0.8)
{
    policy::BudgetState state;
    state.name = "work/month";
    state.budget.microUsd = 5'000'000;
    state.budget.warnAt = warnAt;
    state.balance.account = {"router work", "router", "work", config::Budget::Per::Month};
    state.balance.spent = spent;
    return state;
}

} // namespace

class TestSpendReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void columnsOfASpan_data();
    void columnsOfASpan();
    void columnsFollowEachOther();
    void sumsAreOfAllColumns();
    void whatIsToComeIsNotAskedFor();
    void requestsWithoutAValueHaveARow();
    void onlyTheDearestHaveAPartOfTheBars();
    void daysAreStackedByProvider();
    void anErrorIsHandedOn();
    void aModelKeepsItsRowsWhileTheValuesStay();
    void unknownIsADash();
    void budgets_data();
    void budgets();
    void theNeediestComesFirst();
};

void TestSpendReport::columnsOfASpan_data()
{
    QTest::addColumn<int>("span");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("first");
    QTest::newRow("today, by hours") << int(SpendSpan::Today) << 24 << u"00:00"_s;
    QTest::newRow("seven days") << int(SpendSpan::SevenDays) << 7 << u"21 Nov"_s;
    QTest::newRow("the whole month") << int(SpendSpan::ThisMonth) << 30 << u"1 Nov"_s;
    QTest::newRow("thirty days") << int(SpendSpan::ThirtyDays) << 30 << u"29 Oct"_s;
}

void TestSpendReport::columnsOfASpan()
{
    QFETCH(int, span);
    const QDateTime now(QDate(2026, 11, 27), QTime(14, 0));
    const auto list = spendColumns(SpendSpan(span), now);
    QTEST(int(list.size()), "count");
    QTEST(list.front().label, "first");
    const std::int64_t micros = now.toMSecsSinceEpoch() * 1'000;
    QVERIFY(list.front().begin <= micros && micros < list.back().end);
}

void TestSpendReport::columnsFollowEachOther()
{
    for (int span = 0; span < kSpendSpans; ++span) {
        const auto list = spendColumns(SpendSpan(span), QDateTime::currentDateTime());
        for (std::size_t i = 1; i < list.size(); ++i)
            QCOMPARE(list[i].begin, list[i - 1].end);
    }
    QCOMPARE(spendDay(u"2026-11-27"_s).begin, QDate(2026, 11, 27).startOfDay().toMSecsSinceEpoch() * 1'000);
    QCOMPARE(spendDay(u"openai"_s).begin, 0);
}

void TestSpendReport::sumsAreOfAllColumns()
{
    Reader reader;
    reader.answers["model"] = {row("a/big", 2, 50), row("b/small", 7, 30)};
    const auto report = readReport(reader, "model", columns(3), 1'000);
    QVERIFY(report);
    QCOMPARE(report->total.requests, 27);
    QCOMPARE(report->total.costMicroUsd, 240);
    QCOMPARE(valuesOf(report->rows), (QStringList{u"a/big"_s, u"b/small"_s}));
    QCOMPARE(report->rows[0].costMicroUsd, 150);
    QCOMPARE(report->series[1].microUsd, (std::vector<std::int64_t>{30, 30, 30}));
    QCOMPARE(reader.asked.size(), 3u);
    QCOMPARE(reader.asked[1].since, 101);
    QCOMPARE(reader.asked[1].until, 201);
}

void TestSpendReport::whatIsToComeIsNotAskedFor()
{
    Reader reader;
    reader.answers["provider"] = {row("a", 1, 10)};
    const auto report = readReport(reader, "provider", columns(4), 150);
    QCOMPARE(reader.asked.size(), 2u); // the column that has begun, too
    QCOMPARE(report->series[0].microUsd, (std::vector<std::int64_t>{10, 10, 0, 0}));
}

void TestSpendReport::requestsWithoutAValueHaveARow()
{
    Reader reader;
    reader.answers["provider"] = {row("a", 10, 100)};
    reader.answers["client"] = {row("alice", 4, 30)};
    const auto report = readReport(reader, "client", columns(2), 1'000);
    QCOMPARE(valuesOf(report->rows), (QStringList{u"alice"_s, QString()})); // last, although it is dearer
    QCOMPARE(report->rows[1].requests, 12);
    QCOMPARE(report->rows[1].costMicroUsd, 140);
    QCOMPARE(report->total.costMicroUsd, 200);
    QCOMPARE(report->series[1].microUsd, (std::vector<std::int64_t>{70, 70}));
}

void TestSpendReport::onlyTheDearestHaveAPartOfTheBars()
{
    Reader reader;
    for (int i = 0; i < 12; ++i)
        reader.answers["model"].push_back(row("m/" + std::to_string(i), 1, 100 - i));
    const auto report = readReport(reader, "model", columns(1), 1'000);
    QCOMPARE(report->rows.size(), 12u);
    QCOMPARE(report->series.size(), SpendReport::kMostSeries + 1);
    QCOMPARE(report->series.back().value, kOthers);
    QCOMPARE(report->series.back().microUsd[0], 92 + 91 + 90 + 89);
    std::int64_t all = 0;
    for (const SpendReport::Series &series : report->series)
        all += series.microUsd[0];
    QCOMPARE(all, report->total.costMicroUsd);
}

void TestSpendReport::daysAreStackedByProvider()
{
    Reader reader;
    reader.answers["provider"] = {row("a", 1, 10), row("b", 1, 5)};
    reader.answers["day"] = {row("2026-11-26", 2, 15), row("2026-11-27", 2, 15)};
    const auto report = readReport(reader, "day", columns(2), 1'000);
    QCOMPARE(report->stackedBy, std::string("provider"));
    QCOMPARE(valuesOf(report->rows), (QStringList{u"2026-11-27"_s, u"2026-11-26"_s}));
    QCOMPARE(report->series.size(), 2u);
}

void TestSpendReport::anErrorIsHandedOn()
{
    Reader reader;
    reader.isBroken = true;
    const auto report = readReport(reader, "model", columns(2), 1'000);
    QVERIFY(!report);
    QCOMPARE(report.error().message, std::string("disk on fire"));
}

void TestSpendReport::aModelKeepsItsRowsWhileTheValuesStay()
{
    SpendModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    const SpendGrouping &client = spendGroupings()[3];
    QCOMPARE(client.by, std::string("client"));
    model.setRows(client, {row("alice", 4, 1'500'000), row("", 2, 0)}, {{u"alice"_s, Qt::red}});
    model.setRows(client, {row("alice", 5, 1'700'000), row("", 2, 0)}, {{u"alice"_s, Qt::red}});
    QCOMPARE(reset.size(), 1);
    QCOMPARE(model.index(0, SpendModel::Spent).data().toString(), u"$1.70"_s);
    QCOMPARE(model.index(1, SpendModel::Name).data().toString(), u"without a client key"_s);
    QCOMPARE(model.index(0, SpendModel::Name).data(SpendModel::ColourRole).value<QColor>(), QColor(Qt::red));
    model.setRows(spendGroupings()[6], {row("2026-11-27", 1, 1)}, {});
    QCOMPARE(reset.size(), 2);
    QCOMPARE(model.index(0, SpendModel::Name).data().toString(), u"Fri 27 Nov"_s);
    QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"Day"_s);
}

void TestSpendReport::unknownIsADash()
{
    SpendModel model;
    trace::SpendRow unknown = row("groq", 3, 0);
    unknown.unpriced = 3;
    model.setRows(spendGroupings()[0], {row("cheap", 1, 1'234), row("ollama", 5, 0), unknown}, {});
    QCOMPARE(model.index(0, SpendModel::Spent).data().toString(), u"$0.0012"_s);
    QCOMPARE(model.index(1, SpendModel::Spent).data().toString(), u"$0.00"_s); // known to cost nothing
    QCOMPARE(model.index(2, SpendModel::Spent).data().toString(), u"–"_s);
    QCOMPARE(model.index(2, SpendModel::Unpriced).data().toString(), u"3"_s);
}

void TestSpendReport::budgets_data()
{
    QTest::addColumn<qint64>("spent");
    QTest::addColumn<QString>("share");
    QTest::addColumn<QString>("word");
    QTest::newRow("nothing is spent") << qint64(0) << u"0 %"_s << u"within"_s;
    QTest::newRow("just before the warning") << qint64(3'999'999) << u"79 %"_s << u"within"_s;
    QTest::newRow("at the warning") << qint64(4'000'000) << u"80 %"_s << u"nearly spent"_s;
    QTest::newRow("a cent before its end") << qint64(4'999'000) << u"99 %"_s << u"nearly spent"_s;
    QTest::newRow("at its end") << qint64(5'000'000) << u"100 %"_s << u"spent: requests are refused"_s;
    QTest::newRow("beyond") << qint64(6'000'000) << u"120 %"_s << u"spent: requests are refused"_s;
}

void TestSpendReport::budgets()
{
    QFETCH(qint64, spent);
    policy::BudgetState state = budget(spent);
    QTEST(budgetShare(state), "share");
    QTEST(budgetWord(state), "word");
    QVERIFY(budgetSpoken(state).contains(budgetWord(state)));
    QCOMPARE(budgetWhose(state), QString()); // of the router, which its name says
    state.balance.account = {"router work", "user", "bob", config::Budget::Per::Month};
    state.budget.by = "user";
    QCOMPARE(budgetWhose(state), u"user bob"_s);
    state.budget.per = config::Budget::Per::Total;
    QCOMPARE(budgetSpan(state), u"in total, never anew"_s);
}

void TestSpendReport::theNeediestComesFirst()
{
    std::vector<policy::BudgetState> states{budget(1), budget(5'000'000), budget(4'600'000),
                                            budget(4'700'000, 0.99)};
    sortByNeed(states);
    std::vector<std::int64_t> order;
    for (const policy::BudgetState &state : states)
        order.push_back(state.balance.spent);
    QCOMPARE(order, (std::vector<std::int64_t>{5'000'000, 4'600'000, 4'700'000, 1}));
}

QTEST_MAIN(TestSpendReport)
#include "tst_spend_report.moc"
