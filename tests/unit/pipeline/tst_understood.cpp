// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/understood.h"

#include "base/json.h"
#include "dialects/dialect.h"
#include "dialects/framing/aws_event_stream.h"
#include "support/places.h"
#include "support/stream_text.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace pm;

namespace {

void put(trace::Body &body, const QByteArray &bytes)
{
    body.bytes = bytes;
    body.fullSize = bytes.size();
}

/// Asked in one format, answered in another.
trace::Record recordOf(const char *client, const char *provider = nullptr)
{
    trace::Record record;
    record.head.endpoint = "chat";
    record.head.clientDialect = client;
    record.head.status = 200;
    trace::Attempt attempt;
    attempt.provider = "there";
    attempt.model = "m";
    attempt.dialect = provider ? provider : client;
    attempt.status = 200;
    record.detail.attempts.push_back(attempt);
    return record;
}

trace::Record answered(const char *provider, const QByteArray &body, const char *contentType = "application/json")
{
    trace::Record record = recordOf("openai", provider);
    put(record.detail.upstreamResponseBody, body);
    record.detail.upstreamResponseHeaders = {{"Content-Type", contentType}};
    record.head.stream = QByteArray(contentType) != "application/json";
    return record;
}

QByteArray shown(const Understood &understood)
{
    return QByteArray::fromStdString(understood.json);
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QFileInfoList goldens(const Dialect &dialect, const QString &kind)
{
    const QString name = QString::fromUtf8(dialect.name().data(), qsizetype(dialect.name().size()));
    QFileInfoList list;
    const QDir folder(pm::test::inTests(QStringLiteral("/golden/")) + name + QLatin1Char('/') + kind);
    for (const QFileInfo &file : folder.entryInfoList(QDir::Files, QDir::Name)) {
        if (!file.fileName().contains(QStringLiteral(".to-")))
            list.append(file);
    }
    return list;
}

const char kThinkingStream[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
    "\"role\":\"assistant\",\"model\":\"claude\",\"content\":[],\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}"
    "\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
    "\"thinking\",\"thinking\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
    "\"thinking_delta\",\"thinking\":\"hm\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
    "\"signature_delta\",\"signature\":\"c2ln\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{"
    "\"type\":\"text\",\"text\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":"
    "\"text_delta\",\"text\":\"I \"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":"
    "\"text_delta\",\"text\":\"look\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":"
    "\"tool_use\",\"id\":\"t1\",\"name\":\"ls\",\"input\":{}}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":"
    "\"input_json_delta\",\"partial_json\":\"{\\\"p\\\":\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":"
    "\"input_json_delta\",\"partial_json\":\"1}\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{"
    "\"output_tokens\":9}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

const char kThinkingReply[] =
    R"({"role":"assistant","id":"msg_1","model":"claude","content":[{"type":"thinking","text":"hm","signature":)"
    R"({"characters":4}},{"type":"text","text":"I look"},{"type":"tool_call","id":"t1",)"
    R"("name":"ls","arguments":{"p":1}}],"finish":"tool_calls","usage":{"uncached_input":7,"output":9}})";

} // namespace

class TestUnderstood : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatPassesIsNotReadAsAChat_data()
    {
        QTest::addColumn<QByteArray>("endpoint");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("on a router") << QByteArray("images") << QByteArray("/v1/images/generations");
        QTest::newRow("direct") << QByteArray("pass-through") << QByteArray("/openai/v1/images/generations");
    }
    void whatPassesIsNotReadAsAChat()
    {
        QFETCH(QByteArray, endpoint);
        QFETCH(QByteArray, path);
        trace::Record record = answered("openai", R"({"created":1,"data":[{"b64_json":"aGk="}]})");
        record.head.endpoint = endpoint.toStdString();
        record.head.path = path.toStdString();
        record.head.method = "POST";
        put(record.detail.requestBody, R"({"model":"m","prompt":"a cat"})");
        const std::string said = "no conversation: passed on as it came, only the model is read";
        QCOMPARE(understoodRequest(record).problem, said);
        QCOMPARE(understoodAnswer(record).problem, said);
        QVERIFY(understoodAnswer(record).json.empty());
    }

    void oneRequestInAllFormats_data();
    void oneRequestInAllFormats();
    void everythingThatCanBeAsked();
    void requestsThatAreNotRead_data();
    void requestsThatAreNotRead();
    void whatThePathSaysIsTold();
    void aReferenceToAnEarlierAnswerIsTold();
    void aStreamIsPutTogether();
    void aStreamInBinaryMessages();
    void aStreamThatWasCut();
    void aStreamThatEndedInAnError();
    void toolsComeBackByTheirOwnNames();
    void anErrorAnswer();
    void failedAttempts();
    void embeddings();
    void directRequestsAreReadByTheirPath();
    void everyGoldenIsUnderstood();
};

void TestUnderstood::oneRequestInAllFormats_data()
{
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *client, const char *body) {
        QTest::newRow(client) << QByteArray(client) << QByteArray(body);
    };
    row("openai", R"({"model":"m","messages":[{"role":"system","content":"Be brief"},{"role":"user",)"
        R"("content":"Hi"}],"temperature":0.5,"max_tokens":9})");
    row("anthropic", R"({"model":"m","system":"Be brief","messages":[{"role":"user","content":"Hi"}],)"
        R"("temperature":0.5,"max_tokens":9})");
    row("responses", R"({"model":"m","instructions":"Be brief","input":"Hi","temperature":0.5,)"
        R"("max_output_tokens":9})");
    row("gemini",
        R"({"systemInstruction":{"parts":[{"text":"Be brief"}]},"contents":[{"role":"user",)"
        R"("parts":[{"text":"Hi"}]}],"generationConfig":{"temperature":0.5,"maxOutputTokens":9}})");
    row("ollama",
        R"({"model":"m","stream":false,"messages":[{"role":"system","content":"Be brief"},{"role":"user",)"
        R"("content":"Hi"}],"options":{"temperature":0.5,"num_predict":9}})");
}

void TestUnderstood::oneRequestInAllFormats()
{
    QFETCH(QByteArray, client);
    QFETCH(QByteArray, body);
    trace::Record record = recordOf(client.constData());
    record.head.requestedModel = "m";
    put(record.detail.requestBody, body);
    const Understood understood = understoodRequest(record);
    QCOMPARE(understood.problem, std::string());
    QCOMPARE(understood.format, client.toStdString());
    QCOMPARE(shown(understood),
             QByteArray(R"({"model":"m","stream":false,"messages":[{"role":"system","content":[{"type":"text",)"
                 R"("text":"Be brief"}]},)"
                         R"({"role":"user","content":[{"type":"text","text":"Hi"}]}],"max_tokens":9,)"
                         R"("temperature":0.5})"));
}

void TestUnderstood::everythingThatCanBeAsked()
{
    trace::Record record = recordOf("openai");
    put(record.detail.requestBody,
        R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user",)"
        R"("name":"ann","content":[{"type":"text","text":"See"},)"
        R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAAAA"}}]},{"role":"assistant",)"
        R"("content":null,"tool_calls":[{"id":"c","type":"function",)"
        R"("function":{"name":"ls","arguments":"{broken"}}]},{"role":"tool","tool_call_id":"c",)"
        R"("content":"a.txt"}],"tools":[{"type":"function","function":)"
        R"({"name":"ls","parameters":{"type":"object"},"strict":true}}],"tool_choice":"required","stop":["x"],)"
        R"("seed":3,"n":1,"logit_bias":{"5":1},)"
        R"("response_format":{"type":"json_object"},"reasoning_effort":"high","user":"u","odd":1})");
    const Understood understood = understoodRequest(record);
    QCOMPARE(understood.problem, std::string());
    const QByteArray expected(R"({"model":"m","stream":true,"messages":[{"role":"user","name":"ann",)"
                 R"("content":[{"type":"text","text":"See"},)"
                         R"({"type":"image","source":{"media_type":"image/png","bytes":6}}]},{"role":"assistant",)"
                         R"("content":[{"type":"tool_call","id":"c",)"
                         R"("name":"ls","arguments":"{broken"}]},{"role":"user","content":[{"type":"tool_result",)"
                         R"("tool_call_id":"c","content":[{"type":"text","text":"a.txt"}]}]}],)"
                         R"("tools":[{"name":"ls","schema":{"type":"object"},"strict":true}],)"
                         R"("tool_choice":{"mode":"required"},"stop":["x"],"seed":3,"n":1,)"
                         R"("logit_bias":{"5":1},"response_format":{"kind":"json_object"},)"
                         R"("reasoning":{"mode":"adaptive","effort":"high"},"user":"u","include_usage":true,"not_carried":["odd"]})");
    QVERIFY2(shown(understood) == expected, understood.json.c_str());
}

void TestUnderstood::requestsThatAreNotRead_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("fullSize");
    QTest::addColumn<QByteArray>("problem");
    QTest::newRow("none") << QByteArray() << qint64(0) << QByteArray("none is kept (traces.bodies)");
    QTest::newRow("not kept") << QByteArray() << qint64(5) << QByteArray("was not kept (traces.bodies)");
    QTest::newRow("cut") << QByteArray("{\"mess") << qint64(9'000)
                         << QByteArray("only the first 6 of 9000 bytes are kept (traces.max-body)");
    QTest::newRow("too large") << QByteArray(kMostUnderstood + 1, ' ') << qint64(kMostUnderstood + 1)
                               << QByteArray("larger than 16 MiB");
    QTest::newRow("not JSON") << QByteArray("hello") << qint64(5) << QByteArray("not valid JSON");
    QTest::newRow("not a conversation") << QByteArray("{\"a\":1}") << qint64(7) << QByteArray("messages");
}

void TestUnderstood::requestsThatAreNotRead()
{
    QFETCH(QByteArray, body);
    QFETCH(qint64, fullSize);
    QFETCH(QByteArray, problem);
    trace::Record record = recordOf("openai");
    record.detail.requestBody.bytes = body;
    record.detail.requestBody.fullSize = fullSize;
    const Understood understood = understoodRequest(record);
    QCOMPARE(understood.json, std::string());
    QVERIFY2(understood.problem.find(problem.toStdString()) != std::string::npos, understood.problem.c_str());
}

void TestUnderstood::whatThePathSaysIsTold()
{
    trace::Record record = recordOf("gemini");
    record.head.requestedModel = "gemini-pro";
    record.head.stream = true;
    put(record.detail.requestBody, R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})");
    QVERIFY(QByteArray::fromStdString(understoodRequest(record).json).startsWith(R"({"model":"gemini-pro",)"
        R"("stream":true,)"));
}

void TestUnderstood::aReferenceToAnEarlierAnswerIsTold()
{
    trace::Record record = recordOf("responses");
    put(record.detail.requestBody, R"({"model":"m","input":"Go on","previous_response_id":"resp_1"})");
    const Understood understood = understoodRequest(record);
    QVERIFY(understood.json.find("Go on") != std::string::npos);
    QVERIFY(understood.problem.find("previous_response_id") != std::string::npos);
}

void TestUnderstood::aStreamIsPutTogether()
{
    const Understood understood =
        understoodAnswer(answered("anthropic", kThinkingStream, "text/event-stream; charset=utf-8"));
    QCOMPARE(understood.problem, std::string());
    QCOMPARE(understood.format, std::string("anthropic"));
    QCOMPARE(shown(understood), QByteArray(kThinkingReply));
}

/// Claude on Bedrock: Anthropic's events, each in a binary message.
void TestUnderstood::aStreamInBinaryMessages()
{
    std::string wire;
    for (const QByteArray &event : QByteArray(kThinkingStream).split('\n')) {
        if (!event.startsWith("data: "))
            continue;
        const std::string payload = "{\"bytes\":\"" + event.mid(6).toBase64().toStdString() + "\"}";
        appendAwsMessage(wire, {"event", "chunk", {}, payload});
    }
    const trace::Record record =
        answered("anthropic", QByteArray::fromStdString(wire), "application/vnd.amazon.eventstream");
    QVERIFY(isBinaryStream(record.detail.upstreamResponseBody));
    const Understood understood = understoodAnswer(record);
    QCOMPARE(understood.problem, std::string());
    QCOMPARE(shown(understood), QByteArray(kThinkingReply));
    const std::string text = binaryStreamText(record.detail.upstreamResponseBody);
    QVERIFY2(text.starts_with("event: chunk\n{\"bytes\":\""), text.c_str());
    QVERIFY(!isBinaryStream({QByteArray(kThinkingStream), 0, {}, 0}));
}

void TestUnderstood::aStreamThatWasCut()
{
    const QByteArray whole(kThinkingStream);
    trace::Record record = answered("anthropic", whole.left(whole.indexOf("\"look\"")), "text/event-stream");
    Understood understood = understoodAnswer(record);
    QVERIFY(understood.json.find("\"I \"") != std::string::npos);
    QVERIFY2(!understood.problem.empty(), "the provider's stream has no end");
    record.detail.upstreamResponseBody.fullSize = whole.size();
    understood = understoodAnswer(record);
    QVERIFY(understood.json.find("\"I \"") != std::string::npos);
    QVERIFY2(understood.problem.find("traces.max-body") != std::string::npos, understood.problem.c_str());
}

void TestUnderstood::aStreamThatEndedInAnError()
{
    const QByteArray whole(kThinkingStream);
    const QByteArray start = whole.left(whole.indexOf("event: content_block_delta", whole.indexOf("\"I \"")));
    const Understood understood = understoodAnswer(
        answered("anthropic",
                 start + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
                         "\"too busy\"}}\n\n",
                 "text/event-stream"));
    QVERIFY(understood.json.find("\"I \"") != std::string::npos);
    QVERIFY2(understood.problem.find("too busy") != std::string::npos, understood.problem.c_str());
}

void TestUnderstood::toolsComeBackByTheirOwnNames()
{
    const std::string own = "a/tool";
    const std::string sent = dialect(DialectId::AnthropicMessages).toolName(own);
    QVERIFY(sent != own);
    trace::Record record = answered(
        "anthropic", QByteArray::fromStdString(R"({"id":"i","type":"message","role":"assistant","model":"m",)"
            R"("content":[{"type":"tool_use","id":"t","name":")"
                                               + sent + R"(","input":{}}],"stop_reason":"tool_use",)"
                                                   R"("usage":{"input_tokens":1,"output_tokens":1}})"));
    put(record.detail.requestBody,
        R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function",)"
        R"("function":{"name":"a/tool"}}]})");
    const Understood understood = understoodAnswer(record);
    QVERIFY2(understood.json.find("\"name\":\"a/tool\"") != std::string::npos, understood.json.c_str());
}

void TestUnderstood::anErrorAnswer()
{
    trace::Record record = answered("anthropic", R"({"type":"error","error":{"type":"rate_limit_error",)"
        R"("message":"slow down"}})");
    record.head.endpoint = "pass-through";
    record.head.status = record.detail.attempts[0].status = 429;
    const Understood understood = understoodAnswer(record);
    QVERIFY2(understood.json.starts_with(R"({"error":{"kind":"rate_limited","message":"slow down")"),
             understood.json.c_str());
}

void TestUnderstood::failedAttempts()
{
    trace::Record record = recordOf("openai", "anthropic");
    record.head.errorKind = "overloaded";
    record.head.errorMessage = "there answered 529";
    record.detail.attempts[0].status = 529;
    record.detail.attempts[0].errorKind = "overloaded";
    Understood understood = understoodAnswer(record);
    QVERIFY2(understood.json.find(R"("target":"there/m","status":529,"kind":"overloaded")") != std::string::npos,
             understood.json.c_str());
    QVERIFY(understood.problem.find("failed attempts") != std::string::npos);
    record.detail.attempts.clear();
    understood = understoodAnswer(record);
    QVERIFY(understood.problem.find("refused the request itself") != std::string::npos);
}

void TestUnderstood::embeddings()
{
    trace::Record record =
        answered("openai", R"({"object":"list","model":"e","data":[{"object":"embedding","index":0,)"
            R"("embedding":[0.1,0.2,0.3]}],"usage":{"prompt_tokens":2,"total_tokens":2}})");
    record.head.endpoint = "embeddings";
    put(record.detail.requestBody, R"({"model":"e","input":["one",[1,2]]})");
    QCOMPARE(shown(understoodAnswer(record)),
             QByteArray(R"({"model":"e","vectors":1,"dimensions":3,"usage":{"uncached_input":2,"output":0}})"));
    QVERIFY2(!understoodRequest(record).json.empty() || !understoodRequest(record).problem.empty(), "said either way");
    put(record.detail.requestBody, R"({"model":"e","input":["one","two"]})");
    QCOMPARE(shown(understoodRequest(record)),
             QByteArray(R"({"model":"e","inputs":[{"text":"one"},{"text":"two"}]})"));
}

void TestUnderstood::directRequestsAreReadByTheirPath()
{
    trace::Record record = recordOf("openai");
    record.head.endpoint = "pass-through";
    record.head.method = "POST";
    record.head.path = "/openai/v1/embeddings?x=1";
    put(record.detail.requestBody, R"({"model":"e","input":"one"})");
    QCOMPARE(shown(understoodRequest(record)),
             QByteArray(R"({"model":"e","inputs":[{"text":"one"}]})"));
    record.head.path = "/openai/v1/chat/completions";
    put(record.detail.requestBody, R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})");
    QVERIFY(understoodRequest(record).json.find("\"Hi\"") != std::string::npos);
}

/// Whatever a format holds gives JSON that can be shown, whole or with a reason.
void TestUnderstood::everyGoldenIsUnderstood()
{
    int seen = 0;
    const auto check = [&](const Understood &understood, const QFileInfo &file) {
        ++seen;
        QVERIFY2(!understood.json.empty() || !understood.problem.empty(), qPrintable(file.filePath()));
        QVERIFY2(understood.json.empty() || json::Document::parse(understood.json), qPrintable(file.filePath()));
    };
    for (const Dialect *each : dialects()) {
        const std::string name(each->name());
        for (const QFileInfo &file : goldens(*each, QStringLiteral("requests"))) {
            trace::Record record = recordOf(name.c_str());
            put(record.detail.requestBody, contentOf(file.filePath()));
            const Understood understood = understoodRequest(record);
            check(understood, file);
            const bool isRead = each->readRequest(contentOf(file.filePath()).toStdString()).has_value();
            QVERIFY2(!isRead || !understood.json.empty(), qPrintable(file.filePath()));
        }
        for (const QFileInfo &file : goldens(*each, QStringLiteral("replies")))
            check(understoodAnswer(answered(name.c_str(), contentOf(file.filePath()))), file);
        for (const QFileInfo &file : goldens(*each, QStringLiteral("streams"))) {
            const std::string wire = test::streamBytes(*each, contentOf(file.filePath()).toStdString());
            const std::string type(mediaType(each->framing()));
            check(understoodAnswer(answered(name.c_str(), QByteArray::fromStdString(wire), type.c_str())), file);
        }
    }
    QVERIFY(seen > 200);
}

QTEST_APPLESS_MAIN(TestUnderstood)
#include "tst_understood.moc"
