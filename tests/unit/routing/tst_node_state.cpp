// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/node_state.h"

#include <QTest>

#include <set>
#include <thread>
#include <vector>

using namespace pm;
using namespace pm::routing;
using namespace std::chrono_literals;

class TestNodeState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void remembersForItsTime()
    {
        NodeState state;
        const SteadyTime now{9h};
        QVERIFY(!state.recall(1, now, 60s));
        state.remember(1, 7, now);
        QCOMPARE(state.recall(1, now, 60s).value(), std::uint16_t(7));
        QCOMPARE(state.recall(1, now + 60s, 60s).value(), std::uint16_t(7));
        QVERIFY(!state.recall(1, now + 61s, 60s));
        QVERIFY(!state.recall(2, now, 60s));
        state.remember(1, 8, now + 61s);
        QCOMPARE(state.recall(1, now + 61s, 60s).value(), std::uint16_t(8));
    }

    /// Others may drive a conversation out, but none is ever taken for another.
    void keepsApart()
    {
        NodeState state;
        const SteadyTime now{9h};
        for (std::uint64_t key = 1; key <= 3000; ++key)
            state.remember(key, static_cast<std::uint16_t>(key), now);
        int kept = 0;
        for (std::uint64_t key = 1; key <= 3000; ++key) {
            if (const auto child = state.recall(key, now, 60s)) {
                QCOMPARE(*child, static_cast<std::uint16_t>(key));
                ++kept;
            }
        }
        QVERIFY2(kept > 2000, std::to_string(kept).c_str());
    }

    void turnsAreSharedByThreads()
    {
        NodeState state;
        constexpr int kThreads = 8;
        constexpr int kTurns = 2000;
        std::vector<std::vector<std::uint64_t>> seen(kThreads);
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&state, &mine = seen[static_cast<std::size_t>(i)]] {
                for (int turn = 0; turn < kTurns; ++turn) {
                    mine.push_back(state.nextTurn());
                    state.remember(static_cast<std::uint64_t>(turn), 1, SteadyTime{9h});
                    (void)state.recall(static_cast<std::uint64_t>(turn), SteadyTime{9h}, 60s);
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        std::set<std::uint64_t> all;
        for (const auto &mine : seen)
            all.insert(mine.begin(), mine.end());
        QCOMPARE(all.size(), std::size_t(kThreads * kTurns));
    }

    void statesAreKeptByName()
    {
        NodeStates states;
        const auto first = states.get("r/chat/round-robin");
        QCOMPARE(states.get("r/chat/round-robin"), first);
        QVERIFY(states.get("s/chat/round-robin") != first);
        for (int i = 0; i < 10'000; ++i)
            QVERIFY(states.get(std::to_string(i)));
        QVERIFY2(states.get("r/chat/round-robin") != first, "so many cannot all be kept");
    }
};

QTEST_APPLESS_MAIN(TestNodeState)
#include "tst_node_state.moc"
