// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl.h"
#include "support/fake_upstream.h"
#include "support/upstream_probe.h"
#include "support/upstream_request.h"
#include "support/websocket_client.h"
#include "support/websocket_upstream.h"

#include <QFile>
#include <QProcess>
#include <QSslKey>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace pm;
using namespace pm::http;
using namespace pm::test;

/// TLS towards a server with a certificate of our own making. openssl plays the server.
class TestUpstreamTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_openssl = QStandardPaths::findExecutable(QStringLiteral("openssl"));
        if (m_openssl.isEmpty())
            QSKIP("needs the openssl command");
        QVERIFY(m_dir.isValid());
        QProcess make;
        make.start(m_openssl, {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                               QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
                               QStringLiteral("ec_paramgen_curve:prime256v1"), QStringLiteral("-nodes"),
                               QStringLiteral("-keyout"), keyFile(), QStringLiteral("-out"),
                               certificateFile(), QStringLiteral("-days"), QStringLiteral("2"),
                               QStringLiteral("-subj"), QStringLiteral("/CN=pointsman test"),
                               QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1")});
        QVERIFY2(make.waitForFinished() && make.exitCode() == 0, make.readAllStandardError().constData());
        startServer();
    }

    void cleanupTestCase()
    {
        m_server.kill();
        m_server.waitForFinished();
    }

    void unknownCertificateIsRefused()
    {
        CurlUpstream upstream;
        UpstreamProbe probe;
        probe.start(upstream, get("127.0.0.1"));
        QTRY_VERIFY(probe.done());
        QCOMPARE(probe.errorKind(), ErrorKind::ConnectFailed);
        const QString message = text(probe.message());
        QVERIFY2(message.startsWith(
                     QStringLiteral("TLS certificate of 127.0.0.1:%1 is not trusted: self").arg(m_port)),
                 qPrintable(message));
    }

    void trustedCertificateOfAnotherHostIsRefused()
    {
        CurlUpstream upstream({.caFile = certificateFile().toStdString()});
        UpstreamProbe probe;
        probe.start(upstream, get("localhost"));
        QTRY_VERIFY(probe.done());
        QCOMPARE(probe.errorKind(), ErrorKind::ConnectFailed);
        QVERIFY2(probe.message().find("is not trusted") != std::string::npos, probe.message().c_str());
    }

    void trustedCertificateIsTaken()
    {
        CurlUpstream upstream({.caFile = certificateFile().toStdString()});
        UpstreamProbe probe;
        probe.start(upstream, get("127.0.0.1"));
        QTRY_VERIFY(probe.done());
        QVERIFY2(probe.succeeded(), probe.message().c_str());
        QCOMPARE(probe.head.status, 200);
        const PhaseTimes times = probe.call->phases();
        QVERIFY(times.tls >= times.connect && times.connect >= 0);
        QVERIFY(times.sent >= times.tls);
    }

    void tunnelsCheckCertificatesToo_data()
    {
        QTest::addColumn<bool>("isTrusted");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("error"); // with %1 for the port; empty: none
        QTest::newRow("unknown") << false << QStringLiteral("127.0.0.1")
                                 << QStringLiteral("TLS certificate of 127.0.0.1:%1 is not trusted: ");
        QTest::newRow("of another host") << true << QStringLiteral("localhost")
                                         << QStringLiteral("TLS certificate of localhost:%1 is not trusted: ");
        QTest::newRow("trusted") << true << QStringLiteral("127.0.0.1") << QString();
    }
    void tunnelsCheckCertificatesToo()
    {
        QFETCH(bool, isTrusted);
        QFETCH(QString, host);
        QFETCH(QString, error);
        CurlUpstream upstream({.caFile = isTrusted ? certificateFile().toStdString() : std::string()});
        UpstreamProbe probe;
        probe.call = upstream.open(get(host.toStdString()), probe.callbacks());
        probe.started = true;
        QTRY_VERIFY(probe.done());
        if (!error.isEmpty()) {
            QCOMPARE(probe.errorKind(), ErrorKind::ConnectFailed);
            QVERIFY2(text(probe.message()).startsWith(error.arg(m_port)), probe.message().c_str());
            return;
        }
        QVERIFY2(probe.succeeded(), probe.message().c_str());
        QCOMPARE(probe.head.status, 200); // openssl agrees to no change of protocol
        QVERIFY(probe.body.find("Ciphers") != std::string::npos);
        const PhaseTimes times = probe.call->phases();
        QVERIFY(times.connect >= 0 && times.tls >= times.connect && times.sent >= times.tls);
    }

    /// Both ways at once, more than all buffers hold.
    void tunnelsCarryBytes()
    {
        WebSocketUpstream server(serverSettings());
        CurlUpstream upstream({.caFile = certificateFile().toStdString()});
        UpstreamProbe probe;
        UpstreamRequest request;
        request.method = "GET";
        request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/v1/realtime";
        request.headers = {{"connection", "Upgrade"}, {"upgrade", "websocket"},
                           {"sec-websocket-key", WebSocketClient::kKey}, {"sec-websocket-version", "13"}};
        auto opened = upstream.open(std::move(request), probe.callbacks());
        UpstreamTunnel *tunnel = opened.get();
        probe.call = std::move(opened);
        probe.started = true;
        QTRY_COMPARE(probe.heads, 1);
        QCOMPARE(probe.head.status, 101);
        tunnel->pause();
        constexpr int kMessages = 300;
        const QByteArray text(60'000, 'x');
        const std::string frame = webSocketFrame(Opcode::Text, text, true).toStdString();
        int drained = 0;
        tunnel->onDrained = [&] { ++drained; };
        for (int i = 0; i < kMessages; ++i)
            tunnel->write(frame);
        QTRY_COMPARE_WITH_TIMEOUT(server.last().log.texts.size(), std::size_t(kMessages), 30'000);
        QCOMPARE(drained, 1);
        QVERIFY(probe.body.empty());
        tunnel->resume();
        const QByteArray echo = webSocketFrame(Opcode::Text, text, false);
        QTRY_COMPARE_WITH_TIMEOUT(probe.body.size(), static_cast<std::size_t>(echo.size() * kMessages), 30'000);
        QVERIFY(probe.body == echo.repeated(kMessages).toStdString());
        server.last().socket->disconnectFromHost();
        QTRY_VERIFY(probe.done());
        QVERIFY2(probe.succeeded(), probe.message().c_str());
        QCOMPARE(probe.offences, 0);
    }

    void plainTextOnATlsPortFails()
    {
        CurlUpstream upstream({.caFile = certificateFile().toStdString()});
        UpstreamRequest request = get("127.0.0.1");
        request.url.erase(4, 1); // http
        UpstreamProbe probe;
        probe.start(upstream, std::move(request));
        QTRY_VERIFY(probe.done());
        QVERIFY(!probe.succeeded());
    }

    void tlsOnAPlainTextPortFails()
    {
        CurlUpstream upstream;
        UpstreamProbe probe;
        // The server waits for the end of a request, which a TLS greeting need not hold.
        UpstreamRequest request = get("127.0.0.1");
        request.url = "https" + m_plain.url("/").substr(4);
        request.timeouts.connect = std::chrono::milliseconds(300);
        probe.start(upstream, std::move(request));
        QTRY_VERIFY(probe.done());
        QVERIFY(probe.errorKind() == ErrorKind::UpstreamTimeout ||
                probe.errorKind() == ErrorKind::ConnectFailed);
    }

private:
    QString keyFile() const { return m_dir.filePath(QStringLiteral("key.pem")); }
    QString certificateFile() const { return m_dir.filePath(QStringLiteral("certificate.pem")); }

    void startServer()
    {
        m_server.start(m_openssl, {QStringLiteral("s_server"), QStringLiteral("-accept"),
                                   QStringLiteral("127.0.0.1:0"), QStringLiteral("-cert"), certificateFile(),
                                   QStringLiteral("-key"), keyFile(), QStringLiteral("-www")});
        QByteArray said; // "ACCEPT 127.0.0.1:40123"
        QTRY_VERIFY_WITH_TIMEOUT((said += m_server.readAllStandardOutput()).contains("ACCEPT 127.0.0.1:"),
                                 10'000);
        const QByteArray from = said.mid(said.indexOf("127.0.0.1:") + 10);
        m_port = from.left(from.indexOf('\n')).trimmed().toInt();
        QVERIFY(m_port > 0);
    }

    QSslConfiguration serverSettings() const
    {
        QSslConfiguration settings = QSslConfiguration::defaultConfiguration();
        QFile key(keyFile());
        if (key.open(QIODevice::ReadOnly))
            settings.setPrivateKey(QSslKey(&key, QSsl::Ec));
        settings.setLocalCertificateChain(QSslCertificate::fromPath(certificateFile()));
        return settings;
    }

    UpstreamRequest get(const std::string &host) const
    {
        UpstreamRequest request;
        request.method = "GET";
        request.url = "https://" + host + ":" + std::to_string(m_port) + "/";
        return request;
    }

    // Made before any process is started: the thread sanitizer allows no new thread after a fork.
    FakeUpstream m_plain{{.answer = Scenario::Answer::Garbage}};
    QString m_openssl;
    QTemporaryDir m_dir;
    QProcess m_server;
    int m_port = 0;
};

QTEST_GUILESS_MAIN(TestUpstreamTls)
#include "tst_upstream_tls.moc"
