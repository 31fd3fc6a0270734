// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/discovery.h"
#include "support/qt_text.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <map>

using namespace pm;
using pm::test::q;
using std::chrono::milliseconds;

namespace {

/// A tiny HTTP server on loopback: one answer for every request, or silence.
class LocalHttp : public QObject
{
public:
    LocalHttp()
    {
        m_server.listen(QHostAddress::LocalHost, 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] { accept(); });
    }
    int port() const { return m_server.serverPort(); }
    std::string base() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }
    void answers(const QByteArray &body, int status = 200, const QByteArray &header = {})
    {
        m_answer =
            "HTTP/1.1 " + QByteArray::number(status) + " X\r\nconnection: close\r\n" + header + "\r\n" + body;
    }
    void staysSilent() { m_answer.clear(); }
    void stop() { m_server.close(); }
    int requests = 0;
    QByteArray lastRequest;

private:
    void accept()
    {
        QTcpSocket *socket = m_server.nextPendingConnection();
        socket->setParent(this);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
            lastRequest = socket->readAll();
            ++requests;
            if (m_answer.isEmpty())
                return;
            socket->write(m_answer);
            socket->disconnectFromHost();
        });
    }
    QTcpServer m_server;
    QByteArray m_answer;
};

/// Just enough of a client for plain GETs; the real one has tests of its own.
class SocketCall final : public QObject, public http::UpstreamCall
{
public:
    SocketCall(const http::UpstreamRequest &request, http::UpstreamCallbacks callbacks, milliseconds patience)
        : m_callbacks(std::move(callbacks))
    {
        const QUrl url(q(request.url));
        const QByteArray head = QByteArray::fromStdString(request.method) + ' ' + url.path().toLatin1() +
                                " HTTP/1.1\r\nhost: x\r\n\r\n";
        connect(m_socket, &QTcpSocket::connected, this, [this, head] { m_socket->write(head); });
        connect(m_socket, &QTcpSocket::readyRead, this, [this] { m_bytes += m_socket->readAll(); });
        connect(m_socket, &QTcpSocket::disconnected, this, [this] { ended(); });
        connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
            if (error != QAbstractSocket::RemoteHostClosedError)
                done(fail(ErrorKind::ConnectFailed, "refused"));
        });
        m_patience.setSingleShot(true);
        connect(&m_patience, &QTimer::timeout, this,
                [this] { done(fail(ErrorKind::UpstreamTimeout, "too slow")); });
        m_patience.start(patience);
        m_socket->connectToHost(url.host(), static_cast<quint16>(url.port()));
    }
    ~SocketCall() override
    {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket->deleteLater();
    }
    void pause() override {}
    void resume() override {}
    http::PhaseTimes phases() const override { return {}; }
    long long bytesReceived() const override { return m_bytes.size(); }

private:
    void ended()
    {
        const qsizetype split = m_bytes.indexOf("\r\n\r\n");
        if (split < 0)
            return done(fail(ErrorKind::UpstreamBroken, "cut"));
        http::UpstreamHead head;
        head.status = m_bytes.mid(9, 3).toInt();
        for (const QByteArray &line : m_bytes.left(split).split('\n').mid(1)) {
            const qsizetype colon = line.indexOf(':');
            head.headers.add(line.left(colon).toStdString(), line.mid(colon + 1).trimmed().toStdString());
        }
        const QPointer<SocketCall> alive(this);
        m_callbacks.onHead(head);
        const QByteArray body = m_bytes.mid(split + 4);
        for (qsizetype i = 0; i < body.size() && alive; i += 100'000)
            m_callbacks.onData(std::string_view(body.constData() + i,
                                                std::size_t(std::min<qsizetype>(100'000, body.size() - i))));
        if (alive)
            done({});
    }
    void done(Result<void> result)
    {
        if (m_isDone)
            return;
        m_isDone = true;
        m_patience.stop();
        const auto callback = m_callbacks.onDone; // may destroy this
        callback(std::move(result));
    }

    http::UpstreamCallbacks m_callbacks;
    QTcpSocket *m_socket =
        new QTcpSocket; // outlives this, for it may be destroyed in the socket's own signal
    QTimer m_patience;
    QByteArray m_bytes;
    bool m_isDone = false;
};

class SocketUpstream final : public http::Upstream
{
public:
    milliseconds patience{5'000};
    std::vector<std::string> urls;
    std::vector<std::size_t> secrets;
    std::unique_ptr<http::UpstreamCall> start(http::UpstreamRequest request,
                                              http::UpstreamCallbacks callbacks) override
    {
        urls.push_back(request.url);
        secrets.push_back(request.secretHeaders.size());
        return std::make_unique<SocketCall>(request, std::move(callbacks), patience);
    }
};

QString textOf(const std::vector<LocalServer> &found)
{
    QStringList servers;
    for (const LocalServer &server : found) {
        QStringList models;
        for (const std::string &model : server.models)
            models << q(model);
        servers << q(server.provider) + q(": ") + models.join(u' ');
    }
    return servers.join(q(" | "));
}

constexpr int kNoPort = 1;
constexpr milliseconds kSoon{40};

} // namespace

class TestDiscovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void candidatesAreTheLocalRows()
    {
        const auto candidates = localCandidates();
        QStringList text;
        for (const LocalServer &candidate : candidates)
            text << q(candidate.provider) + u' ' + q(candidate.baseUrl);
        QCOMPARE(text.join(u'\n'), q("ollama http://127.0.0.1:11434/v1\nlmstudio http://127.0.0.1:1234/v1\n"
                                     "llamacpp http://127.0.0.1:8080/v1\nvllm http://127.0.0.1:8000/v1"));
    }

    void answers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QString>("found");
        const QByteArray none;
        QTest::newRow("OpenAI's shape")
            << QByteArray("{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}") << 200 << none
            << q("ollama: a b");
        QTest::newRow("Ollama's shape") << QByteArray("{\"models\":[{\"name\":\"a:7b\",\"model\":\"a:7b\"}]}")
                                        << 200 << none << q("ollama: a:7b");
        QTest::newRow("entries without a name")
            << QByteArray("{\"data\":[{},7,null,{\"id\":\"\"},{\"id\":\"a\"}]}") << 200 << none
            << q("ollama: a");
        QTest::newRow("no models yet") << QByteArray("{\"data\":[]}") << 200 << none << q("ollama: ");
        QTest::newRow("a web page") << QByteArray("<html>") << 200 << none << QString();
        QTest::newRow("other JSON") << QByteArray("{\"hello\":1}") << 200 << none << QString();
        QTest::newRow("a list") << QByteArray("[1]") << 200 << none << QString();
        QTest::newRow("not found") << QByteArray("{\"data\":[{\"id\":\"a\"}]}") << 404 << none << QString();
        QTest::newRow("wants a key") << QByteArray("{\"data\":[{\"id\":\"a\"}]}") << 401 << none << QString();
        QTest::newRow("another gateway") << QByteArray("{\"data\":[{\"id\":\"a\"}]}") << 200
                                         << QByteArray("X-Pointsman-Router: dev\r\n") << QString();
        QTest::newRow("endless answer")
            << "{\"data\":[{\"id\":\"" + QByteArray(2'000'000, 'a') + "\"}]}" << 200 << none << QString();
    }
    void answers()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QByteArray, header);
        QFETCH(QString, found);
        LocalHttp server;
        server.answers(body, status, header);
        LocalHttp other; // a second candidate shows when the round is over
        other.answers("{\"data\":[{\"id\":\"z\"}]}");
        SocketUpstream upstream;
        Discovery discovery(upstream, kNoPort, {{"ollama", server.base(), {}}, {"vllm", other.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(std::chrono::hours(1));
        QVERIFY(changed.wait(5000));
        QCOMPARE(textOf(discovery.found()), found.isEmpty() ? q("vllm: z") : found + q(" | vllm: z"));
        QCOMPARE(server.requests, 1);
        QVERIFY(server.lastRequest.startsWith("GET /v1/models HTTP/1.1"));
        QCOMPARE(upstream.secrets, (std::vector<std::size_t>{0, 0}));
    }

    void tellsOfChangesOnly()
    {
        LocalHttp server;
        server.answers("{\"data\":[{\"id\":\"a\"}]}");
        SocketUpstream upstream;
        Discovery discovery(upstream, kNoPort, {{"lmstudio", server.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(kSoon);
        QTRY_VERIFY(server.requests >= 4);
        QCOMPARE(changed.count(), 1);
        server.answers("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
        QTRY_COMPARE(changed.count(), 2);
        QCOMPARE(textOf(discovery.found()), q("lmstudio: a b"));
        server.stop();
        QTRY_COMPARE(changed.count(), 3);
        QVERIFY(discovery.found().empty());
    }

    void nothingThereIsNoChange()
    {
        LocalHttp gone;
        const std::string base = gone.base();
        gone.stop();
        SocketUpstream upstream;
        Discovery discovery(upstream, kNoPort, {{"vllm", base, {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(kSoon);
        QTRY_VERIFY(upstream.urls.size() >= 4);
        QCOMPARE(changed.count(), 0);
    }

    void busyIsNotGone()
    {
        LocalHttp server;
        server.answers("{\"data\":[{\"id\":\"a\"}]}");
        SocketUpstream upstream;
        upstream.patience = milliseconds(30);
        Discovery discovery(upstream, kNoPort, {{"ollama", server.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(milliseconds(60));
        QVERIFY(changed.wait(5000));
        server.staysSilent();
        const int before = server.requests;
        QTRY_VERIFY(server.requests >= before + 3);
        QCOMPARE(textOf(discovery.found()), q("ollama: a"));
        QCOMPARE(changed.count(), 1);
    }

    void neverAsksItself()
    {
        LocalHttp own;
        own.answers("{\"data\":[{\"id\":\"loop\"}]}");
        LocalHttp other;
        other.answers("{\"data\":[{\"id\":\"z\"}]}");
        SocketUpstream upstream;
        const std::string byName = "http://localhost:" + std::to_string(own.port()) + "/v1";
        Discovery discovery(
            upstream, own.port(),
            {{"llamacpp", own.base(), {}}, {"llamacpp", byName, {}}, {"vllm", other.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(std::chrono::hours(1));
        QVERIFY(changed.wait(5000));
        QCOMPARE(textOf(discovery.found()), q("vllm: z"));
        QCOMPARE(own.requests, 0);
    }

    void defaultsToTheLocalRowsWithoutItsOwnPort()
    {
        SocketUpstream upstream;
        Discovery discovery(upstream, 8080, {});
        discovery.start(std::chrono::hours(1));
        QCOMPARE(upstream.urls, (std::vector<std::string>{"http://127.0.0.1:11434/v1/models",
                                                          "http://127.0.0.1:1234/v1/models",
                                                          "http://127.0.0.1:8000/v1/models"}));
    }

    void mayBeRestartedFromItsSignalAndDestroyedWhileAsking()
    {
        LocalHttp server;
        server.answers("{\"data\":[{\"id\":\"a\"}]}");
        SocketUpstream upstream;
        auto discovery = std::make_unique<Discovery>(upstream, kNoPort,
                                                     std::vector<LocalServer>{{"ollama", server.base(), {}}});
        int changes = 0;
        connect(discovery.get(), &Discovery::foundChanged, this, [&] {
            ++changes;
            discovery->start(std::chrono::hours(1));
        });
        discovery->start(std::chrono::hours(1));
        QTRY_COMPARE(server.requests, 2);
        QCOMPARE(changes, 1);
        server.staysSilent();
        discovery->start(std::chrono::hours(1));
        QTRY_COMPARE(server.requests, 3);
        discovery.reset();
    }
};

QTEST_GUILESS_MAIN(TestDiscovery)
#include "tst_discovery.moc"
