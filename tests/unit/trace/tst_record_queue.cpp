// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/record_queue.h"

#include <QTest>

using namespace pm::trace;

namespace {

Record recordOf(qsizetype bodySize)
{
    Record record;
    record.detail.requestBody = {QByteArray(bodySize, 'x'), bodySize};
    return record;
}

} // namespace

class TestRecordQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesBackInOrder()
    {
        RecordQueue queue(1 << 20);
        for (int i = 0; i < 5; ++i) {
            Record record = recordOf(10);
            record.head.id = std::to_string(i);
            QVERIFY(queue.push(std::move(record)));
        }
        QCOMPARE(queue.take(2).size(), std::size_t(2));
        const auto rest = queue.take(100);
        QCOMPARE(rest.size(), std::size_t(3));
        QCOMPARE(rest.front()->head.id, std::string("2"));
        QVERIFY(queue.isEmpty());
    }

    void bodiesGoFirstThenRecords()
    {
        RecordQueue queue(100'000);
        QVERIFY(queue.push(recordOf(90'000)));
        QCOMPARE(queue.droppedBodies(), std::uint64_t(0));
        QVERIFY(queue.push(recordOf(90'000)));
        QCOMPARE(queue.droppedBodies(), std::uint64_t(1));
        int kept = 2;
        while (kept < 10'000 && queue.push(recordOf(90'000)))
            ++kept;
        QCOMPARE(queue.droppedRecords(), std::uint64_t(1));
        QVERIFY(queue.bytes() <= 200'000);
        const auto records = queue.take(std::size_t(kept));
        QCOMPARE(records.size(), std::size_t(kept));
        QCOMPARE(records[0]->detail.requestBody.bytes.size(), qsizetype(90'000));
        QVERIFY(records[1]->detail.requestBody.bytes.isEmpty());
        QCOMPARE(records[1]->detail.requestBody.fullSize, std::int64_t(90'000));
    }

    void whatIsBeingWrittenStillCounts()
    {
        RecordQueue queue(100'000);
        QVERIFY(queue.push(recordOf(90'000)));
        const auto inWork = queue.take(1);
        QVERIFY(queue.push(recordOf(90'000)));
        QCOMPARE(queue.droppedBodies(), std::uint64_t(1));
        queue.release();
        QVERIFY(queue.push(recordOf(90'000)));
        QCOMPARE(queue.droppedBodies(), std::uint64_t(1));
    }

    void aRecordLargerThanTheQueueLosesItsBodiesOnly()
    {
        RecordQueue queue(50'000);
        QVERIFY(queue.push(recordOf(10'000'000)));
        QCOMPARE(queue.droppedBodies(), std::uint64_t(1));
    }

    void dropAllCounts()
    {
        RecordQueue queue(1 << 20);
        queue.push(recordOf(1));
        queue.push(recordOf(1));
        QCOMPARE(queue.dropAll(), std::size_t(2));
        QCOMPARE(queue.bytes(), std::size_t(0));
        QCOMPARE(queue.droppedRecords(), std::uint64_t(2));
    }

    void weightSeesWhatIsLarge_data()
    {
        QTest::addColumn<int>("part");
        QTest::newRow("request body") << 0;
        QTest::newRow("header value") << 1;
        QTest::newRow("prompt") << 2;
        QTest::newRow("attempt's error") << 3;
        QTest::newRow("chunk times") << 4;
        QTest::newRow("loss") << 5;
        QTest::newRow("plan reason") << 6;
    }
    void weightSeesWhatIsLarge()
    {
        QFETCH(int, part);
        Record record;
        const std::size_t before = weightOf(record);
        const std::string large(40'000, 'x');
        if (part == 0)
            record.detail.requestBody.bytes = QByteArray(40'000, 'x');
        else if (part == 1)
            record.detail.upstreamResponseHeaders = {{"name", large}};
        else if (part == 2)
            record.detail.promptText = large;
        else if (part == 3)
            record.detail.attempts.resize(1, Attempt{.errorMessage = large});
        else if (part == 4)
            record.detail.chunkTimesUs.resize(5000);
        else if (part == 5)
            record.detail.losses = {large};
        else
            record.detail.plan = {{"t", large, false}};
        QVERIFY(weightOf(record) >= before + 40'000);
    }
};

QTEST_GUILESS_MAIN(TestRecordQueue)
#include "tst_record_queue.moc"
