// SPDX-License-Identifier: GPL-3.0-or-later
// What passes through as it is, over real sockets: images, audio, moderation, rerank, files, batches, realtime.
#include "base/json.h"
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/raw_client.h"

#include <QTest>
#include <QUrl>

using namespace pm;
using namespace pm::test;

namespace {

Scenario jsonAnswer(std::string body, int status = 200)
{
    Scenario scenario;
    scenario.status = status;
    scenario.body = std::move(body);
    return scenario;
}

Scenario sound(std::string bytes)
{
    Scenario scenario;
    scenario.contentType = "audio/mpeg";
    scenario.body = std::move(bytes);
    return scenario;
}

/// All byte values, with what ends JSON strings, lines and forms among them.
std::string binary(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>((i * 7 + i / 251) & 0xFF);
    return bytes;
}

std::string form(std::string_view model, std::string_view file)
{
    std::string body = "--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
                       "Content-Type: audio/mpeg\r\n\r\n";
    body.append(file).append("\r\n--b0undary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n");
    return body.append(model).append("\r\n--b0undary--\r\n");
}

const http::Headers kForm{{"content-type", "multipart/form-data; boundary=b0undary"}};

} // namespace

class TestGatewayServices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_first = std::make_unique<FakeUpstream>(jsonAnswer(R"({"from":"first"})"));
        m_second = std::make_unique<FakeUpstream>(jsonAnswer(R"({"from":"second"})"));
        m_fixture = std::make_unique<GatewayFixture>(
            "providers:\n"
            "  words: {format: openai, base-url: '" + m_first->url("/words/v1") + "', services: []}\n"
            "  first: {format: openai, base-url: '" + m_first->url("/v1") + "', services: [images, image-edits, speech, "
            "transcriptions, translations, moderations, rerank, files, uploads, batches, realtime, videos], models: [m1]}\n"
            "  second: {format: openai, base-url: '" + m_second->url("/v1") + "', services: [images, speech, transcriptions, "
            "files], models: [m2]}\n"
            "  maybe: {format: openai, base-url: '" + m_second->url("/maybe/v1") + "'}\n"
            "  claudish: {format: anthropic, base-url: '" + m_second->url("/claude/v1") + "', services: [files, batches]}\n"
            "  googlish: {format: gemini, base-url: '" + m_second->url("/v1beta") + "', services: [files, batches, caches, "
            "predictions]}\n"
            "routers:\n"
            "  all:\n"
            "    route: {strategy: priority, children: [{target: words/gpt-9}, {target: claudish}, {target: googlish}, "
            "{target: first}, {target: second}]}\n"
            "    retries: {max-retries: 0}\n"
            "    model-mappings: {m1: [second/m2]}\n"
            "  guess: {route: {strategy: priority, children: [{target: maybe}, {target: first}]}, retries: {max-retries: 0}}\n"
            "  words: {route: {target: words}}\n"
            "  eager: {route: {target: first}, retries: {max-retries: 2, min-delay: 1ms, max-delay: 1ms}}\n"
            "active-router: all\n");
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_second.reset();
        m_first.reset();
    }

    void eachFamily_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("api");
        QTest::addColumn<QString>("endpoint"); // in the trace
        QTest::addColumn<QString>("asked");    // at the first provider, or the second one's after "2 "
        const auto row = [](const char *method, const char *api, const char *endpoint, const char *asked) {
            QTest::newRow(qPrintable(QString::fromUtf8(method) + u' ' + QString::fromUtf8(api)))
                << QString::fromUtf8(method) << QString::fromUtf8(api) << QString::fromUtf8(endpoint)
                    << QString::fromUtf8(asked);
        };
        row("POST", "/v1/images/generations", "images", "/v1/images/generations");
        row("POST", "/v1/images/edits", "image-edits", "/v1/images/edits");
        row("POST", "/v1/images/variations", "image-edits", "/v1/images/variations");
        row("POST", "/v1/audio/speech", "speech", "/v1/audio/speech");
        row("POST", "/v1/audio/transcriptions", "transcriptions", "/v1/audio/transcriptions");
        row("POST", "/v1/audio/translations", "translations", "/v1/audio/translations");
        row("POST", "/v1/moderations", "moderations", "/v1/moderations");
        row("POST", "/v1/rerank", "rerank", "/v1/rerank");
        row("POST", "/v2/rerank", "rerank", "/v1/rerank");
        row("POST", "/rerank", "rerank", "/v1/rerank");
        row("POST", "/v1/files", "files", "/v1/files");
        row("GET", "/v1/files?limit=3", "files", "/v1/files?limit=3");
        row("DELETE", "/v1/files/file-1", "files", "/v1/files/file-1");
        row("GET", "/v1/files/file-1/content", "files", "/v1/files/file-1/content");
        row("POST", "/v1/uploads", "uploads", "/v1/uploads");
        row("POST", "/v1/uploads/up-1/parts", "uploads", "/v1/uploads/up-1/parts");
        row("POST", "/v1/batches", "batches", "/v1/batches");
        row("GET", "/v1/batches/b-1", "batches", "/v1/batches/b-1");
        row("POST", "/v1/batches/b-1/cancel", "batches", "/v1/batches/b-1/cancel");
        row("POST", "/v1/realtime/client_secrets", "realtime", "/v1/realtime/client_secrets");
        row("POST", "/v1/videos", "videos", "/v1/videos");
        row("GET", "/v1/videos/v-1/content", "videos", "/v1/videos/v-1/content");
        row("POST", "/v1/messages/batches", "batches", "2 /claude/v1/messages/batches");
        row("GET", "/v1/messages/batches/b-1/results", "batches", "2 /claude/v1/messages/batches/b-1/results");
        row("POST", "/upload/v1beta/files", "files", "2 /upload/v1beta/files");
        row("GET", "/v1beta/files/f-1", "files", "2 /v1beta/files/f-1");
        row("POST", "/v1beta/models/imagen:predict", "predictions", "2 /v1beta/models/imagen:predict");
        row("GET", "/v1beta/models/veo/operations/o-1", "predictions", "2 /v1beta/models/veo/operations/o-1");
        row("PATCH", "/v1beta/cachedContents/c-1", "caches", "2 /v1beta/cachedContents/c-1");
        row("POST", "/v1beta/models/gemini-3:batchGenerateContent", "batches",
            "2 /v1beta/models/gemini-3:batchGenerateContent");
    }
    void eachFamily()
    {
        QFETCH(QString, method);
        QFETCH(QString, api);
        QFETCH(QString, endpoint);
        QFETCH(QString, asked);
        const bool isSecond = asked.startsWith(QStringLiteral("2 "));
        const std::string body = method == QStringLiteral("GET") || method == QStringLiteral("DELETE") ? "" : "{}";
        for (const char *place : {"", "/router/all", "/ai"}) {
            const Reply reply = m_fixture->send(method.toStdString(), place + api.toStdString(), body);
            QVERIFY2(reply.status == 200, reply.body.c_str());
            QCOMPARE(jsonAt(reply.body, "from"), std::string(isSecond ? "second" : "first"));
            const SeenRequest seen = (isSecond ? m_second : m_first)->lastRequest();
            QCOMPARE(QString::fromStdString(seen.path), isSecond ? asked.mid(2) : asked);
            QCOMPARE(QString::fromStdString(seen.method), method);
            QCOMPARE(seen.body, body);
            QCOMPARE(reply.headers.value("x-pointsman-router"),
                std::string_view(std::string_view(place) == "/ai" ? "ai" : "all"));
        }
        for (const trace::Head &head : m_fixture->traces(3)) {
            QCOMPARE(QString::fromStdString(head.endpoint), endpoint);
            QVERIFY(!head.costMicroUsd);
            QVERIFY(head.state == trace::State::Done);
        }
    }

    void filesOfAnthropicsClients()
    {
        const Reply reply = m_fixture->get("/v1/files", {{"anthropic-version", "2023-06-01"}, {"anthropic-beta",
            "files-api"}});
        QCOMPARE(reply.status, 200);
        QCOMPARE(m_second->lastRequest().path, std::string("/claude/v1/files"));
        QCOMPARE(m_second->lastRequest().headers.value("anthropic-beta"), std::string_view("files-api"));
    }

    void formsPassByteByByte()
    {
        const std::string file = R"({"model":"not/this"})" + binary(300'000) + "\r\n--b0undar\r\n";
        const std::string body = form("first/m9", file);
        const Reply reply = m_fixture->post("/v1/audio/transcriptions", body, kForm);
        QCOMPARE(reply.status, 200);
        const SeenRequest seen = m_first->lastRequest();
        QVERIFY(seen.body == form("m9", file));
        QCOMPARE(seen.headers.value("content-type"), kForm.value("content-type"));
        QCOMPARE(reply.headers.value("x-pointsman-model"), std::string_view("m9"));
        // Nothing to change: not one byte.
        const std::string same = form("m9", file);
        QCOMPARE(m_fixture->post("/router/all/audio/transcriptions", same, kForm).status, 200);
        QVERIFY(m_first->lastRequest().body == same);
    }

    void filesAreNeverParsed()
    {
        const std::string jsonl = "{\"model\": no json\n";
        QCOMPARE(m_fixture->post("/v1/files", jsonl, {{"content-type", "application/json"}}).status, 200);
        QCOMPARE(m_first->lastRequest().body, jsonl);
    }

    void soundComesBackByteByByte()
    {
        const std::string bytes = binary(1'500'000);
        m_first->setDefault(sound(bytes));
        const Reply reply = m_fixture->post("/v1/audio/speech", R"({"model":"tts-1","input":"Hello there"})");
        QCOMPARE(reply.status, 200);
        QVERIFY(reply.isClean());
        QVERIFY(reply.body == bytes);
        QCOMPARE(reply.headers.value("content-type"), std::string_view("audio/mpeg"));
        QCOMPARE(reply.headers.value("x-pointsman-provider"), std::string_view("first"));
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(record.head.requestedModel, std::string("tts-1"));
        QCOMPARE(record.head.promptStart, std::string("Hello there"));
        QVERIFY(!record.head.usage.isKnown());
        QVERIFY(!record.head.costMicroUsd);
    }

    void theTraceOfASoundIsReadable()
    {
        m_first->setDefault(sound(binary(128'000)));
        QCOMPARE(m_fixture->post("/v1/audio/speech", R"({"model":"tts-1","input":"Hello there"})").status, 200);
        const std::string id = m_fixture->lastTrace().head.id;
        const std::string list = m_fixture->get("/api/v1/admin/traces").body;
        QCOMPARE(jsonAt(list, "traces.0.id"), id);
        const std::string one = m_fixture->get("/api/v1/admin/traces/" + id).body;
        QVERIFY(json::Document::parse(one));
        QCOMPARE(jsonAt(one, "upstream_response_body.text"), std::string("128 kB of audio/mpeg, not shown"));
        QCOMPARE(jsonAt(one, "upstream_response_body.bytes"), std::string("128000"));
        QCOMPARE(jsonAt(one, "upstream_response_body.binary"), std::string("true"));
        QCOMPARE(jsonAt(one, "request_body.binary"), std::string("false"));
        QCOMPARE(jsonAt(one, "cost_usd"), std::string("null"));
        QTRY_COMPARE(jsonAt(m_fixture->get("/api/v1/admin/traces?q=there").body, "traces.0.id"), id);
    }

    void theTraceOfAFormIsReadable()
    {
        QCOMPARE(m_fixture->post("/v1/audio/transcriptions", form("m9", binary(128'000)), kForm).status, 200);
        const std::string id = m_fixture->lastTrace().head.id;
        const std::string text = jsonAt(m_fixture->get("/api/v1/admin/traces/" + id).body, "request_body.text");
        QCOMPARE(text, form("m9", "128 kB of audio/mpeg, not shown"));
    }

    void theNextProviderAfterAFailure()
    {
        m_first->setDefault(openAiError(500, "broken"));
        const Reply reply = m_fixture->post("/v1/images/generations", R"({"model":"m1","prompt":"a cat"})");
        QVERIFY2(reply.status == 200, reply.body.c_str());
        QCOMPARE(jsonAt(reply.body, "from"), std::string("second"));
        QCOMPARE(jsonAt(m_first->lastRequest().body, "model"), std::string("m1"));
        QCOMPARE(m_second->lastRequest().body, std::string(R"({"model":"m2","prompt":"a cat"})")); // by the mapping
        QCOMPARE(reply.headers.value("x-pointsman-attempts"), std::string_view("2"));
    }

    void theNextProviderAfterAFailureGetsTheWholeForm()
    {
        m_first->setDefault(openAiError(503, "broken"));
        const std::string body = form("m9", binary(200'000));
        QCOMPARE(m_fixture->post("/v1/audio/transcriptions", body, kForm).status, 200);
        QVERIFY(m_second->lastRequest().body == body);
    }

    void allFailed()
    {
        m_first->setDefault(openAiError(500, "broken"));
        m_second->setDefault(openAiError(400, "no such size"));
        const Reply reply = m_fixture->post("/v1/images/generations", R"({"model":"m1","prompt":"a cat"})");
        QCOMPARE(reply.status, 400);
        QVERIFY2(jsonAt(reply.body, "error.message").find("no such size") != std::string::npos, reply.body.c_str());
        QVERIFY(jsonAt(reply.body, "error.message").find("first/m1: 500") != std::string::npos);
    }

    void theTraceSaysWhoHasItNot()
    {
        QCOMPARE(m_fixture->post("/router/all/v1/moderations", R"({"input":"x"})").status, 200);
        const trace::Record record = m_fixture->lastTrace();
        QStringList plan;
        for (const trace::PlanEntry &entry : record.detail.plan)
            plan << QString::fromStdString((entry.excluded ? "- " : "+ ") + entry.target + ": " + entry.reason);
        QCOMPARE(plan.join(u'\n'), QStringLiteral("+ first: first in order\n"
                                                  "- words: has no /moderations\n"
                                                  "- claudish: has no /moderations\n"
                                                  "- googlish: has no /moderations\n"
                                                  "- second: has no /moderations"));
    }

    void theTraceSaysWhyAFileGoesThere()
    {
        QCOMPARE(m_fixture->get("/router/all/v1/files/file-1").status, 200);
        const trace::Record record = m_fixture->lastTrace();
        QVERIFY(!record.detail.plan.empty());
        QCOMPARE(record.detail.plan.front().target, std::string("first"));
        QCOMPARE(record.detail.plan.front().reason,
                 std::string("the first of the router with files; what is kept there is nowhere else"));
    }

    void whatMayHaveBeenDoneIsNotRepeated()
    {
        m_first->setDefault(openAiError(500, "broken"));
        QCOMPARE(m_fixture->post("/router/eager/v1/batches", "{}").status, 500);
        QCOMPARE(m_first->requestCount(), std::size_t(1));
        QCOMPARE(m_fixture->lastTrace().detail.attempts.front().outcome, std::string("may have been done already"));
        // To look at one is harmless.
        QCOMPARE(m_fixture->get("/router/eager/v1/batches/b-1").status, 500);
        QCOMPARE(m_first->requestCount(), std::size_t(4));
        QCOMPARE(m_second->requestCount(), std::size_t(0));
    }

    void whoMayHaveItAndHasItNotIsPassedOver()
    {
        m_second->setDefault(jsonAnswer(R"({"detail":"Not Found"})", 404));
        const Reply reply = m_fixture->post("/router/guess/v1/images/generations", R"({"model":"x","prompt":"a"})");
        QVERIFY2(reply.status == 200, reply.body.c_str());
        QCOMPARE(m_second->lastRequest().path, std::string("/maybe/v1/images/generations"));
        QCOMPARE(jsonAt(reply.body, "from"), std::string("first"));
    }

    void nobodyHasIt()
    {
        const Reply reply = m_fixture->post("/router/words/v1/images/generations", R"({"model":"m1","prompt":"a"})");
        QCOMPARE(reply.status, 404);
        const std::string said = jsonAt(reply.body, "error.message");
        QVERIFY2(said.find("words has no /images/generations") != std::string::npos, said.c_str());
        QVERIFY2(said.find("these have it: first, second") != std::string::npos, said.c_str());
    }

    void theRefusalIsInTheAskersFormat()
    {
        const Reply reply = m_fixture->post("/router/words/v1/messages/batches", "{}", {{"anthropic-version",
            "2023-06-01"}});
        QCOMPARE(reply.status, 404);
        QCOMPARE(jsonAt(reply.body, "type"), std::string("error"));
        QCOMPARE(jsonAt(reply.body, "error.type"), std::string("not_found_error"));
        const Reply google = m_fixture->get("/router/words/v1beta/files");
        QCOMPARE(google.status, 404);
        QCOMPARE(jsonAt(google.body, "error.status"), std::string("NOT_FOUND"));
    }

    void callersAreCheckedAsElsewhere()
    {
        qputenv("PM_TEST_SERVICE_KEY", "a-client-key-of-this-test");
        GatewayFixture keyed("server: {client-keys: [{name: tool, key: 'env:PM_TEST_SERVICE_KEY', routers: [all]}]}\n"
                             "providers:\n  first: {format: openai, base-url: '" + m_first->url("/v1")
                             + "', services: [moderations]}\nrouters:\n  all: {route: {target: first}}\n");
        QCOMPARE(QString::fromStdString(keyed.startError()), QString());
        const http::Headers key{{"authorization", "Bearer a-client-key-of-this-test"}};
        QCOMPARE(keyed.post("/router/all/v1/moderations", "{}").status, 401);
        QCOMPARE(keyed.post("/ai/v1/moderations", "{}", key).status, 403);
        QCOMPARE(m_fixture->post("/v1/moderations", "{}", {{"origin", "https://evil.example"}}).status, 403);
        QCOMPARE(m_first->requestCount(), std::size_t(0));
        QCOMPARE(keyed.post("/router/all/v1/moderations", "{}", key).status, 200);
        QVERIFY(!m_first->lastRequest().headers.contains("authorization")); // it is for this gateway
    }

    void brokenJsonIsRefusedHere()
    {
        const Reply reply = m_fixture->post("/v1/images/generations", R"({"model":)");
        QCOMPARE(reply.status, 400);
        QCOMPARE(m_first->requestCount(), std::size_t(0));
    }

    void stepsDoNotLeadElsewhere()
    {
        RawClient client(QUrl(QString::fromStdString(m_fixture->url(""))).port());
        client.send("GET /v1/files/../models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        QTRY_VERIFY(client.isClosed());
        QVERIFY2(client.received().startsWith("HTTP/1.1 404"), client.received().constData());
        QCOMPARE(m_first->requestCount(), std::size_t(0));
    }

    void eventsPassAsTheyCome()
    {
        m_first->setDefault(eventStream({{{}, "event: image_generation.partial_image\ndata: {}\n\n"}, {{},
            "data: x\n\n"}}));
        const Reply reply = m_fixture->post("/v1/images/generations", R"({"model":"m","prompt":"a","stream":true})");
        QCOMPARE(reply.body, std::string("event: image_generation.partial_image\ndata: {}\n\ndata: x\n\n"));
        QVERIFY(m_fixture->lastTrace().head.stream);
    }

    void aCutAnswerIsNoWholeOne()
    {
        Scenario cut = sound({});
        cut.chunks = {{{}, binary(10'000)}};
        cut.ending = Scenario::Ending::Cut;
        m_first->setDefault(cut);
        const Reply reply = m_fixture->post("/v1/audio/speech", R"({"model":"tts-1","input":"x"})");
        QVERIFY(!reply.isClean());
        QVERIFY(m_fixture->lastTrace().head.state == trace::State::Failed);
    }

    void anAnswerWithoutABody()
    {
        Scenario none = jsonAnswer("");
        none.status = 204;
        m_first->setDefault(none);
        const Reply reply = m_fixture->send("DELETE", "/v1/files/file-1");
        QCOMPARE(reply.status, 204);
        QVERIFY(reply.isClean());
        QCOMPARE(reply.body, std::string());
    }

    void tokensAreCountedAndCostIsNotKnown()
    {
        m_first->setDefault(jsonAnswer(R"({"data":[],"usage":{"input_tokens":5,"output_tokens":70}})"));
        const Reply reply = m_fixture->post("/v1/images/generations", R"({"model":"m1","prompt":"a"})");
        QVERIFY(!reply.headers.contains("x-pointsman-cost"));
        const trace::Head head = m_fixture->lastTrace().head;
        QCOMPARE(head.usage.output.value_or(-1), 70);
        QVERIFY(!head.costMicroUsd);
    }

private:
    std::unique_ptr<FakeUpstream> m_first, m_second;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayServices)
#include "tst_gateway_services.moc"
