// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/snapshot_builder.h"
#include "unit/config/config_texts.h"

#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

class TestConfigEditRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Changing one thing in the rich file changes one line and nothing else.
    void routerEdits_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        const auto row = [](const char *name, const char *from, const char *to) {
            QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(from)
                                << QString::fromUtf8(to);
        };
        row("nothing", "", "");
        row("weights", "weight: '0.7'}  # main\n          - provider: openai\n            weight: '0.3' ",
            "weight: '0.6'}  # main\n          - provider: openai\n            weight: '0.4' ");
        row("strategy", "strategy: weighted   #", "strategy: priority   #");
        row("new target", "            weight: '0.3'    # spare\n",
            "            weight: '0.3'    # spare\n          - {provider: gemini, weight: 0.5}\n");
        row("target gone", "          - {provider: anthropic, weight: '0.7'}  # main\n", "");
        row("retry count", "max-retries: 2}", "max-retries: 5}");
        row("retry factor", "max-retries: 2}", "max-retries: 2, factor: 3}");
        row("fallback",
            "    retries: {strategy: exponential, min-delay: 500ms, max-retries: 2} # enough\n    # end of "
            "production\n",
            "    retries: {strategy: exponential, min-delay: 500ms, max-retries: 2} # enough\n    # end of "
            "production\n"
            "    fallback:\n      order: [gemini, ollama/qwen3:32b]\n");
        row("mapping with dots",
            "    retries: {strategy: exponential, min-delay: 500ms, max-retries: 2} # enough\n    # end of "
            "production\n",
            "    retries: {strategy: exponential, min-delay: 500ms, max-retries: 2} # enough\n    # end of "
            "production\n"
            "    model-mappings:\n      gpt-4.1: [anthropic/claude-sonnet-4-5]\n");
    }
    void routerEdits()
    {
        QFETCH(QString, change);
        QFETCH(QString, from);
        QFETCH(QString, to);
        const Loaded before = load(text(kRich), known());
        QVERIFY2(before.isUsable(), formatProblems("rich", before.problems).c_str());
        Router router = *before.config.findRouter("production");
        RouteNode &chat = router.routes.at(EndpointType::Chat);
        if (change == u"weights") {
            chat.children[0].weight = 0.6;
            chat.children[1].weight = 0.4;
        } else if (change == u"strategy") {
            chat.strategy = "priority";
        } else if (change == u"new target") {
            chat.children.push_back({.provider = "gemini", .weight = 0.5});
        } else if (change == u"target gone") {
            chat.children.erase(chat.children.begin());
        } else if (change == u"retry count") {
            router.retries.maxRetries = 5;
        } else if (change == u"retry factor") {
            router.retries.factor = 3;
        } else if (change == u"fallback") {
            router.fallback.order = {"gemini", "ollama/qwen3:32b"};
        } else if (change == u"mapping with dots") {
            router.modelMappings["gpt-4.1"] = {"anthropic/claude-sonnet-4-5"};
        }
        QString expected = kRich;
        if (!from.isEmpty()) {
            QCOMPARE(expected.count(from), 1);
            expected.replace(from, to);
        }
        const auto edited = setRouter(text(kRich), router);
        QCOMPARE(result(edited), expected);
        const Loaded after = load(*edited, known());
        QVERIFY2(after.isUsable(), formatProblems("edited", after.problems).c_str());
        QVERIFY(*after.config.findRouter("production") == router);
        QVERIFY(*after.config.findRouter("staging") == *before.config.findRouter("staging"));
    }

    /// A rule is known by its example, written with brackets or without: what stands behind it stays.
    void oneExampleAloneIsTheSameRule()
    {
        const std::string before = "routers:\n  topics:\n    route:\n      strategy: semantic\n      settings: {embedding: ollama/nomic-embed-text}\n"
                                   "      rules:\n"
                                   "        - examples: fix this code # the most of them\n          use: openai/gpt-5\n"
                                   "        - examples: [translate to French]\n          use: gemini/gemini-2.5-pro\n"
                                   "      default: openai/gpt-5-mini\n";
        const Loaded loaded = load(before, pm::knownNames());
        QVERIFY2(loaded.isUsable(), formatProblems("topics", loaded.problems).c_str());
        Router router = *loaded.config.findRouter("topics");
        for (auto &[type, route] : router.routes) { // both change: neither stays as a whole
            route.children[0].model = "gpt-5.1";
            route.children[1].examples = {"translate to German"};
        }
        const auto edited = setRouter(before, router);
        QVERIFY(edited.has_value());
        QVERIFY2(edited->find("fix this code # the most of them\n          use: openai/gpt-5.1\n") != std::string::npos, edited->c_str());
        QVERIFY2(edited->find("translate to German") != std::string::npos, edited->c_str());
    }

    /// Any router goes into any layout and comes out the same.
    void routersRoundTrip_data()
    {
        QTest::addColumn<QString>("before");
        QTest::newRow("empty file") << QString();
        QTest::newRow("rich file") << kRich;
        QTest::newRow("rich file with CRLF") << QString(kRich).replace(u'\n', QStringLiteral("\r\n"));
        QTest::newRow("flow file") << QStringLiteral(
            "{routers: {production: {route: openai/x}}, server: {port: 1}}\n");
        QTest::newRow("flow router") << QStringLiteral(
            "routers:\n  production: {route: {target: openai/x}}\n");
        QTest::newRow("short form") << QStringLiteral(
            "routers:\n  production:\n    load_balancing: {strategy: weighted, weights: {openai: 1, gemini: "
            "2}}\n"
            "    fallback: {fallback_order: [openai], max_retries: 3}\n    model_mapping: {a: openai/b}\n");
        QTest::newRow("empty routers") << QStringLiteral("routers:\n# tail\nserver: {port: 1}\n");
        QTest::newRow("null router") << QStringLiteral("routers:\n  production:\nserver: {port: 1}\n");
        QTest::newRow("global retries")
            << QStringLiteral("global: {retries: {max-retries: 7, min-delay: 2s}}\n");
    }
    void routersRoundTrip()
    {
        QFETCH(QString, before);
        for (const Router &router : sampleRouters()) {
            const auto edited = setRouter(text(before), router);
            QVERIFY2(edited.has_value(), edited ? "" : edited.error().message.c_str());
            const Loaded after = load(*edited, known());
            QVERIFY2(after.isUsable(), (formatProblems("edited", after.problems) + *edited).c_str());
            const Router *found = after.config.findRouter("production");
            QVERIFY2(found && *found == router, edited->c_str());
            // Once more changes nothing.
            QCOMPARE(result(setRouter(*edited, router)), QString::fromStdString(*edited));
        }
    }

    void newRouterReadsWell()
    {
        Router router;
        router.name = "new";
        router.routes[EndpointType::Chat] = {
            .strategy = "weighted",
            .children = {{.provider = "anthropic", .weight = 0.7}, {.provider = "openai", .weight = 0.3}}};
        router.fallback.order = {"gemini"};
        router.timeouts.connect = std::chrono::seconds(2);
        QCOMPARE(result(setRouter("routers:\n  a: {route: openai}\n# end\n", router)),
                 QStringLiteral("routers:\n"
                                "  a: {route: openai}\n"
                                "  new:\n"
                                "    load-balance:\n"
                                "      chat:\n"
                                "        strategy: weighted\n"
                                "        providers:\n"
                                "          - {provider: anthropic, weight: 0.7}\n"
                                "          - {provider: openai, weight: 0.3}\n"
                                "    fallback:\n"
                                "      order: [gemini]\n"
                                "    timeouts: {connect: 2s}\n"
                                "# end\n"));
    }

    void removesRouter()
    {
        const QString without = result(removeRouter(text(kRich), "production"));
        QVERIFY(!without.contains(u"main"));
        QVERIFY(!without.contains(u"active-router"));
        QVERIFY(without.contains(u"  # the one that matters\n    # end of production\n  staging:"));
        QVERIFY(load(without.toStdString(), known()).isUsable());
        QCOMPARE(result(removeRouter("routers: {a: {route: openai}}\n", "b")),
                 QStringLiteral("routers: {a: {route: openai}}\n"));
    }

    void renamesRouter()
    {
        QString expected = kRich;
        expected.replace(QStringLiteral("  production:\n"), QStringLiteral("  prod:\n"));
        expected.replace(QStringLiteral("active-router: production"), QStringLiteral("active-router: prod"));
        QCOMPARE(result(renameRouter(text(kRich), "production", "prod")), expected);
        QVERIFY(!renameRouter(text(kRich), "production", "staging"));
        QVERIFY(!renameRouter(text(kRich), "none", "other"));
        const auto keys = renameRouter("server: {client-keys: [{name: a, key: env:A, routers: [x, y]}]}\n"
                                       "routers: {x: {route: openai}, y: {route: openai}}\n",
                                       "y", "z");
        QCOMPARE(result(keys),
                 QStringLiteral("server: {client-keys: [{name: a, key: env:A, routers: [x, z]}]}\n"
                                "routers: {x: {route: openai}, z: {route: openai}}\n"));
    }

private:
    static std::vector<Router> sampleRouters()
    {
        Router plain;
        plain.name = "production";
        plain.routes[EndpointType::Chat] = {.strategy = "latency",
                                            .children = {{.provider = "openai"}, {.provider = "gemini"}}};
        Router weighted = plain;
        weighted.routes[EndpointType::Chat] = {
            .strategy = "weighted",
            .children = {{.provider = "openai", .weight = 0.25}, {.provider = "gemini", .weight = 0.75}}};
        weighted.routes[EndpointType::Embeddings] = {.provider = "openai", .model = "text-embedding-3-small"};
        weighted.fallback = {
            .enabled = false, .order = {"anthropic/claude", "openai"}, .on = {"429", "context"}};
        weighted.retries = {Retries::Strategy::Constant, milliseconds(1500), milliseconds(90'000), 4, 1.5};
        weighted.timeouts.total = std::chrono::minutes(30);
        weighted.circuitBreaker.ratio = 0.25;
        weighted.modelMappings = {{"gpt-4", {"openai/gpt-4"}}, {"gpt-4.1", {"openai/a", "gemini/b: c"}}};
        Router tree = plain;
        const RouteNode inner{.strategy = "round-robin",
                              .weight = 2,
                              .children = {{.provider = "openai", .model = "a"}, {.provider = "gemini"}}};
        const RouteNode outer{.strategy = "weighted",
                              .children = {inner, {.provider = "ollama", .model = "q:32b"}}};
        for (const auto type :
             {EndpointType::Chat, EndpointType::Embeddings, EndpointType::Image, EndpointType::Audio})
            tree.routes[type] = outer;
        Router target = plain;
        target.routes = tree.routes;
        for (auto &[type, route] : target.routes)
            route = {.provider = "openai", .model = "gpt-4o"};
        return {plain, weighted, tree, target};
    }
};

QTEST_GUILESS_MAIN(TestConfigEditRouter)
#include "tst_config_edit_router.moc"
