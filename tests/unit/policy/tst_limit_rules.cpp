// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/limit_rules.h"

#include "unit/policy/limit_samples.h"

#include <QTest>

#include <set>

using namespace pm;
using namespace pm::policy;
using namespace std::chrono_literals;
using Of = pm::config::Limit::Of;

class TestLimitRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resets_data()
    {
        QTest::addColumn<qint64>("ns");
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << qint64(0) << "0s";
        QTest::newRow("a nanosecond") << qint64(1) << "1ms";
        QTest::newRow("120 ms") << qint64(120'000'000) << "120ms";
        QTest::newRow("999 ms") << qint64(999'000'000) << "999ms";
        QTest::newRow("just below a second") << qint64(999'000'001) << "1s";
        QTest::newRow("a second") << qint64(1'000'000'000) << "1s";
        QTest::newRow("rounded up") << qint64(1'000'000'001) << "2s";
        QTest::newRow("six minutes") << qint64(360'000'000'000) << "6m0s";
        QTest::newRow("an hour and three seconds") << qint64(3'603'000'000'000) << "1h0m3s";
        QTest::newRow("a day") << qint64(86'400'000'000'000) << "24h0m0s";
    }
    void resets()
    {
        QFETCH(qint64, ns);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(resetText(ns)), text);
    }

    void amounts()
    {
        QCOMPARE(amountText(Of::Tokens, 1200), std::string("1200"));
        QCOMPARE(amountText(Of::Cost, 5'000'000), std::string("$5.00"));
        QCOMPARE(amountText(Of::Cost, 1'500'000), std::string("$1.50"));
        QCOMPARE(amountText(Of::Cost, 3), std::string("$0.000003"));
    }

    /// What is counted has one name, stable and unique.
    void names()
    {
        std::vector<config::Limit> limits;
        for (const Of of : {Of::Requests, Of::Tokens, Of::Cost}) {
            for (const auto per : {1'000ms, 60'000ms}) {
                for (const char *by : {"user", "api-key"})
                    limits.push_back({of, 100, per, 0, by});
            }
        }
        limits.push_back(limits.front());
        limits.push_back(limits.front());
        std::set<std::string> ids;
        for (const char *scope : {"router a", "router b"}) {
            for (const RateRule &rule : compileLimits(scope, limits, {}).rates)
                ids.insert(rule.name.id);
        }
        QCOMPARE(ids.size(), 2 * limits.size());
        config::Limit other = limits.front();
        other.amount = 7; // another amount of the same: the count goes on
        QCOMPARE(compileLimits("router a", {other}, {}).rates.front().name.id,
                 std::string("router a|requests|user|1000"));
        QVERIFY(ids.contains("router a|requests|user|1000"));
    }

    void ofConfigurations()
    {
        config::Config config;
        QVERIFY(compileLimits(config).isEmpty());
        config::Router router;
        router.name = "work";
        router.policies.limits = {{Of::Tokens, 1000, 60'000ms, 200, "team"}};
        config.routers = {router};
        config.unifiedPolicies.concurrency = {{2}};
        const LimitRules rules = compileLimits(config);
        QVERIFY(!rules.isEmpty());
        QVERIFY(rules.global.isEmpty());
        QVERIFY(!rules.ofRouter("other"));
        QCOMPARE(rules.ofRouter("")->slots.front().name.text,
                 std::string("2 requests at once, for each router (/ai)"));
        const RateRule &rule = rules.ofRouter("work")->rates.front();
        QCOMPARE(rule.law.burst(), std::int64_t(200));
        QCOMPARE(rule.name.text, std::string("1000 tokens per minute, for each team (router work)"));
    }
};

QTEST_APPLESS_MAIN(TestLimitRules)
#include "tst_limit_rules.moc"
