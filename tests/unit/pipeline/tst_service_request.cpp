// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/encode.h"
#include "pipeline/service_request.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

constexpr const char *kConfig = "providers:\n"
                                "  loop: {format: openai, base-url: 'http://localhost:8080/v1', services: [images]}\n";

const config::Fallback kFallback;
const config::Retries kRetries;
const config::Timeouts kTimeouts;
const config::CircuitBreaker kBreaker;
const Policy kPolicy{&kFallback, &kRetries, &kTimeouts, &kBreaker};

SnapshotPtr snapshot()
{
    static const SnapshotPtr made = snapshotOf(kConfig, {"openai", "anthropic", "cohere", "gemini", "loop"});
    return made;
}

Result<Decoded> decoded(const http::Request &request)
{
    return decodeService(request, resolve(request, *snapshot()).value());
}

/// One call, from the client's request to what the provider is sent.
Result<Encoded> encoded(const http::Request &request, std::string_view provider, const std::string &model)
{
    const Route route = resolve(request, *snapshot()).value();
    const ProviderRuntime &runtime = *snapshot()->findProvider(provider);
    const auto read = decodeService(request, route);
    if (!read)
        return tl::unexpected(read.error());
    const EncodeContext context{request, route, *snapshot(), kPolicy};
    return encodeService(context, *read, runtime, model, pickKey(runtime, SteadyTime(1h)));
}

http::Request jsonRequest(std::string target, std::string body)
{
    return requestOf("POST", std::move(target), {{"content-type", "application/json"}}, std::move(body));
}

/// A form with a file that holds what looks like a field and like JSON.
std::string form(std::string_view model)
{
    const std::string head = model.empty() ? std::string()
                                           : "--xx\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
                                                 + std::string(model) + "\r\n";
    return "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\nContent-Type: audio/mpeg\r\n\r\n"
           + std::string("\xFF\xFB\0{\"model\":\"evil\"}\r\n--x\r\n", 26) + "\r\n" + head + "--xx--\r\n";
}

http::Request formRequest(std::string target, std::string body)
{
    return requestOf("POST", std::move(target), {{"content-type", "multipart/form-data; boundary=xx"}},
        std::move(body));
}

} // namespace

class TestServiceRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void models_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("model");
        const auto row = [](const char *what, const char *target, const char *type, const char *body,
            const char *model) {
            QTest::newRow(what) << q(target) << q(type) << q(body) << q(model);
        };
        row("JSON", "/v1/images/generations", "application/json", "{\"prompt\":\"a cat\",\"model\":\"m\"}", "m");
        row("JSON with an escape", "/v1/images/generations", "application/json; charset=utf-8",
            "{\"model\":\"m\\u002f1\"}",
            "m/1");
        row("no type, as some scripts", "/v1/images/generations", "", " {\"model\":\"m\"}", "m");
        row("curl's type", "/v1/audio/speech", "application/x-www-form-urlencoded", "{\"model\":\"m\"}", "m");
        row("JSON without one", "/v1/moderations", "application/json", "{\"input\":\"x\"}", "");
        row("JSON whose model is no text", "/v1/moderations", "application/json", "{\"model\":4}", "");
        row("JSON that is no object", "/v1/moderations", "application/json", "[1]", "");
        row("bytes that look like JSON", "/v1/realtime/calls", "application/sdp", "{\"model\":\"m\"}", "");
        row("a file that is JSON", "/v1/files", "application/json", "{\"model\":\"m\"}", "");
        row("a file that is no JSON", "/v1beta/upload/files", "application/json", "{\"model\":", "");
        row("a batch", "/v1/batches", "application/json", "{\"model\":\"m\"}", "");
        row("a session's", "/v1/realtime/client_secrets", "application/json",
            "{\"session\":{\"type\":\"realtime\",\"model\":\"m\"}}", "m");
        row("a session's, elsewhere", "/v1/moderations", "application/json", "{\"session\":{\"model\":\"m\"}}", "");
        row("a call's", "/v1/realtime/calls?model=gpt%2Dx", "application/sdp", "v=0", "gpt-x");
        row("the path's", "/v1beta/models/imagen-4:predict", "application/json", "{\"model\":\"other\"}", "imagen-4");
        row("Google's", "/v1beta/cachedContents", "application/json", "{\"model\":\"models/gemini-3\"}", "gemini-3");
    }
    void models()
    {
        QFETCH(QString, target);
        QFETCH(QString, type);
        QFETCH(QString, body);
        http::Headers headers;
        if (!type.isEmpty())
            headers.add("content-type", type.toStdString());
        QString path = target;
        if (path == q("/v1beta/upload/files"))
            path = q("/upload/v1beta/files");
        const auto read = decoded(requestOf("POST", path.toStdString(), headers, body.toStdString()));
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QTEST(q(read->facts.model), "model");
        QVERIFY(!read->facts.stream);
    }

    void formFields()
    {
        QCOMPARE(decoded(formRequest("/v1/audio/transcriptions", form("whisper-1")))->facts.model,
            std::string("whisper-1"));
        QCOMPARE(decoded(formRequest("/v1/audio/transcriptions", form("")))->facts.model, std::string());
    }

    /// Which of two a provider takes is its own affair.
    void twoModelsAreRefused()
    {
        const std::string field = "--xx\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nb\r\n";
        for (const http::Request &request :
            {jsonRequest("/v1/images/generations", R"({"model":"a","model":"b"})"),
                jsonRequest("/v1/realtime/client_secrets", R"({"session":{"model":"a","model":"b"}})"),
                formRequest("/v1/audio/transcriptions", field + form("a"))}) {
            const auto read = decoded(request);
            QVERIFY(!read);
            QCOMPARE(read.error().kind, ErrorKind::BadRequest);
            QCOMPARE(read.error().message, std::string("model: given twice; leave one of them out"));
        }
    }

    void whatIsAskedAbout_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("text");
        QTest::newRow("prompt") << q("{\"prompt\":\"a cat\"}") << q("a cat");
        QTest::newRow("input") << q("{\"input\":\"say this\"}") << q("say this");
        QTest::newRow("query") << q("{\"query\":\"which\",\"documents\":[\"a\"]}") << q("which");
        QTest::newRow("a list") << q("{\"input\":[\"a\",\"b\"]}") << q("");
        QTest::newRow("long") << q("{\"prompt\":\"") + QString(10'000, u'x') + q("\"}") << QString(4'096, u'x');
    }
    void whatIsAskedAbout()
    {
        QFETCH(QString, body);
        QTEST(q(decoded(jsonRequest("/v1/images/generations", body.toStdString()))->facts.promptText), "text");
    }

    void brokenJsonIsTold()
    {
        const auto read = decoded(jsonRequest("/v1/images/generations", "{\"model\":"));
        QVERIFY(!read);
        QCOMPARE(read.error().status(), 400);
        // What is compressed is the provider's to read.
        const auto packed = decoded(requestOf("POST", "/v1/images/generations",
                                              {{"content-type", "application/json"}, {"content-encoding", "gzip"}},
                                              "\x1F\x8B"));
        QVERIFY(packed);
        QCOMPARE(packed->facts.model, std::string());
    }

    void theModelIsSpliced_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sent");
        const auto row = [](const char *what, const char *target, const char *body, const char *model,
            const char *sent) {
            QTest::newRow(what) << q(target) << q(body) << q(model) << q(sent);
        };
        row("the same", "/v1/images/generations", "{ \"model\" : \"m\", \"n\":1.0 }", "m",
            "{ \"model\" : \"m\", \"n\":1.0 }");
        row("another", "/v1/images/generations", "{ \"model\" : \"openai/m\", \"n\":1.0 }", "m",
            "{ \"model\" : \"m\", \"n\":1.0 }");
        row("none to say", "/v1/moderations", "{\"model\":\"m\"}", "", "{\"model\":\"m\"}");
        row("none was said", "/v1/images/generations", "{\"prompt\":\"x\"}", "m", "{\"prompt\":\"x\",\"model\":\"m\"}");
        row("a session's", "/v1/realtime/client_secrets",
            "{\"session\":{\"voice\":\"a\",\"model\":\"openai/m\"},\"x\":1}", "m",
            "{\"session\":{\"voice\":\"a\",\"model\":\"m\"},\"x\":1}");
        row("quotes", "/v1/moderations", "{\"model\":\"a\"}", "b\"c", "{\"model\":\"b\\\"c\"}");
    }
    void theModelIsSpliced()
    {
        QFETCH(QString, target);
        QFETCH(QString, body);
        QFETCH(QString, model);
        const auto call = encoded(jsonRequest(target.toStdString(), body.toStdString()), "openai", model.toStdString());
        QVERIFY2(call, call ? "" : call.error().message.c_str());
        QTEST(q(view(call->call.body)), "sent");
        QCOMPARE(call->call.headers.value("content-type"), std::string_view("application/json"));
        QVERIFY(call->call.timeouts.firstByte == kTimeouts.total); // a picture takes its time
    }

    void formsAreSpliced()
    {
        const auto sent = [](const std::string &body, const char *model) {
            return encoded(formRequest("/v1/audio/transcriptions", body), "openai", model)->call.body.toStdString();
        };
        QVERIFY(sent(form("openai/whisper-1"), "whisper-1") == form("whisper-1"));
        QVERIFY(sent(form("whisper-1"), "whisper-1") == form("whisper-1"));
        QVERIFY(sent(form(""), "") == form(""));
        QVERIFY(sent(form(""),
            "m") == "--xx\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n" + form(""));
    }

    void addresses_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("url");
        const auto row = [](const char *what, const char *method, const char *target, const char *provider,
                            const char *model, const char *url) {
            QTest::newRow(what) << q(method) << q(target) << q(provider) << q(model) << q(url);
        };
        row("a file", "DELETE", "/router/x/v1/files/file-1", "openai", "", "https://api.openai.com/v1/files/file-1");
        row("a query, without our key", "GET", "/v1/files?limit=2&key=ours&after=a%20b", "openai", "",
            "https://api.openai.com/v1/files?limit=2&after=a%20b");
        row("what needs an escape keeps it", "GET", "/v1/files/a%3Fb%2520c/content", "openai", "",
            "https://api.openai.com/v1/files/a%3Fb%2520c/content");
        row("a model in the path", "POST", "/v1beta/models/imagen:predict", "gemini", "imagen-4",
            "https://generativelanguage.googleapis.com/v1beta/models/imagen-4:predict");
        row("a model in the query", "POST", "/v1/realtime/calls?model=openai%2Fm&x=1", "openai", "m",
            "https://api.openai.com/v1/realtime/calls?model=m&x=1");
        row("Anthropic's batches", "POST", "/v1/messages/batches", "anthropic", "",
            "https://api.anthropic.com/v1/messages/batches");
        row("rerank at Cohere", "POST", "/v2/rerank", "cohere", "", "https://api.cohere.com/v2/rerank");
    }
    void addresses()
    {
        QFETCH(QString, method);
        QFETCH(QString, target);
        QFETCH(QString, provider);
        QFETCH(QString, model);
        std::string path = target.toStdString();
        if (path.starts_with("/router/x"))
            path = "/ai" + path.substr(9);
        const auto call = encoded(requestOf(method.toStdString(), path), provider.toStdString(), model.toStdString());
        QVERIFY2(call, call ? "" : call.error().message.c_str());
        QTEST(q(call->call.url), "url");
        QCOMPARE(q(call->call.method), method);
        QVERIFY(!call->call.secretHeaders.empty());
    }

    void whoseErrorsAreRead()
    {
        QVERIFY(encoded(requestOf("POST", "/v1/rerank"), "cohere", "")->dialect->id() == DialectId::Cohere);
        QVERIFY(encoded(requestOf("POST", "/v1/messages/batches"), "anthropic", "")->dialect->id()
                == DialectId::AnthropicMessages);
        QVERIFY(encoded(requestOf("POST", "/v1/images/generations"), "gemini",
            "")->dialect->id() == DialectId::OpenAiChat);
    }

    void whatCannotBeCalled()
    {
        QVERIFY(encoded(requestOf("POST", "/v1/rerank"), "openai", "").error().kind == ErrorKind::NotSupported);
        QVERIFY(encoded(requestOf("POST", "/v1/images/generations"), "loop",
            "").error().kind == ErrorKind::LoopDetected);
    }

    void usage_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("input");
        QTest::addColumn<int>("output");
        QTest::newRow("images") << q("{\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}") << 5 << 7;
        QTest::newRow("chat's names") << q("{\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}") << 5 << -1;
        QTest::newRow("seconds") << q("{\"usage\":{\"type\":\"duration\",\"seconds\":3}}") << -1 << -1;
        QTest::newRow("none") << q("{\"results\":[]}") << -1 << -1;
        QTest::newRow("no JSON") << q("RIFF") << -1 << -1;
    }
    void usage()
    {
        QFETCH(QString, body);
        const Usage read = serviceUsage(body.toStdString());
        QTEST(static_cast<int>(read.uncachedInput.value_or(-1)), "input");
        QTEST(static_cast<int>(read.output.value_or(-1)), "output");
    }

    void sockets()
    {
        const auto asks = [](const http::Request &request) {
            return asksForSocket(request, resolve(request, *snapshot()).value());
        };
        QVERIFY(asks(requestOf("GET", "/v1/realtime?model=m")));
        QVERIFY(asks(requestOf("GET", "/openai/v1/realtime", {{"connection", "upgrade"}, {"upgrade", "WebSocket"}})));
        QVERIFY(!asks(requestOf("POST", "/openai/v1/realtime", {{"connection", "upgrade"}, {"upgrade", "websocket"}})));
        QVERIFY(!asks(requestOf("GET", "/openai/v1/models")));
        QVERIFY(!asks(requestOf("POST", "/v1/realtime/client_secrets")));
    }
};

QTEST_GUILESS_MAIN(TestServiceRequest)
#include "tst_service_request.moc"
