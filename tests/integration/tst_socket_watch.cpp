// SPDX-License-Identifier: GPL-3.0-or-later
// What a SocketWatch tells, and ClientSocket on it, over real sockets.
#include "http/client_socket.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <array>
#include <functional>

#ifdef Q_OS_LINUX
#include <unistd.h>
#endif

using namespace pm::http;

namespace {

/// Hands out accepted descriptors.
class Server : public QTcpServer
{
public:
    Server() { listen(QHostAddress::LocalHost); }
    std::vector<qintptr> accepted;

protected:
    void incomingConnection(qintptr descriptor) override { accepted.push_back(descriptor); }
};

struct Owner final : ClientSocket::Owner
{
    void bytesCame() override
    {
        ++came;
        if (then)
            then();
        if (!socket || !reads)
            return;
        std::array<char, 4096> buffer;
        while (const std::size_t count = socket->read(buffer.data(), buffer.size()))
            received.append(buffer.data(), qsizetype(count));
    }
    void bytesWent() override { ++went; }
    void peerGone() override
    {
        ++gone;
        if (socket)
            socket->close();
    }
    ClientSocket *socket = nullptr;
    std::function<void()> then; ///< when bytes came
    bool reads = true;
    int came = 0;
    int went = 0;
    int gone = 0;
    QByteArray received;
};

struct Counting final : SocketWatch::Task
{
    void runSoon() override
    {
        ++runs;
        if (then)
            then();
    }
    int runs = 0;
    std::function<void()> then;
};

} // namespace

class TestSocketWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<Server>();
        m_peer = std::make_unique<QTcpSocket>();
        m_peer->connectToHost(QHostAddress::LocalHost, m_server->serverPort());
        QTRY_COMPARE(m_server->accepted.size(), std::size_t(1));
        QTRY_COMPARE(m_peer->state(), QAbstractSocket::ConnectedState);
    }
    void cleanup()
    {
        m_peer.reset();
        m_server.reset();
    }

    void bothWays_data() { watches(); }
    void bothWays()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        QVERIFY(socket.isConnected());
        QCOMPARE(socket.addresses().peerPort, m_peer->localPort());
        QCOMPARE(socket.addresses().local, m_peer->peerAddress());
        m_peer->write("to you");
        QTRY_COMPARE(owner.received, QByteArray("to you"));
        socket.output().add("and ");
        socket.output().share(QByteArray(20'000, 'x'));
        socket.output().add(" back");
        QVERIFY(socket.flush());
        QVERIFY(socket.output().isEmpty());
        QTRY_COMPARE(m_peer->bytesAvailable(), 20'009);
        QCOMPARE(m_peer->readAll(), "and " + QByteArray(20'000, 'x') + " back");
        QCOMPARE(owner.gone, 0);
    }

    void whatTheKernelDoesNotTakeGoesLater_data() { watches(); }
    void whatTheKernelDoesNotTakeGoesLater()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        m_peer->setReadBufferSize(1000);
        constexpr qsizetype kSize = 32 << 20;
        socket.output().share(QByteArray(kSize, 'x'));
        socket.flush();
        QVERIFY(!socket.output().isEmpty());
        m_peer->setReadBufferSize(0);
        qint64 read = 0;
        QTRY_VERIFY_WITH_TIMEOUT((read += m_peer->readAll().size()) == kSize, 20'000);
        QTRY_VERIFY(socket.output().isEmpty());
        QVERIFY(owner.went > 0);
        const int went = owner.went;
        m_peer->write("x"); // and it is not asked about writing any more
        QTRY_COMPARE(owner.received, QByteArray("x"));
        QCOMPARE(owner.went, went);
    }

    void peerThatClosesIsGone_data() { watches(); }
    void peerThatClosesIsGone()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        m_peer->write("last words");
        m_peer->disconnectFromHost();
        QTRY_COMPARE(owner.gone, 1);
        QCOMPARE(owner.received, QByteArray("last words"));
        QVERIFY(!socket.isConnected());
        QVERIFY(!socket.flush());
    }

    void peerThatResetsIsGone_data() { watches(); }
    void peerThatResetsIsGone()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        resetOnClose(m_peer->socketDescriptor());
        m_peer->abort();
        QTRY_COMPARE(owner.gone, 1);
    }

    /// Only a watch that knows Gone can see that. Notifiers would have to read.
    void peerThatClosesIsGoneThoughNobodyReads()
    {
        const std::unique_ptr<SocketWatch> watch = watchByEpoll();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        socket.setReading(false);
        m_peer->write("unread");
        m_peer->disconnectFromHost();
#ifdef Q_OS_LINUX
        QTRY_COMPARE(owner.gone, 1);
        QCOMPARE(owner.came, 0);
#endif
    }

    void unreadBytesStayInTheKernel_data() { watches(); }
    void unreadBytesStayInTheKernel()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        owner.reads = false;
        m_peer->write("later");
        QTRY_VERIFY(owner.came > 0);
        socket.setReading(false);
        const int came = owner.came;
        QTest::qWait(20);
        QCOMPARE(owner.came, came);
        owner.reads = true;
        socket.setReading(true);
        QTRY_COMPARE(owner.received, QByteArray("later"));
    }

    /// A write to a peer that is gone shows, and calls nobody back from inside.
    void writingToNobodyIsNoCallback_data() { watches(); }
    void writingToNobodyIsNoCallback()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        resetOnClose(m_peer->socketDescriptor());
        m_peer->abort();
        for (int i = 0; i < 100 && socket.isConnected(); ++i) {
            socket.output().add("x");
            socket.flush();
        }
        QVERIFY(!socket.isConnected());
        QCOMPARE(owner.gone, 0);
        QVERIFY(socket.output().isEmpty());
    }

    void tasksRunOnceATurnAndNeverAtOnce_data() { watches(); }
    void tasksRunOnceATurnAndNeverAtOnce()
    {
        const auto watch = makeWatch();
        Counting task;
        watch->soon(task);
        watch->soon(task);
        QCOMPARE(task.runs, 0);
        QTRY_COMPARE(task.runs, 1);
        QTest::qWait(5);
        QCOMPARE(task.runs, 1);
    }

    void droppedTaskDoesNotRun_data() { watches(); }
    void droppedTaskDoesNotRun()
    {
        const auto watch = makeWatch();
        Counting dropped;
        Counting dropper;
        Counting last;
        dropper.then = [&] { watch->drop(dropped); };
        watch->soon(dropper);
        watch->soon(dropped);
        watch->soon(last);
        QTRY_COMPARE(last.runs, 1);
        QCOMPARE(dropped.runs, 0);
    }

    /// One that asks again each time does not keep the event loop from the sockets.
    void restlessTaskStarvesNobody_data() { watches(); }
    void restlessTaskStarvesNobody()
    {
        const auto watch = makeWatch();
        Owner owner;
        ClientSocket socket(*watch, m_server->accepted.front(), owner);
        owner.socket = &socket;
        Counting restless;
        restless.then = [&] { watch->soon(restless); };
        watch->soon(restless);
        m_peer->write("heard");
        QTRY_COMPARE(owner.received, QByteArray("heard"));
        QVERIFY(restless.runs > 1);
        watch->drop(restless);
    }

    /// The next socket of the same number hears nothing of its predecessor.
    void numberIsUsedAgain_data() { watches(); }
    void numberIsUsedAgain()
    {
        const auto watch = makeWatch();
        Owner first;
        auto socket = std::make_unique<ClientSocket>(*watch, m_server->accepted.front(), first);
        m_peer->abort();
        socket.reset();
        m_server->accepted.clear();
        m_peer->connectToHost(QHostAddress::LocalHost, m_server->serverPort());
        QTRY_COMPARE(m_server->accepted.size(), std::size_t(1));
        Owner second;
        ClientSocket next(*watch, m_server->accepted.front(), second);
        second.socket = &next;
        QTRY_COMPARE(m_peer->state(), QAbstractSocket::ConnectedState);
        m_peer->write("second");
        QTRY_COMPARE(second.received, QByteArray("second"));
        QCOMPARE(second.gone, 0);
        QCOMPARE(first.came + first.gone, 0);
    }

    /// Two sockets are ready at once; the first one's user closes the second, whose number goes to a third. What was
    /// to be told of the second is not told of the third.
    void numberIsUsedAgainWithinATurn()
    {
#ifndef Q_OS_LINUX
        QSKIP("notifiers are told one at a time");
#else
        QTcpSocket second;
        QTcpSocket third;
        for (QTcpSocket *peer : {&second, &third}) {
            const std::size_t before = m_server->accepted.size();
            peer->connectToHost(QHostAddress::LocalHost, m_server->serverPort());
            QTRY_COMPARE(m_server->accepted.size(), before + 1);
            QTRY_COMPARE(peer->state(), QAbstractSocket::ConnectedState);
        }
        const std::unique_ptr<SocketWatch> watch = watchByEpoll();
        std::array<Owner, 3> owners;
        ClientSocket first(*watch, m_server->accepted[0], owners[0]);
        owners[0].socket = &first;
        auto gone = std::make_unique<ClientSocket>(*watch, m_server->accepted[1], owners[1]);
        std::unique_ptr<ClientSocket> next;
        owners[0].then = [&] {
            if (next)
                return;
            gone.reset();
            const qintptr number = m_server->accepted[1];
            QVERIFY(::dup2(static_cast<int>(m_server->accepted[2]), static_cast<int>(number)) >= 0);
            next = std::make_unique<ClientSocket>(*watch, number, owners[2]);
            owners[2].socket = next.get();
        };
        m_peer->write("x");
        QVERIFY(m_peer->flush());
        resetOnClose(second.socketDescriptor());
        second.abort();
        QTRY_VERIFY(next);
        QCOMPARE(owners[1].came + owners[1].gone, 0);
        QCOMPARE(owners[2].came + owners[2].gone, 0);
        third.write("y");
        QTRY_COMPARE(owners[2].received, QByteArray("y"));
        next.reset();
        closeSocket(m_server->accepted[2]);
#endif
    }

private:
    static void watches()
    {
        QTest::addColumn<bool>("notifiers");
        QTest::newRow("the platform's best watch") << false;
        QTest::newRow("a notifier per socket") << true;
    }
    static std::unique_ptr<SocketWatch> makeWatch()
    {
        QFETCH(bool, notifiers);
        return notifiers ? watchByNotifiers() : watchByEpoll();
    }

    std::unique_ptr<Server> m_server;
    std::unique_ptr<QTcpSocket> m_peer;
};

QTEST_GUILESS_MAIN(TestSocketWatch)
#include "tst_socket_watch.moc"
