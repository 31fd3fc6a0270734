// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that are kept and given again by a whole gateway.
#include "support/cached_gateway.h"
#include "support/qt_text.h"

#include <QTest>

#include <set>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

constexpr const char *kMessages = "/router/r/v1/messages";

} // namespace

class TestGatewayCache : public QObject, private CachedGateway
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { end(); }

    void hitAndMiss()
    {
        begin("{directive: 'max-age=60'}");
        const Reply first = chat();
        QCOMPARE(first.status, 200);
        QCOMPARE(word(first), q("miss"));
        QCOMPARE(q(first.headers.value("helicone-cache")), q("MISS"));
        const Reply second = m_fixture->post(kChat, R"({ "messages":[{"content":"Hello","role":"user"}], "model":"one/m" })");
        QCOMPARE(word(second), q("hit"));
        QCOMPARE(second.body, first.body);
        QCOMPARE(q(second.headers.value("helicone-cache")), q("HIT"));
        QCOMPARE(q(second.headers.value("x-pointsman-provider")), q("one"));
        QCOMPARE(q(second.headers.value("x-pointsman-model")), q("m"));
        QCOMPARE(q(second.headers.value("x-pointsman-cache-key")), q(first.headers.value("x-pointsman-cache-key")));
        QVERIFY(second.headers.contains("age") && !first.headers.contains("age"));
        QCOMPARE(word(chat("Hello!")), q("miss"));
        QCOMPARE(m_upstream->requestCount(), std::size_t(2));
        const auto heads = m_fixture->traces(3);
        QCOMPARE(heads.size(), std::size_t(3));
        QCOMPARE(heads[1].cache, std::string("hit"));
        QCOMPARE(heads[1].costMicroUsd.value_or(-1), std::int64_t(0));
        QVERIFY(heads[1].savedMicroUsd.value_or(0) > 0);
        QCOMPARE(heads[1].savedMicroUsd, heads[2].costMicroUsd);
        QCOMPARE(heads[1].attempts, 0);
        const std::string metrics = m_fixture->get("/metrics").body;
        QVERIFY(metrics.find("pointsman_cache_requests_total{router=\"r\",result=\"hit\"} 1\n") != std::string::npos);
        QVERIFY(metrics.find("pointsman_cache_entries 2\n") != std::string::npos);
    }

    void acrossFormatsAndForms()
    {
        begin("{}");
        m_upstream->enqueue(openAiStream({"Hel", "lo"}));
        const std::string extra = R"("max_tokens":9)";
        const Reply stream = m_fixture->post(kChat, chatBody("one/m", "Hello", extra + R"(,"stream":true)"));
        QCOMPARE(word(stream), q("miss"));
        QVERIFY(stream.body.find("[DONE]") != std::string::npos);
        const Reply again = m_fixture->post(kChat, chatBody("one/m", "Hello", extra + R"(,"stream":true)"));
        QCOMPARE(word(again), q("hit"));
        QCOMPARE(again.body, stream.body);
        QVERIFY(again.isClean());
        const Reply body = chat("Hello", extra);
        QCOMPARE(word(body), q("hit"));
        QCOMPARE(jsonAt(body.body, "choices.0.message.content"), std::string("Hello"));
        const Reply anthropic = m_fixture->post(kMessages, R"({"model":"one/m","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]})");
        QCOMPARE(word(anthropic), q("hit"));
        QCOMPARE(jsonAt(anthropic.body, "content.0.text"), std::string("Hello"));
        const Reply events = m_fixture->post(kMessages, R"({"model":"one/m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hello"}]})");
        QCOMPARE(word(events), q("hit"));
        QVERIFY(events.body.find("message_stop") != std::string::npos);
        const Reply response = m_fixture->post("/router/r/v1/responses", R"({"model":"one/m","max_output_tokens":9,"input":"Hello"})");
        QCOMPARE(word(response), q("hit"));
        const std::string id = jsonAt(response.body, "id");
        const Reply other = m_fixture->post("/router/r/v1/responses", R"({"model":"one/m","max_output_tokens":9,"input":"Hello"})");
        QVERIFY(jsonAt(other.body, "id") != id);
        QCOMPARE(m_fixture->get("/v1/responses/" + id).status, 200); // what was replayed can be referred to
        QCOMPARE(m_upstream->requestCount(), std::size_t(1));
    }

    void clientFields_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("said");
        QTest::addColumn<int>("asked"); // at the provider, after a first request that filled the cache
        QTest::newRow("none") << "x-none" << "1" << "hit" << 1;
        QTest::newRow("no-cache") << "cache-control" << "no-cache" << "refresh" << 2;
        QTest::newRow("no-store is answered") << "cache-control" << "no-store" << "hit" << 1;
        QTest::newRow("ours") << "x-pointsman-no-cache" << "true" << "bypass" << 2;
        QTest::newRow("helicone off") << "helicone-cache-enabled" << "false" << "bypass" << 2;
        QTest::newRow("seed") << "helicone-cache-seed" << "other" << "miss" << 2;
        QTest::newRow("only-if-cached") << "cache-control" << "only-if-cached" << "hit" << 1;
        QTest::newRow("forced model") << "x-pointsman-model" << "m" << "miss" << 2;
    }
    void clientFields()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(int, asked);
        begin("{}");
        (void)chat();
        const Reply reply = chat("Hello", {}, {{name.toStdString(), value.toStdString()}});
        QCOMPARE(reply.status, 200);
        QTEST(word(reply), "said");
        QCOMPARE(int(m_upstream->requestCount()), asked);
    }
    void onlyIfCachedWithoutAnAnswer()
    {
        begin("{}");
        const Reply reply = chat("Hello", {}, {{"cache-control", "only-if-cached"}});
        QCOMPARE(reply.status, 504);
        QCOMPARE(jsonAt(reply.body, "error.code"), std::string("not_cached"));
        QCOMPARE(q(reply.headers.value("x-should-retry")), q("false"));
        QCOMPARE(m_upstream->requestCount(), std::size_t(0));
    }

    void notKept_data()
    {
        QTest::addColumn<QString>("what");
        for (const char *what : {"error", "cut", "without an end", "filtered", "too large", "no-store"})
            QTest::newRow(what) << what;
    }
    void notKept()
    {
        QFETCH(QString, what);
        begin(what == q("no-store") ? "{directive: no-store}" : "{max-entry: 1KiB}");
        std::string extra;
        if (what == q("without an end")) { // the body is whole, what it says is not
            Scenario broken = openAiStream({"Hel", "lo"});
            broken.chunks.resize(2);
            m_upstream->enqueue(broken);
            extra = R"("stream":true)";
        } else if (what == q("error")) {
            m_upstream->enqueue(openAiError(400, "no"));
        } else if (what == q("cut")) {
            Scenario cut = openAiStream({"Hel", "lo"});
            cut.ending = Scenario::Ending::Cut;
            cut.chunks.resize(2);
            m_upstream->enqueue(cut);
            extra = R"("stream":true)";
        } else if (what == q("filtered")) {
            Scenario filtered = openAiReply("hm");
            const std::size_t at = filtered.body.find("\"stop\"");
            QVERIFY(at != std::string::npos);
            filtered.body.replace(at, 6, "\"content_filter\"");
            m_upstream->enqueue(filtered);
        } else if (what == q("too large")) {
            m_upstream->enqueue(openAiReply(std::string(2000, 'x')));
        }
        (void)chat("Hello", extra);
        const std::size_t before = m_upstream->requestCount();
        QCOMPARE(word(chat("Hello")), q("miss"));
        QCOMPARE(m_upstream->requestCount(), before + 1);
    }

    void bucketsAreCollectedFirst()
    {
        begin("{buckets: 3}");
        std::set<std::string> made;
        for (const char *text : {"one", "two", "three"}) {
            m_upstream->enqueue(openAiReply(text));
            const Reply reply = chat();
            QCOMPARE(word(reply), q("miss"));
            made.insert(jsonAt(reply.body, "choices.0.message.content"));
        }
        std::set<std::string> given;
        for (int i = 0; i < 60; ++i) {
            const Reply reply = chat();
            QCOMPARE(word(reply), q("hit"));
            given.insert(jsonAt(reply.body, "choices.0.message.content"));
        }
        QVERIFY(given == made);
        QCOMPARE(m_upstream->requestCount(), std::size_t(3));
    }

    void oneFlight_data()
    {
        QTest::addColumn<bool>("fails");
        QTest::newRow("the first one's answer") << false;
        QTest::newRow("the first one fails") << true;
    }
    void oneFlight()
    {
        QFETCH(bool, fails);
        begin("{single-flight: true}");
        Scenario slow = fails ? openAiError(400, "no") : openAiReply("once");
        slow.delay = 300ms;
        m_upstream->enqueue(slow);
        Call call;
        call.url = m_fixture->url(kChat);
        call.headers = {{"content-type", "application/json"}};
        call.body = chatBody("one/m");
        std::vector<std::future<Reply>> replies;
        for (int i = 0; i < 12; ++i)
            replies.push_back(performAsync(call));
        int good = 0;
        for (auto &reply : replies)
            good += reply.get().status == 200;
        QCOMPARE(good, fails ? 11 : 12);
        QCOMPARE(int(m_upstream->requestCount()), fails ? 2 : 1);
    }

    void pacedReplay()
    {
        begin("{replay: paced}");
        m_upstream->enqueue(openAiStream({"a", "b", "c"}, 120ms));
        (void)chat("Hello", R"("stream":true)");
        QElapsedTimer timer;
        timer.start();
        const Reply again = chat("Hello", R"("stream":true)");
        QCOMPARE(word(again), q("hit"));
        QVERIFY2(timer.elapsed() > 150, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(again.body.find("[DONE]") != std::string::npos);
    }

    void clientsAreApart()
    {
        m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello"));
        GatewayFixture::Options options;
        options.config = configFor(*m_upstream, "{}", "server: {client-keys: [{name: a, key: 'env:PM_TEST_CACHE_A'}, {name: b, key: 'env:PM_TEST_CACHE_B'}]}\n");
        qputenv("PM_TEST_CACHE_A", "key-a");
        qputenv("PM_TEST_CACHE_B", "key-b");
        m_fixture = std::make_unique<GatewayFixture>(options);
        QCOMPARE(q(m_fixture->startError()), QString());
        const auto as = [&](const char *key) { return word(chat("Hello", {}, {{"authorization", std::string("Bearer ") + key}})); };
        QCOMPARE(as("key-a"), q("miss"));
        QCOMPARE(as("key-a"), q("hit"));
        QCOMPARE(as("key-b"), q("miss"));
    }

    void embeddings()
    {
        begin("{}");
        m_upstream->on("/v1/embeddings", openAiEmbeddings(1));
        const std::string body = R"({"model":"one/embed","input":"Hi"})";
        const Reply first = m_fixture->post("/router/r/v1/embeddings", body);
        QCOMPARE(first.status, 200);
        const Reply second = m_fixture->post("/router/r/v1/embeddings", body);
        QCOMPARE(word(second), q("hit"));
        QCOMPARE(second.body, first.body);
        const Reply ollama = m_fixture->post("/router/r/api/embed", body);
        QCOMPARE(word(ollama), q("hit"));
        QVERIFY(ollama.body.find("\"embeddings\"") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestGatewayCache)
#include "tst_gateway_cache.moc"
