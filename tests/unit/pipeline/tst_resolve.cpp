// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/route.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kConfig = "routers:\n"
                                "  main: {route: {strategy: priority, children: [{target: openai}]}}\n"
                                "  spare: {route: {strategy: priority, children: [{target: anthropic}]}}\n"
                                "providers:\n"
                                "  my-vllm: {format: openai, base-url: 'http://10.0.0.5:8000/v1'}\n";

/// "chat router=main main chat/completions openai": what a route says, in one line.
QString textOf(const Route &route)
{
    QString scope = q("none");
    switch (route.scope) {
    case Scope::None: break;
    case Scope::Router: scope = q("router=") + (route.router ? q(route.router->name) : q("null")); break;
    case Scope::Ai: scope = q("ai"); break;
    case Scope::Direct: scope = q("direct"); break;
    }
    QStringList words{q(endpointName(route.endpoint)), scope};
    if (!route.name.empty())
        words << q(route.name);
    if (!route.apiPath.empty())
        words << q(route.apiPath);
    if (route.service)
        words << q("service=") + q(config::serviceName(*route.service)) << q("version=") + q(route.version);
    if (!route.modelId.empty())
        words << q("model=") + q(route.modelId);
    words << q(dialect(route.dialect).name());
    return words.join(u' ');
}

} // namespace

class TestResolve : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addresses_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("active");
        QTest::addColumn<QString>("route");
        const auto row = [](const char *what, const char *method, const char *target, const char *route,
                            const char *active = "") {
            QTest::newRow(what) << q(method) << q(target) << q(active) << q(route);
        };
        row("named router", "POST", "/router/main/chat/completions", "chat router=main main chat/completions openai");
        row("named router with v1", "POST", "/router/main/v1/chat/completions",
            "chat router=main main chat/completions openai");
        row("a name is the router's, whatever is active", "POST", "/router/main/v1/chat/completions",
            "chat router=main main chat/completions openai", "spare");
        row("trailing slashes", "POST", "/router/main/v1/chat/completions//",
            "chat router=main main chat/completions openai");
        row("base URL with a slash too many", "POST", "/router/main//chat/completions",
            "chat router=main main chat/completions openai");
        row("v1 base URL with a slash too many", "POST", "/router/main/v1//chat/completions",
            "chat router=main main chat/completions openai");
        row("router messages", "POST", "/router/main/v1/messages", "chat router=main main messages anthropic");
        row("router count", "POST", "/router/main/v1/messages/count_tokens",
            "count-tokens router=main main messages/count_tokens anthropic");
        row("router embeddings", "POST", "/router/main/embeddings", "embeddings router=main main embeddings openai");
        row("router models", "GET", "/router/main/models", "models router=main main models openai");
        row("query is no part of the path", "POST", "/router/main/v1/messages?beta=true",
            "chat router=main main messages anthropic");
        row("ai", "POST", "/ai/chat/completions", "chat ai ai chat/completions openai");
        row("ai with v1", "POST", "/ai/v1/messages", "chat ai ai messages anthropic");
        row("ai takes no active router", "POST", "/ai/v1/messages", "chat ai ai messages anthropic", "main");
        row("bare v1", "POST", "/v1/chat/completions", "chat ai ai chat/completions openai");
        row("bare v1 with an active router", "POST", "/v1/chat/completions",
            "chat router=spare spare chat/completions openai", "spare");
        row("active router that is no more", "POST", "/v1/chat/completions", "chat ai ai chat/completions openai",
            "gone");
        row("bare without v1", "POST", "/chat/completions", "chat ai ai chat/completions openai");
        row("bare messages with an active router", "POST", "/messages", "chat router=main main messages anthropic",
            "main");
        row("bare base URL with a slash too many", "POST", "//v1/chat/completions", "chat ai ai chat/completions openai");
        row("v1 with two slashes", "POST", "/v1//chat/completions", "chat ai ai chat/completions openai");
        row("bare embeddings", "POST", "/v1/embeddings/", "embeddings ai ai embeddings openai");
        row("models", "GET", "/v1/models", "models ai ai models openai");
        row("models by HEAD", "HEAD", "/v1/models", "models ai ai models openai");
        row("models with a slash", "GET", "/v1/models/", "models ai ai models openai");
        row("one model", "GET", "/v1/models/openai/gpt-4o",
            "models ai ai models/openai/gpt-4o model=openai/gpt-4o openai");
        row("one model, its slash encoded", "GET", "/v1/models/openai%2Fgpt-4o",
            "models ai ai models/openai/gpt-4o model=openai/gpt-4o openai");
        row("direct", "POST", "/openai/chat/completions", "pass-through direct openai chat/completions openai");
        row("direct speaks the provider's dialect", "POST", "/anthropic/v1/complete",
            "pass-through direct anthropic v1/complete anthropic");
        row("direct in another dialect, by the address", "POST", "/openai/v1/responses",
            "pass-through direct openai v1/responses responses");
        row("direct to Anthropic's addresses for OpenAI's clients", "POST", "/anthropic/v1/chat/completions",
            "pass-through direct anthropic v1/chat/completions openai");
        row("direct with the model in the address", "POST", "/openai/v1beta/models/m:streamGenerateContent?alt=sse",
            "pass-through direct openai v1beta/models/m:streamGenerateContent?alt=sse model=m gemini");
        row("direct to a list of models, which has one address in two dialects", "GET", "/anthropic/v1/models",
            "pass-through direct anthropic v1/models anthropic");
        row("direct takes any method", "DELETE", "/openai/files/f-1", "pass-through direct openai files/f-1 openai");
        row("direct keeps percent-encoding and query", "GET", "/openai/files/a%2Fb%20c?after=x%26y&limit=2",
            "pass-through direct openai files/a%2Fb%20c?after=x%26y&limit=2 openai");
        row("direct keeps a trailing slash", "GET", "/openai/files/", "pass-through direct openai files/ openai");
        row("direct with encoded name", "GET", "/open%61i/files", "pass-through direct openai files openai");
        row("direct without a path", "GET", "/openai", "pass-through direct openai openai");
        row("direct with a query alone", "GET", "/openai?next=/etc", "pass-through direct openai ?next=/etc openai");
        row("direct to a configured provider", "POST", "/my-vllm/tokenize",
            "pass-through direct my-vllm tokenize openai");
        row("direct without a key is the exchange's to refuse", "POST", "/groq/x", "pass-through direct groq x openai");
        row("direct to Ollama", "POST", "/ollama/api/chat", "pass-through direct ollama api/chat ollama");
        row("direct to what Ollama serves beside its own", "POST", "/ollama/v1/chat/completions",
            "pass-through direct ollama v1/chat/completions openai");
        row("Ollama's chat", "POST", "/api/chat", "chat ai ai chat ollama");
        row("Ollama's generate below a router", "POST", "/router/main/api/generate", "chat router=main main generate ollama");
        row("Ollama's embeddings", "POST", "/api/embed", "embeddings ai ai embed ollama");
        row("Ollama's older embeddings", "POST", "/ai/api/embeddings", "embeddings ai ai embeddings ollama");
        row("Ollama's list", "GET", "/api/tags/", "models ai ai tags ollama");
        row("Ollama's list by HEAD", "HEAD", "/api/tags", "models ai ai tags ollama");
        row("Ollama's facts", "POST", "/api/show", "models ai ai show ollama");
        row("Ollama's delete", "DELETE", "/api/delete", "models ai ai delete ollama");
        row("images", "POST", "/v1/images/generations",
            "service ai ai images/generations service=images version=v1 openai");
        row("images below a router, without v1", "POST", "/router/main/images/generations",
            "service router=main main images/generations service=images version= openai");
        row("images at Google's address for OpenAI's clients", "POST", "/v1beta/openai/images/generations",
            "service ai ai images/generations service=images version=v1beta openai");
        row("edits", "POST", "/ai/images/edits", "service ai ai images/edits service=image-edits version= openai");
        row("a file", "DELETE", "/v1/files/f-1", "service ai ai files/f-1 service=files version=v1 openai");
        row("a file's content", "GET", "/v1/files/f-1/content",
            "service ai ai files/f-1/content service=files version=v1 openai");
        row("files with an active router", "POST", "/files",
            "service router=main main files service=files version= openai",
            "main");
        row("Cohere's rerank", "POST", "/v2/rerank", "service ai ai rerank service=rerank version=v2 cohere");
        row("rerank of others", "POST", "/router/main/v1/rerank",
            "service router=main main rerank service=rerank version=v1 openai");
        row("Anthropic's batches", "GET", "/v1/messages/batches/b-1/results",
            "service ai ai messages/batches/b-1/results service=batches version=v1 anthropic");
        row("Google's uploads", "POST", "/upload/v1beta/files",
            "service ai ai upload/files service=files version=v1beta gemini");
        row("Google's uploads below a router", "POST", "/router/main/upload/v1beta/files",
            "service router=main main upload/files service=files version=v1beta gemini");
        row("Google's files", "GET", "/v1beta/files/f-1",
            "service ai ai files/f-1 service=files version=v1beta gemini");
        row("Google's predictions", "POST", "/v1beta/models/a/b:predict",
            "service ai ai models/a/b:predict service=predictions version=v1beta model=a/b gemini");
        row("Google's long ones", "GET", "/v1beta/models/veo/operations/o-1",
            "service ai ai models/veo/operations/o-1 service=predictions version=v1beta model=veo gemini");
        row("direct images", "POST", "/openai/v1/images/generations",
            "pass-through direct openai v1/images/generations openai");
        row("root", "GET", "/", "root none openai");
        row("root by HEAD", "HEAD", "/", "root none openai");
        row("health", "GET", "/health", "health none openai");
        row("health by HEAD", "HEAD", "/health/", "health none openai");
        row("metrics", "GET", "/metrics", "metrics none openai");
        row("admin", "GET", "/api/v1/admin/router/health", "admin none router/health openai");
        row("admin takes any method", "PUT", "/api/v1/admin/config/", "admin none config openai");
        row("preflight of anything", "OPTIONS", "/router/main/v1/chat/completions", "preflight none openai");
        row("preflight of nothing", "OPTIONS", "*", "preflight none openai");
    }
    void addresses()
    {
        QFETCH(QString, method);
        QFETCH(QString, target);
        QFETCH(QString, active);
        const auto snapshot = snapshotOf(kConfig, {"openai"});
        snapshot->activeRouter = active.toStdString();
        const auto route = resolve(requestOf(method.toStdString(), target.toStdString()), *snapshot);
        QVERIFY2(route, route ? "" : route.error().message.c_str());
        QTEST(textOf(*route), "route");
    }

    void allows_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("methods");
        const auto row = [](const char *path, const char *methods) { QTest::newRow(path) << q(path) << q(methods); };
        row("/v1/chat/completions", "POST");
        row("/router/main/v1/chat/completions", "POST");
        row("/ai/models", "GET, HEAD");
        row("/v1/models/gpt-4o", "GET, HEAD");
        row("/v1/responses", "GET, HEAD, POST");
        row("/v1/responses/resp_1", "GET, HEAD, DELETE");
        row("/api/delete", "DELETE");
        row("/health", "GET, HEAD");
    }
    void allows()
    {
        QFETCH(QString, path);
        QTEST(q(allowedMethods(path.toStdString())), "methods");
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("target");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("start"); // of the message
        const auto row = [](const char *what, const char *method, const char *target, int status, const char *start) {
            QTest::newRow(what) << q(method) << q(target) << status << q(start);
        };
        row("chat by GET", "GET", "/v1/chat/completions", 405, "/v1/chat/completions takes POST, not GET");
        row("chat by HEAD", "HEAD", "/v1/chat/completions", 405, "/v1/chat/completions takes POST, not HEAD");
        row("router's chat by PUT", "PUT", "/router/main/chat/completions", 405, "/v1/chat/completions takes POST");
        row("models by POST", "POST", "/ai/models", 405, "/v1/models takes GET, not POST");
        row("one model by DELETE", "DELETE", "/v1/models/gpt-4o", 405, "/v1/models/{model} takes GET, not DELETE");
        row("health by POST", "POST", "/health", 405, "/health takes GET, not POST");
        row("metrics by DELETE", "DELETE", "/metrics", 405, "/metrics takes GET, not DELETE");
        row("root by POST", "POST", "/", 405, "/ takes GET, not POST");
        row("method longer than sense", "AVERYLONGMETHODWITHOUTANYSENSE", "/health", 405,
            "/health takes GET, not AVERYLONGMETHODWITHO");
        row("path with a slip", "POST", "/v1/chat/completion", 404,
            "there is no /v1/chat/completion here; there are /v1/chat/completions, ");
        row("nearest first", "POST", "/v1/mesages", 404, "there is no /v1/mesages here; there are /v1/messages, ");
        row("case is part of a path", "POST", "/v1/Messages", 404, "there is no /v1/Messages here; ");
        row("v1 alone", "GET", "/v1", 404, "there is no /v1 here; ");
        row("router's path with a slip", "POST", "/router/main/v1/embedding", 404,
            "there is no /router/main/v1/embedding here; ");
        row("router without a path", "POST", "/router/main", 404, "there is no /router/main here; ");
        row("Ollama's show by GET", "GET", "/api/show", 405, "/api/show takes POST, not GET");
        row("Ollama's path with a slip", "GET", "/api/tag", 404, "there is no /api/tag here; there are /api/tags, ");
        row("path of one word", "GET", "/helth", 404, "there is no /helth here; there are /health, ");
        row("admin without a path", "GET", "/api/v1/admin", 404, "there is no /api/v1/admin here; ");
        row("unknown router", "POST", "/router/mian/chat/completions", 404,
            "there is no router \"mian\"; there are: main, spare");
        row("nearest router first", "POST", "/router/spar/chat/completions", 404,
            "there is no router \"spar\"; there are: spare, main");
        row("no router said", "POST", "/router", 404, "there is no router \"\"; there are: ");
        row("a router's name has its case", "POST", "/router/MAIN/chat/completions", 404, "there is no router \"MAIN\"");
        row("unknown provider", "POST", "/opnai/chat/completions", 404,
            "there is no provider \"opnai\"; there are: openai, ");
        row("images by GET", "GET", "/v1/images/generations", 405, "/v1/images/generations takes POST, not GET");
        row("a step out of the files", "GET", "/v1/files/../models", 404, "there is no /v1/files/../models here; ");
        row("an encoded step", "GET", "/v1/files/%2e%2e/models", 404, "there is no /v1/files/../models here; ");
        row("a family with a slip", "POST", "/v1/image/generations", 404,
            "there is no /v1/image/generations here; there are /v1/images/generations, ");
        row("nothing below", "POST", "/v1/realtime/", 405, "/v1/realtime takes GET");
        row("unknown model path", "POST", "/v1/models/../../etc/passwd", 405, "/v1/models/{model} takes GET");
    }
    void refusals()
    {
        QFETCH(QString, method);
        QFETCH(QString, target);
        QFETCH(QString, start);
        const auto route = resolve(requestOf(method.toStdString(), target.toStdString()), *snapshotOf(kConfig));
        QVERIFY(!route);
        QTEST(route.error().status(), "status");
        QCOMPARE(q(route.error().message).left(start.size()), start);
    }

    void withoutRoutersTheMessageSaysWhatElseThereIs()
    {
        const auto route = resolve(requestOf("POST", "/router/x/chat/completions"), *snapshotOf(""));
        QVERIFY(!route);
        QCOMPARE(q(route.error().message), q("there is no router \"x\"; no router is configured, use /ai or /v1"));
    }

    void messagesStayShort()
    {
        const std::string longName(100'000, 'x');
        for (const std::string &target : {"/" + longName, "/" + longName + "/y", "/router/" + longName + "/y"}) {
            const auto route = resolve(requestOf("GET", target), *snapshotOf(kConfig));
            QVERIFY(!route);
            QVERIFY2(route.error().message.size() < 600, route.error().message.c_str());
        }
    }

    void dialects_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("hasVersion");
        QTest::addColumn<QString>("dialect");
        const auto row = [](const char *what, const char *path, bool hasVersion, const char *dialect) {
            QTest::newRow(what) << q(path) << hasVersion << q(dialect);
        };
        row("messages without a header", "/v1/messages", false, "anthropic");
        row("messages with a slash", "/router/main/messages/", false, "anthropic");
        row("count of tokens", "/v1/messages/count_tokens", false, "anthropic");
        row("chat", "/v1/chat/completions", false, "openai");
        row("chat stays OpenAI's", "/router/main/v1/chat/completions", true, "openai");
        row("embeddings stay OpenAI's", "/v1/embeddings", true, "openai");
        row("models follow the header", "/v1/models", true, "anthropic");
        row("models without it", "/v1/models", false, "openai");
        row("one model follows the header", "/v1/models/claude-haiku-4-5", true, "anthropic");
        row("files follow the header", "/v1/files/f-1/content", true, "anthropic");
        row("files without it", "/v1/files/f-1/content", false, "openai");
        row("batches stay OpenAI's", "/v1/batches", true, "openai");
        row("Anthropic's batches", "/router/main/v1/messages/batches", false, "anthropic");
        row("Google's uploads", "/upload/v1beta/files", false, "gemini");
        row("Cohere's rerank", "/v2/rerank", false, "cohere");
        row("unknown path follows the header", "/v1/mesages", true, "anthropic");
        row("unknown path without it", "/v1/mesages", false, "openai");
        row("Ollama's", "/api/chat", true, "ollama");
        row("Ollama's with a slip", "/api/chats", true, "ollama");
        row("admin is our own", "/api/v1/admin/config", false, "openai");
        row("admin without a path too", "/api/v1/admin", false, "openai");
        row("Ollama's without its prefix are nobody's", "/tags", false, "openai");
        row("no path at all", "", false, "openai");
        row("a word that only ends alike", "/v1/allmessages", false, "openai");
    }
    void dialects()
    {
        QFETCH(QString, path);
        QFETCH(bool, hasVersion);
        http::Headers headers;
        if (hasVersion)
            headers.add("Anthropic-Version", "2023-06-01");
        QTEST(q(dialect(dialectOfPath(path.toStdString(), headers)).name()), "dialect");
    }
};

QTEST_GUILESS_MAIN(TestResolve)
#include "tst_resolve.moc"
