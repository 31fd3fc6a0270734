// SPDX-License-Identifier: GPL-3.0-or-later
// The what-if pane: what it asks for, and what it shows of the answer.
#include "routers/what_if.h"
#include "session.h"
#include "style/theme.h"
#include "widgets/figure_tile.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <set>

using namespace pm;
using namespace pm::ui;

namespace {

using Done = std::function<void(Result<SimulationReport>)>;

SimulatedRequest moved(const char *id, const char *from, const char *to)
{
    SimulatedRequest request;
    request.id = id;
    request.startedAt = 1'764'268'800'000'000;
    request.model = "m";
    request.before.target = from;
    request.before.costMicroUsd = 2'000'000;
    request.after.target = to;
    request.after.reason = "rule 1: class background";
    return request;
}

} // namespace

class TestWhatIf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_asked.clear();
        m_cancelled.clear();
        m_source.simulate = [this](const SimulationQuery &query, const std::string &text, Done done) {
            m_asked.push_back(query);
            m_text = text;
            m_done = std::move(done);
            return std::uint64_t(m_asked.size());
        };
        m_source.cancelSimulation = [this](std::uint64_t number) { m_cancelled.push_back(number); };
        m_session = std::make_unique<Session>(SessionActions{
            [] { return std::string("routers: {r: {route: openai}}\n"); },
            [](const std::string &draft) { return config::load(draft, {{"openai"}, {"priority"}, {"openai"}}); },
            [](const std::string &) { return Result<void>(); }});
        m_pane = std::make_unique<WhatIf>(m_theme, m_source, *m_session);
        m_pane->setRouter(QStringLiteral("r"));
        m_pane->resize(700, 600);
        m_pane->show();
    }

    void asksForTheDraft()
    {
        run();
        QCOMPARE(m_asked.size(), std::size_t(1));
        QCOMPARE(m_asked[0].router, std::string("r"));
        QCOMPARE(m_asked[0].last, 200);
        QCOMPARE(m_text, m_session->draft());
        QCOMPARE(button()->text(), QStringLiteral("Stop"));
        button()->click();
        QCOMPARE(m_cancelled, std::vector<std::uint64_t>{1});
        QCOMPARE(button()->text(), QStringLiteral("Run"));
    }

    void showsWhatMoves()
    {
        run();
        SimulationReport report;
        report.requests = {moved("01", "a/x", "a/x"), moved("02", "a/x", "b/y"), moved("03", "a/x", "b/y")};
        report.targets = {{"b/y", 0, 2}, {"a/x", 3, 1}};
        report.sums.changed = 2;
        report.sums.priced = 3;
        report.sums.costBefore = 6'000'000;
        report.sums.costAfter = 2'500'000;
        report.skipped = {{"its body was not kept", 4}};
        m_done(report);
        QVERIFY2(texts().contains(QStringLiteral("2 of 3")), qPrintable(texts().join(u'|')));
        QVERIFY(texts().contains(QStringLiteral("$6.00 → $2.50")));
        QVERIFY(texts().contains(QStringLiteral("Left out: 4: its body was not kept")));
        const auto tables = m_pane->findChildren<QTableView *>();
        QCOMPARE(tables.size(), 2);
        QCOMPARE(tables[0]->model()->index(0, SharesModel::Change).data().toString(), QStringLiteral("+2"));
        QCOMPARE(tables[0]->model()->index(1, SharesModel::Change).data().toString(), QStringLiteral("−2"));
        QCOMPARE(tables[1]->model()->rowCount(), 2); // the newest first, only what moves
        QCOMPARE(tables[1]->model()->index(0, ChangedRequestsModel::Before).data().toString(), QStringLiteral("a/x"));
        const QModelIndex after = tables[1]->model()->index(0, ChangedRequestsModel::After);
        QCOMPARE(after.data(ChangedRequestsModel::ProviderRole).toString(), QStringLiteral("b"));
        QCOMPARE(after.data(ChangedRequestsModel::ModelRole).toString(), QStringLiteral("y"));
        QSignalSpy wanted(m_pane.get(), &WhatIf::traceWanted);
        Q_EMIT tables[1]->activated(tables[1]->model()->index(0, 0));
        QCOMPARE(wanted.at(0).at(0).toString(), QStringLiteral("03"));
    }

    /// Where there is no room for all, what matters most is there as a whole.
    void narrowPanesLeaveOut()
    {
        run();
        SimulationReport report;
        report.requests = {moved("01", "a/x", "b/y")};
        m_done(report);
        const auto isAway = [&](int column) { return m_pane->findChildren<QTableView *>()[1]->isColumnHidden(column); };
        const auto rows = [&] {
            std::set<int> tops;
            for (const FigureTile *tile : m_pane->findChildren<FigureTile *>())
                tops.insert(tile->y());
            return tops.size();
        };
        QVERIFY(!isAway(ChangedRequestsModel::Before) && !isAway(ChangedRequestsModel::Why));
        QCOMPARE(rows(), std::size_t(1));
        m_pane->resize(400, 600);
        QTRY_VERIFY(isAway(ChangedRequestsModel::Before) && isAway(ChangedRequestsModel::Why));
        QVERIFY(!isAway(ChangedRequestsModel::After) && !isAway(ChangedRequestsModel::Cost));
        QTRY_COMPARE(rows(), std::size_t(2));
        m_pane->resize(700, 600);
        QTRY_VERIFY(!isAway(ChangedRequestsModel::Why));
        QTRY_COMPARE(rows(), std::size_t(1));
    }

    void saysWhatIsWrong()
    {
        run();
        m_done(fail(ErrorKind::NotFound, "traces are not kept"));
        QVERIFY(texts().contains(QStringLiteral("traces are not kept")));
        run();
        m_done(SimulationReport());
        QVERIFY(texts().contains(QStringLiteral("No stored requests to try")));
        (void)m_session->edit([](std::string_view) -> Result<std::string> { return std::string("routers: {r: {route: nobody}}\n"); });
        QTRY_VERIFY(!m_session->problems().empty());
        const std::size_t before = m_asked.size();
        run();
        QCOMPARE(m_asked.size(), before); // a draft with errors is not run
        QVERIFY(texts().contains(QStringLiteral("The draft has errors")));
    }

    void figuresGetOld()
    {
        run();
        SimulationReport report;
        report.requests = {moved("01", "a/x", "b/y")};
        m_done(report);
        QVERIFY(!texts().contains(QStringLiteral("of an earlier draft")));
        (void)m_session->edit([](std::string_view text) -> Result<std::string> { return std::string(text) + "# more\n"; });
        QVERIFY(texts().contains(QStringLiteral("of an earlier draft")));
    }

private:
    QPushButton *button() const { return m_pane->findChild<QPushButton *>(); }
    void run() { button()->click(); }
    QStringList texts() const
    {
        QStringList all;
        for (const QLabel *label : m_pane->findChildren<QLabel *>()) {
            if (label->isVisible())
                all << label->text();
        }
        return all;
    }

    Theme m_theme;
    Source m_source{};
    std::unique_ptr<Session> m_session;
    std::unique_ptr<WhatIf> m_pane;
    std::vector<SimulationQuery> m_asked;
    std::vector<std::uint64_t> m_cancelled;
    std::string m_text;
    Done m_done;
};

QTEST_MAIN(TestWhatIf)
#include "tst_what_if.moc"
