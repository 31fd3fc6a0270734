// SPDX-License-Identifier: GPL-3.0-or-later
// Policies of a router, edited as values: short forms, comments and spelling stay.
#include "config/config_edit.h"
#include "config/config_yaml.h"
#include "runtime/snapshot_builder.h"

#include <QTest>

using namespace pm;
using namespace pm::config;

namespace {

const char *const kPolicies =
    "routers:\n"
    "  r:\n"
    "    route: {strategy: latency, children: [openai, anthropic]}\n"
    "    cache:  # answers of an hour\n"
    "      directive: \"max-age=3600\"   # RFC 9111\n"
    "      seed: team-a\n"
    "      semantic: {embedding: ollama/nomic-embed-text, threshold: 0.930}\n"
    "    rate-limit:\n"
    "      per-api-key: {capacity: 1000, refill-frequency: 60s}  # as Helicone has it\n"
    "      cost: {usd: 5.00, per: 24h}\n"
    "      limits:\n"
    "        - {requests: 20, per: 1m, burst: 5, by: user}  # steady\n"
    "        # the day\n"
    "        - {requests: 20, per: day, by: user}  # slow\n"
    "      concurrency: {requests: 8, queue: 100}  # small machine\n"
    "    budgets:\n"
    "      - {usd: 20, per: month}  # soft\n"
    "    budget: {usd: 2.5, per: day, then: downgrade}  # hard\n"
    "    guardrails:\n"
    "      - pii  # all of it\n"
    "      - {check: patterns, patterns: 'secret-\\d+', mode: soft, action: redact}\n"
    "      - check: schema  # JSON\n"
    "        schema: {type: object, required: [name]}\n"
    "      - {check: max-size, limit: 64KiB}\n"
    "# tail\n";
const char *const kBare = "routers:\n"
                          "  r:\n"
                          "    route: {strategy: latency, children: [openai, anthropic]}  # two\n";

Budget dollars(double usd)
{
    Budget budget;
    budget.microUsd = static_cast<std::int64_t>(usd * 1e6);
    budget.per = Budget::Per::Week;
    return budget;
}

void changeLimits(Policies &all, const QString &what)
{
    if (what == u"the amount of a short form")
        all.limits[0].amount = 2000;
    else if (what == u"a burst, which a short form cannot say")
        all.limits[1].burst = 1'000'000;
    else if (what == u"a short form gone")
        all.limits.erase(all.limits.begin());
    else if (what == u"the first of two that look alike gone")
        all.limits.erase(all.limits.begin() + 2);
    else if (what == u"the second of two that look alike gone")
        all.limits.erase(all.limits.begin() + 3);
    else if (what == u"a limit more")
        all.limits.push_back({Limit::Of::Tokens, 90'000, std::chrono::minutes(1), 0, "metadata.project"});
    else if (what == u"whose a limit is")
        all.limits[3].by = "app";
    else if (what == u"places")
        all.concurrency[0].requests = 4;
    else if (what == u"a second one at once")
        all.concurrency.push_back({2, "app", 20, std::chrono::seconds(5)});
    else if (what == u"no limits")
        all.limits.clear(), all.concurrency.clear();
}

void change(Policies &all, const QString &what)
{
    changeLimits(all, what);
    if (what == u"how long answers are fresh")
        all.cache->directive = "max-age=60";
    else if (what == u"the threshold")
        all.cache->semantic->threshold = 0.9;
    else if (what == u"nothing near")
        all.cache->semantic.reset();
    else if (what == u"no cache")
        all.cache.reset();
    else if (what == u"a cache")
        all.cache.emplace();
    else if (what == u"the single budget")
        all.budgets.back().microUsd = 3'000'000;
    else if (what == u"the single budget gone")
        all.budgets.pop_back();
    else if (what == u"a budget more")
        all.budgets.insert(all.budgets.begin() + 1, dollars(7));
    else if (what == u"a mode for a bare check")
        all.guardrails[0].mode = Guardrail::Mode::Soft;
    else if (what == u"another pattern")
        all.guardrails[1].patterns.push_back("internal");
    else if (what == u"a check more")
        all.guardrails.push_back({.check = "secrets"});
    else if (what == u"a guardrail gone")
        all.guardrails.erase(all.guardrails.begin() + 1);
    else if (what == u"all new") {
        all.cache = Cache{.directive = "max-age=3600", .singleFlight = true};
        all.limits = {{Limit::Of::Cost, 1'500'000, std::chrono::hours(24), 0, "user"}};
        all.concurrency = {{8}};
        all.budgets = {dollars(20)};
        all.guardrails = {{.check = "pii", .action = Guardrail::Action::Replace}, {.check = "injection"}};
    }
}

} // namespace

class TestConfigEditPolicies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edits_data();
    void edits();
    void otherEditsLeavePoliciesAsTheyStand();
    void whatIsWrittenIsFound();
};

void TestConfigEditPolicies::edits_data()
{
    QTest::addColumn<QString>("start");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, const char *start, const char *from, const char *to) {
        QTest::newRow(name) << QString::fromUtf8(start) << QString::fromUtf8(from) << QString::fromUtf8(to);
    };
    row("nothing", kPolicies, "", "");
    row("how long answers are fresh", kPolicies, "max-age=3600", "max-age=60");
    row("the threshold", kPolicies, "0.930", "0.9");
    row("nothing near", kPolicies, "      semantic: {embedding: ollama/nomic-embed-text, threshold: 0.930}\n", "");
    row("the amount of a short form", kPolicies, "capacity: 1000", "capacity: 2000");
    row("the first of two that look alike gone", kPolicies, "        - {requests: 20, per: 1m, burst: 5, by: user}  # steady\n",
        "");
    row("a limit more", kPolicies, "by: user}  # slow\n",
        "by: user}  # slow\n        - {tokens: 90000, per: minute, by: metadata.project}\n");
    row("whose a limit is", kPolicies, "per: day, by: user}", "per: day, by: app}");
    row("places", kPolicies, "{requests: 8, queue", "{requests: 4, queue");
    row("the single budget", kPolicies, "usd: 2.5", "usd: 3");
    row("the single budget gone", kPolicies, "    budget: {usd: 2.5, per: day, then: downgrade}  # hard\n", "");
    row("a budget more", kPolicies, "per: month}  # soft\n", "per: month}  # soft\n      - {usd: 7, per: week}\n");
    row("a mode for a bare check", kPolicies, "- pii  #", "- {check: pii, mode: soft}  #");
    row("another pattern", kPolicies, "patterns: 'secret-\\d+'", "patterns: [secret-\\d+, internal]");
    row("a check more", kPolicies, "limit: 64KiB}\n", "limit: 64KiB}\n      - secrets\n");
    row("a guardrail gone", kPolicies,
        "      - {check: patterns, patterns: 'secret-\\d+', mode: soft, action: redact}\n", "");
    row("a cache", kBare, "# two\n", "# two\n    cache: {enabled: true}\n");
    row("all new", kBare, "# two\n",
        "# two\n"
        "    cache: {directive: max-age=3600, single-flight: true}\n"
        "    rate-limit:\n"
        "      limits:\n"
        "        - {usd: 1.5, per: day, by: user}\n"
        "      concurrency: {requests: 8}\n"
        "    budgets:\n"
        "      - {usd: 20, per: week}\n"
        "    guardrails:\n"
        "      - {check: pii, action: replace}\n"
        "      - injection\n");
    // What is told here is only what has to stay; the rest is for the round trip.
    for (const char *name : {"a burst, which a short form cannot say", "a short form gone", "a second one at once", "no limits",
                             "the second of two that look alike gone", "no cache"})
        row(name, kPolicies, "?", "");
}

void TestConfigEditPolicies::edits()
{
    QFETCH(QString, start);
    QFETCH(QString, from);
    QFETCH(QString, to);
    const Loaded before = load(start.toStdString(), knownNames());
    QVERIFY2(before.isUsable(), formatProblems("start", before.problems).c_str());
    Router router = *before.config.findRouter("r");
    change(router.policies, QString::fromUtf8(QTest::currentDataTag()));
    const auto edited = setRouter(start.toStdString(), router);
    QVERIFY2(edited.has_value(), edited ? "" : edited.error().message.c_str());
    const QString text = QString::fromStdString(*edited);
    if (from == u"?") {
        for (const char *kept : {"# tail", "- pii  # all of it", "schema: {type: object, required: [name]}", "# soft"})
            QVERIFY2(text.contains(QString::fromUtf8(kept)), edited->c_str());
    } else {
        QString expected = start;
        if (!from.isEmpty()) {
            QCOMPARE(expected.count(from), 1);
            expected.replace(from, to);
        }
        QCOMPARE(text, expected);
    }
    QVERIFY2(*load(*edited, knownNames()).config.findRouter("r") == router, edited->c_str());
    const auto again = setRouter(*edited, router);
    QVERIFY(again && *again == *edited);
}

void TestConfigEditPolicies::otherEditsLeavePoliciesAsTheyStand()
{
    Router router = *load(kPolicies, knownNames()).config.findRouter("r");
    for (auto &[type, route] : router.routes)
        route.strategy = "priority";
    const auto edited = setRouter(kPolicies, router);
    QVERIFY2(edited.has_value(), edited ? "" : edited.error().message.c_str());
    QCOMPARE(QString::fromStdString(*edited),
             QString::fromUtf8(kPolicies).replace(QStringLiteral("strategy: latency"), QStringLiteral("strategy: priority")));
}

void TestConfigEditPolicies::whatIsWrittenIsFound()
{
    const PlaceFinder text(kPolicies);
    QCOMPARE(text.written("routers.r.cache.seed").value_or(""), std::string("team-a"));
    QCOMPARE(text.written("routers.r.rate_limit.limits.1.per").value_or(""), std::string("day"));
    QVERIFY(!text.written("routers.r.cache"));
    QVERIFY(!text.written("routers.r.cache.buckets"));
    QCOMPARE(text.count("routers.r.rate-limit.limits"), std::size_t(2));
    QCOMPARE(text.count("routers.r.guardrails.0"), std::size_t(0));
    QVERIFY(text.isMap("routers.r.rate-limit.concurrency"));
    QVERIFY(text.isList("routers.r.budgets"));
    QVERIFY(text.texts("routers.r.guardrails.1.patterns") == std::vector<std::string>{"secret-\\d+"});
}

QTEST_APPLESS_MAIN(TestConfigEditPolicies)
#include "tst_config_edit_policies.moc"
