// SPDX-License-Identifier: GPL-3.0-or-later
// A connection whose protocol was changed: bytes both ways.
#include "support/listener_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::http;
using namespace pm::test;

namespace {

const QByteArray kAsk = "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const QByteArray kAgreed = "HTTP/1.1 101 Switching Protocols\r\nx-of: ours\r\nupgrade: websocket\r\n"
                           "connection: Upgrade\r\n\r\n";

/// A listener that agrees to every request, and keeps what comes.
struct Agreeing
{
    explicit Agreeing(ListenerFixture &gateway)
    {
        gateway.handler = [this](const Request &, ListenerFixture::Stream given) {
            stream = std::move(given);
            stream->onData = [this](std::string_view bytes) {
                cameInside = cameInside || isInside;
                received.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
            };
            stream->onClosed = [this] { isClosed = true; };
            isInside = true;
            stream->upgrade({{"x-of", "ours"}, {"connection", "close"}});
            isInside = false;
        };
    }
    ListenerFixture::Stream stream;
    QByteArray received;
    bool isInside = false;
    bool cameInside = false; ///< a callback within our own call
    bool isClosed = false;
};

} // namespace

class TestListenerTunnel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesGoBothWays()
    {
        ListenerFixture gateway;
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk);
        QTRY_COMPARE(client.received(), kAgreed);
        side.stream->write("a");
        side.stream->write("b");
        QTRY_COMPARE(client.received(), kAgreed + "ab"); // no chunks
        client.send("GET / HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(side.received, QByteArray("GET / HTTP/1.1\r\n\r\n"));
        QCOMPARE(gateway.requests.size(), std::size_t(1));
        side.stream->write("last");
        side.stream->end();
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.received(), kAgreed + "ablast");
        QVERIFY(!client.wasReset());
        QVERIFY(!side.isClosed); // we closed
    }

    void whatCameAheadIsTold()
    {
        ListenerFixture gateway;
        Agreeing side(gateway);
        RawClient client(gateway.port());
        const QByteArray ahead(1'000'000, 'a');
        client.send(kAsk + ahead);
        QTRY_COMPARE(side.received.size(), ahead.size());
        QVERIFY(side.received == ahead);
        QVERIFY(!side.cameInside);
    }

    void behindAnotherRequest()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send(kGet);
        QVERIFY(ListenerFixture::waitForReply(client));
        Agreeing side(gateway);
        client.send(kAsk + "ahead");
        QTRY_COMPARE(side.received, QByteArray("ahead"));
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->status, 101);
    }

    void whatIsNotReadWaits()
    {
        ListenerFixture gateway;
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk);
        QTRY_VERIFY(side.stream);
        side.stream->setReading(false);
        const QByteArray bytes(32 * 1024 * 1024, 'x');
        client.send(bytes);
        qsizetype left = -1;
        while (std::exchange(left, client.bytesUnsent()) != left || left == bytes.size())
            QTest::qWait(200);
        QVERIFY2(left > bytes.size() / 4, qPrintable(QString::number(left)));
        QCOMPARE(side.received.size(), 0);
        side.stream->setReading(true);
        QTRY_COMPARE_WITH_TIMEOUT(side.received.size(), bytes.size(), 20'000);
    }

    void readingMayStopWithin()
    {
        ListenerFixture gateway;
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk);
        QTRY_VERIFY(side.stream);
        int calls = 0;
        side.stream->onData = [&](std::string_view bytes) {
            ++calls;
            side.received.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
            side.stream->setReading(false);
        };
        const QByteArray bytes(500'000, 'x');
        client.send(bytes);
        while (side.received.size() < bytes.size()) {
            const int before = calls;
            QTRY_COMPARE(calls, before + 1);
            QTest::qWait(1);
            QCOMPARE(calls, before + 1);
            side.stream->setReading(true);
        }
        QVERIFY(calls > 3);
    }

    void theClientGoes()
    {
        ListenerFixture gateway;
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk + "last words");
        QTRY_COMPARE(client.received(), kAgreed);
        client.close();
        QTRY_VERIFY(side.isClosed);
        QCOMPARE(side.received, QByteArray("last words"));
        QVERIFY(!side.stream->isOpen());
        side.stream->write("into the void");
        side.stream->end();
    }

    void silenceIsNoReasonToClose()
    {
        ListenerLimits limits;
        limits.headerTimeout = limits.bodyStallTimeout = limits.keepAliveTimeout = std::chrono::milliseconds(40);
        ListenerFixture gateway(limits);
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk);
        QTRY_COMPARE(client.received(), kAgreed);
        QTest::qWait(200);
        QVERIFY(!client.isClosed());
        client.send("x");
        QTRY_COMPARE(side.received, QByteArray("x"));
    }

    void whoTakesNothingIsClosed()
    {
        ListenerLimits limits;
        limits.keepAliveTimeout = std::chrono::milliseconds(100);
        ListenerFixture gateway(limits);
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk);
        QTRY_COMPARE(client.received(), kAgreed);
        client.stopReading();
        side.stream->write(std::string(32 * 1024 * 1024, 'x'));
        QTRY_VERIFY(side.isClosed);
    }

    void drainingLeavesItToItsOwner()
    {
        ListenerFixture gateway;
        Agreeing side(gateway);
        RawClient client(gateway.port());
        client.send(kAsk);
        QTRY_COMPARE(client.received(), kAgreed);
        gateway.listener->drain();
        client.send("still here");
        QTRY_COMPARE(side.received, QByteArray("still here"));
        side.stream->end();
        QTRY_VERIFY(client.isClosed());
        QTRY_COMPARE(gateway.open->load(), 0);
    }

    void oldClientsAreNotAsked()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("WebSocket")));
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send(QByteArray(kAsk).replace("HTTP/1.1", "HTTP/1.0"));
        QVERIFY(ListenerFixture::waitForReply(client));
        QVERIFY(!gateway.requests.front().headers.contains("upgrade"));
    }

    void anOfferInAnAnswer()
    {
        ListenerFixture gateway;
        gateway.handler = [](const Request &, const ListenerFixture::Stream &stream) {
            stream->send(426, {{"upgrade", "websocket"}}, "ask again");
        };
        RawClient client(gateway.port());
        client.send(kGet);
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->headers.value("upgrade"), std::string_view("websocket"));
        QCOMPARE(reply->headers.value("connection"), std::string_view("Upgrade"));
        QCOMPARE(reply->body, QByteArray("ask again"));
        QVERIFY(!client.isClosed());
    }
};

QTEST_GUILESS_MAIN(TestListenerTunnel)
#include "tst_listener_tunnel.moc"
