// SPDX-License-Identifier: GPL-3.0-or-later
#include "format.h"
#include "sample_source.h"
#include "traces/outcome.h"
#include "traces/trace_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

constexpr std::int64_t kNow = 1'760'000'000'000'000;

trace::Head headAt(int number, trace::State state = trace::State::Done)
{
    trace::Head head;
    head.id = QStringLiteral("%1").arg(number, 8, 10, QLatin1Char('0')).toStdString();
    head.startedAt = kNow - 60'000'000 + number;
    head.state = state;
    head.status = state == trace::State::Running ? 0 : 200;
    head.provider = "anthropic";
    head.model = "claude-sonnet-5";
    return head;
}

std::vector<trace::Head> heads(int from, int to, trace::State state = trace::State::Done)
{
    std::vector<trace::Head> list;
    for (int i = from; i < to; ++i)
        list.push_back(headAt(i, state));
    return list;
}

QStringList ids(const TraceModel &model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list.append(QString::number(model.index(row, 0).data(TraceModel::IdRole).toInt()));
    return list;
}

} // namespace

class TestTraceModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void liveHeadsAreInsertedAsOneBlock_data();
    void liveHeadsAreInsertedAsOneBlock();
    void anUpdateOfManyRowsIsToldInRanges();
    void theOldestAreDroppedInBlocks_data();
    void theOldestAreDroppedInBlocks();
    void aBatchLargerThanTheRingKeepsItsNewest();
    void olderPagesGoBehindAndSkipWhatIsKnown();
    void theFilterHoldsBackNewHeadsButKeepsKnownRows();
    void aRunningRowCountsOnAndEnds();
    void unknownIsADash_data();
    void unknownIsADash();
    void answersFromTheCacheAreMarked();
    void aBusyHourUnderTheModelTester();
};

void TestTraceModel::liveHeadsAreInsertedAsOneBlock_data()
{
    QTest::addColumn<bool>("onTop");
    QTest::addColumn<int>("first");
    QTest::addColumn<QStringList>("order");
    QTest::newRow("newest on top") << true << 0 << QStringList{u"4"_s, u"3"_s, u"2"_s, u"1"_s};
    QTest::newRow("newest at the bottom") << false << 2 << QStringList{u"1"_s, u"2"_s, u"3"_s, u"4"_s};
}

void TestTraceModel::liveHeadsAreInsertedAsOneBlock()
{
    QFETCH(bool, onTop);
    QFETCH(int, first);
    TraceModel model([] { return kNow; });
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setOrder(onTop ? TraceModel::Order::NewestOnTop : TraceModel::Order::NewestAtBottom);
    model.takeLive({headAt(2), headAt(1)}); // workers do not wait for each other
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.takeLive({headAt(3), headAt(4)});
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(inserted[0][1].toInt(), first);
    QCOMPARE(inserted[0][2].toInt(), first + 1);
    QTEST(ids(model), "order");
}

void TestTraceModel::anUpdateOfManyRowsIsToldInRanges()
{
    TraceModel model([] { return kNow; });
    model.takeLive(heads(0, 10, trace::State::Running));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.takeLive({headAt(1), headAt(8), headAt(2), headAt(3)});
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed[0][0].toModelIndex().row(), 6); // 1, 2, 3 with the newest on top
    QCOMPARE(changed[0][1].toModelIndex().row(), 8);
    QCOMPARE(changed[1][0].toModelIndex().row(), 1);
    QCOMPARE(changed[1][1].toModelIndex().row(), 1);
}

void TestTraceModel::theOldestAreDroppedInBlocks_data()
{
    QTest::addColumn<bool>("onTop");
    QTest::newRow("newest on top") << true;
    QTest::newRow("newest at the bottom") << false;
}

void TestTraceModel::theOldestAreDroppedInBlocks()
{
    QFETCH(bool, onTop);
    TraceModel model([] { return kNow; }, 400);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setOrder(onTop ? TraceModel::Order::NewestOnTop : TraceModel::Order::NewestAtBottom);
    model.takeLive(heads(0, 400));
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    model.takeLive({headAt(400)});
    QCOMPARE(removed.size(), 1);
    QCOMPARE(model.rowCount(), 399); // half a percent at once, so that the next one costs nothing
    QCOMPARE(model.droppedCount(), 2u);
    model.takeLive({headAt(401)});
    QCOMPARE(removed.size(), 1);
    QCOMPARE(model.rowOf("00000001"), -1);
    QCOMPARE(model.rowOf("00000002"), onTop ? 399 : 0);
    QCOMPARE(model.oldestId(), std::string("00000002"));
}

void TestTraceModel::aBatchLargerThanTheRingKeepsItsNewest()
{
    TraceModel model([] { return kNow; }, 100);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.takeLive(heads(0, 350));
    QCOMPARE(model.rowCount(), 100);
    QCOMPARE(ids(model).first(), u"349"_s);
}

void TestTraceModel::olderPagesGoBehindAndSkipWhatIsKnown()
{
    TraceModel model([] { return kNow; }, 100);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.takeLive(heads(8, 10));
    model.addOlder({headAt(9), headAt(8), headAt(7), headAt(6)});
    QCOMPARE(ids(model), (QStringList{u"9"_s, u"8"_s, u"7"_s, u"6"_s}));
    std::vector<trace::Head> many = heads(0, 6);
    std::reverse(many.begin(), many.end());
    model.addOlder(many);
    QCOMPARE(model.rowCount(), 10);
    QCOMPARE(model.rowOf("00000000"), 9);
    TraceModel small([] { return kNow; }, 5);
    small.takeLive(heads(8, 10));
    small.addOlder(many);
    QCOMPARE(small.rowCount(), 5); // a page never pushes out what is newer
    QVERIFY(small.isFull());
}

void TestTraceModel::theFilterHoldsBackNewHeadsButKeepsKnownRows()
{
    TraceModel model([] { return kNow; });
    model.restart([](const trace::Head &head) { return head.state == trace::State::Running; });
    model.takeLive({headAt(1, trace::State::Running), headAt(2)});
    QCOMPARE(ids(model), QStringList{u"1"_s});
    model.takeLive({headAt(1)}); // it has ended and would not be let in now
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, 0).data(TraceModel::OutcomeRole).toInt(), int(Outcome::Answered));
}

void TestTraceModel::aRunningRowCountsOnAndEnds()
{
    std::int64_t now = kNow;
    TraceModel model([&now] { return now; });
    trace::Head head = headAt(1, trace::State::Running);
    head.startedAt = kNow - 2'000'000;
    head.streamEvents = 40;
    model.takeLive({head});
    QVERIFY(model.hasRunning());
    QCOMPARE(model.index(0, TraceModel::Total).data().toString(), durationText(2'000'000));
    QCOMPARE(model.index(0, TraceModel::Out).data().toString(), u"~40"_s);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    now += 1'000'000;
    model.tick();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(model.index(0, TraceModel::Total).data().toString(), durationText(3'000'000));
    head.state = trace::State::Done;
    head.status = 200;
    head.totalUs = 3'500'000;
    head.usage.output = 120;
    model.takeLive({head});
    QVERIFY(!model.hasRunning());
    QCOMPARE(model.index(0, TraceModel::Out).data().toString(), u"120"_s);
    changed.clear();
    model.tick();
    QCOMPARE(changed.size(), 0);
}

void TestTraceModel::unknownIsADash_data()
{
    QTest::addColumn<int>("column");
    QTest::newRow("tokens in") << int(TraceModel::In);
    QTest::newRow("tokens out") << int(TraceModel::Out);
    QTest::newRow("cost") << int(TraceModel::Cost);
    QTest::newRow("first token") << int(TraceModel::First);
    QTest::newRow("app") << int(TraceModel::App);
    QTest::newRow("total of one that never ended") << int(TraceModel::Total);
}

void TestTraceModel::unknownIsADash()
{
    QFETCH(int, column);
    TraceModel model([] { return kNow; });
    model.takeLive({headAt(1)});
    QCOMPARE(model.index(0, column).data().toString(), u"–"_s);
}

void TestTraceModel::answersFromTheCacheAreMarked()
{
    TraceModel model([] { return kNow; });
    trace::Head hit = headAt(1);
    hit.cache = "hit";
    hit.savedMicroUsd = 34'100;
    trace::Head miss = headAt(2);
    miss.cache = "miss";
    trace::Head alike = headAt(3);
    alike.cache = "semantic-hit";
    model.takeLive({hit, miss, alike});
    const auto at = [&](int row, int role) { return model.index(row, TraceModel::Route).data(role); };
    QVERIFY(at(model.rowOf(hit.id), TraceModel::CachedRole).toBool());
    QVERIFY(at(model.rowOf(alike.id), TraceModel::CachedRole).toBool());
    QVERIFY(!at(model.rowOf(miss.id), TraceModel::CachedRole).toBool());
    QCOMPARE(at(model.rowOf(hit.id), Qt::AccessibleTextRole).toString(), u"anthropic/claude-sonnet-5, from the cache"_s);
    QCOMPARE(at(model.rowOf(hit.id), Qt::ToolTipRole).toString(),
             u"anthropic/claude-sonnet-5, from the cache, $0.0341 saved"_s);
    QCOMPARE(at(model.rowOf(hit.id), Qt::DisplayRole).toString(), u"anthropic/claude-sonnet-5"_s);
}

void TestTraceModel::aBusyHourUnderTheModelTester()
{
    TraceModel model([] { return kNow; }, 200);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::mt19937 rng(3);
    int next = 1'000;
    int oldest = 1'000;
    for (int step = 0; step < 300; ++step) {
        std::vector<trace::Head> batch;
        for (unsigned i = rng() % 9; i > 0; --i)
            batch.push_back(headAt(next++, rng() % 2 ? trace::State::Running : trace::State::Done));
        for (unsigned i = rng() % 4; i > 0 && next > 1'000; --i)
            batch.push_back(headAt(next - 1 - int(rng() % unsigned(next - 999)), trace::State::Done));
        model.takeLive(batch);
        if (step % 7 == 0) {
            model.addOlder({headAt(oldest - 1), headAt(oldest - 2)});
            oldest -= 2;
        }
        if (step % 90 == 0)
            model.setOrder(model.order() == TraceModel::Order::NewestOnTop ? TraceModel::Order::NewestAtBottom
                                                                           : TraceModel::Order::NewestOnTop);
        if (step % 40 == 0)
            model.tick();
        QVERIFY(model.rowCount() <= 200);
    }
    // Every row is found where it stands, whatever was dropped and put in front.
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.rowOf(model.head(row)->id), row);
}

QTEST_MAIN(TestTraceModel)
#include "tst_trace_model.moc"
