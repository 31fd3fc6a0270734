// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/encode.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

constexpr const char *kConfig = "providers:\n"
                                "  vllm: {format: openai, base-url: 'http://10.0.0.5:8000/v1'}\n"
                                "  azure: {base-url: 'https://mine.azure.com/openai/v1/'}\n"
                                "  passing: {format: openai, base-url: 'https://p.example.com/v1', pass-client-key: true}\n"
                                "  tagged: {format: anthropic, base-url: 'https://t.example.com', version: '2024-01-01',\n"
                                "           headers: {x-team: red, user-agent: tagged-agent}}\n"
                                "  loop: {format: openai, base-url: 'http://localhost:8080/v1'}\n";

const config::Fallback kFallback;
const config::Retries kRetries;
const config::Timeouts kTimeouts;
const config::CircuitBreaker kBreaker;
const Policy kPolicy{&kFallback, &kRetries, &kTimeouts, &kBreaker};

/// One call, from the client's request to what the provider is sent.
Result<Encoded> encoded(const http::Request &request, std::string_view provider, const std::string &model)
{
    static const auto snapshot =
        snapshotOf(kConfig, {"openai", "anthropic", "mistral", "azure", "passing", "tagged", "kimi"});
    const Route route = resolve(request, *snapshot).value();
    const ProviderRuntime &runtime = *snapshot->findProvider(provider);
    const KeySlot *key = pickKey(runtime, SteadyTime(1h));
    const EncodeContext context{request, route, *snapshot, kPolicy};
    if (route.endpoint == Endpoint::PassThrough)
        return encodeDirect(context, runtime, key);
    auto decoded = decode(request, route);
    if (!decoded)
        return tl::unexpected(decoded.error());
    return encode(context, *decoded, runtime, model, key);
}

QString secretsOf(const Encoded &encoded)
{
    QStringList fields;
    for (const auto &[name, secret] : encoded.call.secretHeaders)
        fields << q(name) + q(": ") + q(secret.reveal());
    return fields.join(q(", "));
}

const std::string kChat = test::json("{'model':'m','messages':[{'role':'user','content':'hi'}]}");
const std::string kMessages = test::json("{'model':'m','max_tokens':5,'messages':[{'role':'user','content':'hi'}]}");

} // namespace

class TestEncode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addressesAndAuthentication_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("secrets");
        const auto row = [](const char *what, const char *path, const char *provider, const char *url,
                            const char *secrets) {
            QTest::newRow(what) << q(path) << q(provider) << q(url) << q(secrets);
        };
        const char *openai = "authorization: Bearer key-of-openai";
        row("chat to OpenAI", "/v1/chat/completions", "openai", "https://api.openai.com/v1/chat/completions", openai);
        row("messages to OpenAI", "/v1/messages?beta=true", "openai", "https://api.openai.com/v1/chat/completions",
            openai);
        row("embeddings", "/v1/embeddings", "openai", "https://api.openai.com/v1/embeddings", openai);
        row("chat to Anthropic", "/v1/chat/completions", "anthropic", "https://api.anthropic.com/v1/messages",
            "x-api-key: key-of-anthropic");
        row("count of tokens", "/v1/messages/count_tokens", "anthropic",
            "https://api.anthropic.com/v1/messages/count_tokens", "x-api-key: key-of-anthropic");
        row("Anthropic's format with a bearer", "/v1/messages", "kimi", "https://api.kimi.com/coding/v1/messages",
            "authorization: Bearer key-of-kimi");
        row("Azure", "/v1/chat/completions", "azure", "https://mine.azure.com/openai/v1/chat/completions",
            "api-key: key-of-azure");
        row("a server without a key", "/v1/chat/completions", "vllm", "http://10.0.0.5:8000/v1/chat/completions", "");
        row("client key passed on", "/v1/chat/completions", "passing", "https://p.example.com/v1/chat/completions",
            "authorization: Bearer clients-own");
        row("chat to Ollama", "/v1/chat/completions", "ollama", "http://127.0.0.1:11434/api/chat", "");
        row("Ollama's chat to OpenAI", "/api/chat", "openai", "https://api.openai.com/v1/chat/completions", openai);
        row("Ollama's chat to Ollama", "/api/chat", "ollama", "http://127.0.0.1:11434/api/chat", "");
        row("Ollama's generate to Ollama", "/api/generate", "ollama", "http://127.0.0.1:11434/api/generate", "");
        row("embeddings to Ollama", "/v1/embeddings", "ollama", "http://127.0.0.1:11434/api/embed", "");
        row("Ollama's embeddings to OpenAI", "/api/embeddings", "openai", "https://api.openai.com/v1/embeddings", openai);
        row("Ollama's older embeddings to Ollama", "/api/embeddings", "ollama", "http://127.0.0.1:11434/api/embeddings",
            "");
        row("direct to Ollama", "/ollama/v1/models", "ollama", "http://127.0.0.1:11434/v1/models", "");
        row("direct", "/openai/files?limit=2", "openai", "https://api.openai.com/v1/files?limit=2", openai);
        row("direct, the SDK adds v1", "/openai/v1/files/a%2Fb", "openai", "https://api.openai.com/v1/files/a%2Fb",
            openai);
        row("direct, the path only begins like v1", "/openai/v1x", "openai", "https://api.openai.com/v1/v1x", openai);
        row("direct without a path", "/openai", "openai", "https://api.openai.com/v1", openai);
        row("direct, client key in the query stays here", "/openai/files?key=clients-own&limit=2", "openai",
            "https://api.openai.com/v1/files?limit=2", openai);
        row("direct, nothing but a client key in the query", "/openai/files?key=clients-own", "openai",
            "https://api.openai.com/v1/files", openai);
        row("direct, client key passed on goes in the header", "/passing/files?a=1&key=clients-own", "passing",
            "https://p.example.com/v1/files?a=1", "authorization: Bearer clients-own");
    }
    void addressesAndAuthentication()
    {
        QFETCH(QString, path);
        QFETCH(QString, provider);
        const bool isMessages = path.contains(q("messages"));
        std::string body = isMessages ? kMessages : kChat;
        if (path.contains(q("embeddings")))
            body = test::json("{'model':'m','input':'hi'}");
        http::Headers headers;
        if (!path.contains(q("key=")))
            headers.add("X-Api-Key", "clients-own");
        const auto call = encoded(requestOf("POST", path.toStdString(), headers, body), provider.toStdString(), "gpt-4o");
        QVERIFY2(call, call ? "" : call.error().message.c_str());
        QTEST(q(call->call.url), "url");
        QTEST(secretsOf(*call), "secrets");
        QCOMPARE(q(call->call.method), q("POST"));
    }

    void headersOnTheWay_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("travels");
        const QStringList own{q("anthropic-beta"), q("x-stainless-lang"), q("openai-organization"), q("traceparent"),
                              q("user-agent"), q("content-type"), q("x-claude-code-session-id"), q("accept-language")};
        const QStringList here{
            q("Authorization"), q("X-API-Key"), q("x-goog-api-key"), q("Api-Key"), q("Cookie"), q("Origin"),
            q("Referer"), q("Host"), q("Content-Length"), q("Accept-Encoding"), q("Expect"), q("Via"), q("Connection"),
            q("Keep-Alive"), q("TE"), q("Trailer"), q("Transfer-Encoding"), q("Upgrade"), q("Proxy-Authorization"),
            q("Proxy-Anything"), q("X-Pointsman-Provider"), q("x-pointsman-anything"), q("Helicone-Auth"),
            q("X-Forwarded-For"), q("Sec-Fetch-Site"), q("x-named-by-connection")};
        for (const QString &name : own)
            QTest::addRow("%s", qPrintable(name)) << name << true;
        for (const QString &name : here)
            QTest::addRow("%s", qPrintable(name)) << name << false;
    }
    void headersOnTheWay()
    {
        QFETCH(QString, name);
        QFETCH(bool, travels);
        const http::Headers headers{{"Connection", "keep-alive, X-Named-By-Connection"},
                                    {name.toStdString(), "clients-own"}};
        const std::string named = name.toStdString();
        // Same dialect and direct: a field travels as it came or not at all.
        for (const char *path : {"/v1/chat/completions", "/openai/chat/completions"}) {
            const auto call = encoded(requestOf("POST", path, headers, kChat), "openai", "gpt-4o");
            const bool isFixed = named == "content-type" && path[1] == 'v';
            if (named == "content-type" && !call)
                continue; // "clients-own" is no JSON
            QVERIFY(call);
            bool found = false;
            for (const auto &[field, value] : call->call.headers.fields())
                found = found || (http::equalsIgnoreCase(field, named) && value == "clients-own");
            QCOMPARE(found, travels && !isFixed);
        }
        // Another dialect: nothing of the client's but the trace parent.
        const auto call = encoded(requestOf("POST", "/v1/messages", headers, kMessages), "openai", "gpt-4o");
        if (named == "content-type" && !call)
            return;
        QVERIFY(call);
        for (const auto &[field, value] : call->call.headers.fields())
            QVERIFY2(value != "clients-own" || field == "traceparent", field.c_str());
    }

    void ownHeaders()
    {
        const auto plain = encoded(requestOf("POST", "/v1/chat/completions", {}, kChat), "anthropic", "m");
        QVERIFY(plain);
        QCOMPARE(q(plain->call.headers.value("via")), q("1.1 " + viaName()));
        const http::Headers behind{{"Via", "1.1 squid"}, {"via", "1.1 pointsman-Zz9"}};
        const auto further = encoded(requestOf("POST", "/v1/chat/completions", behind, kChat), "openai", "m");
        QVERIFY(further);
        QCOMPARE(q(further->call.headers.value("via")), q("1.1 squid, 1.1 pointsman-Zz9, 1.1 " + viaName()));
        QCOMPARE(q(plain->call.headers.value("user-agent")), q("pointsman"));
        QCOMPARE(q(plain->call.headers.value("anthropic-version")), q("2023-06-01"));
        QCOMPARE(q(plain->call.headers.value("content-type")), q("application/json"));
        QCOMPARE(q(plain->call.headers.value("accept")), q("application/json"));
        const auto tagged = encoded(requestOf("POST", "/v1/messages", {{"X-Team", "blue"}}, kMessages), "tagged", "m");
        QVERIFY(tagged);
        QCOMPARE(q(tagged->call.headers.value("x-team")), q("red"));
        QCOMPARE(q(tagged->call.headers.value("user-agent")), q("tagged-agent"));
        QCOMPARE(q(tagged->call.headers.value("anthropic-version")), q("2024-01-01"));
        const http::Headers newer{{"anthropic-version", "2025-05-05"}};
        const auto kept = encoded(requestOf("POST", "/v1/messages", newer, kMessages), "anthropic", "m");
        QCOMPARE(q(kept->call.headers.value("anthropic-version")), q("2025-05-05"));
        const auto openai = encoded(requestOf("POST", "/v1/chat/completions", {}, kChat), "openai", "m");
        QVERIFY(!openai->call.headers.contains("anthropic-version"));
    }

    void clientTimeouts_data()
    {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<int>("ms");
        const auto row = [](const char *what, const char *asked, int ms) { QTest::newRow(what) << q(asked) << ms; };
        row("shorter", "5", 5000);
        row("parts of a second", "0.25", 250);
        row("longer than configured", "601", 600'000);
        row("endless", "1e300", 600'000);
        row("not a number", "nan", 600'000);
        row("infinite", "inf", 600'000);
        row("none", "0", 600'000);
        row("negative", "-3", 600'000);
        row("with a unit", "5s", 600'000);
        row("words", "soon", 600'000);
    }
    void clientTimeouts()
    {
        QFETCH(QString, asked);
        const http::Headers headers{{"X-Pointsman-Timeout", asked.toStdString()}};
        const auto call = encoded(requestOf("POST", "/v1/chat/completions", headers, kChat), "openai", "m");
        QTEST(static_cast<int>(call->call.timeouts.total.count()), "ms");
        QCOMPARE(call->call.timeouts.firstByte, kTimeouts.firstToken);
        QCOMPARE(call->call.timeouts.connect, kTimeouts.connect);
        QCOMPARE(call->call.timeouts.idle, kTimeouts.idle);
    }

    void refusedCalls_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("kind");
        QTest::newRow("loop") << q("/v1/chat/completions") << q("loop") << q("loop_detected");
        QTest::newRow("direct loop") << q("/loop/chat/completions") << q("loop") << q("loop_detected");
        QTest::newRow("embeddings of Anthropic") << q("/v1/embeddings") << q("anthropic") << q("not_supported");
    }
    void refusedCalls()
    {
        QFETCH(QString, path);
        QFETCH(QString, provider);
        const auto call = encoded(requestOf("POST", path.toStdString(), {}, test::json("{'model':'m','input':'x','messages':[]}")),
                                  provider.toStdString(), "m");
        QVERIFY(!call);
        QTEST(q(traits(call.error().kind).label), "kind");
    }
};

QTEST_GUILESS_MAIN(TestEncode)
#include "tst_encode.moc"
