// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/compiled_route.h"
#include "pipeline/status.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

class TestSnapshot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void targetsShareTheirStatistics()
    {
        StatsRegistry stats;
        QCOMPARE(stats.get("openai", "gpt-4o"), stats.get("openai", "gpt-4o"));
        QVERIFY(stats.get("openai", "gpt-4o") != stats.get("openai", "gpt-5"));
        QVERIFY(stats.get("openai", "") != stats.get("openai", "gpt-5"));
        stats.get("openai-eu", "gpt-4o");
        QCOMPARE(stats.ofProvider("openai").size(), std::size_t(3)); // not another provider that begins alike
        QCOMPARE(stats.ofProvider("openai-eu").size(), std::size_t(1));
        QVERIFY(stats.ofProvider("open").empty());
    }

    void madeUpModelsDoNotFillTheMemory()
    {
        StatsRegistry stats;
        const auto early = stats.get("openai", "gpt-4o");
        for (std::size_t i = 0; i < StatsRegistry::kMaxTargets + 10; ++i)
            stats.get("openai", "made-up-" + std::to_string(i));
        QCOMPARE(stats.get("openai", "gpt-4o"), early);
        QCOMPARE(stats.get("openai", "late"), stats.get("openai", "later"));
        QVERIFY(stats.ofProvider("openai").size() <= StatsRegistry::kMaxTargets + 1);
    }

    void namesWithoutEndAreNotKept()
    {
        const std::string endless(1'000'000, 'x');
        StatsRegistry stats;
        QCOMPARE(stats.get("openai", endless), stats.get("openai", endless + "y"));
        QCOMPARE(stats.get("openai", endless), stats.get("openai", ""));
        const SnapshotPtr snapshot = snapshotOf("", {"openai"});
        RouteCache cache;
        const auto get = [&](const std::string &model) {
            return *cache.get(Route{}, model, config::EndpointType::Chat, {}, snapshot);
        };
        QCOMPARE(get("openai/m"), get("openai/m"));
        const std::weak_ptr<const CompiledRoute> gone = get("openai/" + endless);
        QVERIFY(gone.expired());
        const std::weak_ptr<const CompiledRoute> forced =
            *cache.get(Route{}, "m", config::EndpointType::Chat, {"openai", endless}, snapshot);
        QVERIFY(forced.expired());
    }

    void aThousandRoutersAreFoundAndStayCompiled()
    {
        std::string yaml = "routers:\n";
        for (int i = 0; i < 1000; ++i)
            yaml += "  r" + std::to_string(i) + ": {load-balance: {chat: {strategy: priority, providers: [openai]}}}\n";
        const SnapshotPtr snapshot = snapshotOf(yaml, {"openai"});
        RouteCache cache;
        const auto get = [&](const config::Router &router) {
            Route route;
            route.router = &router;
            return *cache.get(route, "gpt-4o", config::EndpointType::Chat, {}, snapshot);
        };
        QVERIFY(!snapshot->findRouter("r1000") && !snapshot->findRouter(""));
        const CompiledRoutePtr first = get(snapshot->config.routers.front());
        for (const config::Router &router : snapshot->config.routers) {
            QCOMPARE(snapshot->findRouter(router.name), &router);
            get(router);
        }
        QCOMPARE(get(snapshot->config.routers.front()), first);
    }

    void theCacheForgetsAnOldSnapshot()
    {
        RouteCache cache;
        std::shared_ptr<const Snapshot> old = snapshotOf("", {"openai"});
        QVERIFY(cache.get(Route{}, "openai/m", config::EndpointType::Chat, {}, old));
        const std::weak_ptr<const Snapshot> watched = old;
        old.reset();
        QVERIFY(cache.get(Route{}, "openai/m", config::EndpointType::Chat, {}, snapshotOf("", {"openai"})));
        QVERIFY2(watched.expired(), "a reload must not keep what it replaced");
    }

    void whoListsWhat_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("isListed");
        const auto row = [](const char *what, const char *provider, const char *model, bool isListed) {
            QTest::newRow(what) << q(provider) << q(model) << isListed;
        };
        row("catalogue", "openai", "gpt-4o", true);
        row("catalogue, latest", "openai", "gpt-4o-latest", true);
        row("catalogue, another's", "openai", "claude-sonnet-4-5", false);
        row("configuration", "box", "qwen", true);
        row("configuration is exact", "box", "qwen-latest", false);
        row("discovery", "ollama", "llama3:8b", true);
        row("nobody", "box", "gpt-4o", false);
        row("no name", "openai", "", false);
    }
    void whoListsWhat()
    {
        QFETCH(QString, provider);
        QFETCH(QString, model);
        const auto snapshot =
            snapshotOf("providers: {box: {format: openai, base-url: 'http://10.0.0.5:1/v1', models: [qwen]}}\n");
        providerIn(*snapshot, "ollama").discoveredModels = {"llama3:8b"};
        QTEST(snapshot->lists(*snapshot->findProvider(provider.toStdString()), model.toStdString()), "isListed");
    }

    void usable_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("hasKey");
        QTest::addColumn<bool>("isEnabled");
        QTest::addColumn<bool>("isUsable");
        const auto row = [](const char *what, KeyState state, bool hasKey, bool isEnabled, bool isUsable) {
            QTest::newRow(what) << static_cast<int>(state) << hasKey << isEnabled << isUsable;
        };
        row("key", KeyState::Present, true, true, true);
        row("no key wanted", KeyState::NotNeeded, false, true, true);
        row("no key", KeyState::Missing, false, true, false);
        row("locked", KeyState::Locked, false, true, false);
        row("switched off", KeyState::Present, true, false, false);
    }
    void usable()
    {
        QFETCH(int, state);
        QFETCH(bool, hasKey);
        QFETCH(bool, isEnabled);
        ProviderRuntime provider;
        provider.keyState = static_cast<KeyState>(state);
        provider.provider.isEnabled = isEnabled;
        if (hasKey)
            provider.keys.push_back({"x", Secret("k"), nullptr});
        QTEST(provider.isUsable(), "isUsable");
    }

    void modelsShowWhatTheirProviderCharges()
    {
        const auto snapshot = snapshotOf("providers:\n"
                                         "  mine: {format: openai, base-url: 'http://127.0.0.1:1/v1', models: [m],"
                                         " price: {input: 0.5, output: 2}}\n"
                                         "  free: {format: openai, base-url: 'http://127.0.0.1:2/v1', models: [m]}\n");
        const auto priced = modelInfos(*snapshot, "mine");
        QCOMPARE(priced.size(), std::size_t(1));
        QCOMPARE(priced.front().inputPrice, std::optional<double>(0.5));
        QCOMPARE(priced.front().outputPrice, std::optional<double>(2));
        QVERIFY2(!modelInfos(*snapshot, "free").front().inputPrice, "unknown, not zero");
    }
};

QTEST_GUILESS_MAIN(TestSnapshot)
#include "tst_snapshot.moc"
