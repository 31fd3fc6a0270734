// SPDX-License-Identifier: GPL-3.0-or-later
// Requests at once through the whole gateway: places, the queue and its order, its deadline, clients that
// leave.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

class TestGatewayQueue : public QObject
{
    Q_OBJECT

    void serve(const std::string &limits)
    {
        m_fixture = std::make_unique<GatewayFixture>(
            "providers:\n  fake: {format: openai, base-url: '" + m_upstream->url("/v1") +
            "', models: [m1]}\nrouters:\n  r: {route: fake, rate-limit: " + limits + "}\n");
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }

    std::future<Reply> askLater(const std::string &app, std::string_view text = "Hello",
                                std::chrono::milliseconds patience = 20s)
    {
        Call call;
        call.url = m_fixture->url("/router/r/v1/chat/completions");
        call.body = chatBody("m1", text);
        call.headers = {{"content-type", "application/json"}, {"user-agent", app}};
        call.timeout = patience;
        return performAsync(std::move(call));
    }

    std::string atOnce(const char *what)
    {
        return jsonAt(m_fixture->get("/api/v1/admin/limits").body, std::string("limits.0.") + what);
    }

    /// An answer that comes when the test's time has passed.
    static Scenario after(std::chrono::milliseconds delay)
    {
        Scenario scenario = openAiReply("hello");
        scenario.delay = delay;
        return scenario;
    }

private Q_SLOTS:
    void init() { m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello there")); }
    void cleanup()
    {
        m_fixture.reset();
        m_upstream.reset();
    }

    /// One place; of what waits the callers take turns, whoever asked more.
    void turnsGoRound()
    {
        m_upstream->setDefault(after(50ms));
        m_upstream->enqueue(after(2000ms)); // until all the others wait
        serve("{concurrency: {requests: 1}}");
        std::vector<std::future<Reply>> replies;
        int waiting = -1;
        for (const char *name : {"a/a1", "a/a2", "a/a3", "b/b1", "a/a4", "c/c1"}) {
            const std::string text(name);
            replies.push_back(askLater(text.substr(0, 1) + "app/1", text.substr(2)));
            ++waiting;
            if (waiting == 0)
                QTRY_COMPARE(m_upstream->requestCount(), std::size_t(1));
            else
                QTRY_COMPARE(atOnce("waiting"), std::to_string(waiting));
        }
        for (auto &reply : replies)
            QCOMPARE(reply.get().status, 200);
        std::string order;
        for (const SeenRequest &request : m_upstream->requests())
            order += jsonAt(request.body, "messages.0.content") + " ";
        QCOMPARE(order, std::string("a1 a2 b1 c1 a3 a4 "));
        QCOMPARE(atOnce("running"), std::string("0"));
        QCOMPARE(atOnce("waited_today"), std::string("5"));
        int waited = 0;
        for (const trace::Head &head : m_fixture->traces(6)) {
            const Reply record = m_fixture->get("/api/v1/admin/traces/" + head.id);
            waited += record.body.find("\"waited ") != std::string::npos ? 1 : 0;
        }
        QCOMPARE(waited, 5);
    }

    void fullIsRefusedAtOnce()
    {
        m_upstream->setDefault(after(800ms));
        serve("{requests: {capacity: 10, refill-frequency: 10h}, concurrency: {requests: 1, queue: 0}}");
        auto first = askLater("a");
        QTRY_COMPARE(m_upstream->requestCount(), std::size_t(1));
        const Reply second = askLater("a").get();
        QCOMPARE(second.status, 429);
        QVERIFY2(second.body.find("too many requests at once: 1 requests at once") != std::string::npos,
                 second.body.c_str());
        QCOMPARE(jsonAt(second.body, "error.code"), std::string("rate_limit_exceeded"));
        QCOMPARE(std::string(second.headers.value("retry-after")), std::string("1"));
        QVERIFY(!second.headers.contains("x-should-retry"));
        QCOMPARE(first.get().status, 200);
        // what it had taken of the other limit was given back
        QCOMPARE(std::string(askLater("a").get().headers.value("x-ratelimit-remaining-requests")),
                 std::string("8"));
    }

    void waitingHasADeadline()
    {
        m_upstream->setDefault(after(1000ms));
        serve("{concurrency: {requests: 1, max-wait: 100ms}}");
        auto first = askLater("a");
        QTRY_COMPARE(m_upstream->requestCount(), std::size_t(1));
        const Reply second = askLater("a").get();
        QCOMPARE(second.status, 429);
        QVERIFY2(second.body.find("it waited 100ms for a place in vain") != std::string::npos,
                 second.body.c_str());
        QVERIFY(second.headers.contains("retry-after"));
        QCOMPARE(first.get().status, 200);
        QCOMPARE(m_upstream->requestCount(), std::size_t(1));
    }

    void whoLeavesIsForgotten()
    {
        m_upstream->enqueue(after(2500ms));
        serve("{concurrency: {requests: 1}}");
        auto first = askLater("a");
        QTRY_COMPARE(m_upstream->requestCount(), std::size_t(1));
        auto gone = askLater("a", "gone", 1000ms);
        QTRY_COMPARE(atOnce("waiting"), std::string("1"));
        auto third = askLater("a", "third");
        QTRY_COMPARE(atOnce("waiting"), std::string("2"));
        QVERIFY(!gone.get().isClean());
        QTRY_COMPARE(atOnce("waiting"), std::string("1"));
        QCOMPARE(first.get().status, 200);
        QCOMPARE(third.get().status, 200);
        QCOMPARE(jsonAt(m_upstream->lastRequest().body, "messages.0.content"), std::string("third"));
        QCOMPARE(m_upstream->requestCount(), std::size_t(2));
    }

    /// Whoever is served by one worker wakes who waits at another; never more than the places are under way.
    void manyOnSeveralWorkers()
    {
        m_upstream->setDefault(after(5ms));
        serve("{concurrency: {requests: 3, queue: 1000}}");
        std::vector<std::future<Reply>> replies;
        for (int i = 0; i < 60; ++i)
            replies.push_back(askLater("app" + std::to_string(i % 7)));
        for (auto &reply : replies)
            QCOMPARE(reply.get().status, 200);
        QVERIFY(m_upstream->connectionsAccepted() <=
                6); // three at a time, over the connections of two workers
        QTRY_COMPARE(atOnce("running"), std::string("0"));
    }

    void stoppingEndsTheQueue()
    {
        m_upstream->setDefault(after(3000ms));
        serve("{concurrency: {requests: 1}}");
        auto first = askLater("a");
        QTRY_COMPARE(m_upstream->requestCount(), std::size_t(1));
        auto second = askLater("a");
        QTRY_COMPARE(atOnce("waiting"), std::string("1"));
        m_fixture->gateway().stop(0ms);
        QCOMPARE(second.get().status, 503);
        first.get();
    }

private:
    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayQueue)
#include "tst_gateway_queue.moc"
