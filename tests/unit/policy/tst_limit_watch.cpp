// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/limit_watch.h"

#include "policy/local_limits.h"
#include "support/hand_clock.h"
#include "unit/policy/limit_samples.h"

#include <QTest>

#include <thread>

using namespace pm;
using namespace pm::policy;
using namespace pm::policy::test;
using namespace std::chrono_literals;
using Of = pm::config::Limit::Of;

class TestLimitWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { qputenv("TZ", "UTC"); }

    void tellsWhoIsNear()
    {
        pm::test::HandClock clock;
        LimitWatch watch(clock);
        LocalLimits limits(1);
        const RateRule rule = rate("router r", Of::Tokens, 1000, 60s, "user");
        const auto nowNs = [&] { return std::int64_t(clock.steadyNow().time_since_epoch().count()); };
        const auto take = [&](const char *who, std::int64_t cost) {
            const std::vector<LimitTake> takes{{&rule, who, cost}};
            watch.noteTakes(takes, limits.takeNow(takes, nowNs()), nowNs());
        };
        take("far", 700);
        take("near", 900);
        take("over", 990);
        take("over", 100);
        take("over", 100);
        LimitStatus status = watch.statusOf(rule, nowNs());
        QCOMPARE(status.scope, std::string("router r"));
        QCOMPARE(status.text, std::string("1000 tokens per minute, for each user (router r)"));
        QCOMPARE(status.kind, std::string("tokens"));
        QCOMPARE(status.limit, std::int64_t(1000));
        QCOMPARE(status.refusedToday, std::int64_t(2));
        QCOMPARE(status.callers.size(), std::size_t(2));
        QCOMPARE(status.callers[0].who, std::string("over"));
        QCOMPARE(status.callers[0].remaining, std::int64_t(10));
        QCOMPARE(status.callers[0].refusedToday, std::int64_t(2));
        QCOMPARE(status.callers[1].who, std::string("near"));
        QCOMPARE(status.callers[1].resetMs, std::int64_t(54'000));
        clock.advance(60s); // all have everything back; who was refused today is still told
        status = watch.statusOf(rule, nowNs());
        QCOMPARE(status.callers.size(), std::size_t(1));
        QCOMPARE(status.callers[0].remaining, std::int64_t(1000));
        clock.advance(std::chrono::hours(13)); // another day
        status = watch.statusOf(rule, nowNs());
        QCOMPARE(status.refusedToday, std::int64_t(0));
        QVERIFY(status.callers.empty());
    }

    void queues()
    {
        const pm::test::HandClock clock;
        LimitWatch watch(clock);
        const SlotRule rule = slots("router r", 8);
        watch.noteWaited(rule.name);
        watch.noteWaited(rule.name);
        watch.noteRefused(rule.name, "r");
        const LimitStatus status = watch.statusOf(rule);
        QCOMPARE(status.kind, std::string("at once"));
        QCOMPARE(status.limit, std::int64_t(8));
        QCOMPARE(status.waitedToday, std::int64_t(2));
        QCOMPARE(status.refusedToday, std::int64_t(1));
    }

    /// Any number of callers, from many threads: bounded.
    void isBounded()
    {
        const pm::test::HandClock clock;
        LimitWatch watch(clock);
        const RateRule rule = rate("router r", Of::Requests, 10, 60s, "user");
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 300; ++i) {
                    LimitAnswer answer;
                    answer.isAllowed = false;
                    answer.states = {{false, false, 0, 1000, 1000}};
                    watch.noteTakes({{&rule, "user " + std::to_string(t * 1000 + i), 1}}, answer, i);
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        const LimitStatus status = watch.statusOf(rule, 0);
        QCOMPARE(status.refusedToday, std::int64_t(2400));
        QCOMPARE(status.callers.size(), std::size_t(50));
    }
};

QTEST_APPLESS_MAIN(TestLimitWatch)
#include "tst_limit_watch.moc"
