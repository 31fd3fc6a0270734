// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/simulation_sums.h"

#include "support/qt_text.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

SimulatedRequest moved(const std::string &from, const std::string &to)
{
    SimulatedRequest request;
    request.before.target = from;
    request.after.target = to;
    return request;
}

} // namespace

class TestSimulationSums : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A request that nobody answered has no first try that could have failed.
    void ratesAreOfThoseThatWent()
    {
        SimulationReport report;
        report.requests = {moved("a", "b"), moved("a", "a"), moved("", "b"), moved("a", "b")};
        report.requests[0].before.hasFirstFailed = true;
        for (SimulatedRequest &request : report.requests)
            request.after.errorRate = 0.25;
        report.requests[3].after.errorRate.reset();
        sumUp(report);
        QCOMPARE(report.sums.rated, 2);
        QCOMPARE(report.sums.errorsBefore, decltype(report.sums.errorsBefore)(1));
        QCOMPARE(report.sums.errorsAfter, 0.5);
        QCOMPARE(report.sums.changed, 3);
    }

    void whatMovesMostIsFirst()
    {
        SimulationReport report;
        report.requests = {moved("a", "b"), moved("b", "c"), moved("b", "c"), moved("a", "a"), moved("c", "a")};
        sumUp(report);
        QString moves;
        for (const auto &move : report.moves)
            moves += q(move.from + ">" + move.to + " ") + QString::number(move.count) + q("; ");
        QCOMPARE(moves, q("b>c 2; a>b 1; c>a 1; "));
        QString targets;
        for (const auto &share : report.targets)
            targets += q(share.target + " ") + QString::number(share.before) + q(">") + QString::number(share.after) + q("; ");
        QCOMPARE(targets, q("a 2>2; c 1>2; b 2>1; "));
    }
};

QTEST_APPLESS_MAIN(TestSimulationSums)
#include "tst_simulation_sums.moc"
