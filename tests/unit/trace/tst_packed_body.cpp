// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/packed_body.h"
#include "trace/record_queue.h"

#include <QTest>

using namespace pm;
using namespace pm::trace;

namespace {

std::string event(int number)
{
    return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
           "{\"content\":\"word " +
           std::to_string(number) + "\"}}]}\n\n";
}

Detail streamOf(int events, std::string &whole)
{
    Detail detail;
    for (int i = 0; i < events; ++i) {
        whole += event(i);
        appendPacking(detail.upstreamResponseBody, event(i));
    }
    return detail;
}

} // namespace

class TestPackedBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackWhole_data()
    {
        QTest::addColumn<int>("events");
        for (const int events : {0, 1, 100, 1000, 20'000})
            QTest::addRow("%d events", events) << events;
    }
    void comesBackWhole()
    {
        QFETCH(int, events);
        std::string whole;
        Detail detail = streamOf(events, whole);
        const Body &body = detail.upstreamResponseBody;
        QCOMPARE(std::size_t(body.packedSize + body.bytes.size()), whole.size());
        unpack(detail);
        QVERIFY(body.packed.empty());
        QCOMPARE(body.packedSize, std::int64_t(0));
        QVERIFY(std::string_view(body.bytes.constData(), std::size_t(body.bytes.size())) == whole);
    }

    void holdsATenth()
    {
        std::string whole;
        const Detail detail = streamOf(20'000, whole);
        std::size_t held = std::size_t(detail.upstreamResponseBody.bytes.capacity());
        for (const std::string &frame : detail.upstreamResponseBody.packed)
            held += frame.capacity();
        QVERIFY2(held * 10 < whole.size(), std::to_string(held).c_str());
    }

    void whatCannotBePackedStaysAsItIs()
    {
        Detail detail;
        std::string whole;
        unsigned state = 1;
        for (int i = 0; i < 100'000; ++i) {
            state = state * 1664525 + 1013904223;
            whole += char(state >> 24);
        }
        for (std::size_t at = 0; at < whole.size(); at += 1000)
            appendPacking(detail.responseBody, std::string_view(whole).substr(at, 1000));
        unpack(detail);
        QVERIFY(whole == detail.responseBody.bytes.toStdString());
    }

    void aQueueCountsWhatIsHeldAndGivesWhatFits()
    {
        std::string whole;
        RecordQueue queue(64 << 20);
        for (int i = 0; i < 5; ++i) {
            Record record;
            record.detail = streamOf(100'000, whole);
            QVERIFY(queue.push(std::move(record)));
        }
        QVERIFY(queue.bytes() * 10 < whole.size());
        const std::size_t each = whole.size() / 5;
        const std::size_t fits = RecordQueue::kMaxUnpacked / each + 1; // the last one may go over
        QVERIFY(fits > 1 && fits < 5);
        QCOMPARE(queue.take(100).size(), fits);
        QCOMPARE(queue.take(100).size(), std::min(fits, 5 - fits));
    }
};

QTEST_GUILESS_MAIN(TestPackedBody)
#include "tst_packed_body.moc"
