// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets: what is spent counts, and what happens then. An answer of "one" costs $0.02, of "two" $0.002.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/places.h"
#include "support/qt_text.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

std::string providers(const FakeUpstream &first, const FakeUpstream &second)
{
    const auto provider = [](const char *name, const FakeUpstream &at, const char *rest) {
        return "  " + std::string(name) + ": {format: openai, base-url: '" + at.url("/v1") + "', models: [m]" + rest + "}\n";
    };
    return "providers:\n" + provider("one", first, ", price: {input: 1000, output: 2000}")
           + provider("two", second, ", price: {input: 100, output: 200}") + provider("free", second, "");
}

std::string routers(const std::string &more)
{
    return "routers:\n  work:\n    route: {strategy: priority, children: [one/m, two/m]}\n    retries: {max-retries: 0}\n" + more;
}

std::string verdicts(const trace::Record &record)
{
    std::string text;
    for (const trace::Verdict &verdict : record.detail.verdicts)
        text += (text.empty() ? "" : "; ") + verdict.name + " " + verdict.word + " " + verdict.text;
    return text;
}

constexpr const char *kWork = "/router/work/v1/chat/completions";

} // namespace

class TestGatewayBudgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_one = std::make_unique<FakeUpstream>(openAiReply("from one", "m"));
        m_two = std::make_unique<FakeUpstream>(openAiReply("from two", "m"));
    }
    void cleanup()
    {
        m_fixture.reset();
        m_one.reset();
        m_two.reset();
    }

    void stops()
    {
        start("    budget: {usd: 0.04, per: month}\n");
        QCOMPARE(post(kWork).status, 200);
        const Reply second = post(kWork);
        QCOMPARE(second.status, 200);
        QVERIFY(!second.headers.contains("x-pointsman-budget"));
        const Reply refused = post(kWork);
        QCOMPARE(refused.status, 402);
        QCOMPARE(q(jsonAt(refused.body, "error.code")), q("budget_exceeded"));
        const std::string message = jsonAt(refused.body, "error.message");
        QVERIFY2(message.find("budget work/month is spent: $0.04 of $0.04 since ") != std::string::npos, message.c_str());
        QVERIFY(message.find("; the next span begins ") != std::string::npos);
        QCOMPARE(std::string(refused.headers.value("x-should-retry")), std::string("false"));
        QCOMPARE(std::string(refused.headers.value("x-pointsman-budget")), std::string("work/month 100% of $0.04"));
        QCOMPARE(m_one->requestCount(), std::size_t(2));
        const trace::Record record = m_fixture->lastTrace(3);
        QCOMPARE(q(record.head.errorKind), q("budget_exceeded"));
        QCOMPARE(q(verdicts(record)), q("work/month refused $0.04 of $0.04"));
        QVERIFY(m_fixture->get("/metrics").body.find(R"(pointsman_budget_requests_total{budget="work/month",verdict="refused"} 1)")
                != std::string::npos);
    }

    void inTheDialectOfTheAsker_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("at");
        QTest::addColumn<QString>("is");
        QTest::newRow("OpenAI") << "chat/completions" << "error.code" << "budget_exceeded";
        QTest::newRow("Anthropic") << "messages" << "error.type" << "billing_error";
    }
    void inTheDialectOfTheAsker()
    {
        QFETCH(QString, path);
        QFETCH(QString, at);
        QFETCH(QString, is);
        start("    budget: {usd: 0.001, per: total}\n");
        const std::string url = "/router/work/v1/" + path.toStdString();
        QCOMPARE(m_fixture->post(url, messagesBody("m")).status, 200);
        const Reply refused = m_fixture->post(url, messagesBody("m"));
        QCOMPARE(refused.status, 402);
        QCOMPARE(q(jsonAt(refused.body, at.toStdString())), is);
        QVERIFY(refused.body.find("in total") != std::string::npos);
    }

    void warns()
    {
        start("    budgets: [{usd: 0.05, per: day, warn-at: 0.7, name: daily}]\n");
        QSignalSpy told(&m_fixture->gateway(), &Gateway::budgetWarned);
        post(kWork);
        post(kWork);
        QCOMPARE(told.count(), 0);
        const Reply warned = post(kWork);
        QCOMPARE(warned.status, 200);
        QCOMPARE(std::string(warned.headers.value("x-pointsman-budget")), std::string("daily 80% of $0.05"));
        QCOMPARE(q(verdicts(m_fixture->lastTrace(3))), q("daily warned 80% of $0.05"));
        post(kWork);
        QTRY_COMPARE(told.count(), 2); // near its end, and spent
        QCOMPARE(told.at(0).at(0).toString(), q("daily"));
        QCOMPARE(told.at(0).at(1).toString(), q("80% of $0.05"));
        post(kWork);
        QCOMPARE(told.count(), 2);
    }

    void downgrades()
    {
        start("    budget: {usd: 0.02, per: month, then: downgrade}\n");
        QCOMPARE(post(kWork).headers.value("x-pointsman-provider"), std::string_view("one"));
        const Reply cheaper = post(kWork);
        QCOMPARE(cheaper.status, 200);
        QCOMPARE(cheaper.headers.value("x-pointsman-provider"), std::string_view("two"));
        const std::string route(cheaper.headers.value("x-pointsman-route"));
        QVERIFY2(route.find("two/m (budget work/month spent)") != std::string::npos, route.c_str());
        const trace::Record record = m_fixture->lastTrace(2);
        QCOMPARE(record.detail.plan.size(), std::size_t(2));
        QVERIFY(record.detail.plan[1].excluded);
        QVERIFY(record.detail.plan[1].reason.find("the cheapest target only") != std::string::npos);
        QVERIFY(verdicts(record).find("work/month downgraded to two/m") != std::string::npos);
    }
    void aTargetOfUnknownPriceIsNotCheap()
    {
        m_fixture = std::make_unique<GatewayFixture>(
            providers(*m_one, *m_two)
            + "routers:\n  work:\n    route: {strategy: priority, children: [free/m]}\n"
              "    budget: {usd: 0.001, per: month, then: downgrade}\n  pay: {route: one/m}\nbudget: {usd: 1}\n");
        QCOMPARE(q(m_fixture->startError()), QString());
        QCOMPARE(post(kWork).status, 200); // of unknown cost: counts as nothing
        QVERIFY(verdicts(m_fixture->lastTrace(1)).find("unpriced free/m") != std::string::npos);
        QCOMPARE(post(kWork).status, 200);
    }

    void providersHaveTheirOwn()
    {
        start("    budget: {usd: 0.02, per: month, by: provider}\n");
        QCOMPARE(post(kWork).headers.value("x-pointsman-provider"), std::string_view("one"));
        const Reply other = post(kWork);
        QCOMPARE(other.headers.value("x-pointsman-provider"), std::string_view("two"));
        const trace::Record record = m_fixture->lastTrace(2);
        QCOMPARE(q(record.detail.plan[1].reason), q("budget work/provider/month spent ($0.02 of $0.02)"));
        for (int i = 0; i < 9; ++i)
            QCOMPARE(post(kWork).status, 200);
        const Reply refused = post(kWork);
        QCOMPARE(refused.status, 402);
        QVERIFY(refused.body.find("no other target is left") != std::string::npos);
    }

    void usersHaveTheirOwn()
    {
        start("    budget: {usd: 0.02, by: user}\n");
        const auto as = [this](const char *user) {
            return m_fixture->post(kWork, chatBody("m", "Hello", "\"user\":\"" + std::string(user) + "\"")).status;
        };
        QCOMPARE(as("bob"), 200);
        QCOMPARE(as("bob"), 402);
        QCOMPARE(as("eve"), 200);
        QCOMPARE(post(kWork).status, 200); // nobody's
        QCOMPARE(post(kWork).status, 402);
    }

    void directCallsCountForAll()
    {
        start({}, "budget: {usd: 0.02, per: month}\n");
        QCOMPARE(post("/one/v1/chat/completions").status, 200);
        QCOMPARE(post("/one/v1/chat/completions").status, 402);
        QCOMPARE(post(kWork).status, 402);
        QCOMPARE(post("/ai/v1/chat/completions", "one/m").status, 402);
    }

    void staysAcrossRestarts()
    {
        start("    budget: {usd: 0.03}\n");
        QCOMPARE(post(kWork).status, 200);
        QCOMPARE(post(kWork).status, 200);
        const std::vector<policy::BudgetState> states = m_fixture->gateway().budgets();
        QCOMPARE(states.size(), std::size_t(1));
        QCOMPARE(states.front().balance.spent, 40'000);
        QCOMPARE(states.front().balance.reserved, 0);
        const QString journal = q(m_fixture->dataDir() + "/spend.journal");
        const QString kept = m_keep.filePath(QStringLiteral("spend.journal"));
        m_fixture->gateway().stop(0ms);
        QVERIFY(QFile::copy(journal, kept));
        GatewayOptions options;
        options.dataDir = m_keep.path().toStdString();
        options.configPath = m_fixture->configPath();
        options.discover = options.keychain = false;
        options.port = 0;
        options.workers = 1;
        Gateway again(options);
        QVERIFY(again.start().has_value());
        QCOMPARE(again.budgets().front().balance.spent, 40'000);
        Call call;
        call.url = again.status().baseUrl + kWork;
        call.body = chatBody("m");
        call.headers = {{"content-type", "application/json"}};
        QCOMPARE(perform(call).status, 402);
    }

    void everyAttemptCounts()
    {
        m_fixture = std::make_unique<GatewayFixture>(
            providers(*m_one, *m_two)
            + "routers:\n  work:\n    route: {strategy: mirror, children: [one/m, two/m]}\n    budget: {usd: 5}\n");
        QCOMPARE(q(m_fixture->startError()), QString());
        QCOMPARE(post(kWork).status, 200);
        QTRY_COMPARE(m_fixture->gateway().budgets().front().balance.spent, 22'000);
    }

    void aStreamThatIsCutCountsWhatCameOfIt()
    {
        start("    budget: {usd: 5}\n");
        Scenario stream = openAiStream({"many", " words", " of", " an", " answer"}, 20ms);
        stream.ending = Scenario::Ending::Stall;
        stream.chunks.pop_back(); // no usage, no end
        m_one->setDefault(stream);
        Call call;
        call.url = m_fixture->url(kWork);
        call.body = chatBody("m", "Hello", R"("stream":true)");
        call.headers = {{"content-type", "application/json"}};
        call.onBytes = [](std::string_view bytes) { return bytes.find(" words") == std::string_view::npos; };
        perform(call);
        QTRY_VERIFY(m_fixture->gateway().budgets().front().balance.spent > 0);
        QCOMPARE(m_fixture->gateway().budgets().front().balance.reserved, 0);
        QVERIFY(verdicts(m_fixture->lastTrace(1)).find("estimated one/m") != std::string::npos);
    }

    void failuresCostNothing()
    {
        start("    budget: {usd: 0.02}\n    fallback: {enabled: false}\n");
        m_one->setDefault(openAiError(500, "broken"));
        for (int i = 0; i < 3; ++i)
            QVERIFY(post(kWork).status >= 500);
        QCOMPARE(m_fixture->gateway().budgets().front().balance.spent, 0);
    }

    void aReloadKeepsTheCount()
    {
        start("    budget: {usd: 0.02}\n");
        QCOMPARE(post(kWork).status, 200);
        QCOMPARE(post(kWork).status, 402);
        QVERIFY(m_fixture->gateway().apply(providers(*m_one, *m_two) + routers("    budget: {usd: 0.03, name: more}\n")));
        QCOMPARE(post(kWork).status, 200);
        const Reply refused = post(kWork);
        QCOMPARE(refused.status, 402);
        QVERIFY(refused.body.find("budget more is spent: $0.04 of $0.03") != std::string::npos);
    }

    void theAdminApiTells()
    {
        start("    budgets: [{usd: 1, per: day, by: user}, {usd: 2, per: total}]\n");
        post(kWork);
        const Reply budgets = m_fixture->get("/api/v1/admin/budgets");
        QCOMPARE(budgets.status, 200);
        QCOMPARE(q(jsonAt(budgets.body, "budgets.0.name")), q("work/user/day"));
        QCOMPARE(q(jsonAt(budgets.body, "budgets.0.who")), q("(none)"));
        QCOMPARE(q(jsonAt(budgets.body, "budgets.1.spent_usd")), q("0.02"));
        QCOMPARE(q(jsonAt(budgets.body, "problem")), QString());
        QCOMPARE(m_fixture->traces(1).size(), std::size_t(1));
        const auto spend = [this](const char *query) { return m_fixture->get("/api/v1/admin/spend" + std::string(query)); };
        QTRY_COMPARE(q(jsonAt(spend("").body, "rows.0.value")), q("one/m"));
        QCOMPARE(q(jsonAt(spend("?by=router").body, "rows.0.cost_usd")), q("0.02"));
        QCOMPARE(q(jsonAt(spend("?by=day&from=1h").body, "rows.0.requests")), q("1"));
        QCOMPARE(q(jsonAt(spend("?by=model&from=2030-01-01").body, "rows.0.value")), QString());
        QCOMPARE(spend("?by=colour").status, 400);
    }

    void theExamplesOfThePagesLoad_data()
    {
        QTest::addColumn<QString>("page");
        QTest::newRow("budgets") << "/resources/help/policies/budgets.md";
        QTest::newRow("client keys") << "/resources/help/policies/client-keys.md";
        QTest::newRow("shared state") << "/resources/help/policies/shared-state.md";
        QTest::newRow("README") << "/README.md";
    }
    void theExamplesOfThePagesLoad()
    {
        QFETCH(QString, page);
        QFile source(inSources(page));
        QVERIFY(source.open(QIODevice::ReadOnly));
        const std::string text = source.readAll().toStdString();
        start({});
        int examples = 0;
        for (std::size_t at = text.find("```yaml\n"); at != std::string::npos; at = text.find("```yaml\n", at + 1)) {
            const std::size_t begin = at + 8;
            const std::string example = text.substr(begin, text.find("```", begin) - begin);
            const config::Loaded loaded = m_fixture->gateway().check(example);
            QVERIFY2(loaded.problems.empty(), config::formatProblems("example", loaded.problems).c_str());
            ++examples;
        }
        QVERIFY(examples > 0);
    }

private:
    void start(const std::string &ofRouter, const std::string &ofAll = {})
    {
        m_fixture = std::make_unique<GatewayFixture>(providers(*m_one, *m_two) + routers(ofRouter) + ofAll);
        QCOMPARE(q(m_fixture->startError()), QString());
    }
    Reply post(const std::string &path, std::string_view model = "m") { return m_fixture->post(path, chatBody(model)); }

    QTemporaryDir m_keep;
    std::unique_ptr<FakeUpstream> m_one;
    std::unique_ptr<FakeUpstream> m_two;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayBudgets)
#include "tst_gateway_budgets.moc"
