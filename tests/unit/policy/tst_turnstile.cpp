// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/turnstile.h"
#include "support/hand_clock.h"
#include "unit/policy/limit_samples.h"

#include <QTest>

#include <atomic>
#include <condition_variable>
#include <thread>

using namespace pm;
using namespace pm::policy;
using namespace pm::policy::test;
using namespace std::chrono_literals;
using State = Turnstile::State;

namespace {

using VisitPtr = std::unique_ptr<Turnstile::Visit>;

} // namespace

class TestTurnstile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void placesAndQueue()
    {
        const pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule rule = slots("router r", 2, 2);
        const auto enter = [&] { return turnstile.enter({{&rule, "r"}}, "app", {}); };
        VisitPtr first = enter();
        const VisitPtr second = enter();
        QCOMPARE(first->state(), State::In);
        QCOMPARE(second->state(), State::In);
        const VisitPtr third = enter();
        const VisitPtr fourth = enter();
        QCOMPARE(third->state(), State::Waiting);
        QCOMPARE(fourth->state(), State::Waiting);
        QCOMPARE(fourth->ahead(), std::size_t(1));
        const VisitPtr fifth = enter();
        QCOMPARE(fifth->state(), State::Full);
        QCOMPARE(fifth->hint(), std::chrono::milliseconds(1000)); // nobody has left yet
        QCOMPARE(turnstile.figures(rule.name.id).running, 2);
        QCOMPARE(turnstile.figures(rule.name.id).waiting, 2);
        first.reset();
        QCOMPARE(third->state(), State::In);
        QCOMPARE(fourth->state(), State::Waiting);
        const VisitPtr other = turnstile.enter({{&rule, "another"}}, "app", {});
        QCOMPARE(other->state(), State::In);
    }

    /// Two callers: one that floods does not hold up the other.
    void turnsGoRound()
    {
        const pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule rule = slots("router r", 1);
        std::vector<std::string> order;
        std::vector<VisitPtr> visits;
        const auto enter = [&](const std::string &caller, const std::string &name) {
            visits.push_back(
                turnstile.enter({{&rule, "r"}}, caller, [&order, name] { order.push_back(name); }));
        };
        enter("a", "a1");
        for (const char *name : {"a2", "a3", "a4"})
            enter("a", name);
        enter("b", "b1");
        enter("c", "c1");
        enter("b", "b2");
        while (!visits.empty()) {
            const auto in = std::find_if(visits.begin(), visits.end(),
                                         [](const VisitPtr &visit) { return visit->state() == State::In; });
            QVERIFY(in != visits.end());
            visits.erase(in);
        }
        QCOMPARE(order, (std::vector<std::string>{"a2", "b1", "c1", "a3", "b2", "a4"}));
    }

    void whoLeavesIsPassedOver()
    {
        const pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule rule = slots("router r", 1);
        const auto enter = [&](const char *caller) { return turnstile.enter({{&rule, "r"}}, caller, [] {}); };
        VisitPtr in = enter("a");
        VisitPtr gone = enter("a");
        const VisitPtr next = enter("b");
        gone.reset();
        QCOMPARE(turnstile.figures(rule.name.id).waiting, 1);
        in.reset();
        QCOMPARE(next->state(), State::In);
    }

    void rulesAreTakenInOrder()
    {
        const pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule own = slots("router r", 2, 5);
        const SlotRule global = slots("all requests", 1, 1, "global");
        int woken = 0;
        const auto enter = [&] {
            return turnstile.enter({{&own, "r"}, {&global, ""}}, "app", [&] { ++woken; });
        };
        VisitPtr first = enter();
        const VisitPtr second = enter(); // has its place on the router, waits for the other
        const VisitPtr third = enter();  // waits on the router
        QCOMPARE(second->state(), State::Waiting);
        QCOMPARE(second->at().rule, &global);
        QCOMPARE(third->at().rule, &own);
        first.reset();
        QCOMPARE(second->state(), State::In);
        QCOMPARE(third->state(), State::Waiting); // now at the other
        QCOMPARE(third->at().rule, &global);
        const VisitPtr fourth = enter();
        QCOMPARE(fourth->state(), State::Waiting);
        QCOMPARE(woken, 1);
    }

    /// Past the first queue, the second may be full: it is told, and holds nothing up.
    void fullFurtherOn()
    {
        const pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule own = slots("router r", 1, 5);
        const SlotRule global = slots("all requests", 1, 0, "global");
        VisitPtr first = turnstile.enter({{&own, "r"}}, "app", [] {});
        int woken = 0;
        VisitPtr second = turnstile.enter({{&own, "r"}, {&global, ""}}, "app", [&] { ++woken; });
        const VisitPtr other = turnstile.enter({{&global, ""}}, "app", [] {});
        QCOMPARE(other->state(), State::In);
        first.reset();
        QCOMPARE(woken, 1);
        QCOMPARE(second->state(), State::Full);
        QCOMPARE(second->at().rule, &global);
        second.reset();
        QCOMPARE(turnstile.figures(own.name.id).running, 0);
    }

    void hintFollowsHowLongPlacesAreHeld()
    {
        pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule rule = slots("router r", 1, 1);
        VisitPtr first = turnstile.enter({{&rule, "r"}}, "app", {});
        const VisitPtr second = turnstile.enter({{&rule, "r"}}, "app", {});
        clock.advance(4s);
        first.reset();
        const VisitPtr third = turnstile.enter({{&rule, "r"}}, "app", {});
        const VisitPtr full = turnstile.enter({{&rule, "r"}}, "app", {});
        QCOMPARE(full->state(), State::Full);
        QCOMPARE(full->hint(), std::chrono::milliseconds(8000)); // two before it, 4 s each
    }

    void morePlacesAfterReload()
    {
        const pm::test::HandClock clock;
        Turnstile turnstile(clock);
        const SlotRule one = slots("router r", 1);
        const SlotRule three = slots("router r", 3);
        const VisitPtr first = turnstile.enter({{&one, "r"}}, "app", {});
        const VisitPtr second = turnstile.enter({{&one, "r"}}, "app", {});
        QCOMPARE(second->state(), State::Waiting);
        const VisitPtr third = turnstile.enter({{&three, "r"}}, "app", {});
        QCOMPARE(second->state(), State::In);
        QCOMPARE(third->state(), State::In);
    }

    /// 16 threads through 3 places: never more inside, everybody comes through, nothing is left behind.
    void races()
    {
        const Clock clock;
        Turnstile turnstile(clock);
        const SlotRule own = slots("router r", 3, 1000);
        const SlotRule global = slots("all requests", 2, 1000, "global");
        std::atomic<int> inside{0};
        std::atomic<int> most{0};
        std::atomic<int> through{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 16; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 60; ++i) {
                    std::mutex mutex;
                    std::condition_variable woken;
                    bool isWoken = false;
                    VisitPtr visit =
                        turnstile.enter({{&own, "r"}, {&global, ""}}, "caller " + std::to_string(t % 5), [&] {
                            const std::lock_guard lock(mutex);
                            isWoken = true;
                            woken.notify_one();
                        });
                    if (t % 4 == 3 && i % 2 == 0)
                        continue; // gone again at once, in or not
                    if (visit->state() == State::Waiting) {
                        std::unique_lock lock(mutex);
                        woken.wait(lock, [&] { return isWoken; });
                    }
                    const int now = ++inside;
                    int seen = most.load();
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {
                    }
                    ++through;
                    --inside;
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(through.load(), 12 * 60 + 4 * 30);
        QVERIFY(most.load() <= 2);
        QCOMPARE(turnstile.figures(own.name.id).running, 0);
        QCOMPARE(turnstile.figures(own.name.id).waiting, 0);
    }
};

QTEST_APPLESS_MAIN(TestTurnstile)
#include "tst_turnstile.moc"
