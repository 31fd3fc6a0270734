// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl.h"
#include "support/fake_upstream.h"
#include "support/upstream_probe.h"
#include "support/upstream_request.h"

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace pm;
using namespace pm::http;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

/// Runs the event loop for a while in which nothing is expected to happen.
void idleFor(int millis)
{
    QTimer timer;
    timer.setSingleShot(true);
    QSignalSpy over(&timer, &QTimer::timeout);
    timer.start(millis);
    over.wait(millis * 20);
}

} // namespace

/// Pausing, resuming and cancelling, at every place where a caller may do so.
class TestUpstreamFlow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_upstream = std::make_unique<CurlUpstream>(); }
    void cleanup() { m_upstream.reset(); }

    void pausedCallHoldsTheServerBack_data()
    {
        QTest::addColumn<bool>("atHead");
        QTest::addColumn<bool>("gzip");
        QTest::newRow("paused at the head") << true << false;
        QTest::newRow("paused at the first data") << false << false;
        QTest::newRow("packed body") << false << true;
    }
    void pausedCallHoldsTheServerBack()
    {
        QFETCH(bool, atHead);
        QFETCH(bool, gzip);
        constexpr long long kSize = 50'000'000;
        Scenario large;
        large.body = std::string(kSize, 'x');
        large.gzip = gzip;
        FakeUpstream server;
        server.enqueue(std::move(large));
        UpstreamProbe probe;
        bool pausedOnce = false;
        const auto pauseOnce = [&] {
            if (!std::exchange(pausedOnce, true))
                probe.call->pause();
        };
        (atHead ? probe.atHead : probe.atData) = pauseOnce;
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(pausedOnce);
        // Sockets hold some megabytes at most; once they are full nothing moves any more.
        long long sent = -1;
        for (int rounds = 0; rounds < 100 && sent != server.bytesSent(); ++rounds) {
            sent = server.bytesSent();
            idleFor(100);
        }
        QVERIFY2(server.bytesSent() < 20'000'000, qPrintable(QString::number(server.bytesSent())));
        QVERIFY(probe.call->bytesReceived() <= 64 * 1024);
        QVERIFY(!probe.done());

        probe.call->resume();
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 60'000);
        QVERIFY(probe.succeeded());
        QCOMPARE(probe.call->bytesReceived(), kSize);
        QCOMPARE(static_cast<long long>(probe.body.size()), kSize);
        QCOMPARE(probe.offences, 0);
    }

    void pauseAndResumeAtEveryPiece_data()
    {
        QTest::addColumn<bool>("insideCallback");
        QTest::newRow("resumed inside the callback") << true;
        QTest::newRow("resumed from the event loop") << false;
    }
    void pauseAndResumeAtEveryPiece()
    {
        QFETCH(bool, insideCallback);
        Scenario body;
        for (int i = 0; i < 400'000; ++i)
            body.body += static_cast<char>('a' + i % 26);
        FakeUpstream server;
        server.enqueue(body);
        UpstreamProbe probe;
        QTimer later;
        later.setSingleShot(true);
        connect(&later, &QTimer::timeout, &later, [&] { probe.call->resume(); });
        probe.atHead = probe.atData = [&] {
            probe.call->pause();
            if (insideCallback)
                probe.call->resume();
            else
                later.start(0);
        };
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        QVERIFY(probe.succeeded());
        QVERIFY(probe.body == body.body);
        QCOMPARE(probe.offences, 0);
    }

    /// resume() inside another call's callback, where libcurl itself cannot be asked.
    void oneCallResumesAnother()
    {
        FakeUpstream server;
        server.on("/large", {.body = std::string(3'000'000, 'x')});
        server.on("/ticks", eventStream(std::vector<Chunk>(200, Chunk{2ms, "data: .\n\n"})));
        UpstreamProbe large;
        UpstreamProbe ticks;
        large.atData = [&] { large.call->pause(); };
        ticks.atData = [&] {
            if (large.call)
                large.call->resume();
        };
        ticks.atDone = [&] {
            large.atData = nullptr;
            large.call->resume();
        };
        large.start(*m_upstream, post(server.url("/large")));
        ticks.start(*m_upstream, post(server.url("/ticks")));
        QTRY_VERIFY_WITH_TIMEOUT(large.done() && ticks.done(), 20'000);
        QVERIFY(large.succeeded());
        QCOMPARE(large.body.size(), std::size_t(3'000'000));
        QCOMPARE(large.offences + ticks.offences, 0);
    }

    void pausedTimeIsNotIdle()
    {
        FakeUpstream server;
        Scenario body;
        body.body = std::string(8'000'000, 'x');
        server.enqueue(body);
        UpstreamRequest request = post(server.url());
        request.timeouts.idle = 300ms;
        request.timeouts.firstByte = 300ms;
        UpstreamProbe probe;
        probe.atData = [&] { probe.call->pause(); };
        probe.start(*m_upstream, std::move(request));
        QTRY_VERIFY(!probe.body.empty());
        idleFor(700);
        QVERIFY(!probe.done());
        probe.atData = nullptr;
        probe.call->resume();
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        QVERIFY(probe.succeeded());
    }

    void totalRunsOnWhilePaused()
    {
        FakeUpstream server({.body = std::string(8'000'000, 'x')});
        UpstreamRequest request = post(server.url());
        request.timeouts.total = 200ms;
        UpstreamProbe probe;
        probe.atData = [&] { probe.call->pause(); };
        probe.start(*m_upstream, std::move(request));
        QTRY_VERIFY_WITH_TIMEOUT(probe.done(), 20'000);
        QCOMPARE(probe.errorKind(), ErrorKind::UpstreamTimeout);
        probe.call->resume(); // of a call that is over: nothing
        QCOMPARE(probe.offences, 0);
    }

    void cancelClosesTheConnection_data()
    {
        QTest::addColumn<bool>("started");
        QTest::newRow("before the event loop ran") << false;
        QTest::newRow("while the provider thinks") << true;
    }
    void cancelClosesTheConnection()
    {
        QFETCH(bool, started);
        FakeUpstream server({.answer = Scenario::Answer::Silence});
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        if (started)
            QTRY_COMPARE(server.requestCount(), std::size_t(1));
        probe.call.reset();
        QTRY_COMPARE(server.connectionsOpen(), 0);
        idleFor(50);
        QVERIFY(!probe.done());
        QCOMPARE(server.requestCount(), std::size_t(started ? 1 : 0));
    }

    void cancelInsideCallback_data()
    {
        QTest::addColumn<int>("where");
        QTest::newRow("at the head") << 0;
        QTest::newRow("at the first data") << 1;
        QTest::newRow("at the end") << 2;
    }
    void cancelInsideCallback()
    {
        QFETCH(int, where);
        FakeUpstream server(openAiStream({"a", "b", "c"}, 5ms));
        UpstreamProbe other;
        UpstreamProbe probe;
        int calls = 0;
        const auto cancel = [&] {
            ++calls;
            probe.call.reset();
        };
        (where == 0 ? probe.atHead : where == 1 ? probe.atData : probe.atDone) = cancel;
        other.start(*m_upstream, post(server.url()));
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(other.succeeded());
        QTRY_COMPARE(calls, 1);
        idleFor(50);
        QCOMPARE(calls, 1);
        QCOMPARE(probe.done(), where == 2);
        QCOMPARE(probe.offences, 0);
        UpstreamProbe next; // on the same pooled handle
        next.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(next.succeeded());
    }

    /// A callback that owns the call and everything in it, as a pipeline's exchange does.
    void callbackDestroysItsOwnCapture()
    {
        FakeUpstream server(openAiStream({"a"}));
        struct Owner
        {
            std::unique_ptr<UpstreamCall> call;
            std::string name = "a string that is too long for the small buffer";
        };
        auto owner = std::make_shared<Owner>();
        std::string seen;
        UpstreamCallbacks callbacks;
        callbacks.onData = [owner, &seen](std::string_view) {
            owner->call.reset();
            seen = owner->name;
        };
        const std::weak_ptr<Owner> watch = owner;
        owner->call = m_upstream->start(post(server.url()), std::move(callbacks));
        owner.reset();
        QTRY_VERIFY(!seen.empty());
        QTRY_VERIFY(watch.expired());
    }

    void startsInsideCallbacks()
    {
        FakeUpstream server(openAiReply("x"));
        UpstreamProbe probe;
        std::vector<std::unique_ptr<UpstreamProbe>> children;
        const auto child = [&] {
            children.push_back(std::make_unique<UpstreamProbe>());
            children.back()->start(*m_upstream, post(server.url("/child")));
        };
        probe.atHead = probe.atData = probe.atDone = child;
        probe.start(*m_upstream, post(server.url()));
        const auto allDone = [&] {
            return children.size() == 3 && std::all_of(children.begin(), children.end(),
                                                       [](const auto &each) { return each->succeeded(); });
        };
        QTRY_VERIFY(allDone());
        for (const auto &each : children)
            QCOMPARE(each->offences, 0);
    }

    void startedAndCancelledInsideACallback()
    {
        FakeUpstream server(openAiReply("x"));
        UpstreamProbe probe;
        UpstreamProbe child;
        probe.atData = [&] {
            child.start(*m_upstream, post(server.url("/child")));
            child.call.reset();
        };
        probe.start(*m_upstream, post(server.url()));
        QTRY_VERIFY(probe.succeeded());
        idleFor(50);
        QVERIFY(!child.done());
        QCOMPARE(server.requestCount(), std::size_t(1));
    }

    void upstreamGoesBeforeItsCalls()
    {
        FakeUpstream server({.answer = Scenario::Answer::Silence});
        UpstreamProbe probe;
        probe.start(*m_upstream, post(server.url()));
        QTRY_COMPARE(server.requestCount(), std::size_t(1));
        m_upstream.reset();
        QTRY_COMPARE(server.connectionsOpen(), 0);
        QVERIFY(!probe.done());
        probe.call->pause();
        probe.call->resume();
        QCOMPARE(probe.call->bytesReceived(), 0LL);
        probe.call.reset();
    }

    /// More requests at once than easy handles are kept, again and again.
    void manyRoundsLeaveNothingBehind()
    {
        FakeUpstream server(openAiReply("x"));
        int done = 0;
        for (int round = 0; round < 5; ++round) {
            std::vector<std::unique_ptr<UpstreamProbe>> probes;
            for (int i = 0; i < 300; ++i) {
                probes.push_back(std::make_unique<UpstreamProbe>());
                probes.back()->atDone = [&] { ++done; };
                probes.back()->start(*m_upstream, post(server.url()));
            }
            for (std::size_t i = 0; i < probes.size(); i += 3)
                probes[i]->call.reset();
            QTRY_COMPARE_WITH_TIMEOUT(done, (round + 1) * 200, 20'000);
        }
    }

private:
    std::unique_ptr<CurlUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestUpstreamFlow)
#include "tst_upstream_flow.moc"
