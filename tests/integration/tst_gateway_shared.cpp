// SPDX-License-Identifier: GPL-3.0-or-later
// Several gateways that count together in Redis: limits, budgets, cached answers, open circuits; and what holds when it is
// away. An answer costs $0.02.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"
#include "support/redis_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <thread>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kPath = "/router/r/v1/chat/completions";

} // namespace

class TestGatewayShared : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!RedisServer::isInstalled())
            QSKIP("needs redis-server");
    }
    void init()
    {
        m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello", "m"));
        m_redis = std::make_unique<RedisServer>();
    }
    void cleanup()
    {
        m_gateways.clear();
        m_upstream.reset();
        m_redis.reset();
    }

    void limitsAreExactTogether()
    {
        start(3, "rate-limit: {requests: {capacity: 10, refill-frequency: 3h, by: router}}");
        int passed = 0;
        for (int i = 0; i < 30; ++i) {
            const Reply reply = ask(i % 3);
            passed += reply.status == 200 ? 1 : 0;
            QVERIFY2(reply.status == 200 || reply.status == 429, reply.body.c_str());
        }
        QCOMPARE(passed, 10);
        const Reply refused = ask(0);
        QCOMPARE(refused.status, 429);
        QCOMPARE(q(refused.headers.value("x-ratelimit-remaining-requests")), q("0"));
        const int wait = std::stoi(std::string(refused.headers.value("retry-after")));
        QVERIFY2(wait > 1000 && wait <= 1080, std::to_string(wait).c_str()); // one comes back each 1080 s
    }

    /// All at once, on as many threads: none takes what another has taken.
    void tenInstancesAreExact()
    {
        constexpr int kInstances = 10;
        constexpr int kEach = 40;
        start(kInstances, "rate-limit: {requests: {capacity: 200, refill-frequency: 30h, by: router}}");
        std::atomic<int> passed{0};
        std::atomic<int> refused{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < kInstances; ++i) {
            callers.emplace_back([&, url = m_gateways[std::size_t(i)]->url(kPath)] {
                for (int n = 0; n < kEach; ++n) {
                    Call call;
                    call.url = url;
                    call.headers.add("content-type", "application/json");
                    call.body = chatBody("m");
                    const int status = perform(call).status;
                    passed += status == 200 ? 1 : 0;
                    refused += status == 429 ? 1 : 0;
                }
            });
        }
        for (std::thread &caller : callers)
            caller.join();
        QCOMPARE(passed + refused, kInstances * kEach);
        QCOMPARE(passed, 200);
    }

    void tokensAreSettledTogether()
    {
        start(2, "rate-limit: {tokens: {capacity: 3000, refill-frequency: 3h, by: router}}");
        // 1000 tokens are reserved for an answer whose length nobody limits, and given back.
        for (int i = 0; i < 12; ++i)
            QCOMPARE(ask(i % 2).status, 200);
    }

    void goneAndOpenCountsAlone()
    {
        start(1, "rate-limit: {requests: {capacity: 5, refill-frequency: 3h, by: router}}");
        QCOMPARE(ask(0).status, 200);
        QCOMPARE(ask(0).status, 200);
        m_redis->kill();
        QTRY_VERIFY(!m_gateways[0]->gateway().status().sharedProblem.empty());
        QVERIFY(m_gateways[0]->gateway().status().sharedProblem.find("for this instance alone") != std::string::npos);
        const std::string told = jsonAt(m_gateways[0]->get("/api/v1/admin/limits").body, "problem");
        QVERIFY2(told.find("for this instance alone") != std::string::npos, told.c_str());
        int passed = 0;
        for (int i = 0; i < 6; ++i)
            passed += ask(0).status == 200 ? 1 : 0;
        QCOMPARE(passed, 3); // it knows what it took before
        m_redis->start();
        QTRY_VERIFY_WITH_TIMEOUT(m_gateways[0]->gateway().status().sharedProblem.empty(), 10'000);
        QCOMPARE(ask(0).status, 200); // the server forgot
    }

    void goneAndClosedRefuses()
    {
        start(1, "rate-limit: {requests: {capacity: 5, refill-frequency: 3h}}", ", when-down: closed");
        QCOMPARE(ask(0).status, 200);
        m_redis->kill();
        QTRY_COMPARE(ask(0).status, 503);
        const Reply refused = ask(0);
        QVERIFY2(jsonAt(refused.body, "error.message").find("limits cannot be checked") != std::string::npos, refused.body.c_str());
        QVERIFY(refused.headers.contains("retry-after"));
    }

    void frozenHoldsNobodyUp()
    {
        start(1, "rate-limit: {requests: {capacity: 50, refill-frequency: 3h}}", ", timeout: 200ms");
        QCOMPARE(ask(0).status, 200);
        m_redis->freeze();
        QElapsedTimer since;
        since.start();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(ask(0).status, 200);
        QVERIFY2(since.elapsed() < 3'000, qPrintable(QString::number(since.elapsed()))); // the first waits 200 ms
        m_redis->thaw();
        QTRY_VERIFY_WITH_TIMEOUT(m_gateways[0]->gateway().status().sharedProblem.empty(), 10'000);
    }

    void budgetsAreOne()
    {
        start(2, "budget: {usd: 0.05, per: month, by: router}");
        QCOMPARE(ask(0).status, 200);
        QCOMPARE(ask(1).status, 200);
        QCOMPARE(ask(0).status, 200); // $0.04 before it
        QTRY_COMPARE(ask(1).status, 402);
        const Reply refused = ask(0);
        QCOMPARE(refused.status, 402);
        QVERIFY2(jsonAt(refused.body, "error.message").find("$0.06 of $0.05") != std::string::npos, refused.body.c_str());
    }

    void budgetsOutliveTheServer()
    {
        start(1, "budget: {usd: 0.04, per: month, by: router}");
        QCOMPARE(ask(0).status, 200);
        m_redis->kill();
        QCOMPARE(ask(0).status, 200);
        QTRY_COMPARE(ask(0).status, 402); // its own ledger knows
    }

    void budgetsClosed()
    {
        start(1, "budget: {usd: 1, per: month, by: router}", ", when-down: closed");
        QCOMPARE(ask(0).status, 200);
        m_redis->kill();
        QTRY_COMPARE(ask(0).status, 503);
        QVERIFY(ask(0).headers.contains("retry-after"));
        QVERIFY(jsonAt(ask(0).body, "error.message").find("nothing may be spent unseen") != std::string::npos);
    }

    void answersAreShared()
    {
        start(2, "cache: {directive: max-age=60}", {}, "cache-store: {type: redis, url: '" + m_redis->url() + "'}\n");
        QCOMPARE(q(ask(0).headers.value("x-pointsman-cache")), q("miss"));
        QTRY_COMPARE(q(ask(1).headers.value("x-pointsman-cache")), q("hit"));
        const std::size_t asked = m_upstream->requestCount();
        QCOMPARE(q(ask(0).headers.value("x-pointsman-cache")), q("hit"));
        QCOMPARE(m_upstream->requestCount(), asked);
        const Reply figures = m_gateways[0]->get("/api/v1/admin/cache");
        QCOMPARE(q(jsonAt(figures.body, "store")), q("redis"));
        QCOMPARE(q(jsonAt(figures.body, "entries")), q("1"));
        QCOMPARE(m_gateways[1]->send("DELETE", "/api/v1/admin/cache?router=r").status, 200);
        QTRY_COMPARE(q(jsonAt(m_gateways[0]->get("/api/v1/admin/cache").body, "entries")), q("0"));
        m_redis->kill();
        QTRY_COMPARE(ask(0).status, 200); // a miss, not an error
    }

    void circuitsAreTold()
    {
        start(2, "retries: {max-retries: 0}\n    circuit-breaker: {failures: 1, cooldown: 1m}");
        QCOMPARE(ask(1).status, 200);
        m_upstream->enqueue(openAiError(500, "broken"));
        QCOMPARE(ask(0).status, 500);
        QTRY_VERIFY_WITH_TIMEOUT(m_gateways[1]->get("/api/v1/admin/router/health").body.find("resting") != std::string::npos, 5'000);
    }

private:
    void start(int count, const std::string &policies, const std::string &store = {}, const std::string &more = {})
    {
        const std::string config = "providers:\n  up: {format: openai, base-url: '" + m_upstream->url("/v1")
                                   + "', models: [m], price: {input: 1000, output: 2000}}\n"
                                     "routers:\n  r:\n    route: up/m\n    "
                                   + policies + "\nrate-limit-store: {type: redis, url: '" + m_redis->url() + "'" + store
                                   + "}\n" + more;
        for (int i = 0; i < count; ++i) {
            m_gateways.push_back(std::make_unique<GatewayFixture>(config));
            QCOMPARE(q(m_gateways.back()->startError()), QString());
            QTRY_VERIFY(m_gateways.back()->gateway().status().sharedProblem.empty());
        }
    }

    Reply ask(int gateway) { return m_gateways[std::size_t(gateway)]->post(kPath, chatBody("m")); }

    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<RedisServer> m_redis;
    std::vector<std::unique_ptr<GatewayFixture>> m_gateways;
};

QTEST_GUILESS_MAIN(TestGatewayShared)
#include "tst_gateway_shared.moc"
