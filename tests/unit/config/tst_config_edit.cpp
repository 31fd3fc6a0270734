// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_edit.h"
#include "config/config_yaml.h"

#include <QTest>

using namespace pm;
using namespace pm::config;

namespace {

KnownNames known()
{
    return {{"openai", "anthropic", "gemini", "ollama"},
            {"latency", "weighted", "model-weighted", "round-robin", "priority"},
            {"openai", "anthropic"}};
}

std::string text(const QString &value)
{
    return value.toStdString();
}

QString result(const Result<std::string> &value)
{
    return value ? QString::fromStdString(*value)
                 : QStringLiteral("error: ") + QString::fromStdString(value.error().message);
}

/// A file as people have it: comments everywhere, both styles, odd spacing, quotes, not only ASCII.
const QString kRich = QStringLiteral(R"(# Größe: whole-file head comment — ünïcödé
server:   # who listens
  port: 8080      # the usual port

  address: "127.0.0.1"   # loopback only

# vendors
providers:
  openai: {api-key: keychain:openai, models: [gpt-4o, "gpt-4.1"]}   # flow
  anthropic:
    # two keys
    api-key: [env:ANTHROPIC_API_KEY, keychain:anthropic-2]

routers:
  # the one that matters
  production:
    load-balance:
      chat:
        strategy: weighted   # not latency: the bill
        providers:
          # cheap when idle
          - {provider: anthropic, weight: '0.7'}  # main
          - provider: openai
            weight: '0.3'    # spare
    retries: {strategy: exponential, min-delay: 500ms, max-retries: 2} # enough
    # end of production
  staging:
    route: {strategy: latency, children: [openai, anthropic]}

active-router: production  # tray default
# tail
)");

} // namespace

class TestConfigEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsValue_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("after");
        const auto row = [](const char *name, const char *before, const char *path, const char *value,
                            const char *after) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(value) << QString::fromUtf8(after);
        };
        row("plain value keeps its comment", "a: 1\nserver: # x\n  port: 8080  # y\n", "server.port", "9000",
            "a: 1\nserver: # x\n  port: 9000  # y\n");
        row("quoted value goes with its quotes", "server: {address: '::1', port: 1}\n", "server.address",
            "127.0.0.1", "server: {address: 127.0.0.1, port: 1}\n");
        row("value after text beyond ASCII", "# ä€😀\nx: 'ü'\nserver: {port: 1}\n", "server.port", "2",
            "# ä€😀\nx: 'ü'\nserver: {port: 2}\n");
        row("value in a file with CRLF", "server:\r\n  port: 1\r\n", "server.port", "2",
            "server:\r\n  port: 2\r\n");
        row("adds a line in the file's own line ends", "server:\r\n  port: 1\r\n", "server.workers", "2",
            "server:\r\n  port: 1\r\n  workers: 2\r\n");
        row("value that is missing after its colon", "server:\n  port:   # none\n", "server.port", "2",
            "server:\n  port: 2   # none\n");
        row("missing key in a block, with the block's indent",
            "server:\n    port: 1 # p\ntraces:\n    bodies: off\n", "server.workers", "2",
            "server:\n    port: 1 # p\n    workers: 2\ntraces:\n    bodies: off\n");
        row("missing key behind the block's own comments",
            "server:\n  port: 1\n  # max-body: 1MiB\n\ntraces:\n", "server.workers", "2",
            "server:\n  port: 1\n  # max-body: 1MiB\n  workers: 2\n\ntraces:\n");
        row("missing key in a flow map", "server: {port: 1}\n", "server.workers", "2",
            "server: {port: 1, workers: 2}\n");
        row("missing key in an empty flow map", "server: {}\n", "server.workers", "2",
            "server: {workers: 2}\n");
        row("missing key in a flow map with a trailing comma", "server: {port: 1,}\n", "server.workers", "2",
            "server: {port: 1, workers: 2,}\n");
        row("missing sections", "", "traces.bodies", "off", "traces:\n  bodies: off\n");
        row("missing sections in a file of comments", "# only\n", "traces.bodies", "off",
            "# only\ntraces:\n  bodies: off\n");
        row("missing sections after a file without last line end", "server: {port: 1}", "traces.bodies",
            "off", "server: {port: 1}\ntraces:\n  bodies: off");
        row("a section that is there but empty", "server: # mine\nproviders:\n  openai: {}\n", "server.port",
            "1", "server: # mine\n  port: 1\nproviders:\n  openai: {}\n");
        row("null spelled out", "server: null\n", "server.port", "1", "server: {port: 1}\n");
        row("a name with dots is one key", "model-aliases:\n  a: openai/x\n", "model-aliases.gpt-4.1",
            "openai/gpt-4.1", "model-aliases:\n  a: openai/x\n  gpt-4.1: openai/gpt-4.1\n");
        row("a name with dots beside its beginning", "model-aliases: {gpt-4: openai/x}\n",
            "model-aliases.gpt-4.1", "openai/y", "model-aliases: {gpt-4: openai/x, gpt-4.1: openai/y}\n");
        row("a name with dots that is there", "model-aliases: {gpt-4: openai/x, gpt-4.1: openai/z}\n",
            "model-aliases.gpt-4.1", "openai/y", "model-aliases: {gpt-4: openai/x, gpt-4.1: openai/y}\n");
        row("a name in quotes", "model-aliases: {gpt-4.1: openai/z}\n", "model-aliases.\"gpt-4.1\"",
            "openai/y", "model-aliases: {gpt-4.1: openai/y}\n");
        row("snake_case key found by its kebab name", "server: {max_body: 1MiB}\n", "server.max-body", "2MiB",
            "server: {max_body: 2MiB}\n");
        row("kebab key found by its snake name", "server: {max-body: 1MiB}\n", "server.max_body", "2MiB",
            "server: {max-body: 2MiB}\n");
        row("item of a list", "server:\n  allowed-hosts:\n    - a # one\n    - b\n", "server.allowed-hosts.0",
            "c", "server:\n  allowed-hosts:\n    - c # one\n    - b\n");
        row("item after the last", "server: {allowed-hosts: [a]}\n", "server.allowed-hosts.1", "b",
            "server: {allowed-hosts: [a, b]}\n");
        row("a block becomes a flow list, the key's comment stays",
            "server:\n  allowed-hosts: # who\n    - a\n    - b\n  port: 1\n", "server.allowed-hosts", "[c]",
            "server:\n  allowed-hosts: [c] # who\n  port: 1\n");
        row("text of several lines becomes one",
            "providers:\n  x:\n    version: |\n      a\n      b\n    enabled: true\n", "providers.x.version",
            "c", "providers:\n  x:\n    version: c\n    enabled: true\n");
        row("a text that would end the flow map is quoted", "server: {address: x}\n", "server.address",
            "a}, {b", "server: {address: 'a}, {b'}\n");
        row("after a byte order mark", "\xEF\xBB\xBFserver: {port: 1}\n", "server.port", "2",
            "\xEF\xBB\xBFserver: {port: 2}\n");
    }
    void setsValue()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, value);
        QFETCH(QString, after);
        QCOMPARE(result(setValue(text(before), text(path), text(value))), after);
    }

    void refusesToSet_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *name, const char *before, const char *path, const char *value) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(value);
        };
        row("a text that does not parse", "server: {port: 1\n", "server.port", "2");
        row("a value that does not parse", "server: {port: 1}\n", "server.port", "[1");
        row("a value with a comment", "server: {port: 1}\n", "server.port", "1 # no");
        row("below a single value", "server: {port: 1}\n", "server.port.x", "1");
        row("beyond a list's end", "server: {allowed-hosts: [a]}\n", "server.allowed-hosts.5", "b");
        row("an alias in the file", "a: &x 1\nb: *x\n", "a", "2");
        row("a duplicate key in the file", "a: 1\na: 2\n", "a", "3");
        row("no path", "a: 1\n", "", "2");
    }
    void refusesToSet()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, value);
        const auto edited = setValue(text(before), text(path), text(value));
        QVERIFY2(!edited, edited ? edited->c_str() : "");
        QCOMPARE(edited.error().kind, ErrorKind::Config);
        QVERIFY(!edited.error().message.empty());
    }

    void removes_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("after");
        const auto row = [](const char *name, const char *before, const char *path, const char *after) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(after);
        };
        row("a line and its comment", "server:\n  port: 1 # p\n  workers: 2\n", "server.port",
            "server:\n  workers: 2\n");
        row("the last line without line end", "server:\n  port: 1\n  workers: 2", "server.workers",
            "server:\n  port: 1");
        row("the same with CRLF", "server:\r\n  port: 1\r\n  workers: 2", "server.workers",
            "server:\r\n  port: 1");
        row("a whole block", "# h\nserver:\n  port: 1\n# t\ntraces: {bodies: off}\n", "server",
            "# h\n# t\ntraces: {bodies: off}\n");
        row("the first of a flow map", "server: {port: 1, workers: 2}\n", "server.port",
            "server: {workers: 2}\n");
        row("the last of a flow map", "server: {port: 1, workers: 2}\n", "server.workers",
            "server: {port: 1}\n");
        row("the only one of a flow map", "server: { port: 1, }\n", "server.port", "server: {}\n");
        row("an item of a flow list", "server: {allowed-hosts: [a, b, c]}\n", "server.allowed-hosts.1",
            "server: {allowed-hosts: [a, c]}\n");
        row("an item of a block list", "server:\n  allowed-hosts:\n  - a\n  - b # x\n  - c\n",
            "server.allowed-hosts.1", "server:\n  allowed-hosts:\n  - a\n  - c\n");
        row("the key behind a dash", "server:\n  client-keys:\n    - name: a\n      key: env:A\n",
            "server.client-keys.0.name", "server:\n  client-keys:\n    - key: env:A\n");
        row("an item of several lines",
            "server:\n  client-keys:\n    - name: a\n      key: env:A\n    - {name: b, key: env:B}\n",
            "server.client-keys.0", "server:\n  client-keys:\n    - {name: b, key: env:B}\n");
        row("what is absent", "server: {port: 1}\n", "server.workers", "server: {port: 1}\n");
        row("what is absent in a missing section", "a: 1\n", "server.workers", "a: 1\n");
    }
    void removes()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, after);
        QCOMPARE(result(removeValue(text(before), text(path))), after);
    }

    void appends_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("after");
        const auto row = [](const char *name, const char *before, const char *path, const char *item,
                            const char *after) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(path)
                                << QString::fromUtf8(item) << QString::fromUtf8(after);
        };
        row("to a block list", "server:\n  allowed-hosts:\n    - a # x\n  port: 1\n", "server.allowed-hosts",
            "b", "server:\n  allowed-hosts:\n    - a # x\n    - b\n  port: 1\n");
        row("to a block list without indent", "server:\n  allowed-hosts:\n  - a\n  port: 1\n",
            "server.allowed-hosts", "b", "server:\n  allowed-hosts:\n  - a\n  - b\n  port: 1\n");
        row("a map of two lines", "server:\n  client-keys:\n    - name: a\n      key: env:A\n",
            "server.client-keys", "name: b\nkey: env:B",
            "server:\n  client-keys:\n    - name: a\n      key: env:A\n    - name: b\n      key: env:B\n");
        row("a map of two lines to a flow list", "server: {client-keys: []}\n", "server.client-keys",
            "name: b\nkey: env:B", "server: {client-keys: [{name: b, key: env:B}]}\n");
        row("to a flow list", "server: {allowed-hosts: [a]}\n", "server.allowed-hosts", "b",
            "server: {allowed-hosts: [a, b]}\n");
        row("to a list that is missing", "server:\n  port: 1\n", "server.allowed-hosts", "b",
            "server:\n  port: 1\n  allowed-hosts: [b]\n");
        row("to a list that is empty", "server:\n  allowed-hosts:\n  port: 1\n", "server.allowed-hosts", "b",
            "server:\n  allowed-hosts: [b]\n  port: 1\n");
        row("to a single value that may be a list", "providers:\n  openai: {api-key: env:A}\n",
            "providers.openai.api-key", "env:B", "providers:\n  openai: {api-key: [env:A, env:B]}\n");
    }
    void appends()
    {
        QFETCH(QString, before);
        QFETCH(QString, path);
        QFETCH(QString, item);
        QFETCH(QString, after);
        QCOMPARE(result(appendItem(text(before), text(path), text(item))), after);
    }

    void findsPlaces()
    {
        const std::string rich = text(kRich);
        const auto at = [&](std::string_view path) { return findPlace(rich, path); };
        QCOMPARE(at("server.port")->line, 3);
        QCOMPARE(at("server.port")->column, 9);
        QCOMPARE(at("routers.production")->line, 17);
        QCOMPARE(at("routers.production")->endLine, 25);
        QCOMPARE(at("routers.production.load-balance.chat.providers.1.weight")->line, 24);
        QCOMPARE(at("providers.openai.models.1")->column, 55);
        QVERIFY(!at("routers.none"));
        QVERIFY(findPlace("server:\n  port: 1\nrouters: {x: [", "server.port").has_value());
    }

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

QTEST_GUILESS_MAIN(TestConfigEdit)
#include "tst_config_edit.moc"
