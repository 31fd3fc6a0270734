// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/flights.h"

#include <QTest>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

using namespace pm::policy;

namespace {

Sha256 hashOf(int number)
{
    return sha256(std::to_string(number));
}

} // namespace

class TestFlights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneFliesTheOthersWait()
    {
        Flights flights;
        std::atomic<int> asked{0};
        std::atomic<bool> isStored{false};
        std::atomic<int> served{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 64; ++t) {
            threads.emplace_back([&, t] {
                for (;;) {
                    auto promise = std::make_shared<std::promise<bool>>();
                    auto future = promise->get_future();
                    auto boarding = flights.board(hashOf(1), [promise](bool leads) { promise->set_value(leads); });
                    if (!boarding.leads && !future.get()) {
                        if (isStored)
                            ++served;
                        return;
                    }
                    if (isStored) {
                        boarding.seat->landed();
                        ++served;
                        return;
                    }
                    if (t % 8 == 3)
                        return; // fails: the next one goes
                    ++asked;
                    isStored = true;
                    boarding.seat->landed();
                    ++served;
                    return;
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(asked.load(), 1);
        QVERIFY(served.load() >= 56);
        QCOMPARE(flights.size(), std::size_t(0));
    }
    void whenTheLeaderFailsOneGoesAndTheOthersWaitOn()
    {
        Flights flights;
        auto leader = flights.board(hashOf(1), {});
        int first = 0, second = 0; // 1: woken to lead, -1: woken to look
        auto next = flights.board(hashOf(1), [&](bool leads) { first = leads ? 1 : -1; });
        auto last = flights.board(hashOf(1), [&](bool leads) { second = leads ? 1 : -1; });
        leader.seat.reset();
        QCOMPARE(first, 1);
        QCOMPARE(second, 0);
        next.seat->landed();
        QCOMPARE(second, -1);
    }

    void whoLeavesTheQueueIsNotWoken()
    {
        Flights flights;
        auto leader = flights.board(hashOf(1), {});
        bool isFirstWoken = false;
        bool isSecondWoken = false;
        auto first = flights.board(hashOf(1), [&](bool) { isFirstWoken = true; });
        auto second = flights.board(hashOf(1), [&](bool leads) { isSecondWoken = leads; });
        QVERIFY(leader.leads && !first.leads && !second.leads);
        first.seat.reset();
        leader.seat.reset();
        QVERIFY(!isFirstWoken);
        QVERIFY(isSecondWoken);
        second.seat.reset();
        QCOMPARE(flights.size(), std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(TestFlights)
#include "tst_flights.moc"
