// SPDX-License-Identifier: GPL-3.0-or-later
// Where a whole gateway keeps answers, how they are looked at and purged, and answers found by meaning.
#include "config/config_yaml.h"
#include "support/cached_gateway.h"
#include "support/places.h"
#include "support/qt_text.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <cmath>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

Scenario vector(double degrees)
{
    const double angle = degrees / 180 * M_PI;
    Scenario scenario;
    scenario.body = R"({"object":"list","model":"embed","data":[{"object":"embedding","index":0,"embedding":[)"
                    + std::to_string(std::cos(angle)) + "," + std::to_string(std::sin(angle))
                    + R"(]}],"usage":{"prompt_tokens":3,"total_tokens":3}})";
    return scenario;
}

} // namespace

class TestGatewayCacheStores : public QObject, private CachedGateway
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { end(); }

    void adminShowsAndPurges()
    {
        begin("{}");
        (void)chat("one");
        (void)chat("one");
        const Reply two = chat("two");
        const std::string shown = m_fixture->get("/api/v1/admin/cache").body;
        QCOMPARE(jsonAt(shown, "store"), std::string("memory"));
        QCOMPARE(jsonAt(shown, "entries"), std::string("2"));
        QCOMPARE(jsonAt(shown, "routers.0.hits"), std::string("1"));
        QCOMPARE(jsonAt(shown, "routers.0.misses"), std::string("2"));
        const std::string key(two.headers.value("x-pointsman-cache-key"));
        QCOMPARE(m_fixture->send("DELETE", "/api/v1/admin/cache?older-than=soon").status, 400);
        QCOMPARE(m_fixture->send("DELETE", "/api/v1/admin/cache?router=none").body, std::string(R"({"removed":0})"));
        QCOMPARE(m_fixture->send("DELETE", "/api/v1/admin/cache?key=" + key).body, std::string(R"({"removed":1})"));
        QCOMPARE(word(chat("two")), q("miss"));
        QCOMPARE(m_fixture->send("DELETE", "/api/v1/admin/cache").body, std::string(R"({"removed":2})"));
        QCOMPARE(word(chat("one")), q("miss"));
    }

    void theWindowLooksAndPurges()
    {
        begin("{semantic: {embedding: one/embed}}");
        Gateway &gateway = m_fixture->gateway();
        QVERIFY(gateway.cacheCounts().empty());
        QVERIFY(gateway.nearMisses().empty());
        (void)chat("one");
        (void)chat("one");
        (void)chat("two");
        std::vector<policy::CacheHoldings> read;
        for (int i = 0; i < 2; ++i)
            gateway.readCache([&](const policy::CacheHoldings &holdings) { read.push_back(holdings); });
        QVERIFY(read.empty()); // from the event loop, not at once
        QTRY_COMPARE(read.size(), std::size_t(2));
        QCOMPARE(read[0].store, std::string("memory"));
        QCOMPARE(read[0].use.entries, std::uint64_t(2));
        QCOMPARE(read[0].use.routers.front().router, std::string("r"));
        QCOMPARE(gateway.cacheCounts().at("r").hits, std::uint64_t(1));
        std::optional<std::uint64_t> removed;
        gateway.purgeCache({.router = "r"}, [&](std::uint64_t count) { removed = count; });
        QTRY_VERIFY(removed);
        QCOMPARE(*removed, std::uint64_t(2));
        gateway.readCache([&](const policy::CacheHoldings &holdings) { read.push_back(holdings); });
        QTRY_COMPARE(read.size(), std::size_t(3));
        QCOMPARE(read[2].use.entries, std::uint64_t(0));
        gateway.readCache([](const policy::CacheHoldings &) {}); // and may be on its way when all ends
    }

    void onDiskAfterARestart()
    {
        m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello"));
        const QTemporaryDir folder;
        GatewayOptions options;
        options.dataDir = folder.path().toStdString();
        options.discover = false;
        options.keychain = false;
        options.port = 0;
        options.workers = 2;
        options.configPath = folder.filePath(QStringLiteral("config.yaml")).toStdString();
        QFile file(folder.filePath(QStringLiteral("config.yaml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(configFor(*m_upstream, "{}", "cache-store: {type: disk, max-size: 1MiB}\n")));
        file.close();
        for (const char *said : {"miss", "hit"}) {
            Gateway gateway(options);
            QVERIFY(gateway.start());
            Call call;
            call.url = gateway.status().baseUrl + kChat;
            call.headers = {{"content-type", "application/json"}};
            call.body = chatBody("one/m");
            QCOMPARE(word(perform(call)), q(said));
            gateway.stop(1s);
        }
        QCOMPARE(m_upstream->requestCount(), std::size_t(1));
    }

    void byMeaning()
    {
        begin("{semantic: {embedding: one/embed, threshold: 0.95}}");
        m_upstream->enqueue("/v1/embeddings", vector(10));
        QCOMPARE(word(chat("What is the capital of France?")), q("miss"));
        m_upstream->enqueue("/v1/embeddings", vector(20));
        const Reply near = chat("Capital of France?");
        QCOMPARE(word(near), q("hit"));
        QCOMPARE(q(near.headers.value("x-pointsman-cache-similarity")), q("0.9848"));
        m_upstream->enqueue("/v1/embeddings", vector(38));
        QCOMPARE(word(chat("Capital of Spain?")), q("miss"));
        const std::string list = m_fixture->get("/api/v1/admin/cache/near-misses").body;
        QCOMPARE(jsonAt(list, "near_misses.0.asked"), std::string("Capital of Spain?"));
        QCOMPARE(jsonAt(list, "near_misses.0.stored"), std::string("What is the capital of France?"));
        m_upstream->enqueue("/v1/embeddings", vector(10));
        QCOMPARE(word(chat("Capital of France, please", R"("temperature":0)")), q("miss")); // another scope
        const auto heads = m_fixture->traces(4);
        QCOMPARE(heads.at(2).cache, std::string("semantic-hit"));
    }
    /// Two requests that differ in what a guardrail replaces look the same behind it, and their answers are not.
    void replacedValuesAreNotShared()
    {
        begin("{}\n    guardrails: [{check: pii, action: replace, entities: [email]}]");
        m_upstream->setDefault(openAiReply("Mail to <EMAIL_1>"));
        for (const char *address : {"ann@example.com", "bob@example.com"}) {
            const Reply reply = chat(std::string("I am ") + address);
            QCOMPARE(word(reply), q("bypass"));
            QCOMPARE(jsonAt(reply.body, "choices.0.message.content"), std::string("Mail to ") + address);
        }
        QCOMPARE(word(chat("Nothing to replace")), q("miss"));
        QCOMPARE(word(chat("Nothing to replace")), q("hit"));
    }
    void withoutAnEmbedding()
    {
        begin("{semantic: {embedding: one/embed, threshold: 0.95}}");
        m_upstream->on("/v1/embeddings", openAiError(500, "down"));
        QCOMPARE(word(chat()), q("miss"));
        QCOMPARE(word(chat()), q("hit")); // exactly
        QCOMPARE(word(chat("another")), q("miss"));
    }

    void examplesOfThePageLoad()
    {
        QFile page(inSources(QStringLiteral("/resources/help/policies/cache.md")));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(page.readAll());
        const QRegularExpression block(QStringLiteral("```yaml\\n(.*?)```"), QRegularExpression::DotMatchesEverythingOption);
        int count = 0;
        for (auto found = block.globalMatch(text); found.hasNext(); ++count) {
            const auto match = found.next();
            const config::Loaded loaded = m_fixtureLess.check(match.captured(1).toStdString());
            QVERIFY2(loaded.isUsable(), loaded.problems.empty() ? "" : loaded.problems.front().message.c_str());
        }
        QVERIFY(count >= 2);
    }

private:
    Gateway m_fixtureLess{GatewayOptions{}}; ///< checks only
};

QTEST_GUILESS_MAIN(TestGatewayCacheStores)
#include "tst_gateway_cache_stores.moc"
