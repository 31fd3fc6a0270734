// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that change the protocol, towards a server on loopback. TLS is in tst_upstream_tls.
#include "http/upstream_curl.h"
#include "support/qt_text.h"
#include "support/upstream_probe.h"
#include "support/websocket_client.h"
#include "support/websocket_upstream.h"

#include <QScopeGuard>
#include <QTcpServer>
#include <QTest>

using namespace pm;
using namespace pm::http;
using namespace pm::test;

namespace {

using std::chrono::milliseconds;

UpstreamRequest ask(const std::string &url)
{
    UpstreamRequest request;
    request.method = "GET";
    request.url = url;
    request.headers = {{"connection", "Upgrade"},
                       {"upgrade", "websocket"},
                       {"sec-websocket-key", WebSocketClient::kKey},
                       {"sec-websocket-version", "13"}};
    request.secretHeaders.emplace_back("authorization", Secret("Bearer a-key"));
    return request;
}

/// An UpstreamProbe's call, as the tunnel that it is.
struct Tunnel
{
    Tunnel(Upstream &upstream, UpstreamRequest request)
    {
        auto opened = upstream.open(std::move(request), probe.callbacks());
        probe.started = true;
        call = opened.get();
        probe.call = std::move(opened);
    }
    UpstreamProbe probe;
    UpstreamTunnel *call = nullptr;
};

/// `count` chunks of `size` bytes, and the end.
QByteArray chunks(int count, int size)
{
    return (QByteArray::number(size, 16) + "\r\n" + QByteArray(size, 'x') + "\r\n").repeated(count) + "0\r\n\r\n";
}

void write(Tunnel &tunnel, const QByteArray &bytes)
{
    tunnel.call->write({bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace

class TestUpstreamTunnel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesGoBothWays()
    {
        WebSocketUpstream server;
        server.manners.greeting = webSocketFrame(Opcode::Text, "welcome", false);
        UpstreamRequest request = ask(server.url("/v1/realtime?model=m#part"));
        request.headers.add("host", "of-the-client"); // framing is ours
        request.headers.add("content-length", "5");
        request.headers.add("accept-encoding", "gzip");
        Tunnel tunnel(m_upstream, std::move(request));
        QTRY_COMPARE(q(tunnel.probe.body), q(webSocketFrame(Opcode::Text, "welcome", false).toStdString()));
        QCOMPARE(tunnel.probe.head.status, 101);
        QCOMPARE(tunnel.probe.head.headers.value("sec-websocket-accept"), std::string_view(WebSocketClient::kAccept));
        write(tunnel, webSocketFrame(Opcode::Text, "hello", true));
        const QByteArray echo = webSocketFrame(Opcode::Text, "hello", false);
        QTRY_VERIFY(tunnel.probe.body.ends_with(echo.toStdString()));
        const WebSocketSession &session = server.last();
        QVERIFY2(session.head.startsWith("GET /v1/realtime?model=m HTTP/1.1\r\n"), session.head.constData());
        QCOMPARE(session.field("host"), "127.0.0.1:" + QByteArray::number(server.port()));
        QCOMPARE(session.field("authorization"), QByteArray("Bearer a-key"));
        for (const char *other : {"of-the-client", "content-length", "accept-encoding"})
            QVERIFY2(!session.head.contains(other), session.head.constData());
        const PhaseTimes times = tunnel.call->phases();
        QVERIFY(times.connect >= 0 && times.sent >= times.connect && times.firstByte >= times.sent);
        QCOMPARE(times.tls, -1);
        QVERIFY(!tunnel.probe.done());
        server.last().socket->disconnectFromHost();
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY(tunnel.probe.succeeded());
        QCOMPARE(tunnel.probe.offences, 0);
        QVERIFY(tunnel.call->phases().total >= times.firstByte);
    }

    void otherAnswersAreRead_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("error"); // how it begins behind the place; empty: none
        const auto row = [](const char *name, const QByteArray &answer, int status, const QByteArray &body,
                            const char *error) { QTest::newRow(name) << answer << status << body << q(error); };
        row("by length", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nbodyandmore", 401, "body", "");
        row("without a body", "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", 503, "", "");
        row("chunked", "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n", 503,
            "body", "");
        row("until the close", "HTTP/1.0 500 Oops\r\n\r\nbody", 500, "body", "");
        row("one that has no body", "HTTP/1.1 204 No Content\r\n\r\nmore", 204, "", "");
        row("behind an interim one", "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno",
            403, "no", "");
        row("more than 1 MiB", "HTTP/1.1 500 Oops\r\ncontent-length: 3000000\r\n\r\n" + QByteArray(3'000'000, 'x'), 500,
            QByteArray(1024 * 1024, 'x'), "");
        row("more than 1 MiB in chunks", "HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n" + chunks(40, 32 * 1024), 500,
            QByteArray(1024 * 1024, 'x'), "");
        row("a chunk of more than 1 MiB", "HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n200000\r\nxx", 500,
            "body", "");
        row("cut", "HTTP/1.1 500 Oops\r\ncontent-length: 9\r\n\r\nbody", 500, "body",
            " closed the connection after 4 bytes of the body");
        row("cut chunks", "HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n9\r\nbody", 500, "body",
            " closed the connection after 4 bytes of the body");
        row("cut head", "HTTP/1.1 101 Switching Protocols\r\nUpgr", 0, "", " closed the connection before it had answered");
        row("a length that is none", "HTTP/1.1 500 Oops\r\ncontent-length: ten\r\n\r\nbody", 500, "",
            " sent a content-length that is no number");
        row("chunks that are none", "HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nbody", 500, "",
            " sent a body whose chunks cannot be read");
        row("not HTTP", "SSH-2.0-x\r\n\r\n", 0, "", " did not answer in HTTP");
        row("a field that is none", "HTTP/1.1 101 OK\r\nno colon\r\n\r\n", 0, "", " sent a head that cannot be read");
        row("an endless head", "HTTP/1.1 101 OK\r\nx: " + QByteArray(70'000, 'y'), 0, "", " sent a head of more than 64 KiB");
    }
    void otherAnswersAreRead()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, error);
        WebSocketUpstream server;
        server.manners.answer = answer;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_VERIFY(tunnel.probe.done());
        QCOMPARE(tunnel.probe.head.status, status);
        QVERIFY(tunnel.probe.body == body.toStdString());
        QCOMPARE(tunnel.probe.offences, 0);
        const QString place = QStringLiteral("127.0.0.1:%1").arg(server.port());
        QVERIFY2(error.isEmpty() ? tunnel.probe.succeeded() : q(tunnel.probe.message()).startsWith(place + error),
                 tunnel.probe.message().c_str());
        if (!error.isEmpty())
            QVERIFY(tunnel.probe.errorKind() == ErrorKind::UpstreamBroken);
    }

    void wholeAnswersNeedNoClose_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("by length") << QByteArray("HTTP/1.1 401 No\r\ncontent-length: 4\r\n\r\nbody");
        QTest::newRow("without a body") << QByteArray("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
        QTest::newRow("one that has no body") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n");
        QTest::newRow("chunked") << "HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n" + chunks(1, 4);
    }
    void wholeAnswersNeedNoClose()
    {
        QFETCH(QByteArray, answer);
        WebSocketUpstream server;
        server.manners.answer = answer;
        server.manners.staysOpen = true;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY2(tunnel.probe.succeeded(), tunnel.probe.message().c_str());
    }

    void nobodyListens()
    {
        std::string url;
        {
            WebSocketUpstream gone;
            url = gone.url("/");
        }
        Tunnel tunnel(m_upstream, ask(url));
        QVERIFY(!tunnel.probe.done()); // never before open() has returned
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY(tunnel.probe.errorKind() == ErrorKind::ConnectFailed);
        QVERIFY2(tunnel.probe.message().find("refused; nothing listens there") != std::string::npos,
                 tunnel.probe.message().c_str());
    }

    void defectsAreErrors_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("value"); // of a further field
        QTest::addColumn<bool>("publicOnly");
        QTest::addColumn<int>("kind");
        QTest::newRow("no address") << q("ftp://x/") << q("v") << false << int(ErrorKind::Config);
        QTest::newRow("a line break") << q("http://127.0.0.1:1/") << q("v\r\nx: y") << false << int(ErrorKind::Config);
        QTest::newRow("a blank") << q("http://127.0.0.1:1/a b") << q("v") << false << int(ErrorKind::Config);
        QTest::newRow("public only") << q("http://127.0.0.1:1/") << q("v") << true << int(ErrorKind::Internal);
    }
    void defectsAreErrors()
    {
        QFETCH(QString, url);
        QFETCH(QString, value);
        QFETCH(bool, publicOnly);
        UpstreamRequest request = ask(url.toStdString());
        request.secretHeaders.emplace_back("x-secret", Secret(value.toStdString()));
        request.publicOnly = publicOnly;
        Tunnel tunnel(m_upstream, std::move(request));
        QVERIFY(!tunnel.probe.done());
        QTRY_VERIFY(tunnel.probe.done());
        QTEST(int(tunnel.probe.errorKind()), "kind");
        QVERIFY(tunnel.probe.message().find("x: y") == std::string::npos);
    }

    /// A handshake belongs to the connecting, which has its own limit.
    void whoNeverShakesHandsIsLeft()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        UpstreamRequest request = ask("https://127.0.0.1:" + std::to_string(silent.serverPort()) + "/");
        request.timeouts.connect = milliseconds(200);
        Tunnel tunnel(m_upstream, std::move(request));
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY(tunnel.probe.errorKind() == ErrorKind::UpstreamTimeout);
        QVERIFY2(tunnel.probe.message().find("200 ms") != std::string::npos, tunnel.probe.message().c_str());
    }

    void silenceBeforeTheHeadEnds()
    {
        WebSocketUpstream server;
        server.manners.isSilent = true;
        UpstreamRequest request = ask(server.url("/"));
        request.timeouts.firstByte = milliseconds(50);
        Tunnel tunnel(m_upstream, std::move(request));
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY(tunnel.probe.errorKind() == ErrorKind::UpstreamTimeout);
        QVERIFY2(tunnel.probe.message().find("within 50 ms") != std::string::npos, tunnel.probe.message().c_str());
    }

    void silenceOfBothSidesEnds()
    {
        WebSocketUpstream server;
        server.manners.echoes = false;
        UpstreamRequest request = ask(server.url("/"));
        request.timeouts.total = milliseconds(100);
        Tunnel tunnel(m_upstream, std::move(request));
        QTRY_COMPARE(tunnel.probe.heads, 1);
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY(tunnel.probe.errorKind() == ErrorKind::UpstreamTimeout);
        QVERIFY2(tunnel.probe.message().find("fell silent for 100 ms") != std::string::npos, tunnel.probe.message().c_str());
    }

    void whoHearsOrSpeaksIsNotSilent_data()
    {
        QTest::addColumn<bool>("isProvider");
        QTest::newRow("the provider speaks alone") << true;
        QTest::newRow("the client speaks alone") << false;
    }
    void whoHearsOrSpeaksIsNotSilent()
    {
        QFETCH(bool, isProvider);
        WebSocketUpstream server;
        server.manners.echoes = false;
        UpstreamRequest request = ask(server.url("/"));
        request.timeouts.total = milliseconds(1000);
        Tunnel tunnel(m_upstream, std::move(request));
        QTRY_COMPARE(tunnel.probe.heads, 1);
        for (int i = 0; i < 15; ++i) { // half as long again as the limit
            if (isProvider)
                server.last().say("and");
            else
                write(tunnel, webSocketFrame(Opcode::Text, "and", true));
            QTest::qWait(100);
        }
        QVERIFY2(!tunnel.probe.done(), tunnel.probe.message().c_str());
        QTRY_VERIFY(tunnel.probe.done()); // now both are
        QVERIFY(tunnel.probe.errorKind() == ErrorKind::UpstreamTimeout);
    }

    void whatIsPausedWaits()
    {
        WebSocketUpstream server;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_VERIFY(server.isOpen());
        QTRY_COMPARE(tunnel.probe.heads, 1);
        tunnel.call->pause();
        const QByteArray bytes(48 * 1024 * 1024, 'x');
        server.last().send(bytes);
        // Until nothing moves any more: kernels hold some megabytes.
        qint64 left = -1;
        while (std::exchange(left, server.last().socket->bytesToWrite()) != left || left == bytes.size())
            QTest::qWait(200);
        QVERIFY2(left > bytes.size() / 4, qPrintable(QString::number(left)));
        QVERIFY(tunnel.probe.body.empty());
        tunnel.call->resume();
        server.last().socket->disconnectFromHost(); // behind what waits
        QTRY_VERIFY_WITH_TIMEOUT(tunnel.probe.done(), 20'000);
        QVERIFY(tunnel.probe.succeeded());
        QCOMPARE(tunnel.probe.body.size(), static_cast<std::size_t>(bytes.size()));
    }

    void theEndWaitsForWhoIsPaused()
    {
        WebSocketUpstream server;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        tunnel.probe.atHead = [&] { tunnel.call->pause(); };
        QTRY_VERIFY(server.isOpen());
        server.last().send("last words");
        server.last().socket->disconnectFromHost();
        QTRY_COMPARE(tunnel.probe.heads, 1);
        QTest::qWait(50);
        QVERIFY(!tunnel.probe.done());
        QCOMPARE(tunnel.probe.body, std::string());
        tunnel.call->resume();
        QTRY_VERIFY(tunnel.probe.done());
        QCOMPARE(tunnel.probe.body, std::string("last words"));
    }

    void drainedIsTold()
    {
        WebSocketUpstream server;
        server.manners.reads = false;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_COMPARE(tunnel.probe.heads, 1);
        int drained = 0;
        tunnel.call->onDrained = [&] { ++drained; };
        const QByteArray bytes(24 * 1024 * 1024, 'x');
        write(tunnel, bytes);
        QVERIFY(tunnel.call->bytesPending() > UpstreamTunnel::kHighWatermark);
        QTest::qWait(50);
        QCOMPARE(drained, 0);
        server.manners.echoes = false;
        server.goOnReading();
        QTRY_COMPARE_WITH_TIMEOUT(drained, 1, 20'000);
        QTRY_COMPARE(tunnel.call->bytesPending(), std::size_t(0));
        QCOMPARE(drained, 1);
        write(tunnel, "a little"); // nobody was told to wait
        QTRY_COMPARE(tunnel.call->bytesPending(), std::size_t(0));
        QTest::qWait(50);
        QCOMPARE(drained, 1);
    }

    void whatWasSaidGoesOutBehindTheEnd()
    {
        WebSocketUpstream server;
        server.manners.echoes = false;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_COMPARE(tunnel.probe.heads, 1);
        const QByteArray text(900'000, 'x');
        write(tunnel, webSocketFrame(Opcode::Text, text, true));
        tunnel.call->end();
        tunnel.probe.call.reset();
        QTRY_COMPARE(server.last().log.texts.size(), std::size_t(1));
        QVERIFY(server.last().log.texts.front() == text.toStdString());
        QTRY_VERIFY(!server.isOpen());
        QVERIFY(!tunnel.probe.done());
    }

    /// What nobody reads any more must not make the end a reset, which would take with it what was said.
    void whatWasSaidGoesOutThoughTheProviderSpeaks()
    {
        WebSocketUpstream server;
        server.manners.echoes = false;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_COMPARE(tunnel.probe.heads, 1);
        tunnel.call->pause();
        server.last().send(QByteArray(4'000'000, 'x'));
        QTest::qWait(50);
        const QByteArray text(900'000, 'x');
        write(tunnel, webSocketFrame(Opcode::Text, text, true));
        tunnel.call->end();
        tunnel.probe.call.reset();
        QTRY_COMPARE(server.last().log.texts.size(), std::size_t(1));
        QTRY_VERIFY(!server.isOpen());
    }

    void whoTakesNothingIsLeftAfterAWhile()
    {
        WebSocketUpstream server;
        server.manners.reads = false;
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        QTRY_COMPARE(tunnel.probe.heads, 1);
        write(tunnel, QByteArray(24 * 1024 * 1024, 'x'));
        tunnel.call->end();
        tunnel.probe.call.reset();
        QVERIFY(server.isOpen());
        // Who does not read learns of the end by writing.
        QTRY_VERIFY_WITH_TIMEOUT((server.last().send("x"), !server.isOpen()), 10'000);
    }

    void aCallbackMayDestroyIt_data()
    {
        QTest::addColumn<int>("where");
        QTest::newRow("head") << 0;
        QTest::newRow("data") << 1;
        QTest::newRow("done") << 2;
    }
    void aCallbackMayDestroyIt()
    {
        QFETCH(int, where);
        WebSocketUpstream server;
        server.manners.answer = "HTTP/1.1 401 No\r\ncontent-length: 4\r\n\r\nbody";
        Tunnel tunnel(m_upstream, ask(server.url("/")));
        bool isGone = false;
        auto &place = where == 0 ? tunnel.probe.atHead : where == 1 ? tunnel.probe.atData : tunnel.probe.atDone;
        place = [&] {
            tunnel.probe.call.reset();
            isGone = true;
        };
        QTRY_VERIFY(isGone);
        QTest::qWait(20);
        QCOMPARE(tunnel.probe.body.empty(), where == 0);
        QCOMPARE(tunnel.probe.done(), where == 2);
        QCOMPARE(tunnel.probe.offences, 0);
    }

    void itGoesThroughTheProxy()
    {
        // The proxy of this test answers the CONNECT itself: what matters is that it is asked, and for whom.
        WebSocketUpstream proxy;
        proxy.manners.answer = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
        qputenv("http_proxy", QByteArray::fromStdString(proxy.url()));
        const auto clear = qScopeGuard([] { qunsetenv("http_proxy"); });
        Tunnel tunnel(m_upstream, ask("http://provider.invalid:8081/v1/realtime"));
        QTRY_VERIFY(tunnel.probe.done());
        QVERIFY(tunnel.probe.errorKind() == ErrorKind::ConnectFailed);
        QVERIFY2(tunnel.probe.message().starts_with("the proxy on the way to provider.invalid:8081 refused"),
                 tunnel.probe.message().c_str());
        QVERIFY2(proxy.last().head.startsWith("CONNECT provider.invalid:8081 HTTP/1.1\r\n"),
                 proxy.last().head.constData());
        QVERIFY(!proxy.last().head.contains("a-key"));
    }

private:
    CurlUpstream m_upstream;
};

QTEST_GUILESS_MAIN(TestUpstreamTunnel)
#include "tst_upstream_tunnel.moc"
