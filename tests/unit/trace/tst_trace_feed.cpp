// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_feed.h"

#include <QTest>

#include <algorithm>
#include <thread>

using namespace pm::trace;

namespace {

Head head(const std::string &id, State state)
{
    Head made;
    made.id = id;
    made.state = state;
    return made;
}

} // namespace

class TestTraceFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsNothingWhileNobodyListens()
    {
        Feed feed;
        feed.publish(head("a", State::Done));
        QVERIFY(feed.take().empty());
        QCOMPARE(feed.dropped(), std::uint64_t(0));
    }

    void forgetsWhenTheListenerGoes()
    {
        Feed feed;
        feed.setEnabled(true);
        feed.publish(head("a", State::Done));
        feed.setEnabled(false);
        feed.setEnabled(true);
        QVERIFY(feed.take().empty());
    }

    void lastHeadOfAnIdWinsAtItsFirstPlace()
    {
        Feed feed;
        feed.setEnabled(true);
        feed.publish(head("a", State::Running));
        feed.publish(head("b", State::Running));
        feed.publish(head("a", State::Done));
        feed.publish(head("c", State::Refused));
        const auto heads = feed.take();
        QCOMPARE(heads.size(), std::size_t(3));
        QCOMPARE(heads[0].id, std::string("a"));
        QCOMPARE(int(heads[0].state), int(State::Done));
        QCOMPARE(heads[1].id, std::string("b"));
        QCOMPARE(heads[2].id, std::string("c"));
        QVERIFY(feed.take().empty());
    }

    void runningUpdatesGoBeforeFinishedHeads()
    {
        Feed feed;
        feed.setEnabled(true);
        feed.publish(head("first", State::Done));
        for (std::size_t i = 0; i < Feed::kMaxPending; ++i)
            feed.publish(head("r" + std::to_string(i), State::Running));
        const auto heads = feed.take();
        QVERIFY(heads.size() <= Feed::kMaxPending);
        QVERIFY(feed.dropped() > 0);
        QCOMPARE(heads.size() + feed.dropped(), Feed::kMaxPending + 1);
        QCOMPARE(heads.front().id, std::string("first"));
        QCOMPARE(heads.back().id, "r" + std::to_string(Feed::kMaxPending - 1));
    }

    void oldestGoWhenNoneRuns()
    {
        Feed feed;
        feed.setEnabled(true);
        for (std::size_t i = 0; i < 3 * Feed::kMaxPending; ++i)
            feed.publish(head("d" + std::to_string(i), State::Done));
        const auto heads = feed.take();
        QVERIFY(heads.size() <= Feed::kMaxPending);
        QCOMPARE(heads.size() + feed.dropped(), 3 * Feed::kMaxPending);
        QCOMPARE(heads.back().id, "d" + std::to_string(3 * Feed::kMaxPending - 1));
    }

    void manyUpdatesOfOneRequestDropNothing()
    {
        Feed feed;
        feed.setEnabled(true);
        for (std::size_t i = 0; i < 2 * Feed::kMaxPending; ++i)
            feed.publish(head("one", State::Running));
        QCOMPARE(feed.dropped(), std::uint64_t(0));
        QCOMPARE(feed.take().size(), std::size_t(1));
    }

    void writersOnManyThreads()
    {
        Feed feed;
        feed.setEnabled(true);
        std::vector<std::thread> writers;
        for (int w = 0; w < 4; ++w) {
            writers.emplace_back([&feed, w] {
                for (int i = 0; i < 2000; ++i)
                    feed.publish(head(std::to_string(w) + "-" + std::to_string(i), State::Done));
            });
        }
        std::size_t seen = 0;
        while (seen + feed.dropped() < 4000)
            seen += feed.take().size();
        for (std::thread &writer : writers)
            writer.join();
        seen += feed.take().size();
        QCOMPARE(seen + feed.dropped(), std::size_t(8000));
    }
};

QTEST_GUILESS_MAIN(TestTraceFeed)
#include "tst_trace_feed.moc"
