// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_keys.h"
#include "config/scalars.h"
#include "unit/config/config_texts.h"
#include "support/places.h"

#include <QFile>
#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

namespace {

QString sample(const QString &name)
{
    QFile file(pm::test::inSources(QStringLiteral("/resources/samples/")) + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestConfigYaml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyFilesAreDefaults_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << QString();
        QTest::newRow("comments") << QStringLiteral("# a\n\n# b\n");
        QTest::newRow("document mark") << QStringLiteral("---\n");
        QTest::newRow("null") << QStringLiteral("null\n");
        QTest::newRow("empty map") << QStringLiteral("{}\n");
        QTest::newRow("empty sections") << QStringLiteral("server:\nproviders: {}\nrouters: ~\ntraces:\n");
        QTest::newRow("byte order mark") << QString(QChar(0xFEFF));
    }
    void emptyFilesAreDefaults()
    {
        QFETCH(QString, text);
        const Loaded result = loaded(text);
        QCOMPARE(told(result.problems), QStringList());
        QVERIFY(result.config == Config{});
    }

    /// The defaults that the table tells are those that hold.
    void tableDefaultsAreTrue()
    {
        int seen = 0;
        for (const Key &key : keys()) {
            if (key.standard.empty() || key.path.find('*') != std::string_view::npos ||
                key.path.find_first_of("<[") != std::string_view::npos)
                continue;
            QString text;
            const QStringList parts =
                QString::fromUtf8(key.path.data(), qsizetype(key.path.size())).split(u'.');
            for (int i = 0; i < parts.size(); ++i)
                text += QString(i * 2, u' ') + parts[i] + QStringLiteral(": ") +
                        (i + 1 < parts.size()
                             ? QStringLiteral("\n")
                             : QString::fromUtf8(key.standard.data(), qsizetype(key.standard.size())));
            const Loaded result = loaded(text + u'\n');
            QCOMPARE(told(result.problems).join(u'\n'), QString());
            QVERIFY2(result.config == Config{}, qPrintable(text));
            ++seen;
        }
        QVERIFY(seen >= 12);
    }

    void tableDefaultsOfRoutersAreTrue()
    {
        QString text = QStringLiteral("routers:\n  r:\n    route: openai\n");
        int seen = 0;
        for (const std::string_view section : {"fallback", "retries", "timeouts", "circuit-breaker"}) {
            text +=
                QStringLiteral("    %1:\n").arg(QString::fromUtf8(section.data(), qsizetype(section.size())));
            for (const Key *key : keysBelow("routers.*." + std::string(section))) {
                if (key->standard.empty())
                    continue;
                text += QStringLiteral("      %1: %2\n")
                            .arg(QString::fromUtf8(key->name().data(), qsizetype(key->name().size())),
                                 QString::fromUtf8(key->standard.data(), qsizetype(key->standard.size())));
                ++seen;
            }
        }
        const Loaded result = loaded(text);
        QCOMPARE(told(result.problems), QStringList());
        Router expected = loaded(QStringLiteral("routers: {r: {route: openai}}")).config.routers.front();
        QVERIFY(result.config.routers.front() == expected);
        QCOMPARE(seen, 17);
    }

    void readsEverything()
    {
        const Loaded result = loaded(QStringLiteral(
            "server:\n"
            "  address: 0.0.0.0\n"
            "  port: 9000\n"
            "  workers: 3\n"
            "  max-body: 1MiB\n"
            "  max-connections: 10\n"
            "  allowed-hosts: [a.example]\n"
            "  allowed-origins: ['https://b.example']\n"
            "  client-keys: [{name: alice, key: keychain:client/alice, routers: [r]}]\n"
            "providers:\n"
            "  openai: {api-key: keychain:openai, enabled: false}\n"
            "  anthropic: {api-key: [env:ANTHROPIC_API_KEY, file:/run/a b], version: '2023-06-01', "
            "pass-client-key: true}\n"
            "  my-vllm: {format: openai, base-url: 'http://10.0.0.5:8000/v1', models: [qwen3-32b],\n"
            "            price: {input: 0, output: 1.5}, headers: {X-Team: ml}}\n"
            "model-aliases: {fast: openai/gpt-4o-mini, q: my-vllm/org/qwen}\n"
            "routers:\n"
            "  r:\n"
            "    load-balance:\n"
            "      chat: {strategy: weighted, providers: [{provider: anthropic, weight: '0.7'}, {provider: "
            "openai, weight: 0.3}]}\n"
            "      embeddings: {strategy: model-latency, models: [openai/e, {model: gemini/f, weight: 2}]}\n"
            "    fallback: {enabled: false, order: [gemini, openai/x], on: [429, 401, context]}\n"
            "    retries: {strategy: constant, delay: 1s, max-retries: 0, factor: 1.5}\n"
            "    timeouts: {connect: 1s, first-token: 2s, idle: 3s, total: 1m}\n"
            "    circuit-breaker: {failures: 1, ratio: 0.5, min-requests: 2, cooldown: 3s, successes: 4}\n"
            "    model-mappings: {gpt-4.1: [anthropic/claude, gemini/pro]}\n"
            "active-router: r\n"
            "global: {retries: {max-retries: 5}}\n"
            "unified-api: {retries: {min-delay: 2s}}\n"
            "traces: {bodies: metadata, max-age: 2d, max-size: 1GiB, max-body: 1KiB, redact: ['sk-\\w+']}\n"
            "discover: {local: false}\n"));
        QCOMPARE(told(result.problems), QStringList());
        Config expected;
        expected.server = {"0.0.0.0",
                           9000,
                           3,
                           1 << 20,
                           10,
                           {"a.example"},
                           {"https://b.example"},
                           {{"alice", "keychain:client/alice", {"r"}}}};
        expected.providers = {{.name = "openai", .apiKeys = {"keychain:openai"}, .enabled = false},
                              {.name = "anthropic",
                               .apiKeys = {"env:ANTHROPIC_API_KEY", "file:/run/a b"},
                               .version = "2023-06-01",
                               .passClientKey = true},
                              {.name = "my-vllm",
                               .format = "openai",
                               .baseUrl = "http://10.0.0.5:8000/v1",
                               .models = {"qwen3-32b"},
                               .price = Price{0.0, 1.5, {}, {}},
                               .headers = {{"X-Team", "ml"}}}};
        expected.modelAliases = {{"fast", "openai/gpt-4o-mini"}, {"q", "my-vllm/org/qwen"}};
        Router router;
        router.name = "r";
        router.routes[EndpointType::Chat] = {
            .strategy = "weighted",
            .children = {{.provider = "anthropic", .weight = 0.7}, {.provider = "openai", .weight = 0.3}}};
        router.routes[EndpointType::Embeddings] = {
            .strategy = "model-latency",
            .children = {{.provider = "openai", .model = "e"},
                         {.provider = "gemini", .model = "f", .weight = 2}}};
        router.fallback = {false, {"gemini", "openai/x"}, {"429", "auth", "context"}};
        router.retries = {Retries::Strategy::Constant, milliseconds(1000), milliseconds(8000), 0, 1.5};
        router.timeouts = {milliseconds(1000), milliseconds(2000), milliseconds(3000), milliseconds(60'000)};
        router.circuitBreaker = {1, 0.5, 2, milliseconds(3000), 4};
        router.modelMappings = {{"gpt-4.1", {"anthropic/claude", "gemini/pro"}}};
        expected.routers = {router};
        expected.activeRouter = "r";
        expected.traces = {Traces::Bodies::Metadata, std::chrono::hours(48), 1 << 30, 1024, {"sk-\\w+"}};
        expected.retries.maxRetries = 5;
        expected.retries.minDelay = milliseconds(2000);
        expected.discoverLocal = false;
        QVERIFY(result.config.server == expected.server);
        QVERIFY(result.config.providers == expected.providers);
        QVERIFY(result.config.routers == expected.routers);
        QVERIFY(result.config == expected);
        QVERIFY(result.config.findRouter("r") && !result.config.findRouter("s"));
        QVERIFY(result.config.findProvider("my-vllm") && !result.config.findProvider("x"));
    }

    /// Each pair of texts means the same.
    void spellings_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        const auto row = [](const char *name, const char *one, const char *other) {
            QTest::newRow(name) << QString::fromUtf8(one) << QString::fromUtf8(other);
        };
        row("snake_case", "server: {max_body: 1MiB, max_connections: 5}",
            "server: {max-body: 1MiB, max-connections: 5}");
        row("quoted numbers", "server: {port: '81'}", "server: {port: 81}");
        row("block and flow", "server:\n  port: 81\n", "{\"server\": {\"port\": 81}}");
        row("fallback_order and max_retries",
            "routers: {r: {route: openai, fallback: {fallback_order: [gemini], max_retries: 7}}}",
            "routers: {r: {route: openai, fallback: {order: [gemini]}, retries: {max-retries: 7}}}");
        row("load_balancing",
            "routers: {r: {load_balancing: {strategy: weighted, weights: {openai: 0.4, gemini: '0.6'}}}}",
            "routers: {r: {route: {strategy: weighted, providers: [{provider: openai, weight: 0.4}, "
            "{provider: gemini, weight: 0.6}]}}}");
        row("model_mapping", "routers: {r: {route: openai, model_mapping: {a: [openai/b]}}}",
            "routers: {r: {route: openai, model-mappings: {a: [openai/b]}}}");
        row("load-balance is sugar for a tree",
            "routers: {r: {load-balance: {chat: {strategy: latency, providers: [openai, gemini]}}}}",
            "routers: {r: {load-balance: {chat: {strategy: latency, children: [{target: openai}, "
            "gemini]}}}}");
        row("route is for every endpoint", "routers: {r: {route: openai}}",
            "routers: {r: {load-balance: {chat: openai, embeddings: openai, image: {target: openai}, audio: "
            "openai}}}");
        row("load-balance goes before route", "routers: {r: {route: openai, load-balance: {chat: gemini}}}",
            "routers: {r: {load-balance: {chat: gemini, embeddings: openai, image: openai, audio: openai}}}");
        row("global retries are the routers' default",
            "global: {retries: {max-retries: 9}}\nrouters: {r: {route: openai}}",
            "unified-api: {retries: {max-retries: 9}}\nrouters: {r: {route: openai, retries: {max-retries: "
            "9}}}");
        row("one key, many keys", "providers: {openai: {api-key: env:A}}",
            "providers: {openai: {api-keys: [env:A]}}");
        row("a nested tree",
            "routers: {r: {route: {strategy: priority, children: [{strategy: latency, weight: 2, models: "
            "[openai/a]}, gemini/b]}}}",
            "routers: {r: {route: {strategy: priority, children: [{strategy: latency, weight: 2, children: "
            "[{target: openai/a}]}, {target: gemini/b}]}}}");
    }
    void spellings()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        const Loaded a = loaded(one);
        const Loaded b = loaded(other);
        QVERIFY2(a.isUsable() && b.isUsable(), qPrintable((told(a.problems) + told(b.problems)).join(u'\n')));
        QVERIFY(a.config == b.config);
        QVERIFY(!(a.config == Config{}));
    }

    void samplesLoad_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("warnings");
        QTest::newRow("production") << QStringLiteral("production.yaml") << 0;
        QTest::newRow("local first") << QStringLiteral("local-first.yaml") << 0;
        QTest::newRow("Helicone's") << QStringLiteral("helicone.yaml") << 10;
    }
    void samplesLoad()
    {
        QFETCH(QString, name);
        QFETCH(int, warnings);
        const Loaded result = loaded(sample(name));
        QVERIFY2(result.isUsable(), formatProblems("sample", result.problems).c_str());
        QCOMPARE(int(result.problems.size()), warnings);
        QVERIFY(!result.config.routers.empty());
    }

    void heliconeSampleMeansWhatItSays()
    {
        const Config config = loaded(sample(QStringLiteral("helicone.yaml"))).config;
        const RouteNode &chat = config.findRouter("weighted")->routes.at(EndpointType::Chat);
        QCOMPARE(chat.strategy, std::string("provider-weighted"));
        QCOMPARE(chat.children.at(0).weight, 0.75);
        QCOMPARE(config.findRouter("weighted")->retries.minDelay, milliseconds(1000));
        QVERIFY(config.findRouter("weighted")->retries.strategy == Retries::Strategy::Constant);
        QCOMPARE(config.findRouter("fastest")->retries.maxDelay, milliseconds(30'000));
        QCOMPARE(config.findRouter("models")->routes.at(EndpointType::Chat).children.at(1).model,
                 std::string("claude-3-5-haiku"));
    }

    /// Every key of the table is on the page, with its default.
    void referencePageIsWhole()
    {
        const std::string page = referencePage();
        for (const Key &key : keys()) {
            const auto at = page.find("| `" + std::string(key.path) + "` | ");
            QVERIFY2(at != std::string::npos, std::string(key.path).c_str());
            const std::string row = page.substr(at, page.find('\n', at) - at);
            QVERIFY2(row.find(key.standard) != std::string::npos, row.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestConfigYaml)
#include "tst_config_yaml.moc"
