// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/socket_watch.h"
#include "http/upstream_curl.h"
#include "support/fake_upstream.h"
#include "support/upstream_probe.h"
#include "support/upstream_request.h"

#include <QTest>

using namespace pm;
using namespace pm::http;
using namespace pm::test;
using namespace std::chrono_literals;

/// What a call to a provider gives when all goes well, and how connections are kept.
class TestUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_upstream = std::make_unique<CurlUpstream>(); }
    void cleanup() { m_upstream.reset(); }

    void answersInOrder()
    {
        FakeUpstream server(openAiReply("hello"));
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url("/v1/chat/completions")));
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.offences, 0);
        QCOMPARE(probe.heads, 1);
        QCOMPARE(probe.head.status, 200);
        QCOMPARE(text(probe.head.httpVersion), QStringLiteral("1.1"));
        QCOMPARE(text(probe.head.headers.value("Content-Type")), QStringLiteral("application/json"));
        QCOMPARE(text(probe.body), text(openAiReply("hello").body));
        QCOMPARE(probe.call->bytesReceived(), static_cast<long long>(probe.body.size()));
    }

    void sendsTheRequestAsGiven()
    {
        FakeUpstream server;
        UpstreamRequest request = post(server.url("/v1/x?y=1"));
        request.headers.add("X-Spelling", "Kept");
        request.headers.add("x-empty", "");
        request.headers.add("content-length", "9999");
        request.headers.add("connection", "close");
        request.headers.add("host", "elsewhere.example");
        request.secretHeaders.emplace_back("authorization", Secret("Bearer sk-secret"));
        UpstreamProbe probe;
        probe.start(*m_upstream, std::move(request));
        QTRY_VERIFY(probe.succeeded());
        const SeenRequest seen = server.lastRequest();
        QCOMPARE(text(seen.method), QStringLiteral("POST"));
        QCOMPARE(text(seen.path), QStringLiteral("/v1/x?y=1"));
        QCOMPARE(text(seen.body), QStringLiteral("{\"model\":\"m\"}"));
        QCOMPARE(text(seen.headers.value("authorization")), QStringLiteral("Bearer sk-secret"));
        QVERIFY(
            std::any_of(seen.headers.fields().begin(), seen.headers.fields().end(), [](const auto &field) {
                return field.first == "X-Spelling" && field.second == "Kept";
            }));
        QVERIFY(seen.headers.contains("x-empty"));
        QCOMPARE(text(seen.headers.value("content-length")), QStringLiteral("13"));
        QCOMPARE(text(seen.headers.value("host")), text(server.url().substr(7)));
        QVERIFY(!seen.headers.contains("connection"));
        QVERIFY(!seen.headers.contains("user-agent"));
        QVERIFY(!seen.headers.contains("expect"));
        QVERIFY(text(seen.headers.value("accept-encoding")).contains(QStringLiteral("gzip")));
    }

    void methods_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("GET") << QByteArray("GET") << QByteArray();
        QTest::newRow("POST without body") << QByteArray("POST") << QByteArray();
        QTest::newRow("POST") << QByteArray("POST") << QByteArray("abc");
        QTest::newRow("PUT") << QByteArray("PUT") << QByteArray("abc");
        QTest::newRow("PATCH") << QByteArray("PATCH") << QByteArray("abc");
        QTest::newRow("DELETE") << QByteArray("DELETE") << QByteArray();
        QTest::newRow("DELETE with body") << QByteArray("DELETE") << QByteArray("abc");
        QTest::newRow("2 MB, above libcurl's limit for Expect")
            << QByteArray("POST") << QByteArray(2'000'000, 'x');
    }
    void methods()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, body);
        FakeUpstream server;
        // Twice around each other method, on one pooled handle: nothing of the last request may stay behind.
        for (const QByteArray &each : {method, QByteArray("POST"), method, QByteArray("GET"), method}) {
            UpstreamRequest request = post(server.url("/m"), each == method ? body : QByteArray());
            request.method = each.toStdString();
            UpstreamProbe probe;
            probe.start(*m_upstream, std::move(request));
            QTRY_VERIFY(probe.succeeded());
            QCOMPARE(text(server.lastRequest().method), QString::fromUtf8(each));
            QCOMPARE(server.lastRequest().body.size(), std::size_t(each == method ? body.size() : 0));
            QVERIFY(!server.lastRequest().headers.contains("expect"));
        }
    }

    void chunkedStreamArrivesWhole()
    {
        FakeUpstream server(openAiStream({"Hello", " ", "world"}, 1ms));
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.succeeded());
        std::string sent;
        for (const Chunk &chunk : openAiStream({"Hello", " ", "world"}).chunks)
            sent += chunk.bytes;
        QCOMPARE(text(probe.body), text(sent));
        QCOMPARE(probe.offences, 0);
    }

    void streamArrivesBeforeItEnds()
    {
        FakeUpstream server;
        Scenario stall = eventStream({{{}, "data: 1\n\n"}, {1ms, "data: 2\n\n"}});
        stall.ending = Scenario::Ending::Stall;
        server.enqueue(stall);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_COMPARE(text(probe.body), QStringLiteral("data: 1\n\ndata: 2\n\n"));
        QVERIFY(!probe.done());
    }

    void bodylessAnswerEnds()
    {
        FakeUpstream server;
        Scenario nothing;
        nothing.status = 204;
        nothing.body.clear();
        server.enqueue(nothing);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.head.status, 204);
        QVERIFY(probe.body.empty());
    }

    void errorStatusIsNoError_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {400, 401, 404, 429, 500, 503, 529})
            QTest::addRow("%d", status) << status;
    }
    void errorStatusIsNoError()
    {
        QFETCH(int, status);
        FakeUpstream server(openAiError(status, "no"));
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.head.status, status);
        QCOMPARE(text(probe.body), text(openAiError(status, "no").body));
    }

    void redirectIsNotFollowed()
    {
        FakeUpstream server;
        Scenario redirect;
        redirect.status = 307;
        redirect.headers.add("location", "/elsewhere");
        server.enqueue(redirect);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url("/here")));
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.head.status, 307);
        QCOMPARE(server.requestCount(), std::size_t(1));
    }

    void interimAnswersAreSkipped()
    {
        FakeUpstream server;
        Scenario hinted = openAiReply("late");
        hinted.interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
        server.enqueue(hinted);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.heads, 1);
        QCOMPARE(probe.head.status, 200);
        QVERIFY(!probe.head.headers.contains("link"));
    }

    void packedBodyIsUnpacked()
    {
        FakeUpstream server;
        Scenario packed;
        packed.gzip = true;
        packed.body = std::string(200'000, 'g');
        server.enqueue(packed);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.succeeded());
        QVERIFY(probe.body == packed.body);
        QVERIFY(!probe.head.headers.contains("content-encoding"));
        QVERIFY(!probe.head.headers.contains("content-length"));
        QVERIFY(probe.head.headers.contains("content-type"));
    }

    void connectionIsKept()
    {
        FakeUpstream server;
        for (int i = 0; i < 5; ++i) {
            UpstreamProbe probe;
            probe.start(*m_upstream, post(server.url()));
            QTRY_VERIFY(probe.succeeded());
            const PhaseTimes times = probe.call->phases();
            QCOMPARE(times.reused, i > 0);
            QCOMPARE(times.tls, -1LL);
            if (i > 0)
                QCOMPARE(times.connect, 0LL);
            else
                QVERIFY(times.dns >= 0 && times.connect >= times.dns);
            QVERIFY(times.sent >= times.connect);
            QVERIFY(times.firstByte >= times.sent);
            QVERIFY(times.total >= times.firstByte);
        }
        QCOMPARE(server.connectionsAccepted(), 1);
    }

    void phasesSayWhatHasHappenedSoFar()
    {
        FakeUpstream server;
        Scenario stall = openAiReply("x");
        stall.ending = Scenario::Ending::Stall;
        server.enqueue(stall);
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QCOMPARE(probe.call->phases().sent, -1LL);
        QCOMPARE(probe.call->phases().firstByte, -1LL);
        QVERIFY(!probe.call->phases().reused);
        QTRY_VERIFY(!probe.body.empty());
        QVERIFY(probe.call->phases().sent >= 0);
        QVERIFY(probe.call->phases().firstByte >= 0);
        QCOMPARE(probe.call->phases().total, -1LL);
    }

    void closedIdleConnectionIsReplaced_data() { twoHundredAtOnce_data(); }
    void closedIdleConnectionIsReplaced()
    {
        QFETCH(bool, notifiers);
        m_upstream = std::make_unique<CurlUpstream>(CurlUpstream::Options{.sockets = notifiers ? watchByNotifiers() : watchByEpoll()});
        FakeUpstream server;
        UpstreamProbe first;
        first.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(first.succeeded());
        server.closeIdleConnections();
        QTRY_COMPARE(server.connectionsOpen(), 0);
        UpstreamProbe second;
        second.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(second.succeeded());
        QVERIFY(!second.call->phases().reused);
        QCOMPARE(server.requestCount(), std::size_t(2));
    }

    /// The server closes a kept connection just as the request arrives on it.
    void requestThatMeetsAClosingConnectionIsSentAgain()
    {
        FakeUpstream server;
        server.enqueue(openAiReply("one"));
        server.enqueue({.answer = Scenario::Answer::Close});
        server.enqueue(openAiReply("two"));
        UpstreamProbe first;
        first.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(first.succeeded());
        UpstreamProbe second;
        second.start(*m_upstream, post(server.url(), "again"));
        QTRY_VERIFY(second.done());
        QVERIFY(second.succeeded());
        QCOMPARE(text(second.body), text(openAiReply("two").body));
        QCOMPARE(second.offences, 0);
        QCOMPARE(server.requestCount(), std::size_t(3));
        QCOMPARE(text(server.lastRequest().body), QStringLiteral("again"));
        QCOMPARE(server.connectionsAccepted(), 2);
    }

    void freshConnectionIsNotTriedAgain()
    {
        FakeUpstream server({.answer = Scenario::Answer::Close});
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.done());
        QCOMPARE(probe.errorKind(), ErrorKind::UpstreamBroken);
        QCOMPARE(server.requestCount(), std::size_t(1));
    }

    void nothingIsSentAgainOnceBytesWereSeen()
    {
        FakeUpstream server;
        server.enqueue(openAiReply("one"));
        Scenario cut = openAiReply("two");
        cut.ending = Scenario::Ending::Reset;
        server.enqueue(cut);
        UpstreamProbe first;
        first.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(first.succeeded());
        UpstreamProbe second;
        second.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(second.done());
        QVERIFY(second.call->phases().reused);
        QCOMPARE(second.errorKind(), ErrorKind::UpstreamBroken);
        QCOMPARE(server.requestCount(), std::size_t(2));
    }

    void twoHundredAtOnce_data()
    {
        QTest::addColumn<bool>("notifiers");
        QTest::newRow("the platform's best watch") << false;
        QTest::newRow("a notifier per socket") << true;
    }
    void twoHundredAtOnce()
    {
        QFETCH(bool, notifiers);
        m_upstream = std::make_unique<CurlUpstream>(CurlUpstream::Options{.sockets = notifiers ? watchByNotifiers() : watchByEpoll()});
        FakeUpstream server(openAiStream({"a", "b", "c"}, 10ms));
        std::vector<std::unique_ptr<UpstreamProbe>> probes;
        for (int i = 0; i < 200; ++i) {
            probes.push_back(std::make_unique<UpstreamProbe>());
            probes.back()->start(*m_upstream, post(server.url(), QByteArray::number(i)));
        }
        const auto finished = [&] {
            return std::count_if(probes.begin(), probes.end(), [](const auto &p) { return p->succeeded(); });
        };
        QTRY_COMPARE_WITH_TIMEOUT(finished(), 200, 20'000);
        for (const auto &probe : probes) {
            QCOMPARE(probe->offences, 0);
            QVERIFY(probe->body.find("[DONE]") != std::string::npos);
        }
        QCOMPARE(server.requestCount(), std::size_t(200));
        UpstreamProbe last;
        last.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(last.succeeded());
        QVERIFY(last.call->phases().reused);
    }

    void environmentProxyIsUsedExceptForLoopback()
    {
        FakeUpstream proxy(openAiReply("by proxy"));
        FakeUpstream server(openAiReply("direct"));
        qputenv("http_proxy", QByteArray::fromStdString(proxy.url()));
        m_upstream = std::make_unique<CurlUpstream>();
        const auto restore = qScopeGuard([] { qunsetenv("http_proxy"); });

        UpstreamProbe far;
        far.start(*m_upstream, post("http://api.example.test/v1/x"));
        QTRY_VERIFY(far.succeeded());
        QCOMPARE(text(proxy.lastRequest().path), QStringLiteral("http://api.example.test/v1/x"));

        const std::string port = std::to_string(server.port());
        for (const std::string host : {"127.0.0.1", "localhost", "127.0.0.1", "LOCALHOST"}) {
            UpstreamProbe local;
            local.start(*m_upstream, post("http://" + host + ":" + port + "/v1/x"));
            QTRY_VERIFY2(local.done(), host.c_str());
            QVERIFY2(local.body == openAiReply("direct").body, host.c_str());
        }
        QCOMPARE(proxy.requestCount(), std::size_t(1));
    }

private:
    std::unique_ptr<CurlUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestUpstream)
#include "tst_upstream.moc"
