// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/compiled_route.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kConfig =
    "model-aliases: {fast: openai/gpt-4o}\n"
    "providers:\n"
    "  box: {format: openai, base-url: 'http://10.0.0.5:8000/v1', models: [qwen, shared-model]}\n"
    "  box2: {format: openai, base-url: 'http://10.0.0.8:8000/v1', models: [qwen3]}\n"
    "  off: {format: openai, base-url: 'http://10.0.0.6:8000/v1', models: [off-model], enabled: false}\n"
    "  vllm: {base-url: 'http://10.0.0.7:8000/v1'}\n" // of a kind that runs here, but named: nobody looks for it
    "routers:\n"
    "  main:\n"
    "    route: {strategy: priority, children: [{target: openai}, {target: anthropic}]}\n"
    "    model-mappings:\n"
    "      gpt-4o: [groq/llama-3.3-70b, anthropic/claude-3-haiku, anthropic/claude-sonnet-4-5]\n"
    "      openai/gpt-5: [anthropic/claude-sonnet-4-5]\n"
    "  pin: {route: {target: anthropic/claude-sonnet-4-5}}\n"
    "  tree:\n"
    "    route:\n"
    "      strategy: weighted\n"
    "      children:\n"
    "        - {weight: 3, strategy: priority, children: [{target: groq/llama-3.3-70b}, {target: box}]}\n"
    "        - {weight: 1, target: openai/gpt-4o}\n"
    "    fallback: {order: [mistral, openai/gpt-5, anthropic]}\n"
    "  nofall:\n"
    "    route: {strategy: priority, children: [{target: anthropic}]}\n"
    "    fallback: {enabled: false, order: [openai]}\n"
    "    timeouts: {total: 7s}\n"
    "  one: {route: {strategy: priority, children: [{target: openai}, {target: box2}]}}\n"
    "  named: {route: {strategy: priority, children: [{target: openai}]}, model-mappings: {router/named: [openai/gpt-5]}}\n"
    "  backed: {route: {target: anthropic}, fallback: {order: [openai]}}\n"
    "  plain: {load-balance: {embeddings: {strategy: priority, providers: [openai]}}}\n";

SnapshotPtr snapshot()
{
    static const SnapshotPtr made = snapshotOf(kConfig, {"openai", "anthropic", "mistral"});
    return made;
}

QString textOf(const routing::Node &node)
{
    if (node.target)
        return q(node.target->label());
    QStringList children;
    for (const routing::Node &child : node.children)
        children << (child.weight == 1.0 ? q("") : q("%1x").arg(child.weight)) + textOf(child);
    return q(node.strategy) + q("(") + children.join(q(", ")) + q(")");
}

/// "priority(openai/m, groq/n) then mistral/m / anthropic: does not list m", or the refusal's label.
QString textOf(const Result<CompiledRoutePtr> &compiled)
{
    if (!compiled)
        return q(traits(compiled.error().kind).label);
    const CompiledRoute &route = **compiled;
    QString text = textOf(route.root);
    for (const auto &target : route.fallbackOrder)
        text += q(" then ") + q(target->label());
    for (const routing::Exclusion &excluded : route.excluded)
        text += q(" / ") + q(excluded.target) + q(": ") + q(excluded.reason);
    return text;
}

Route routeTo(const QString &router)
{
    Route route;
    route.scope = router.isEmpty() ? Scope::Ai : Scope::Router;
    route.router = snapshot()->config.findRouter(router.toStdString());
    return route;
}

Result<CompiledRoutePtr> compiled(const QString &router, const QString &model, const Forced &forced = {},
                                  config::EndpointType endpoint = config::EndpointType::Chat)
{
    return compileRoute(routeTo(router), model.toStdString(), endpoint, forced, snapshot());
}

} // namespace

class TestCompiledRoute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void routes_data()
    {
        QTest::addColumn<QString>("router"); // empty: /ai
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("route");
        const auto row = [](const char *what, const char *router, const char *model, const char *route) {
            QTest::newRow(what) << q(router) << q(model) << q(route);
        };
        row("provider said", "", "anthropic/claude-3-haiku", "anthropic/claude-3-haiku");
        row("provider said, model unheard of", "", "openai/gpt-99", "openai/gpt-99");
        row("alias", "", "fast", "openai/gpt-4o");
        row("bare name in the catalogue", "", "claude-3-haiku", "anthropic/claude-3-haiku");
        row("newest dated form of a bare name", "", "claude-haiku-4-5", "anthropic/claude-haiku-4-5");
        row("latest", "", "claude-sonnet-4-5-latest", "anthropic/claude-sonnet-4-5-latest");
        row("dated form that the catalogue does not have", "", "claude-3-haiku-20240307",
            "anthropic/claude-3-haiku-20240307");
        row("bare name of the configuration", "", "qwen", "box/qwen");
        row("the first that has a key", "", "shared-model", "mistral/shared-model");
        row("known to one without a key", "", "llama-3.3-70b", "groq/llama-3.3-70b");
        row("a provider that is off", "", "off-model", "model_not_found");
        row("nobody's", "", "gpt-99", "model_not_found");
        row("no model", "", "", "bad_request");
        row("router by the model", "", "router/pin", "anthropic/claude-sonnet-4-5");
        row("router by the model, targets without a model: the only one they have", "", "router/one",
            "priority(box2/qwen3) / openai: stands there without a model and the request names none; write it as "
            "openai/MODEL in the router, or ask the router for a model by its name");
        row("the same without any model", "one", "",
            "priority(box2/qwen3) / openai: stands there without a model and the request names none; write it as "
            "openai/MODEL in the router, or ask the router for a model by its name");
        row("router by the model, mapped", "", "router/named", "priority(openai/gpt-5)");
        row("router by the model, no target says which", "", "router/main", "model_not_found");
        row("the model's router wins", "main", "router/pin", "anthropic/claude-sonnet-4-5");
        row("mapping for who does not list it", "main", "gpt-4o", "priority(openai/gpt-4o, anthropic/claude-3-haiku)");
        row("mapping of a name with provider", "main", "openai/gpt-5", "priority(openai/gpt-5, anthropic/claude-sonnet-4-5)");
        row("mapping of the bare name helps a name with provider", "main", "openai/gpt-4o",
            "priority(openai/gpt-4o, anthropic/claude-3-haiku)");
        row("mapping behind an alias", "main", "fast", "priority(openai/gpt-4o, anthropic/claude-3-haiku)");
        row("listed by one, not mapped", "main", "gpt-5",
            "priority(openai/gpt-5) / anthropic: does not list gpt-5; map it in model-mappings");
        row("a model that nobody knows may be new", "main", "gpt-99", "priority(openai/gpt-99, anthropic/gpt-99)");
        row("provider that is not in the router", "main", "mistral/mistral-small", "model_not_found");
        row("pinned, whatever is asked", "pin", "gpt-4o", "anthropic/claude-sonnet-4-5");
        row("pinned, nothing asked", "pin", "", "anthropic/claude-sonnet-4-5");
        row("tree with weights and fallback", "tree", "gpt-4o",
            "weighted(3xpriority(groq/llama-3.3-70b, box/gpt-4o), openai/gpt-4o) then openai/gpt-5"
            " / mistral: does not list gpt-4o; map it in model-mappings"
            " / anthropic: does not list gpt-4o; map it in model-mappings");
        row("fallback switched off", "nofall", "claude-3-haiku", "priority(anthropic/claude-3-haiku)");
        row("nothing left and no fallback", "nofall", "gpt-4o", "model_not_found");
        row("the fallback alone", "backed", "gpt-4o",
            "() then openai/gpt-4o / anthropic: does not list gpt-4o; map it in model-mappings");
        row("router without a route: who has a key", "plain", "mistral-small",
            "latency(mistral/mistral-small, vllm/mistral-small, box/mistral-small, box2/mistral-small)"
            " / openai: does not list mistral-small; map it in model-mappings"
            " / anthropic: does not list mistral-small; map it in model-mappings");
    }
    void routes()
    {
        QFETCH(QString, router);
        QFETCH(QString, model);
        QTEST(textOf(compiled(router, model)), "route");
    }

    void forcedByHeader_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("route");
        const auto row = [](const char *what, const char *provider, const char *model, const char *route) {
            QTest::newRow(what) << q(provider) << q(model) << q(route);
        };
        row("provider leaves the router", "groq", "", "groq/gpt-4o");
        row("provider and model", "groq", "llama-3.3-70b", "groq/llama-3.3-70b");
        row("model within the router", "", "gpt-5",
            "priority(openai/gpt-5) / anthropic: does not list gpt-5; map it in model-mappings");
        row("model with its mapping", "", "openai/gpt-5", "priority(openai/gpt-5, anthropic/claude-sonnet-4-5)");
        row("the body's model has no say any more", "", "claude-sonnet-4-5",
            "priority(anthropic/claude-sonnet-4-5)"
            " / openai: does not list claude-sonnet-4-5; map it in model-mappings");
        row("router", "", "router/pin", "anthropic/claude-sonnet-4-5");
        row("unknown provider", "gork", "", "not_found");
        row("provider, and the model is a router's name", "openai", "router/pin", "bad_request");
        row("provider wins over the model's", "openai", "anthropic/claude-3-haiku", "openai/claude-3-haiku");
    }
    void forcedByHeader()
    {
        QFETCH(QString, provider);
        QFETCH(QString, model);
        QTEST(textOf(compiled(q("main"), q("gpt-4o"), {provider.toStdString(), model.toStdString()})), "route");
    }

    void endpoints()
    {
        const auto embeddings = config::EndpointType::Embeddings;
        QCOMPARE(textOf(compiled(q(""), q("text-embedding-3-small"), {}, embeddings)), q("openai/text-embedding-3-small"));
        const auto snapshotWithLoadBalance = snapshotOf(
            "routers: {lb: {load-balance: {chat: {strategy: priority, providers: [anthropic]}}}}\n", {"openai", "anthropic"});
        Route route;
        route.router = snapshotWithLoadBalance->config.findRouter("lb");
        const auto byModel = compileRoute(route, "text-embedding-3-small", embeddings, {}, snapshotWithLoadBalance);
        QCOMPARE(textOf(byModel), q("openai/text-embedding-3-small")); // the router says nothing of embeddings
    }

    void unknownModelsAreExplained()
    {
        const Error error = compiled(q(""), q("claude-3-hiaku")).error();
        QCOMPARE(error.status(), 404);
        QCOMPARE(q(error.code + "/" + error.param), q("model_not_found/model"));
        QVERIFY2(q(error.message).startsWith(q("no provider is known for model \"claude-3-hiaku\"; write provider/model, or one of: ")),
                 error.message.c_str());
        QVERIFY2(error.message.find("anthropic/claude-3-haiku") != std::string::npos, "the nearest");
        QVERIFY2(error.message.find("groq/") == std::string::npos, "what has no key cannot be asked for");
        QVERIFY(compiled(q(""), QString(5000, u'x')).error().message.size() < 600);
        const Error forced = compiled(q(""), q("gpt-4o"), {"", "gpt-55"}).error();
        QVERIFY2(forced.message.find("\"gpt-55\"") != std::string::npos, "the model that was forced is the one missing");
        const Error unnamed = compiled(q(""), q("router/main")).error();
        QVERIFY2(unnamed.message.find("write it as openai/MODEL in the router") != std::string::npos, unnamed.message.c_str());
        const Error router = compiled(q("nofall"), q("gpt-4o")).error();
        QCOMPARE(q(router.message), q("router \"nofall\" has no target for model \"gpt-4o\"; anthropic does not list gpt-4o; "
                                      "map it in model-mappings"));
    }

    void policies()
    {
        QCOMPARE((*compiled(q("nofall"), q("claude-3-haiku")))->policy.timeouts->total, std::chrono::milliseconds(7000));
        QVERIFY(!(*compiled(q("nofall"), q("claude-3-haiku")))->policy.fallback->enabled);
        QCOMPARE(q((*compiled(q("nofall"), q("router/pin")))->routerName), q("pin"));
        const auto byModel = *compiled(q(""), q("gpt-4o"));
        QCOMPARE(byModel->policy.timeouts->total, config::Timeouts().total);
        QVERIFY(byModel->routerName.empty());
    }

    void theCacheTellsRequestsApart()
    {
        RouteCache cache;
        const auto get = [&](const char *router, const char *model, const Forced &forced = {}) {
            return textOf(cache.get(routeTo(q(router)), model, config::EndpointType::Chat, forced, snapshot()));
        };
        for (int round = 0; round < 2; ++round) {
            QCOMPARE(get("", "gpt-4o"), q("openai/gpt-4o"));
            QCOMPARE(get("main", "gpt-4o"), q("priority(openai/gpt-4o, anthropic/claude-3-haiku)"));
            QCOMPARE(get("main", "gpt-4o", {"mistral", ""}), q("mistral/gpt-4o"));
            QCOMPARE(get("main", "gpt-4o", {"", "router/pin"}), q("anthropic/claude-sonnet-4-5"));
            QCOMPARE(get("", "gpt-99"), q("model_not_found"));
        }
        const auto again = [&] { return cache.get(routeTo(q("")), "fast", config::EndpointType::Chat, {}, snapshot()); };
        QCOMPARE(*again(), *again());
        const auto reloaded = snapshotOf("model-aliases: {fast: openai/gpt-5}\n", {"openai"});
        QCOMPARE(textOf(cache.get(Route{}, "fast", config::EndpointType::Chat, {}, reloaded)), q("openai/gpt-5"));
    }
};

QTEST_GUILESS_MAIN(TestCompiledRoute)
#include "tst_compiled_route.moc"
