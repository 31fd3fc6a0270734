// SPDX-License-Identifier: GPL-3.0-or-later
// WebSockets through the whole gateway: slow sides, and how sessions end.
#include "support/socket_gateway.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

/// Waits until nothing of `left` moves any more; kernels hold some megabytes of it.
template <typename Left>
qint64 whereItStalls(Left left)
{
    qint64 last = -1;
    while (last != left()) {
        last = left();
        QTest::qWait(300);
    }
    return last;
}

constexpr qsizetype kMessage = 64 * 1024;
constexpr int kMessages = 640; // 40 MiB in all, more than the kernels hold on the way

} // namespace

class TestGatewaySocketsEnd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m = std::make_unique<SocketGateway>();
        QCOMPARE(q(m->fixture->startError()), QString());
    }
    void cleanup() { m.reset(); }

    void slowReadersHoldTheProviderBack()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        client.raw.stopReading();
        const QByteArray text(kMessage, 'p');
        for (int i = 0; i < kMessages; ++i)
            m->first.last().say(text);
        QTcpSocket *provider = m->first.last().socket;
        const qint64 left = whereItStalls([&] { return provider->bytesToWrite(); });
        QVERIFY2(left > kMessage * kMessages / 8, qPrintable(QString::number(left)));
        client.raw.goOnReading();
        QTRY_COMPARE_WITH_TIMEOUT(client.messages(), std::size_t(kMessages), 60'000);
        for (const std::string &message : client.heard().texts)
            QVERIFY(message.size() == std::size_t(kMessage) && message.back() == 'p');
    }

    void slowProvidersHoldTheClientBack()
    {
        m->first.manners.echoes = m->first.manners.reads = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        const QByteArray text(kMessage, 'c');
        for (int i = 0; i < kMessages; ++i)
            client.say(text);
        const qint64 left = whereItStalls([&] { return client.raw.bytesUnsent(); });
        QVERIFY2(left > kMessage * kMessages / 8, qPrintable(QString::number(left)));
        m->first.goOnReading();
        QTRY_COMPARE_WITH_TIMEOUT(m->first.last().log.texts.size(), std::size_t(kMessages), 60'000);
        for (const std::string &message : m->first.last().log.texts)
            QVERIFY(message.size() == std::size_t(kMessage) && message.back() == 'c');
    }

    void theClientCloses()
    {
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        client.close(1000, "done");
        QTRY_COMPARE(client.heard().closeCode, 1000);
        QCOMPARE(m->first.last().log.closeCode, 1000);
        QCOMPARE(m->first.last().log.closeReason, std::string("done"));
        QTRY_VERIFY(client.raw.isClosed());
        const trace::Head head = m->fixture->lastTrace().head;
        QVERIFY(head.state == trace::State::Done);
        QCOMPARE(head.status, 101);
        QCOMPARE(head.errorKind, std::string());
    }

    void theProviderCloses()
    {
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        m->first.last().send(webSocketFrame(Opcode::Text, QByteArray(200'000, 'x'), false)
                             + webSocketCloseFrame(4001, "session expired", false));
        m->first.last().socket->disconnectFromHost();
        QTRY_COMPARE(client.heard().closeCode, 4001);
        QCOMPARE(client.heard().closeReason, std::string("session expired"));
        QCOMPARE(client.messages(), std::size_t(1));
        QTRY_VERIFY(client.raw.isClosed());
        QVERIFY(m->fixture->lastTrace().head.state == trace::State::Done);
    }

    void theProviderDrops()
    {
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        m->first.last().say("half of what");
        m->first.last().socket->disconnectFromHost();
        QTRY_COMPARE(client.heard().closeCode, 1011);
        QVERIFY(client.heard().closeReason.starts_with("first closed the WebSocket without a close frame"));
        QCOMPARE(client.messages(), std::size_t(1));
        QTRY_VERIFY(client.raw.isClosed());
        const trace::Record record = m->fixture->lastTrace();
        QVERIFY(record.head.state == trace::State::Failed);
        QCOMPARE(record.head.status, 101);
        QCOMPARE(record.head.errorKind, std::string("upstream_broken"));
        QCOMPARE(record.detail.attempts.back().status, 101);
    }

    void aDropWithinAFrameIsACut()
    {
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        const QByteArray half = webSocketFrame(Opcode::Text, QByteArray(1000, 'x'), false).left(500);
        m->first.last().send(half);
        m->first.last().socket->disconnectFromHost();
        QTRY_VERIFY(client.raw.isClosed());
        QCOMPARE(client.heard().closeCode, -1);
        QVERIFY(client.raw.received().endsWith(half)); // nothing of ours within their frame
        QCOMPARE(m->fixture->lastTrace().head.errorKind, std::string("upstream_broken"));
    }

    void theClientVanishes()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        client.say("hello");
        QTRY_COMPARE(m->first.last().log.texts.size(), std::size_t(1));
        client.raw.close();
        QTRY_COMPARE(m->first.last().log.closeCode, 1001);
        QTRY_VERIFY(!m->first.isOpen());
        const trace::Record record = m->fixture->lastTrace();
        QVERIFY(record.head.state == trace::State::Cancelled);
        QCOMPARE(record.detail.requestBody.bytes, QByteArray("hello\n"));
    }

    void aClientThatVanishesWithinAFrame()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        const QByteArray whole = webSocketFrame(Opcode::Text, "hello", true);
        client.raw.send(whole + webSocketFrame(Opcode::Text, QByteArray(1000, 'x'), true).left(500));
        QTRY_COMPARE(m->first.last().log.texts.size(), std::size_t(1));
        client.raw.close();
        QTRY_VERIFY(!m->first.isOpen());
        QCOMPARE(m->first.last().log.closeCode, -1);
        QCOMPARE(m->first.last().heard, whole.size() + 500); // nothing of ours within their frame
    }

    void aSilentSessionEnds()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1", "x-pointsman-timeout: 0.2\r\n");
        QCOMPARE(client.status(), 101);
        QTRY_COMPARE(client.heard().closeCode, 1011);
        QTRY_VERIFY(client.raw.isClosed());
        QTRY_VERIFY(!m->first.isOpen());
        QCOMPARE(m->fixture->lastTrace().head.errorKind, std::string("upstream_timeout"));
    }

    void shutdownIsSaidToBoth()
    {
        m->first.manners.echoes = false;
        WebSocketClient client(m->port(), "/v1/realtime?model=rt-1");
        QCOMPARE(client.status(), 101);
        m->fixture->gateway().stop(std::chrono::milliseconds(0));
        QTRY_COMPARE(client.heard().closeCode, 1001);
        QCOMPARE(client.heard().closeReason, std::string("the gateway is shutting down"));
        QTRY_COMPARE(m->first.last().log.closeCode, 1001);
        QTRY_VERIFY(client.raw.isClosed() && !m->first.isOpen());
    }

private:
    std::unique_ptr<SocketGateway> m;
};

QTEST_GUILESS_MAIN(TestGatewaySocketsEnd)
#include "tst_gateway_sockets_end.moc"
