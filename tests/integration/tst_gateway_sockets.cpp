// SPDX-License-Identifier: GPL-3.0-or-later
// WebSockets through the whole gateway, over real sockets.
#include "support/socket_gateway.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

QByteArray refusal(int status, const QByteArray &message)
{
    const QByteArray body = R"({"error":{"message":")" + message + R"("}})";
    return "HTTP/1.1 " + QByteArray::number(status) + " No\r\ncontent-type: application/json\r\ncontent-length: "
           + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

} // namespace

class TestGatewaySockets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m = std::make_unique<SocketGateway>();
        QCOMPARE(q(m->fixture->startError()), QString());
    }
    void cleanup() { m.reset(); }

    void textGoesBothWays_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("asked"); // of the provider
        QTest::addColumn<QString>("router");
        QTest::newRow("bare") << QByteArray("/v1/realtime?model=rt-1") << QByteArray("/v1/realtime?model=rt-1") << q("ai");
        QTest::newRow("ai") << QByteArray("/ai/v1/realtime?model=first/rt-9") << QByteArray("/v1/realtime?model=rt-9")
                            << q("ai");
        QTest::newRow("router") << QByteArray("/router/both/realtime?model=rt-1&x=y")
                                << QByteArray("/v1/realtime?model=rt-1&x=y") << q("both");
        QTest::newRow("direct") << QByteArray("/first/v1/realtime?model=rt-1&key=client")
                                << QByteArray("/v1/realtime?model=rt-1") << q("first");
        QTest::newRow("direct, another path") << QByteArray("/first/live") << QByteArray("/v1/live") << q("first");
    }
    void textGoesBothWays()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, asked);
        QFETCH(QString, router);
        WebSocketClient client(m->port(), target, "Authorization: Bearer of-the-client\r\nOpenAI-Beta: realtime=v1\r\n"
                                               "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        QCOMPARE(client.status(), 101);
        QCOMPARE(client.reply->headers.value("upgrade"), std::string_view("websocket"));
        QCOMPARE(client.reply->headers.value("connection"), std::string_view("Upgrade"));
        QCOMPARE(client.reply->headers.value("sec-websocket-accept"), std::string_view(WebSocketClient::kAccept));
        QCOMPARE(q(client.reply->headers.value("x-pointsman-router")), router);
        QCOMPARE(client.reply->headers.value("x-pointsman-provider"), std::string_view("first"));
        client.say("hello");
        client.say("and again");
        QTRY_COMPARE(client.messages(), std::size_t(2));
        QCOMPARE(client.heard().texts, (std::vector<std::string>{"hello", "and again"}));
        const WebSocketSession &session = m->first.last();
        QVERIFY2(session.head.startsWith("GET " + asked + " HTTP/1.1\r\n"), session.head.constData());
        QCOMPARE(session.field("authorization"), QByteArray("Bearer sk-the-key-of-the-provider"));
        QCOMPARE(session.field("openai-beta"), QByteArray("realtime=v1"));
        QCOMPARE(session.field("sec-websocket-extensions"), QByteArray());
        QCOMPARE(session.field("connection"), QByteArray("Upgrade"));
        QVERIFY(!session.field("via").isEmpty());
        QVERIFY(!session.head.contains("client"));
    }

    void theHandshakeMayComeInPieces()
    {
        WebSocketClient client(m->port());
        client.raw.sendByteByByte(WebSocketClient::handshake("/v1/realtime?model=rt-1")
                                  + webSocketFrame(Opcode::Text, "sent ahead", true)
                                  + webSocketFrame(Opcode::Text, "hel", true, false)
                                  + webSocketFrame(Opcode::Continuation, "lo", true));
        QTRY_COMPARE(client.messages(), std::size_t(2));
        QCOMPARE(client.heard().texts, (std::vector<std::string>{"sent ahead", "hello"}));
    }

    void whatIsSentAheadArrives()
    {
        m->first.manners.greeting = webSocketFrame(Opcode::Text, "welcome", false);
        WebSocketClient client(m->port());
        client.raw.send(WebSocketClient::handshake("/v1/realtime?model=rt-1")
                        + webSocketFrame(Opcode::Text, QByteArray(300'000, 'a'), true));
        QTRY_COMPARE(client.messages(), std::size_t(2));
        QCOMPARE(client.heard().texts.front(), std::string("welcome"));
        QVERIFY(client.heard().texts.back() == std::string(300'000, 'a'));
    }

    void theNextProviderAfterARefusal()
    {
        m->first.manners.answer = refusal(503, "too many sessions");
        WebSocketClient client(m->port(), "/router/both/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        QCOMPARE(client.reply->headers.value("x-pointsman-provider"), std::string_view("second"));
        QCOMPARE(client.reply->headers.value("x-pointsman-attempts"), std::string_view("2"));
        client.say("hello");
        QTRY_COMPARE(client.messages(), std::size_t(1));
        QCOMPARE(m->first.sessions.size(), std::size_t(1));
    }

    void theNextProviderAfterSilence()
    {
        m->first.manners.isSilent = true;
        WebSocketClient client(m->port(), "/router/quick/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101); // long before the total of ten minutes
        QCOMPARE(client.reply->headers.value("x-pointsman-provider"), std::string_view("second"));
    }

    void theFirstToAgreeIsTheOnlyOne()
    {
        m->first.manners.isSilent = true;
        WebSocketClient client(m->port(), "/router/race/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        QCOMPARE(client.reply->headers.value("x-pointsman-provider"), std::string_view("second"));
        QCOMPARE(m->first.sessions.size(), std::size_t(1));
        QTRY_COMPARE(m->first.last().socket->state(), QAbstractSocket::UnconnectedState);
        client.close(1000);
        QTRY_VERIFY(client.raw.isClosed());
        const auto attempts = m->fixture->lastTrace().detail.attempts;
        QCOMPARE(attempts.size(), std::size_t(2));
        QCOMPARE(q(attempts.front().provider + ": " + attempts.front().outcome), q("first: lost to second/rt-1"));
        QCOMPARE(q(attempts.back().provider + ": " + attempts.back().outcome), q("second: answered"));
    }

    void socketsAreNotMirrored()
    {
        WebSocketClient client(m->port(), "/router/mirror/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        client.close(1000);
        QTRY_VERIFY(client.raw.isClosed());
        QString plan;
        for (const trace::PlanEntry &entry : m->fixture->lastTrace().detail.plan)
            plan += q(entry.target) + q(": ") + q(entry.reason) + q("\n");
        QVERIFY2(plan.contains(q("second/rt-1: not mirrored: a WebSocket has one other end\n")), qPrintable(plan));
        QCOMPARE(m->second.sessions.size(), std::size_t(0));
    }

    /// While it runs, for a session may last an hour.
    void agreementsAreLearnt()
    {
        WebSocketClient client(m->port(), "/router/both/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        QVERIFY(m->fixture->get("/metrics").body.find("pointsman_streams_in_flight 1\n") != std::string::npos);
        const std::string body = m->fixture->get("/api/v1/admin/targets").body;
        std::string first;
        for (int i = 0; first.empty() && !jsonAt(body, "targets." + std::to_string(i) + ".target").empty(); ++i) {
            const std::string target = jsonAt(body, "targets." + std::to_string(i));
            if (jsonAt(target, "target").starts_with("first") && jsonAt(target, "in_flight") == "1")
                first = target;
        }
        QVERIFY2(!first.empty(), body.c_str());
        QVERIFY2(jsonAt(first, "last_success_us") != "null", first.c_str());
        QVERIFY2(jsonAt(first, "sizes.small.latency_ms") != "null", first.c_str());
    }

    void directCallsNameTheModel()
    {
        WebSocketClient client(m->port(), "/first/v1/realtime?model=rt-7");
        QCOMPARE(client.status(), 101);
        client.close(1000);
        QTRY_VERIFY(client.raw.isClosed());
        const trace::Record record = m->fixture->lastTrace();
        QCOMPARE(record.head.requestedModel, std::string("rt-7"));
        QCOMPARE(record.head.model, std::string("rt-7"));
        QCOMPARE(record.detail.attempts.back().model, std::string("rt-7"));
    }

    void theNextProviderAfterAnAnswerThatIsNoAgreement_data()
    {
        QTest::addColumn<QByteArray>("answer"); // empty: the wrong accept
        QTest::newRow("accept") << QByteArray();
        QTest::newRow("200") << QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        QTest::newRow("garbage") << QByteArray("SSH-2.0\r\n\r\n");
        QTest::newRow("extensions") << "HTTP/1.1 101 X\r\nupgrade: websocket\r\nsec-websocket-extensions: deflate\r\n"
                                       "sec-websocket-accept: " + QByteArray(WebSocketClient::kAccept) + "\r\n\r\n";
    }
    void theNextProviderAfterAnAnswerThatIsNoAgreement()
    {
        QFETCH(QByteArray, answer);
        m->first.manners.answer = answer;
        m->first.manners.hasWrongAccept = answer.isEmpty();
        WebSocketClient client(m->port(), "/router/both/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        QCOMPARE(client.reply->headers.value("x-pointsman-provider"), std::string_view("second"));
    }

    void aCallIsJoinedWhereItIs()
    {
        m->first.manners.answer = refusal(503, "busy");
        WebSocketClient client(m->port(), "/router/both/v1/realtime?call_id=rtc_1");
        QCOMPARE(client.status(), 503);
        QCOMPARE(m->second.sessions.size(), std::size_t(0));
    }

    void aRefusedKeyIsOurs()
    {
        m->first.manners.answer = refusal(401, "wrong key sk-the-key-of-the-provider");
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 502);
        const std::string body = client.reply->body.toStdString();
        QVERIFY2(jsonAt(body, "error.message").find("wrong key ****") != std::string::npos, body.c_str());
        const trace::Head head = m->fixture->lastTrace().head;
        QCOMPARE(head.errorKind, std::string("upstream_auth"));
        QVERIFY(head.state == trace::State::Failed);
        QVERIFY(!head.stream);
    }

    void directRefusalsPassAsTheyAre()
    {
        m->first.manners.answer = refusal(418, "I am a teapot");
        WebSocketClient client(m->port(), "/first/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 418);
        QCOMPARE(jsonAt(client.reply->body.toStdString(), "error.message"), std::string("I am a teapot"));
    }

    void nobodyHasIt()
    {
        WebSocketClient client(m->port(), "/router/words/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 404);
        WebSocketClient demo(m->port(), "/demo/v1/realtime");
        QCOMPARE(demo.status(), 400);
        QVERIFY(demo.reply->body.contains("demo has no WebSockets"));
    }

    void whatIsNoHandshake_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("said");
        const QByteArray sound = WebSocketClient::handshake("/v1/realtime?model=rt-1");
        const auto without = [&](const QByteArray &line) { return QByteArray(sound).replace(line, ""); };
        const auto row = [](const char *name, const QByteArray &head, int status, const char *field, const char *value,
                            const char *said) {
            QTest::newRow(name) << head << status << QByteArray(field) << QByteArray(value) << QByteArray(said);
        };
        row("plain", "GET /v1/realtime?model=rt-1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 426, "upgrade", "websocket",
            "this path is a WebSocket");
        row("no upgrade", without("Upgrade: websocket\r\n"), 426, "connection", "Upgrade", "this path is a WebSocket");
        row("another protocol", QByteArray(sound).replace("websocket\r\n", "h2c\r\n"), 426, "upgrade", "websocket",
            "this path is a WebSocket");
        row("no connection option", QByteArray(sound).replace("keep-alive, Upgrade", "keep-alive"), 426, "upgrade",
            "websocket", "this path is a WebSocket");
        row("HTTP/1.0", QByteArray(sound).replace("HTTP/1.1", "HTTP/1.0"), 426, "upgrade", "websocket",
            "this path is a WebSocket");
        row("no key", without("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), 400, "", "", "sec-websocket-key");
        row("a short key", QByteArray(sound).replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIA=="), 400, "", "",
            "sec-websocket-key");
        row("two keys", QByteArray(sound).replace("Sec-WebSocket-Version: 13\r\n",
                                                  "Sec-WebSocket-Version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
            400, "", "", "sec-websocket-key");
        row("another version", QByteArray(sound).replace("Version: 13", "Version: 8"), 400, "sec-websocket-version", "13",
            "only 13");
        row("direct, no key", QByteArray(sound).replace("/v1/", "/first/v1/").replace("dGhlIHNhbXBsZSBub25jZQ==", ""), 400,
            "", "", "sec-websocket-key");
    }
    void whatIsNoHandshake()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, status);
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, said);
        WebSocketClient client(m->port());
        client.raw.send(head);
        QCOMPARE(client.status(), status);
        if (!field.isEmpty()) {
            const std::string found(client.reply->headers.value(field.toStdString()));
            QVERIFY2(found.starts_with(value.toStdString()), found.c_str());
        }
        QVERIFY2(client.reply->body.contains(said), client.reply->body.constData());
        QCOMPARE(m->first.sessions.size(), std::size_t(0));
        const trace::Head refused = m->fixture->lastTrace().head;
        QVERIFY(refused.state == trace::State::Refused);
        QCOMPARE(refused.errorKind, std::string("bad_request"));
        QVERIFY2(refused.errorMessage.find(said.toStdString()) != std::string::npos, refused.errorMessage.c_str());
    }

    void keysOfBrowsers()
    {
        qputenv("PM_TEST_SOCKET_CLIENT", "the-key-of-this-client");
        m = std::make_unique<SocketGateway>("server: {client-keys: [{name: page, key: 'env:PM_TEST_SOCKET_CLIENT'}]}\n");
        QCOMPARE(q(m->fixture->startError()), QString());
        WebSocketClient stranger(m->port(), "/v1/realtime?model=rt-1",
                                 "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.another\r\n");
        QCOMPARE(stranger.status(), 401);
        m->first.manners.fields = "Sec-WebSocket-Protocol: realtime\r\n";
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1",
                               "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.the-key-of-this-client, "
                               "openai-beta.realtime-v1\r\n");
        QCOMPARE(client.status(), 101);
        QCOMPARE(client.reply->headers.value("sec-websocket-protocol"), std::string_view("realtime"));
        QCOMPARE(m->first.last().field("sec-websocket-protocol"), QByteArray("realtime, openai-beta.realtime-v1"));
        QVERIFY(!m->first.last().head.contains("the-key-of-this-client"));
        client.close(1000);
        QTRY_VERIFY(client.raw.isClosed());
        QTRY_COMPARE(m->fixture->traces(2).size(), std::size_t(2));
        QString kept;
        const trace::Record record = m->fixture->lastTrace(2);
        for (const trace::HeaderList *list : trace::headersOf(record.detail)) {
            for (const auto &[name, value] : *list)
                kept += q(name) + u'=' + q(value) + u'\n';
        }
        QVERIFY2(kept.contains(q("realtime, openai-insecure-api-key.****, openai-beta.realtime-v1")), qPrintable(kept));
        QVERIFY(!kept.contains(q("the-key-of-this-client")));
        QVERIFY(!kept.contains(q("sk-the-key-of-the-provider")));
    }

    void theTraceHasBothSides()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/router/both/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        client.say(R"({"type":"session.update"})");
        client.raw.send(webSocketFrame(Opcode::Binary, QByteArray(77, '\0'), true));
        QTRY_COMPARE(m->first.last().log.sizes.size(), std::size_t(2));
        const QByteArray done = R"({"type":"response.done","response":{"usage":{"input_tokens":100,"output_tokens":7,)"
                                R"("input_token_details":{"cached_tokens":60}}}})";
        m->first.last().say(done);
        m->first.last().send(webSocketFrame(Opcode::Binary, QByteArray(5, '\1'), false));
        m->first.last().say(done);
        m->first.last().send(webSocketCloseFrame(1000, "", false));
        QTRY_COMPARE(client.heard().closeCode, 1000);
        client.close(1000);
        m->first.last().socket->disconnectFromHost();
        const trace::Record record = m->fixture->lastTrace();
        QCOMPARE(record.detail.requestBody.bytes, QByteArray("{\"type\":\"session.update\"}\n{\"binary\": 77}\n"));
        QCOMPARE(record.detail.upstreamResponseBody.bytes, done + "\n{\"binary\": 5}\n" + done + "\n");
        const trace::Head &head = record.head;
        QCOMPARE(head.endpoint, std::string("realtime"));
        QCOMPARE(head.requestedModel, std::string("rt-1"));
        QCOMPARE(head.model, std::string("rt-1"));
        QCOMPARE(head.status, 101);
        QVERIFY(head.stream);
        QCOMPARE(head.streamEvents, 3);
        QVERIFY(head.firstContentUs > 0);
        QCOMPARE(head.usage.uncachedInput.value_or(-1), 80);
        QCOMPARE(head.usage.cacheRead.value_or(-1), 120);
        QCOMPARE(head.usage.output.value_or(-1), 14);
        QVERIFY(!head.costMicroUsd);
        QCOMPARE(record.detail.attempts.size(), std::size_t(1));
        QCOMPARE(record.detail.attempts.back().outcome, std::string("answered"));
        QVERIFY(record.detail.attempts.back().connectUs >= 0);
        QVERIFY(record.detail.attempts.back().firstContentUs > 0);
    }

    void ofLongTextsTheTraceHasTheSize()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        m->first.last().say(QByteArray(1024 * 1024 + 1, 'x'));
        m->first.last().say("short");
        QTRY_COMPARE(client.messages(), std::size_t(2));
        client.close(1000);
        m->first.last().socket->disconnectFromHost();
        QCOMPARE(m->fixture->lastTrace().detail.upstreamResponseBody.bytes, QByteArray("{\"text\": 1048577}\nshort\n"));
    }

private:
    std::unique_ptr<SocketGateway> m;
};

QTEST_GUILESS_MAIN(TestGatewaySockets)
#include "tst_gateway_sockets.moc"
