// SPDX-License-Identifier: GPL-3.0-or-later
// How a listener begins to listen, drains and goes.
#include "support/listener_fixture.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>

#include <array>

#ifdef Q_OS_UNIX
#include <netinet/in.h>
#include <sys/socket.h>
#endif

using namespace pm;
using namespace pm::test;

class TestListenerLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drainClosesIdleAndLetsOthersFinish()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient idle(gateway.port());
        RawClient busy(gateway.port());
        RawClient streaming(gateway.port());
        busy.send(kGet + kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        streaming.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(2));
        keeping.streams[1]->begin(200, {});
        gateway.listener->stopAccepting();
        gateway.listener->drain();
        QTRY_VERIFY(idle.isClosed());
        QVERIFY(!busy.isClosed());
        keeping.streams[0]->send(200, {}, "late");
        const auto reply = ListenerFixture::waitForReply(busy);
        QVERIFY(reply);
        QCOMPARE(reply->body, QByteArray("late"));
        QCOMPARE(std::string(reply->headers.value("connection")), std::string("close"));
        QTRY_VERIFY(busy.isClosed());
        keeping.streams[1]->write("x");
        keeping.streams[1]->end();
        QVERIFY(ListenerFixture::waitForReply(streaming)->isComplete);
        QTRY_VERIFY(streaming.isClosed());
        QCOMPARE(gateway.requests.size(), std::size_t(2)); // the pipelined one was not taken
        QTRY_COMPARE(gateway.open->load(), 0);
        RawClient late(gateway.port());
        QTRY_VERIFY(late.isClosed());
    }

    void listenerMayGoWhileStreamsAreHeld()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        bool wasClosed = false;
        keeping.streams.front()->onClosed = [&] { wasClosed = true; };
        gateway.listener.reset();
        QVERIFY(wasClosed);
        QVERIFY(!keeping.streams.front()->isOpen());
        keeping.streams.front()->send(200, {}, "nobody listens");
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(gateway.open->load(), 0);
    }

    void listenersOfOneGatewayShareAPort()
    {
        ListenerFixture gateway;
        http::Listener other({}, {gateway.handler, [](auto &, auto &, auto &) { return std::string("{}"); }},
                             gateway.open);
        const auto port = other.listen("127.0.0.1", gateway.port());
        QVERIFY(port);
        QCOMPARE(*port, gateway.port());
    }

    /// Two workers, each with its listener on the shared port and its own event loop: the kernel deals out
    /// the connections, and only the count of them crosses threads.
    void workersShareAPort()
    {
        const auto open = std::make_shared<std::atomic<int>>(0);
        std::atomic<int> port = 0;
        std::array<std::atomic<int>, 2> served{};
        std::array<std::unique_ptr<QThread>, 2> threads;
        for (std::size_t i = 0; i < threads.size(); ++i) {
            threads[i].reset(QThread::create([&, i] {
                QEventLoop loop;
                http::Listener listener(
                    {},
                    {[&served, i](const http::Request &, const ListenerFixture::Stream &stream) {
                         ++served[i];
                         stream->send(200, {}, "x");
                     },
                     [](auto &, auto &, auto &) { return std::string("{}"); }},
                    open);
                port = listener.listen("127.0.0.1", port).value_or(-1);
                while (!QThread::currentThread()->isInterruptionRequested())
                    loop.processEvents(QEventLoop::WaitForMoreEvents);
            }));
            threads[i]->start();
            QTRY_VERIFY(port != 0);
        }
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 64; ++i) {
            clients.push_back(std::make_unique<RawClient>(port));
            clients.back()->send(kGet);
        }
        for (const auto &client : clients)
            QCOMPARE(ListenerFixture::waitForReply(*client)->status, 200);
        QCOMPARE(open->load(), 64);
        QCOMPARE(served[0] + served[1], 64);
        clients.clear();
        QTRY_COMPARE(open->load(), 0);
        for (const auto &thread : threads) {
            thread->requestInterruption();
            thread->eventDispatcher()->wakeUp();
            QVERIFY(thread->wait(5000));
        }
    }

    void listenFails_data()
    {
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("not an address") << QByteArray("no such place") << false;
        QTest::newRow("not an address of this machine") << QByteArray("192.0.2.1") << false;
        QTest::newRow("port taken by somebody else, though it would share")
            << QByteArray("127.0.0.1") << true;
    }
    void listenFails()
    {
        QFETCH(QByteArray, address);
        QFETCH(bool, isTaken);
        QTcpServer somebody;
        if (isTaken) {
            const auto fd = openSharingSocket();
            QVERIFY(fd >= 0);
            QVERIFY(somebody.setSocketDescriptor(fd));
        }
        const int port = isTaken ? somebody.serverPort() : 0;
        http::Listener listener({}, {}, std::make_shared<std::atomic<int>>(0));
        const auto listened = listener.listen(address.toStdString(), port);
        QVERIFY(!listened);
        QCOMPARE(listened.error().kind, ErrorKind::ConnectFailed);
        QVERIFY(listened.error().message.find(address.toStdString()) != std::string::npos);
        if (isTaken) {
            QCOMPARE(QByteArray::fromStdString(listened.error().message),
                     "cannot listen on 127.0.0.1 port " + QByteArray::number(port) +
                         ": Address already in use; choose another with --port or server.port, or another "
                         "address with --address or server.address");
        }
    }

    void listensOnIpv6()
    {
        http::Listener listener({}, {}, std::make_shared<std::atomic<int>>(0));
        const auto port = listener.listen("::1", 0);
        if (!port)
            QSKIP("no IPv6 here");
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHostIPv6), quint16(*port));
        QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
    }

private:
    static qintptr openSharingSocket();
};

/// Another program's listening socket that allows sharing its port.
qintptr TestListenerLife::openSharingSocket()
{
#ifdef Q_OS_UNIX
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 && ::listen(fd, 1) == 0)
        return fd;
#endif
    return -1;
}

QTEST_GUILESS_MAIN(TestListenerLife)
#include "tst_listener_life.moc"
