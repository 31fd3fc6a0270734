// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl.h"
#include "support/fake_upstream.h"
#include "support/upstream_probe.h"
#include "support/upstream_request.h"

#include <QElapsedTimer>
#include <QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace pm;
using namespace pm::http;
using namespace pm::test;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(pm::test::Scenario)
Q_DECLARE_METATYPE(pm::http::UpstreamTimeouts)

namespace {

/// A port of 127.0.0.1 that is taken but not listened on: connecting is refused.
class DeafPort
{
public:
    DeafPort()
        : m_socket(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *const generic = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_socket, generic, size) == 0 && ::getsockname(m_socket, generic, &size) == 0)
            port = ntohs(address.sin_port);
    }
    DeafPort(const DeafPort &) = delete;
    DeafPort &operator=(const DeafPort &) = delete;
    ~DeafPort() { ::close(m_socket); }

    /// Listens without ever accepting, and fills the queue: a further connect hangs.
    void fillQueue()
    {
        ::listen(m_socket, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        for (int i = 0; i < 4; ++i) {
            m_waiting.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
            ::connect(m_waiting.back(), reinterpret_cast<sockaddr *>(&address), sizeof address);
        }
    }
    void emptyQueue()
    {
        for (const int waiting : m_waiting)
            ::close(waiting);
    }

    int port = 0;

private:
    int m_socket;
    std::vector<int> m_waiting;
};

} // namespace

/// What a call says when it goes wrong: one error, of the right kind, that names the host and the cause.
class TestUpstreamFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_upstream = std::make_unique<CurlUpstream>(); }
    void cleanup() { m_upstream.reset(); }

    void refused()
    {
        const DeafPort nobody;
        UpstreamProbe probe;
        probe.start(*m_upstream,
                    post("http://127.0.0.1:" + std::to_string(nobody.port) + "/v1/x?key=s3cret"));
        QTRY_VERIFY(probe.done());
        QCOMPARE(probe.errorKind(), ErrorKind::ConnectFailed);
        QCOMPARE(text(probe.message()),
                 QStringLiteral("connect to 127.0.0.1:%1 refused; nothing listens there").arg(nobody.port));
        QCOMPARE(probe.heads, 0);
        QCOMPARE(probe.offences, 0);
        const PhaseTimes times = probe.call->phases();
        QVERIFY(!times.reused);
        QCOMPARE(times.connect, -1LL);
        QCOMPARE(times.firstByte, -1LL);
        QVERIFY(times.total >= 0);
    }

    void unknownHost()
    {
        UpstreamProbe probe;
        probe.start(*m_upstream, post("http://name.invalid/v1/x")); // RFC 6761: never resolves
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        QCOMPARE(probe.errorKind(), ErrorKind::ConnectFailed);
        QVERIFY2(probe.message().find("cannot find the host of name.invalid") == 0, probe.message().c_str());
    }

    /// Leaving a lookup must not wait for the resolver.
    void cancelledLookupDoesNotBlock()
    {
        auto probe = std::make_unique<UpstreamProbe>();
        probe->start(*m_upstream, post("http://name.invalid/v1/x"));
        QCoreApplication::processEvents();
        QElapsedTimer timer;
        timer.start();
        probe.reset();
        QVERIFY(timer.elapsed() < 1000);
    }

    void badAddress_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no scheme") << QByteArray("api.example.test/v1");
        QTest::newRow("no host") << QByteArray("https:///v1");
        QTest::newRow("file") << QByteArray("file:///etc/passwd");
        QTest::newRow("ftp") << QByteArray("ftp://127.0.0.1/x");
        QTest::newRow("blank inside") << QByteArray("http://127.0.0.1:1/a b");
        QTest::newRow("line break inside") << QByteArray("http://127.0.0.1:1/a\r\nx: y");
        QTest::newRow("port out of range") << QByteArray("http://127.0.0.1:99999/");
    }
    void badAddress()
    {
        QFETCH(QByteArray, url);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(url.toStdString()));
        QVERIFY(!probe.done()); // never before start returned
        QTRY_VERIFY(probe.done());
        QCOMPARE(probe.errorKind(), ErrorKind::Config);
        QCOMPARE(probe.offences, 0);
    }

    void badHeader_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("line break in a value") << QByteArray("x-a") << QByteArray("1\r\nx-b: 2");
        QTest::newRow("a key file's last line break")
            << QByteArray("authorization") << QByteArray("Bearer s3cret\n");
        QTest::newRow("zero byte") << QByteArray("x-a") << QByteArray("a\0b", 3);
        QTest::newRow("colon in the name") << QByteArray("x-a: b") << QByteArray("c");
        QTest::newRow("no name") << QByteArray() << QByteArray("c");
    }
    void badHeader()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        FakeUpstream server;
        for (const bool secret : {false, true}) {
            UpstreamRequest request = post(server.url());
            if (secret)
                request.secretHeaders.emplace_back(name.toStdString(), Secret(value.toStdString()));
            else
                request.headers.add(name.toStdString(), value.toStdString());
            UpstreamProbe probe;
            probe.start(*m_upstream, std::move(request));
            QTRY_VERIFY(probe.done());
            QCOMPARE(probe.errorKind(), ErrorKind::Config);
            QVERIFY2(probe.message().find("s3cret") == std::string::npos, probe.message().c_str());
        }
        QCOMPARE(server.requestCount(), std::size_t(0));
    }

    void brokenAnswer_data()
    {
        QTest::addColumn<Scenario>("scenario");
        QTest::addColumn<QByteArray>("cause");
        QTest::addColumn<int>("heads");
        Scenario cut = openAiReply("hello");
        cut.ending = Scenario::Ending::Cut;
        QTest::newRow("body shorter than its length") << cut << QByteArray("before its end") << 1;
        Scenario reset = openAiReply("hello");
        reset.ending = Scenario::Ending::Reset;
        QTest::newRow("reset inside the body") << reset << QByteArray("reset the connection after ") << 1;
        Scenario cutStream = openAiStream({"a", "b"});
        cutStream.ending = Scenario::Ending::Cut;
        QTest::newRow("stream without its last chunk") << cutStream << QByteArray("before its end") << 1;
        Scenario resetStream = openAiStream({"a", "b"});
        resetStream.ending = Scenario::Ending::Reset;
        QTest::newRow("stream reset") << resetStream << QByteArray("before its end") << 1;
        Scenario answer;
        answer.answer = Scenario::Answer::Close;
        QTest::newRow("closed without an answer") << answer << QByteArray("before it had answered") << 0;
        answer.answer = Scenario::Answer::Reset;
        QTest::newRow("reset without an answer") << answer << QByteArray("before it had answered") << 0;
        answer.answer = Scenario::Answer::Garbage;
        QTest::newRow("not HTTP") << answer << QByteArray("did not answer in HTTP") << 0;
        Scenario packed;
        packed.headers.add("content-encoding", "gzip");
        packed.body = "this is no gzip stream";
        QTest::newRow("says gzip and is not") << packed << QByteArray("cannot be undone") << 1;
        Scenario wide;
        for (int i = 0; i < 70; ++i)
            wide.headers.add("x-wide-" + std::to_string(i), std::string(1000, 'w'));
        QTest::newRow("70 kB of header fields") << wide << QByteArray("more than 65536 bytes of header") << 0;
    }
    void brokenAnswer()
    {
        QFETCH(Scenario, scenario);
        QFETCH(QByteArray, cause);
        QFETCH(int, heads);
        FakeUpstream server(scenario);
        UpstreamRequest request = post(server.url("/v1/x?key=s3cret"));
        request.secretHeaders.emplace_back("x-api-key", Secret("s3cret"));
        UpstreamProbe probe;
        probe.start(*m_upstream, std::move(request));
        QTRY_VERIFY(probe.done());
        QCOMPARE(text(server.lastRequest().headers.value("x-api-key")), QStringLiteral("s3cret"));
        QCOMPARE(probe.errorKind(), ErrorKind::UpstreamBroken);
        const std::string message = probe.message();
        QVERIFY2(message.find(server.url().substr(7)) == 0, message.c_str());
        QVERIFY2(message.find(cause.constData()) != std::string::npos, message.c_str());
        QVERIFY2(message.find("s3cret") == std::string::npos, message.c_str());
        QCOMPARE(probe.heads, heads);
        QCOMPARE(probe.offences, 0);
        // The next call is not harmed.
        server.setDefault(openAiReply("fine"));
        UpstreamProbe next;
        next.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(next.succeeded());
        QCOMPARE(text(next.body), text(openAiReply("fine").body));
    }

    void timeout_data()
    {
        QTest::addColumn<Scenario>("scenario");
        QTest::addColumn<UpstreamTimeouts>("timeouts");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("heads");
        constexpr auto far = 60'000ms;
        Scenario silent;
        silent.answer = Scenario::Answer::Silence;
        QTest::newRow("no answer") << silent << UpstreamTimeouts{far, 150ms, far, far}
                                   << QByteArray("within 150 ms (first-byte timeout)") << 0;
        Scenario headOnly = eventStream({});
        headOnly.body.clear();
        headOnly.ending = Scenario::Ending::Stall;
        QTest::newRow("head and no body") << headOnly << UpstreamTimeouts{far, 150ms, far, far}
                                          << QByteArray("within 150 ms (first-byte timeout)") << 1;
        Scenario stall = openAiStream({"a"});
        stall.ending = Scenario::Ending::Stall;
        QTest::newRow("stops in the middle")
            << stall << UpstreamTimeouts{far, far, 150ms, far}
            << QByteArray("for 150 ms in the middle of its answer (idle timeout)") << 1;
        QTest::newRow("silence counts as total too") << silent << UpstreamTimeouts{far, far, far, 150ms}
                                                     << QByteArray("after 150 ms (total timeout)") << 0;
        std::vector<Chunk> drops(1000, Chunk{20ms, "data: .\n\n"});
        QTest::newRow("drips on and on") << eventStream(drops) << UpstreamTimeouts{far, far, far, 300ms}
                                         << QByteArray("after 300 ms (total timeout)") << 1;
    }
    void timeout()
    {
        QFETCH(Scenario, scenario);
        QFETCH(UpstreamTimeouts, timeouts);
        QFETCH(QByteArray, name);
        QFETCH(int, heads);
        FakeUpstream server(scenario);
        UpstreamRequest request = post(server.url());
        request.timeouts = timeouts;
        UpstreamProbe probe;
        QElapsedTimer timer;
        timer.start();
        qint64 elapsed = 0;
        probe.atDone = [&] { elapsed = timer.elapsed(); };
        probe.start(*m_upstream, std::move(request));
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        QCOMPARE(probe.errorKind(), ErrorKind::UpstreamTimeout);
        const std::string message = probe.message();
        QVERIFY2(message.find(server.url().substr(7)) == 0, message.c_str());
        QVERIFY2(message.find(name.constData()) != std::string::npos, message.c_str());
        QCOMPARE(probe.heads, heads);
        QCOMPARE(probe.offences, 0);
        QVERIFY2(elapsed >= 145, qPrintable(QString::number(elapsed))); // never early
        QTRY_COMPARE(server.connectionsOpen(), 0);
    }

    void connectTimeout()
    {
        DeafPort full;
        full.fillQueue();
        UpstreamRequest request = post("http://127.0.0.1:" + std::to_string(full.port) + "/");
        request.timeouts.connect = 200ms;
        UpstreamProbe probe;
        probe.start(*m_upstream, std::move(request));
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        full.emptyQueue();
        QCOMPARE(probe.errorKind(), ErrorKind::UpstreamTimeout);
        QVERIFY2(probe.message().find("not done within 200 ms (connect timeout)") != std::string::npos,
                 probe.message().c_str());
    }

    void connectTimeoutOfATunnel()
    {
        DeafPort full;
        full.fillQueue();
        UpstreamRequest request;
        request.method = "GET";
        request.url = "http://127.0.0.1:" + std::to_string(full.port) + "/";
        request.timeouts.connect = 200ms;
        UpstreamProbe probe;
        probe.call = m_upstream->open(std::move(request), probe.callbacks());
        probe.started = true;
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        full.emptyQueue();
        QCOMPARE(probe.errorKind(), ErrorKind::UpstreamTimeout);
        QVERIFY2(probe.message().find("not done within 200 ms (connect timeout)") != std::string::npos,
                 probe.message().c_str());
    }

    /// A later call with a nearer deadline is not made to wait for an earlier one's.
    void nearerDeadlineComesFirst()
    {
        FakeUpstream server({.answer = Scenario::Answer::Silence});
        UpstreamProbe slow;
        slow.start(*m_upstream, post(server.url()));
        UpstreamRequest hasty = post(server.url());
        hasty.timeouts.firstByte = 100ms;
        UpstreamProbe probe;
        probe.start(*m_upstream, std::move(hasty));
        QTRY_VERIFY(probe.done());
        QVERIFY(!slow.done());
    }

    void severalTimeOutTogetherAndCallbacksDestroyEachOther()
    {
        FakeUpstream server({.answer = Scenario::Answer::Silence});
        std::vector<std::unique_ptr<UpstreamProbe>> probes;
        for (int i = 0; i < 6; ++i)
            probes.push_back(std::make_unique<UpstreamProbe>());
        for (const auto &probe : probes) {
            UpstreamRequest request = post(server.url());
            request.timeouts.total = 100ms;
            probe->atDone = [&] {
                for (const auto &other : probes)
                    other->call.reset();
            };
            probe->start(*m_upstream, std::move(request));
        }
        const auto ended = [&] {
            return std::count_if(probes.begin(), probes.end(),
                                 [](const auto &probe) { return probe->done(); });
        };
        QTRY_VERIFY(ended() > 0);
        QTRY_COMPARE(server.connectionsOpen(), 0);
        QCOMPARE(ended(), 1);
    }

private:
    std::unique_ptr<CurlUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestUpstreamFailures)
#include "tst_upstream_failures.moc"
