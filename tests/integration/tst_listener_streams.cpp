// SPDX-License-Identifier: GPL-3.0-or-later
// Answers and streams over real sockets: how they are delimited, how they end, what a vanished or slow client
// does.
#include "support/listener_fixture.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QTcpServer>
#include <QTest>
#include <QThread>

#include <array>

#ifdef Q_OS_UNIX
#include <netinet/in.h>
#include <sys/socket.h>
#endif

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

const QByteArray kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Keeps the streams instead of answering.
struct Keeping
{
    explicit Keeping(ListenerFixture &gateway)
    {
        gateway.handler = [this](const http::Request &, ListenerFixture::Stream stream) {
            streams.push_back(std::move(stream));
        };
    }
    std::vector<ListenerFixture::Stream> streams;
};

} // namespace

class TestListenerStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAndCloses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("askedByPipeline");
        QTest::newRow("HTTP/1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray();
        QTest::newRow("HTTP/1.0 that asks to stay")
            << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << QByteArray();
        QTest::newRow("Connection: close")
            << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n") << QByteArray();
        QTest::newRow("the pipeline closes") << kGet << QByteArray("close");
    }
    void answersAndCloses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, askedByPipeline);
        ListenerFixture gateway;
        gateway.handler = [&](const http::Request &, const ListenerFixture::Stream &stream) {
            http::Headers headers;
            if (!askedByPipeline.isEmpty())
                headers.add("Connection", askedByPipeline.toStdString());
            stream->send(200, std::move(headers), "body");
        };
        RawClient client(gateway.port());
        client.send(text + kGet); // what comes after is not answered
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply);
        QCOMPARE(reply->body, QByteArray("body"));
        QCOMPARE(std::string(reply->headers.value("connection")), std::string("close"));
        QVERIFY(!client.takeReply());
        QVERIFY(!client.wasReset());
        QCOMPARE(gateway.requests.size(), std::size_t(1));
    }

    void headGetsTheHeadOnly()
    {
        ListenerFixture gateway;
        int turn = 0;
        gateway.handler = [&](const http::Request &, const ListenerFixture::Stream &stream) {
            if (turn++ == 0) {
                stream->send(200, {}, "0123456789");
                return;
            }
            stream->begin(200, {});
            stream->write("0123456789");
            stream->end();
        };
        RawClient client(gateway.port());
        for (int i = 0; i < 2; ++i) {
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
            const auto reply = ListenerFixture::waitForReply(client, true);
            QVERIFY(reply);
            QCOMPARE(reply->status, 200);
            if (i == 0)
                QCOMPARE(std::string(reply->headers.value("content-length")), std::string("10"));
        }
        client.send(kGet);
        QVERIFY(ListenerFixture::waitForReply(client)); // nothing of a body stands before it
        QVERIFY(client.received().endsWith("0\r\n\r\n"));
        QCOMPARE(client.received().count("0123456789"), 1);
    }

    void statusWithoutBody_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("204") << 204;
        QTest::newRow("304") << 304;
    }
    void statusWithoutBody()
    {
        QFETCH(int, status);
        ListenerFixture gateway;
        gateway.handler = [&](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->send(status, {}, "not to be sent");
        };
        RawClient client(gateway.port());
        client.send(kGet + kGet);
        QCOMPARE(ListenerFixture::waitForReply(client)->status, status);
        QCOMPARE(ListenerFixture::waitForReply(client)->status, status);
        QVERIFY(!client.received().contains("not to be sent"));
        QVERIFY(!client.received().contains("content-length"));
    }

    void streamsChunked()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        http::ClientStream &stream = *keeping.streams.front();
        stream.begin(200, {{"content-type", "text/event-stream"}, {"content-length", "7"}});
        QTRY_VERIFY(client.received().contains("\r\n\r\n")); // the head does not wait for the body
        stream.write("data: 1\n\n");
        stream.write(""); // would end the stream
        QTRY_VERIFY(client.received().endsWith("9\r\ndata: 1\n\n\r\n"));
        QVERIFY(!client.takeReply());
        stream.write("data: 2\n\n");
        stream.end();
        QVERIFY(!stream.isOpen());
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QVERIFY(reply->isComplete);
        QCOMPARE(reply->body, QByteArray("data: 1\n\ndata: 2\n\n"));
        QVERIFY(!reply->headers.contains("content-length"));
        client.send(kGet); // the connection goes on
        QTRY_COMPARE(keeping.streams.size(), std::size_t(2));
    }

    void streamsUntilCloseToHttp10()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send("GET / HTTP/1.0\r\n\r\n");
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write("one ");
        keeping.streams.front()->write("two");
        keeping.streams.front()->end();
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply && reply->isComplete);
        QCOMPARE(reply->body, QByteArray("one two"));
        QVERIFY(!reply->headers.contains("transfer-encoding"));
    }

    void cutStreamDoesNotEndLikeACompleteOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("HTTP/1.1") << kGet;
        QTest::newRow("HTTP/1.0, where only a reset tells") << QByteArray("GET / HTTP/1.0\r\n\r\n");
    }
    void cutStreamDoesNotEndLikeACompleteOne()
    {
        QFETCH(QByteArray, text);
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(text);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write("event: error\n\n");
        QTRY_VERIFY(client.received().contains("event: error"));
        keeping.streams.front()->abort();
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply);
        QVERIFY(!reply->isComplete);
        QVERIFY(reply->body.contains("event: error"));
    }

    /// What was written right before the cut still arrives: it says why.
    void lastWordsBeforeTheCutArrive()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->begin(200, {});
            stream->write(std::string(300'000, 'x'));
            stream->write("event: error\n\n");
            stream->abort();
        };
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(client.received().endsWith("event: error\n\n\r\n"));
    }

    void abortBeforeAnythingWasSentCloses()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->abort();
        };
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(client.received().isEmpty());
        QTRY_COMPARE(gateway.open->load(), 0);
    }

    void droppedStreamIsAnsweredAnyway()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &) {};
        RawClient client(gateway.port());
        client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->status, 500);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(gateway.refusals.front().error.kind, ErrorKind::Internal);
        QCOMPARE(gateway.refusals.front().method, std::string("POST"));
        QCOMPARE(gateway.refusals.front().path, std::string("/x"));
    }

    void streamDroppedInTheMiddleIsCut()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write("half");
        keeping.streams.clear();
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.takeReply()->isComplete);
    }

    void answeringTwiceIsHarmless()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->send(200, {}, "first");
            stream->send(200, {}, "second");
            stream->begin(200, {});
            stream->write("third");
            stream->end();
            stream->abort();
        };
        RawClient client(gateway.port());
        client.send(kGet);
        QCOMPARE(ListenerFixture::waitForReply(client)->body, QByteArray("first"));
        client.send(kGet);
        QCOMPARE(ListenerFixture::waitForReply(client)->body, QByteArray("first"));
    }

    void goneClientIsToldAtOnce_data()
    {
        QTest::addColumn<bool>("hasBegun");
        QTest::addColumn<bool>("closesPolitely");
        QTest::newRow("waiting, reset") << false << false;
        QTest::newRow("waiting, closed") << false << true;
        QTest::newRow("streaming, reset") << true << false;
        QTest::newRow("streaming, closed") << true << true;
    }
    void goneClientIsToldAtOnce()
    {
        QFETCH(bool, hasBegun);
        QFETCH(bool, closesPolitely);
        ListenerFixture gateway;
        Keeping keeping(gateway);
        auto client = std::make_unique<RawClient>(gateway.port());
        client->send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        const auto stream = keeping.streams.front();
        int closed = 0;
        stream->onClosed = [&] {
            ++closed;
            QVERIFY(!stream->isOpen());
            stream->write("into the void");
            stream->end();
        };
        if (hasBegun) {
            stream->begin(200, {});
            stream->write("some");
            QTRY_VERIFY(client->received().contains("some"));
        }
        if (closesPolitely)
            client->close();
        else
            client->vanish();
        QTRY_COMPARE_WITH_TIMEOUT(closed, 1, 1000);
        QTRY_COMPARE(gateway.open->load(), 0);
        stream->abort();
        QCOMPARE(stream->bytesPending(), std::size_t(0));
        QCOMPARE(closed, 1);
    }

    void completeAnswerHasNoOnClosed()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        auto client = std::make_unique<RawClient>(gateway.port());
        client->send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        bool wasClosed = false;
        keeping.streams.front()->onClosed = [&] { wasClosed = true; };
        keeping.streams.front()->send(200, {}, "x");
        QVERIFY(ListenerFixture::waitForReply(*client));
        client.reset();
        QTRY_COMPARE(gateway.open->load(), 0);
        QVERIFY(!wasClosed);
    }

    /// onClosed may let go of the stream, and so of itself.
    void streamMayDieInOnClosed()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        const std::weak_ptr<http::ClientStream> watched = keeping.streams.front();
        keeping.streams.front()->onClosed = [&keeping, text = std::string(100, 'x')] {
            keeping.streams.clear();
            QCOMPARE(text.size(), std::size_t(100));
        };
        client.vanish();
        QTRY_VERIFY(watched.expired());
    }

    void aHundredClientsThatVanishLeaveNothingBehind()
    {
        ListenerFixture gateway;
        std::vector<std::weak_ptr<http::ClientStream>> watched;
        std::vector<ListenerFixture::Stream> streams;
        gateway.handler = [&](const http::Request &, ListenerFixture::Stream stream) {
            watched.push_back(stream);
            stream->begin(200, {});
            stream->write("data: 1\n\n");
            stream->onClosed = [&streams, raw = stream.get()] {
                std::erase_if(streams, [raw](const auto &other) { return other.get() == raw; });
            };
            streams.push_back(std::move(stream));
        };
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 100; ++i) {
            clients.push_back(std::make_unique<RawClient>(gateway.port()));
            clients.back()->send(kGet);
        }
        QTRY_COMPARE(streams.size(), std::size_t(100));
        QCOMPARE(gateway.open->load(), 100);
        QTRY_VERIFY(std::all_of(clients.begin(), clients.end(),
                                [](const auto &client) { return client->received().contains("data: 1"); }));
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (i % 2)
                clients[i]->vanish();
            else
                clients[i]->close();
            for (const auto &stream : streams)
                stream->write("data: more\n\n");
        }
        QTRY_COMPARE(gateway.open->load(), 0);
        QVERIFY(streams.empty());
        QVERIFY(
            std::all_of(watched.begin(), watched.end(), [](const auto &stream) { return stream.expired(); }));
    }

    void burstOf64Connections()
    {
        ListenerFixture gateway;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 64; ++i) {
            clients.push_back(std::make_unique<RawClient>(gateway.port()));
            for (int j = 0; j < 10; ++j)
                clients.back()->send(kGet);
        }
        for (const auto &client : clients) {
            for (int j = 0; j < 10; ++j)
                QCOMPARE(ListenerFixture::waitForReply(*client)->status, 200);
        }
        QCOMPARE(gateway.requests.size(), std::size_t(640));
    }

    void slowReaderHoldsTheWriterBack()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        const auto stream = keeping.streams.front();
        client.stopReading();
        int drained = 0;
        std::size_t pendingWhenDrained = 0;
        stream->onDrained = [&] {
            ++drained;
            pendingWhenDrained = stream->bytesPending();
        };
        stream->begin(200, {});
        const std::string piece(16 * 1024, 'x');
        std::size_t written = 0;
        // As the pipeline does: writes until the watermark, then waits. The kernel takes some megabytes
        // first.
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                while (stream->bytesPending() <= http::ClientStream::kHighWatermark && written < 64u << 20) {
                    stream->write(piece);
                    written += piece.size();
                }
                return drained == 0 && stream->bytesPending() > http::ClientStream::kHighWatermark;
            }(),
            20'000);
        QVERIFY(stream->bytesPending() < http::ClientStream::kHighWatermark + 2 * piece.size());
        drained = 0;
        const std::size_t before = written;
        client.goOnReading();
        QTRY_COMPARE_WITH_TIMEOUT(drained, 1, 10'000);
        QVERIFY(pendingWhenDrained < http::ClientStream::kLowWatermark);
        QCOMPARE(written, before);
        QTRY_COMPARE(stream->bytesPending(), std::size_t(0));
        QCOMPARE(drained, 1);
        stream->end();
        std::optional<RawReply> reply;
        QTRY_VERIFY_WITH_TIMEOUT(reply || (reply = client.takeReply()), 10'000);
        QCOMPARE(std::size_t(reply->body.size()), written);
    }

    /// A client that takes nothing for the keep-alive time is given up: no wait without an end.
    void readerThatHangsIsGivenUp()
    {
        http::ListenerLimits limits;
        limits.keepAliveTimeout = 200ms;
        ListenerFixture gateway(limits);
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.stopReading();
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        bool wasClosed = false;
        keeping.streams.front()->onClosed = [&] { wasClosed = true; };
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write(std::string(32u << 20, 'x'));
        QTRY_VERIFY_WITH_TIMEOUT(wasClosed, 5000);
        QTRY_COMPARE(gateway.open->load(), 0);
    }

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
qintptr TestListenerStreams::openSharingSocket()
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

QTEST_GUILESS_MAIN(TestListenerStreams)
#include "tst_listener_streams.moc"
