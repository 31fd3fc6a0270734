// SPDX-License-Identifier: GPL-3.0-or-later
// The listener's times and counts.
#include "support/listener_fixture.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

class TestListenerLimits : public QObject
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
    void slowRequestsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing at all") << QByteArray();
        QTest::newRow("half a request line") << QByteArray("GET /");
        QTest::newRow("half a header") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\n");
        QTest::newRow("no body") << QByteArray("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        QTest::newRow("half a body") << QByteArray(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe");
        QTest::newRow("half a chunked body")
            << QByteArray("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
    }
    void slowRequestsAreRefused()
    {
        QFETCH(QByteArray, text);
        http::ListenerLimits limits;
        limits.headerTimeout = 100ms;
        limits.bodyStallTimeout = 100ms;
        ListenerFixture gateway(limits);
        RawClient client(gateway.port());
        QElapsedTimer clock;
        clock.start();
        client.send(text);
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->status, 408);
        QVERIFY(clock.elapsed() >= 95);
        QVERIFY(clock.elapsed() < 2000);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(gateway.refusals.front().error.kind, ErrorKind::RequestTimeout);
    }

    /// The header's time runs from its first byte: bytes that trickle in do not prolong it.
    void tricklingHeaderIsRefused()
    {
        http::ListenerLimits limits;
        limits.headerTimeout = 200ms;
        ListenerFixture gateway(limits);
        RawClient client(gateway.port());
        client.send("GET / HTTP/1.1\r\nHost: h\r\n");
        QTimer trickle;
        QObject::connect(&trickle, &QTimer::timeout, &trickle, [&] { client.send("A: b\r\n"); });
        trickle.start(20);
        const auto reply = ListenerFixture::waitForReply(client);
        trickle.stop();
        QVERIFY(reply);
        QCOMPARE(reply->status, 408);
    }

    void secondHeaderHasTheHeadersTime()
    {
        http::ListenerLimits limits;
        limits.headerTimeout = 100ms;
        ListenerFixture gateway(limits);
        RawClient client(gateway.port());
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        QVERIFY(ListenerFixture::waitForReply(client));
        client.send("GET / HT");
        QCOMPARE(ListenerFixture::waitForReply(client)->status, 408);
    }

    void idleConnectionIsClosedWithoutAWord()
    {
        http::ListenerLimits limits;
        limits.keepAliveTimeout = 100ms;
        ListenerFixture gateway(limits);
        RawClient client(gateway.port());
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        QVERIFY(ListenerFixture::waitForReply(client));
        const QByteArray before = client.received();
        QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 2000);
        QCOMPARE(client.received(), before);
        QTRY_COMPARE(gateway.open->load(), 0);
    }

    void tooManyConnections()
    {
        http::ListenerLimits limits;
        limits.maxConnections = 2;
        ListenerFixture gateway(limits);
        RawClient first(gateway.port());
        auto second = std::make_unique<RawClient>(gateway.port());
        QTRY_COMPARE(gateway.open->load(), 2);
        RawClient third(gateway.port());
        third.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto reply = ListenerFixture::waitForReply(third);
        QVERIFY(reply);
        QCOMPARE(reply->status, 503);
        QTRY_VERIFY(third.isClosed());
        QCOMPARE(gateway.refusals.front().error.kind, ErrorKind::TooManyConnections);
        QCOMPARE(gateway.open->load(), 2);
        second.reset();
        QTRY_COMPARE(gateway.open->load(), 1);
        RawClient fourth(gateway.port());
        fourth.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        QCOMPARE(ListenerFixture::waitForReply(fourth)->status, 200);
    }

    void countIsSharedByListeners()
    {
        http::ListenerLimits limits;
        limits.maxConnections = 1;
        ListenerFixture gateway(limits);
        http::Listener other(limits,
                             {gateway.handler, [](auto &, auto &, auto &) { return std::string("{}"); }},
                             gateway.open);
        const auto port = other.listen("127.0.0.1", 0);
        QVERIFY(port);
        RawClient first(gateway.port());
        QTRY_COMPARE(gateway.open->load(), 1);
        RawClient second(*port);
        QCOMPARE(ListenerFixture::waitForReply(second)->status, 503);
    }

    void limitsApplyToConnectionsAcceptedLater()
    {
        ListenerFixture gateway;
        RawClient before(gateway.port());
        QTRY_COMPARE(gateway.open->load(), 1);
        gateway.listener->setLimits(small());
        RawClient after(gateway.port());
        const QByteArray text =
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + QByteArray(1001, 'x');
        before.send(text);
        after.send(text);
        QCOMPARE(ListenerFixture::waitForReply(before)->status, 200);
        QCOMPARE(ListenerFixture::waitForReply(after)->status, 413);
    }
};

QTEST_GUILESS_MAIN(TestListenerLimits)
#include "tst_listener_limits.moc"
