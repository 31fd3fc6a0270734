// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/compiled_route.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kConfig =
    "model-aliases: {draw: openai/gpt-image-1}\n"
    "providers:\n"
    "  box: {format: openai, base-url: 'http://10.0.0.5:8000/v1', models: [whisper-box]}\n"
    "  ears: {format: openai, base-url: 'http://10.0.0.6:8000/v1', services: [transcriptions], models: [whisper-x]}\n"
    "  off: {format: openai, base-url: 'http://10.0.0.7:8000/v1', services: [rerank], enabled: false}\n"
    "routers:\n"
    "  main:\n"
    "    route: {strategy: priority, children: [{target: anthropic}, {target: openai/gpt-4o}, {target: groq}]}\n"
    "    model-mappings: {whisper-1: [groq/whisper-large-v3]}\n"
    "  drawn:\n"
    "    load-balance:\n"
    "      chat: {strategy: priority, providers: [openai]}\n"
    "      image: {strategy: priority, models: [xai/grok-imagine-image, openai/gpt-image-1]}\n"
    "  words: {route: {target: anthropic}}\n"
    "  backed: {route: {target: anthropic}, fallback: {order: [openai/gpt-5]}}\n"
    "  own: {route: {strategy: priority, children: [{target: box}, {target: openai}]}}\n"
    "  plain: {load-balance: {embeddings: {strategy: priority, providers: [openai]}}}\n";

SnapshotPtr snapshot()
{
    static const SnapshotPtr made = snapshotOf(kConfig, {"openai", "anthropic", "xai", "box", "ears"});
    return made;
}

QString textOf(const routing::Node &node)
{
    if (node.target)
        return q(node.target->label());
    QStringList children;
    for (const routing::Node &child : node.children)
        children << textOf(child);
    return q(node.strategy) + q("(") + children.join(q(", ")) + q(")");
}

/// "priority(openai/m) then xai/n / anthropic: has no … | why", or the refusal.
QString textOf(const Result<CompiledRoutePtr> &compiled)
{
    if (!compiled)
        return q(traits(compiled.error().kind).label) + q(": ") + q(compiled.error().message);
    const CompiledRoute &route = **compiled;
    QString text = textOf(route.root);
    for (const auto &target : route.fallbackOrder)
        text += q(" then ") + q(target->label());
    for (const routing::Exclusion &excluded : route.excluded)
        text += q(" / ") + q(excluded.target) + q(": ") + q(excluded.reason);
    return route.why.empty() ? text : text + q(" | ") + q(route.why);
}

Route routeTo(const QString &path)
{
    return resolve(requestOf("POST", path.toStdString()), *snapshot()).value();
}

} // namespace

class TestServiceRoute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void routes_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("route");
        const auto row = [](const char *what, const char *path, const char *model, const char *route) {
            QTest::newRow(what) << q(path) << q(model) << q(route);
        };
        row("the provider that is named", "/ai/v1/images/generations", "xai/grok-imagine-image",
            "xai/grok-imagine-image");
        row("an alias", "/ai/v1/images/generations", "draw", "openai/gpt-image-1");
        row("a model that somebody lists", "/ai/v1/audio/transcriptions", "whisper-x", "ears/whisper-x");
        row("a model of one of whom nothing else is known", "/ai/v1/audio/transcriptions", "whisper-box",
            "box/whisper-box");
        row("a model that nobody lists", "/ai/v1/audio/speech", "tts-1", "openai/tts-1 | the first with speech");
        row("no model", "/ai/v1/moderations", "", "openai | the first with moderations");
        row("one without a key is better than none", "/ai/v1/rerank", "rerank-v3.5",
            "cohere/rerank-v3.5 | the first with rerank");
        row("named, but it has none", "/ai/v1/images/generations", "anthropic/claude-sonnet-4-5",
            "not_found: anthropic has no /images/generations; these have it: openai, xai, gemini, together, deepinfra, zai, "
            "zhipu, azure, … (3 more)");
        row("files without a router", "/ai/v1/files", "", "openai | the first with files");
        row("a router: the chat's models do not count", "/router/main/v1/images/generations", "gpt-image-1",
            "priority(openai/gpt-image-1) / anthropic: has no /images/generations / groq: has no /images/generations");
        row("a router: a mapping", "/router/main/v1/audio/transcriptions", "whisper-1",
            "priority(openai/whisper-1, groq/whisper-large-v3) / anthropic: has no /audio/transcriptions");
        row("a router: the provider that is named", "/router/main/v1/audio/transcriptions", "groq/whisper-9",
            "priority(groq/whisper-9) / anthropic: has no /audio/transcriptions / openai: does not list groq/whisper-9; map "
            "it in model-mappings");
        row("a router: no model", "/router/main/v1/moderations", "",
            "priority(openai) / anthropic: has no /moderations / groq: has no /moderations");
        row("a route of its own: its models count", "/router/drawn/v1/images/generations", "dall-e-3",
            "priority(xai/grok-imagine-image, openai/gpt-image-1)");
        row("a route for pictures is not one for sounds", "/router/drawn/v1/audio/speech", "tts-1",
            "priority(openai/tts-1)");
        row("what is kept has one place", "/router/main/v1/files/file-1", "",
            "openai / anthropic: has no /files/file-1 | the first of the router with files; what is kept there is nowhere "
            "else");
        row("what is kept goes to who surely has it", "/router/own/v1/batches", "",
            "openai | the first of the router with batches; what is kept there is nowhere else");
        row("what may be had is tried, in the user's order", "/router/own/v1/moderations", "", "priority(box, openai)");
        row("the fallback order", "/router/backed/v1/images/generations", "gpt-image-1",
            "() then openai/gpt-image-1 / anthropic: has no /images/generations");
        row("what is kept, by the fallback order", "/router/backed/v1/files", "",
            "openai / anthropic: has no /files | the first of the router with files; what is kept there is nowhere else");
        row("none of the router's", "/router/words/v1/moderations", "",
            "not_found: router \"words\" has no target for /moderations; anthropic has no /moderations; these have it: "
            "openai, mistral, zhipu");
        row("a router without routes takes who surely has it", "/router/plain/v1/audio/translations", "whisper-1",
            "latency(openai/whisper-1) / anthropic: has no /audio/translations / xai: has no /audio/translations / box: has "
            "no /audio/translations / ears: has no /audio/translations");
        row("a router by the model", "/ai/v1/images/generations", "router/main",
            "priority(openai) / anthropic: has no /images/generations / groq: has no /images/generations");
    }
    void routes()
    {
        QFETCH(QString, path);
        QFETCH(QString, model);
        const auto compiled =
            compileRoute(routeTo(path), model.toStdString(), config::EndpointType::Chat, {}, snapshot());
        QTEST(textOf(compiled), "route");
    }

    void filesOfAnthropicAreTold()
    {
        const Route route =
            resolve(requestOf("GET", "/router/main/v1/files", {{"anthropic-version", "2023-06-01"}}),
                *snapshot()).value();
        QCOMPARE(textOf(compileRoute(route, "", config::EndpointType::Chat, {}, snapshot())),
                 q("anthropic / openai: has no /files / groq: has no /files | the first of the router with files; what is "
                   "kept there is nowhere else"));
    }

    void aForcedProvider()
    {
        const Route route = routeTo(q("/router/main/v1/images/generations"));
        QCOMPARE(textOf(compileRoute(route, "m", config::EndpointType::Chat, {"xai", {}}, snapshot())), q("xai/m"));
        QVERIFY(!compileRoute(route, "m", config::EndpointType::Chat, {"groq", {}}, snapshot()));
    }

    void theCacheTellsServicesApart()
    {
        RouteCache cache;
        const auto get = [&](const char *path) {
            return textOf(cache.get(routeTo(q(path)), "", config::EndpointType::Chat, {}, snapshot()));
        };
        QCOMPARE(get("/ai/v1/moderations"), q("openai | the first with moderations"));
        QCOMPARE(get("/ai/v1/rerank"), q("cohere | the first with rerank"));
        QCOMPARE(get("/ai/v1/messages/batches"), q("anthropic | the first with batches"));
        QCOMPARE(get("/ai/v1/batches"), q("openai | the first with batches"));
    }
};

QTEST_GUILESS_MAIN(TestServiceRoute)
#include "tst_service_route.moc"
