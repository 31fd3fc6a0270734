// SPDX-License-Identifier: GPL-3.0-or-later
// What the listener does with requests, right and wrong, over real sockets.
#include "support/listener_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

class TestListener : public QObject
{
    Q_OBJECT

    static http::ListenerLimits small()
    {
        http::ListenerLimits limits;
        limits.maxHeaderBytes = 2048;
        limits.maxHeaderFields = 20;
        limits.maxBodyBytes = 1000;
        return limits;
    }

private Q_SLOTS:
    void handsOverTheRequestAsSent()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send("GET /a%20b?x=%31 HTTP/1.1\r\nHost: here\r\nX-Name: value\r\n\r\n");
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->body, QByteArray("{}"));
        QVERIFY(!reply->headers.contains("connection"));
        QVERIFY(!client.isClosed());
        QCOMPARE(gateway.requests.size(), std::size_t(1));
        const http::Request &request = gateway.requests.front();
        QCOMPARE(request.method, std::string("GET"));
        QCOMPARE(request.target, std::string("/a%20b?x=%31"));
        QCOMPARE(request.path, std::string("/a b"));
        QCOMPARE(request.query, std::string("x=%31"));
        QCOMPARE(request.headers.fields().at(1), (http::Headers::Field{"X-Name", "value"}));
        QCOMPARE(request.peerAddress, std::string("127.0.0.1"));
        QVERIFY(request.peerPort > 0);
    }

    void acceptsBodies_data()
    {
        QTest::addColumn<QByteArray>("framing");
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("body");
        const QByteArray binary = QByteArray("\0\r\n\xff{", 5).repeated(40'000);
        const auto chunked = [](const QByteArray &data) {
            return QByteArray::number(data.size(), 16) + "\r\n" + data + "\r\n";
        };
        QTest::newRow("none") << QByteArray() << QByteArray() << QByteArray();
        QTest::newRow("by length") << QByteArray("Content-Length: 5\r\n") << QByteArray("hello")
                                   << QByteArray("hello");
        QTest::newRow("by length, 200 kB of any bytes")
            << QByteArray("Content-Length: 200000\r\n") << binary << binary;
        QTest::newRow("chunked") << QByteArray("Transfer-Encoding: chunked\r\n")
                                 << chunked("hel") + chunked("lo") + "0\r\n\r\n"
                                 << QByteArray("hello");
        QTest::newRow("chunked with extension and trailer")
            << QByteArray("Transfer-Encoding: chunked\r\n")
            << QByteArray("5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n") << QByteArray("hello");
        QTest::newRow("chunked, empty")
            << QByteArray("Transfer-Encoding: chunked\r\n") << QByteArray("0\r\n\r\n") << QByteArray();
        QTest::newRow("chunked, 200 kB of any bytes")
            << QByteArray("Transfer-Encoding: chunked\r\n")
            << chunked(binary.left(70'000)) + chunked(binary.mid(70'000)) + "0\r\n\r\n"
            << binary;
    }
    /// Twice on one connection: what Qt's parser leaves behind would spoil the second.
    void acceptsBodies()
    {
        QFETCH(QByteArray, framing);
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, body);
        ListenerFixture gateway;
        RawClient client(gateway.port());
        for (int i = 0; i < 2; ++i) {
            client.send("POST /x HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n" + wire);
            const auto reply = ListenerFixture::waitForReply(client);
            QVERIFY(reply);
            QCOMPARE(reply->status, 200);
            QCOMPARE(gateway.requests.back().body, body);
        }
        QCOMPARE(gateway.requests.size(), std::size_t(2));
    }

    void everyMethodArrives_data()
    {
        QTest::addColumn<QByteArray>("method");
        for (const char *method :
             {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "M-SEARCH"})
            QTest::newRow(method) << QByteArray(method);
    }
    void everyMethodArrives()
    {
        QFETCH(QByteArray, method);
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send(method + " /x HTTP/1.1\r\nHost: h\r\n\r\n");
        QVERIFY(ListenerFixture::waitForReply(client));
        QCOMPARE(QByteArray::fromStdString(gateway.requests.back().method), method);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("status");
        const QByteArray head = "POST / HTTP/1.1\r\nHost: h\r\n";
        QTest::newRow("garbage") << QByteArray("\x01\x02garbage") << 400;
        QTest::newRow("TLS hello") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) << 400;
        QTest::newRow("bad request line") << QByteArray("HELLO\r\n\r\n") << 400;
        QTest::newRow("header too long") << head + "A: " + QByteArray(3000, 'a') + "\r\n\r\n" << 431;
        QTest::newRow("too many fields") << head + QByteArray("A: b\r\n").repeated(25) + "\r\n" << 431;
        QTest::newRow("declared body too long, none sent") << head + "Content-Length: 1001\r\n\r\n" << 413;
        QTest::newRow("declared body too long, sent")
            << head + "Content-Length: 5000\r\n\r\n" + QByteArray(5000, 'x') << 413;
        QTest::newRow("chunked body too long") << head + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" << 413;
        QTest::newRow("Expect with a body too long")
            << head + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n"
            << 413;
        QTest::newRow("two lengths") << head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" << 400;
        QTest::newRow("length and coding")
            << head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            << 400;
        QTest::newRow("negative length") << head + "Content-Length: -1\r\n\r\n" << 400;
        QTest::newRow("length not a number") << head + "Content-Length: many\r\n\r\n" << 400;
        QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("folded field") << head + "A: b\r\n c\r\n\r\n" << 400;
        QTest::newRow("HTTP/2 preface") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 505;
        QTest::newRow("CONNECT") << QByteArray("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n") << 405;
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, status);
        ListenerFixture gateway(small());
        RawClient client(gateway.port());
        client.send(text);
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->status, status);
        QCOMPARE(reply->body, QByteArray("{\"refused\":true}"));
        QCOMPARE(std::string(reply->headers.value("connection")), std::string("close"));
        QCOMPARE(std::string(reply->headers.value("content-type")), std::string("application/json"));
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.received().contains("100 Continue"));
        QVERIFY(!client.takeReply());
        QVERIFY(gateway.requests.empty());
        QCOMPARE(gateway.refusals.size(), std::size_t(1));
        QTRY_COMPARE(gateway.open->load(), 0);
    }

    void refusalTellsMethodAndPathWithoutQuery()
    {
        ListenerFixture gateway(small());
        RawClient client(gateway.port());
        client.send("POST /v1/x?key=secret HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n");
        QVERIFY(ListenerFixture::waitForReply(client));
        QCOMPARE(gateway.refusals.front().error.kind, ErrorKind::PayloadTooLarge);
        QCOMPARE(gateway.refusals.front().method, std::string("POST"));
        QCOMPARE(gateway.refusals.front().path, std::string("/v1/x"));
    }

    /// The client gets to read the 413 though it goes on sending: closing at once would reset the connection.
    void refusalSurvivesAClientThatGoesOnSending()
    {
        ListenerFixture gateway(small());
        RawClient client(gateway.port());
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\n\r\n" +
                    QByteArray(20'000'000, 'x'));
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply);
        QCOMPARE(reply->status, 413);
        QVERIFY(reply->isComplete);
        QVERIFY(!client.wasReset());
    }

    void smuggledRequestIsNotServed()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "0\r\n\r\nGET /admin HTTP/1.1\r\nHost: h\r\n\r\n");
        QTRY_VERIFY(client.isClosed());
        QVERIFY(gateway.requests.empty());
        QCOMPARE(client.received().count("HTTP/1.1"), 1);
    }

    void saysContinueOnceAndOnlyWhenAsked()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        QTRY_COMPARE(client.received(), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
        QVERIFY(gateway.requests.empty());
        client.send("he");
        client.send("llo");
        QCOMPARE(ListenerFixture::waitForReply(client)->status, 100);
        QCOMPARE(ListenerFixture::waitForReply(client)->status, 200);
        QCOMPARE(gateway.requests.front().body, QByteArray("hello"));
        // The next one does not ask.
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        client.send("world");
        QCOMPARE(ListenerFixture::waitForReply(client)->status, 200);
        QCOMPARE(client.received().count("100 Continue"), 1);
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        ListenerFixture gateway;
        std::vector<ListenerFixture::Stream> streams;
        std::vector<std::string> paths;
        gateway.handler = [&](const http::Request &request, ListenerFixture::Stream stream) {
            paths.push_back(request.path);
            streams.push_back(std::move(stream));
        };
        RawClient client(gateway.port());
        client.send(
            "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
            "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
        for (std::size_t i = 0; i < 3; ++i) {
            QTRY_COMPARE(streams.size(), i + 1); // the next one is not seen before this one is answered
            QCOMPARE(paths[i], '/' + std::to_string(i + 1));
            streams[i]->send(200, {}, QByteArray::fromStdString(paths[i]));
            const auto reply = ListenerFixture::waitForReply(client);
            QVERIFY(reply);
            QCOMPARE(reply->body, QByteArray::fromStdString(paths[i]));
        }
    }

    void aThousandPipelinedRequests()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &request, const ListenerFixture::Stream &stream) {
            stream->send(200, {}, QByteArray::fromStdString(request.path));
        };
        RawClient client(gateway.port());
        QByteArray text;
        for (int i = 0; i < 1000; ++i)
            text += "GET /" + QByteArray::number(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
        client.send(text);
        for (int i = 0; i < 1000; ++i) {
            const auto reply = ListenerFixture::waitForReply(client);
            QVERIFY(reply);
            QCOMPARE(reply->body, '/' + QByteArray::number(i));
        }
    }

    void requestByteByByte()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.sendByteByByte(
            "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(gateway.requests.front().body, QByteArray("abc"));
    }

    /// Qt 6.4 would keep the socket of this for itself.
    void upgradeIsIgnored_data()
    {
        QTest::addColumn<QByteArray>("protocol");
        QTest::newRow("WebSocket") << QByteArray("websocket");
        QTest::newRow("h2c") << QByteArray("h2c");
    }
    void upgradeIsIgnored()
    {
        QFETCH(QByteArray, protocol);
        ListenerFixture gateway;
        RawClient client(gateway.port());
        for (int i = 0; i < 2; ++i) {
            client.send("GET /v1/responses HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: " +
                        protocol + "\r\n\r\n");
            const auto reply = ListenerFixture::waitForReply(client);
            QVERIFY(reply);
            QCOMPARE(reply->status, 200);
        }
        QCOMPARE(gateway.requests.size(), std::size_t(2));
    }

    void absoluteFormIsAccepted()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send("GET http://evil.example/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QVERIFY(ListenerFixture::waitForReply(client));
        QCOMPARE(gateway.requests.front().target, std::string("/v1/models"));
        QCOMPARE(std::string(gateway.requests.front().headers.value("Host")), std::string("evil.example"));
    }
};

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
