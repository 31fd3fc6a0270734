// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/places.h"
#include "unit/config/config_texts.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;
using namespace std::chrono_literals;
using Of = Limit::Of;

class TestConfigLimits : public QObject
{
    Q_OBJECT

    static Policies policiesOf(const QString &limits)
    {
        const Loaded file =
            loaded(QStringLiteral("routers: {r: {route: openai, rate-limit: %1}}\n").arg(limits));
        if (!file.isUsable())
            qWarning() << told(file.problems);
        return file.isUsable() ? file.config.routers.front().policies : Policies();
    }

private Q_SLOTS:
    void values_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("of");
        QTest::addColumn<qint64>("amount");
        QTest::addColumn<qint64>("perMs");
        QTest::addColumn<qint64>("burst");
        QTest::addColumn<QString>("by");
        const auto row = [](const char *text, Of of, qint64 amount, qint64 perMs, qint64 burst,
                            const char *by) {
            QTest::newRow(text) << QString::fromUtf8(text) << int(of) << amount << perMs << burst
                                << QString::fromUtf8(by);
        };
        row("{per-api-key: {capacity: 1000, refill-frequency: 1s}}", Of::Requests, 1000, 1000, 0, "api-key");
        row("{per_api_key: {capacity: 1000, refill_frequency: 1m}}", Of::Requests, 1000, 60'000, 0,
            "api-key");
        row("{per-api-key: {}}", Of::Requests, 500, 1000, 0, "api-key");
        row("{requests: {capacity: 3, refill-frequency: minute, by: user}}", Of::Requests, 3, 60'000, 0,
            "user");
        row("{tokens: {capacity: 200000, refill-frequency: 1m}}", Of::Tokens, 200'000, 60'000, 0, "api-key");
        row("{tokens: {capacity: 200000}}", Of::Tokens, 200'000, 60'000, 0, "api-key");
        row("{cost: {usd: 5, per: day}}", Of::Cost, 5'000'000, 86'400'000, 0, "api-key");
        row("{cost: {usd: 0.001}}", Of::Cost, 1000, 86'400'000, 0, "api-key");
        row("{cost: {usd: 2.5, per: 1h 30m, by: team}}", Of::Cost, 2'500'000, 5'400'000, 0, "team");
        row("{limits: [{requests: 60, per: 1m, burst: 10, by: metadata.project}]}", Of::Requests, 60, 60'000,
            10, "metadata.project");
        row("{limits: [{tokens: 1000, per: hour}]}", Of::Tokens, 1000, 3'600'000, 0, "api-key");
        row("{limits: [{usd: 10, per: week, burst: 0.5, by: global}]}", Of::Cost, 10'000'000, 604'800'000,
            500'000, "global");
    }
    void values()
    {
        QFETCH(QString, text);
        const Policies policies = policiesOf(text);
        QCOMPARE(policies.limits.size(), std::size_t(1));
        const Limit &limit = policies.limits.front();
        QTEST(int(limit.of), "of");
        QTEST(qint64(limit.amount), "amount");
        QTEST(qint64(limit.per.count()), "perMs");
        QTEST(qint64(limit.burst), "burst");
        QTEST(QString::fromStdString(limit.by), "by");
    }

    void concurrency()
    {
        Policies policies = policiesOf(QStringLiteral("{concurrency: {requests: 8}}"));
        QCOMPARE(policies.concurrency, (std::vector<Concurrency>{{8, "router", 100, 30s}}));
        policies = policiesOf(QStringLiteral(
            "{concurrency: [{requests: 8, by: user, queue: 0, max-wait: 5s}, {requests: 9}]}"));
        QCOMPARE(policies.concurrency,
                 (std::vector<Concurrency>{{8, "user", 0, 5s}, {9, "router", 100, 30s}}));
    }

    void everywhere()
    {
        const Loaded file = loaded(QStringLiteral(
            "global: {rate-limit: {per-api-key: {capacity: 7}}}\n"
            "unified-api: {rate-limit: {requests: {capacity: 8}, concurrency: {requests: 2}}}\n"
            "rate-limit-store: {type: in-memory}\n"));
        QCOMPARE(told(file.problems), QStringList());
        QCOMPARE(file.config.globalPolicies.limits.front().amount, std::int64_t(7));
        QCOMPARE(file.config.unifiedPolicies.limits.front().amount, std::int64_t(8));
        QCOMPARE(file.config.unifiedPolicies.concurrency.front().requests, 2);
    }

    /// As Helicone's files have it, `store` included: it loads, with a word on what is ignored.
    void helicone()
    {
        const Loaded file = loaded(QStringLiteral(
            "routers:\n  r:\n    load-balance: {chat: {strategy: latency, providers: [openai]}}\n"
            "    rate-limit:\n      store: {type: in-memory}\n"
            "      per-api-key:\n        capacity: 1000\n        refill-frequency: 1m\n"));
        QVERIFY(file.isUsable());
        QCOMPARE(file.problems.size(), std::size_t(1));
        QVERIFY(
            told(file.problems).front().contains(QLatin1String("W routers.r.rate-limit.store | ignored")));
        QCOMPARE(file.config.routers.front().policies.limits.front().amount, std::int64_t(1000));
    }

    void problems_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // beginning of the only problem's line
        const auto row = [](const char *text, const char *expected) {
            QTest::newRow(text) << QStringLiteral("global:\n rate-limit: %1\n").arg(QLatin1String(text))
                                << QString::fromUtf8(expected);
        };
        row("{per-api-key: {capacity: 0}}",
            "2:39+1 E global.rate-limit.per-api-key.capacity | capacity must be a whole number from 1");
        row("{per-api-key: {refill-frequency: 1}}", "2:47+1 E global.rate-limit.per-api-key.refill-frequency "
                                                    "| refill-frequency must be second, minute");
        row("{tokens: {by: user}}", "2:15+6 E global.rate-limit.tokens.capacity | missing key 'capacity'");
        row("{cost: {}}", "2:15+4 E global.rate-limit.cost.usd | missing key 'usd'");
        row("{cost: {usd: 0}}",
            "2:27+1 E global.rate-limit.cost.usd | usd must be a number from 0.001 to 999999, not");
        row("{cost:}", "2:15+4 E global.rate-limit.cost | cost has no value; it must be a map with the keys "
                       "usd, per, by");
        row("{limits: [{per: 1m}]}",
            "2:24+9 E global.rate-limit.limits.0 | say what is counted: requests, tokens or usd");
        row("{limits: [{requests: 1, tokens: 2, per: 1m}]}",
            "2:46+1 E global.rate-limit.limits.0 | a limit counts one thing; write a further item for "
            "tokens");
        row("{limits: [{requests: 1}]}", "2:24+13 E global.rate-limit.limits.0.per | missing key 'per'");
        row("{limits: [{requests: 1, per: month}]}", "2:43+5 E global.rate-limit.limits.0.per | per must be "
                                                     "second, minute, hour, day, week or a duration");
        row("{limits: [{requests: 1, per: 1m, burst: 1.5}]}",
            "2:54+3 E global.rate-limit.limits.0.burst | burst must be a whole number");
        row("{limits: [{requests: 1, per: 1m, by: client}]}",
            "2:51+6 E global.rate-limit.limits.0.by | by must be one of api-key, user, team");
        row("{limits: [{requests: 1, per: 1m, by: metadata.}]}",
            "2:51+9 E global.rate-limit.limits.0.by | by must be one of");
        row("{concurrency: {by: user}}",
            "2:15+11 E global.rate-limit.concurrency.requests | missing key 'requests'");
        row("{concurrency: [{requests: 0}]}",
            "2:40+1 E global.rate-limit.concurrency.0.requests | requests must be a whole number from 1");
        row("{concurrency: 8}", "2:28+1 E global.rate-limit.concurrency | concurrency must be a map with the "
                                "keys requests, by, queue, max-wait");
        row("{per-key: {}}", "2:15+7 E global.rate-limit.per-key | unknown key 'per-key'; keys here are "
                             "per-api-key, requests");
    }
    void problems()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const QStringList lines = told(loaded(text).problems);
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines.front().startsWith(expected), qPrintable(lines.front()));
    }

    /// The example of the help page loads as it stands, and its table of keys is the table of keys.
    void theHelpPage()
    {
        QFile file(pm::test::inSources(QStringLiteral("/resources/help/policies/limits.md")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString page = QString::fromUtf8(file.readAll());
        const auto example = QRegularExpression(QStringLiteral("```yaml\n(.*?)```"),
                                                QRegularExpression::DotMatchesEverythingOption)
                                 .match(page);
        QVERIFY(example.hasMatch());
        const Loaded config = loaded(example.captured(1));
        QCOMPARE(told(config.problems), QStringList());
        QCOMPARE(config.config.routers.front().policies.limits.size(), std::size_t(6));
        QCOMPARE(config.config.globalPolicies.concurrency.size(), std::size_t(2));
        for (const Key *key : keysBelow("routers.*.rate-limit")) {
            if (key->type != KeyType::Elsewhere)
                QVERIFY2(page.contains(QLatin1Char('`') +
                                       QString::fromUtf8(key->name().data(), qsizetype(key->name().size()))),
                         key->name().data());
        }
    }
};

QTEST_APPLESS_MAIN(TestConfigLimits)
#include "tst_config_limits.moc"
