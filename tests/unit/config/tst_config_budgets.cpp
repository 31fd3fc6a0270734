// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/config/config_texts.h"

#include <QDateTime>
#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;
using namespace std::chrono_literals;

class TestConfigBudgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whereTheyStand()
    {
        const Loaded result = loaded(QStringLiteral("budgets: [{usd: 200}]\n"
                                                    "budget: {usd: 0.005, per: hour, by: metadata.project}\n"
                                                    "global: {budget: {usd: 3, by: provider}}\n"
                                                    "unified-api: {budgets: [{usd: 4}]}\n"
                                                    "routers:\n  r:\n    route: openai\n"
                                                    "    budgets: [{usd: 5, per: week, then: downgrade, warn-at: 0.5, name: five}]\n"
                                                    "    budget: {usd: 6, per: total}\n"));
        QCOMPARE(told(result.problems).join(u'\n'), QString());
        using Per = Budget::Per;
        const std::vector<Budget> global{{"", 200'000'000, Per::Month, "global"},
                                         {"", 5'000, Per::Hour, "metadata.project"},
                                         {"", 3'000'000, Per::Month, "provider"}};
        QVERIFY(result.config.globalPolicies.budgets == global);
        const std::vector<Budget> unified{{"", 4'000'000, Per::Month, "global"}};
        QVERIFY(result.config.unifiedPolicies.budgets == unified);
        const std::vector<Budget> ofRouter{{"five", 5'000'000, Per::Week, "router", 0.5, Budget::Then::Downgrade},
                                           {"", 6'000'000, Per::Total, "router"}};
        QVERIFY(result.config.routers.front().policies.budgets == ofRouter);
    }

    void clientKeys()
    {
        const Loaded result = loaded(
            QStringLiteral("server:\n  client-keys:\n    - name: bob\n      key: env:BOB\n      models: [openai/gpt-5*, fast]\n"
                           "      expires: 2026-12-31T18:00\n      budget: {usd: 20, per: day}\n      metadata: {team: ml, cost-centre: '7'}\n"
                           "      limits: [{requests: 100}, {tokens: 2000, per: 1h, burst: 500}, {usd: 1.5, per: 1d}]\n"));
        QCOMPARE(told(result.problems), QStringList());
        const Server::ClientKey &key = result.config.server.clientKeys.front();
        QCOMPARE(key.models, (std::vector<std::string>{"openai/gpt-5*", "fast"}));
        QVERIFY((key.budgets == std::vector<Budget>{{"", 20'000'000, Budget::Per::Day, "api-key"}}));
        QVERIFY((key.metadata == std::map<std::string, std::string>{{"team", "ml"}, {"cost-centre", "7"}}));
        QCOMPARE(key.expiresAt, QDateTime(QDate(2026, 12, 31), QTime(18, 0)).toSecsSinceEpoch());
        const std::vector<Limit> limits{{Limit::Of::Requests, 100, 60'000ms, 0, "api-key"},
                                        {Limit::Of::Tokens, 2000, 3'600'000ms, 500, "api-key"},
                                        {Limit::Of::Cost, 1'500'000, 86'400'000ms, 0, "api-key"}};
        QVERIFY(key.limits == limits);
    }
};

QTEST_GUILESS_MAIN(TestConfigBudgets)
#include "tst_config_budgets.moc"
