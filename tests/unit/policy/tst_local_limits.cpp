// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/local_limits.h"
#include "unit/policy/limit_samples.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace pm;
using namespace pm::policy;
using namespace pm::policy::test;
using namespace std::chrono_literals;
using Of = pm::config::Limit::Of;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 32'400 * kSecond;

} // namespace

class TestLocalLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allOrNone()
    {
        LocalLimits limits(1);
        const RateRule requests = rate("router r", Of::Requests, 2, 1s);
        const RateRule tokens = rate("router r", Of::Tokens, 1000, 1s);
        const auto takes = [&](std::int64_t cost) {
            return std::vector<LimitTake>{{&requests, "alice", 1}, {&tokens, "alice", cost}};
        };
        LimitAnswer answer = limits.takeNow(takes(900), kStart);
        QVERIFY(answer.isAllowed);
        QCOMPARE(answer.states[0].remaining, std::int64_t(1));
        QCOMPARE(answer.states[1].remaining, std::int64_t(100));
        QCOMPARE(answer.states[1].resetNs, std::int64_t(900'000'000));
        answer = limits.takeNow(takes(200), kStart); // tokens refuse: of requests nothing is taken
        QVERIFY(!answer.isAllowed);
        QVERIFY(answer.states[0].isAllowed);
        QVERIFY(!answer.states[1].isAllowed);
        QCOMPARE(answer.states[1].retryAfterNs, std::int64_t(100'000'000));
        QVERIFY(limits.takeNow(takes(100), kStart).isAllowed);
        answer = limits.takeNow(takes(0), kStart);
        QVERIFY(!answer.isAllowed);
        QVERIFY(!answer.states[0].isAllowed);
        QVERIFY(limits.takeNow({{&requests, "bob", 1}, {&tokens, "bob", 1}}, kStart).isAllowed);
        answer = limits.takeNow(takes(1001), kStart + kSecond);
        QVERIFY(answer.states[1].isNever);
        QCOMPARE(answer.states[1].retryAfterNs, std::int64_t(0));
    }

    /// Two rules of one name draw on one account: the second finds taken what the first look saw.
    void whatWasTakenBeforeARefusalIsGivenBack()
    {
        LocalLimits limits(1);
        const RateRule requests = rate("router r", Of::Requests, 1, 1s);
        const LimitTake take{&requests, "alice", 1};
        QVERIFY(!limits.takeNow({take, take}, kStart).isAllowed);
        QVERIFY(limits.takeNow({take}, kStart).isAllowed);
    }

    /// What a refusal tells of the other limits is how they stand without it.
    void aRefusalTakesFromNobody()
    {
        LocalLimits limits(1);
        const RateRule many = rate("router r", Of::Requests, 5, 1s);
        const RateRule few = rate("router s", Of::Requests, 1, 1s);
        QVERIFY(limits.takeNow({{&few, "alice", 1}}, kStart).isAllowed);
        const std::int64_t before = limits.takeNow({{&many, "alice", 0}}, kStart).states[0].resetNs;
        const LimitAnswer answer = limits.takeNow({{&many, "alice", 1}, {&few, "alice", 1}}, kStart);
        QVERIFY(!answer.isAllowed);
        QCOMPARE(answer.states[0].resetNs, before);
    }

    void answersAtOnce()
    {
        LocalLimits limits(1);
        const RateRule requests = rate("router r", Of::Requests, 1, 1s);
        LimitStore &store = limits;
        const auto answer =
            store.take({{&requests, "", 1}}, kStart, [](LimitAnswer) { QFAIL("nothing comes later"); });
        QVERIFY(answer && answer->isAllowed);
        QVERIFY(store.take({}, kStart, {})->isAllowed);
    }

    void settles()
    {
        LocalLimits limits(1);
        const RateRule tokens = rate("router r", Of::Tokens, 1000, 1s);
        const LimitTake take{&tokens, "alice", 900};
        QVERIFY(limits.takeNow({take}, kStart).isAllowed);
        limits.settle(take, kStart, 100);
        QCOMPARE(limits.takeNow({{&tokens, "alice", 0}}, kStart).states[0].remaining, std::int64_t(900));
    }

    void namesAreApart()
    {
        LocalLimits limits(1);
        const RateRule here = rate("router a", Of::Requests, 1, 1s);
        const RateRule there = rate("router b", Of::Requests, 1, 1s);
        const RateRule slower = rate("router a", Of::Requests, 1, 60s);
        for (const RateRule *rule : {&here, &there, &slower}) {
            for (const char *who : {"", "alice", "bob"}) {
                QVERIFY(limits.takeNow({{rule, who, 1}}, kStart).isAllowed);
                QVERIFY(!limits.takeNow({{rule, who, 1}}, kStart).isAllowed);
            }
        }
        // as a reload brings it: the same limit with another amount goes on where it was
        const RateRule more = rate("router a", Of::Requests, 2, 1s);
        QVERIFY(!limits.takeNow({{&more, "alice", 2}}, kStart).isAllowed);
    }

    /// Two limits taken together by many threads: as many as the tighter one lets, and of the other exactly
    /// as many are gone.
    void racesTakeAllOrNone()
    {
        LocalLimits limits(1, 64);
        const RateRule few = rate("global", Of::Requests, 300, std::chrono::hours(1));
        const RateRule many = rate("router r", Of::Requests, 10'000, std::chrono::hours(1));
        std::atomic<int> allowed{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 64; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i)
                    allowed += limits.takeNow({{&many, "x", 1}, {&few, "x", 1}}, kStart).isAllowed ? 1 : 0;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(allowed.load(), 300);
        QCOMPARE(limits.takeNow({{&many, "x", 0}}, kStart).states[0].remaining, std::int64_t(9'700));
    }
};

QTEST_APPLESS_MAIN(TestLocalLimits)
#include "tst_local_limits.moc"
