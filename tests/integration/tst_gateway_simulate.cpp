// SPDX-License-Identifier: GPL-3.0-or-later
// Real requests through a real gateway, then the same ones simulated: unchanged routers say what was, edited
// ones what would be. Nothing is sent meanwhile.
#include "pipeline/explain.h"
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

/// Two providers with prices of their own, and routers in which chance has no part.
std::string configFor(const FakeUpstream &one, const FakeUpstream &two, const std::string &rules,
                      const std::string &order)
{
    const auto provider = [](const char *name, const FakeUpstream &at, const char *price) {
        return "  " + std::string(name) + ": {format: openai, base-url: '" + at.url("/v1") +
               "', models: [m], price: " + price + "}\n";
    };
    return "providers:\n" + provider("dear", one, "{input: 1000, output: 2000}") +
           provider("cheap", two, "{input: 100, output: 200}") +
           "routers:\n"
           "  rules:\n"
           "    route:\n"
           "      strategy: conditional\n"
           "      rules: [" +
           rules +
           "]\n"
           "      default: cheap/m\n"
           "  order: {route: {strategy: priority, children: [" +
           order +
           "]}}\n"
           "  cost: {route: {strategy: cost, children: [dear/m, cheap/m]}}\n"
           "active-router: rules\n";
}

const std::string kTeam = "{when: {metadata.team: ml}, use: dear/m}";

} // namespace

class TestGatewaySimulate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_one = std::make_unique<FakeUpstream>(openAiReply("from one", "m"));
        m_two = std::make_unique<FakeUpstream>(openAiReply("from two", "m"));
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_one, *m_two, kTeam, "dear/m, cheap/m"));
        QCOMPARE(q(m_fixture->startError()), QString());
        sendThirty();
    }
    void cleanup()
    {
        m_fixture.reset();
        m_one.reset();
        m_two.reset();
    }

    /// The law: what was is what would be, as long as nobody changed the routers and chance has no part.
    void unchangedRoutersSayWhatWas()
    {
        const auto report = simulate({}, std::nullopt);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->requests.size(), std::size_t(30));
        for (const SimulatedRequest &row : report->requests) {
            QCOMPARE(q(row.after.target), q(row.before.target));
            QVERIFY(!row.after.isByChance);
            QCOMPARE(row.after.costMicroUsd, row.before.costMicroUsd);
            QVERIFY(row.after.latencyUs); // all were seen
            QCOMPARE(row.after.errorRate, std::optional(0.0));
        }
        QCOMPARE(report->sums.changed, 0);
        QVERIFY(report->moves.empty() && report->skipped.empty());
        QCOMPARE(report->sums.costAfter, report->sums.costBefore);
        QCOMPARE(m_one->requestCount() + m_two->requestCount(), m_sent); // nothing was sent
    }

    void editedRoutersMoveWhatTheyShould()
    {
        // Five of the ten requests through "rules" name the team, and all ten through "order" begin at the
        // dear one.
        const std::string edited =
            configFor(*m_one, *m_two, "{when: {metadata.team: sales}, use: dear/m}", "cheap/m, dear/m");
        const auto report = simulate({}, edited);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->sums.changed, 15);
        QCOMPARE(report->moves.size(), std::size_t(1));
        QCOMPARE(q(report->moves[0].from + " -> " + report->moves[0].to), q("dear/m -> cheap/m"));
        QCOMPARE(report->moves[0].count, 15);
        QCOMPARE(report->sums.priced, 30);
        std::int64_t before = 0;
        std::int64_t after = 0;
        for (const trace::Head &head : m_fixture->traces(30)) {
            const std::int64_t tokens =
                head.usage.totalInput().value_or(0) + 2 * head.usage.output.value_or(0);
            QVERIFY(tokens > 0);
            before += tokens * (head.provider == "dear" ? 1000 : 100);
            after += tokens * 100;
        }
        QCOMPARE(report->sums.costBefore, before);
        QCOMPARE(report->sums.costAfter, after);
        QCOMPARE(m_one->requestCount() + m_two->requestCount(), m_sent);
        // It was only asked: the running routers are what they were.
        QCOMPARE(q(jsonAt(m_fixture->post("/router/order/v1/chat/completions", chatBody("m")).body,
                          "choices.0.message.content")),
                 q("from one"));
        ++m_sent;
    }

    void aRouterAlone()
    {
        SimulationQuery query;
        query.router = "order";
        const auto report = simulate(query, configFor(*m_one, *m_two, kTeam, "cheap/m, dear/m"));
        QVERIFY(report);
        QCOMPARE(report->requests.size(), std::size_t(10));
        QCOMPARE(report->sums.changed, 10);
    }

    void badTextIsAnsweredWithItsPlace()
    {
        const auto report =
            simulate({}, std::string("routers: {a: {route: {strategy: nonsense, children: [demo/demo]}}}\n"));
        QVERIFY(!report);
        QCOMPARE(report.error().kind, ErrorKind::Config);
        QVERIFY2(report.error().message.starts_with("config:1:"), report.error().message.c_str());
    }

    void cancelledOnesSaySo()
    {
        // The first holds the thread or is done; what waits behind it is taken out of the queue.
        std::vector<std::uint64_t> numbers;
        int answers = 0;
        int cancelled = 0;
        for (int i = 0; i < 6; ++i) {
            numbers.push_back(
                m_fixture->gateway().simulate({}, std::nullopt, [&](const Result<SimulationReport> &report) {
                    ++answers;
                    cancelled += !report && report.error().kind == ErrorKind::Cancelled ? 1 : 0;
                }));
        }
        m_fixture->gateway().cancelSimulation(numbers.back());
        QTRY_COMPARE(answers, 6);
        QCOMPARE(cancelled, 1);
        m_fixture->gateway().cancelSimulation(numbers.back()); // long gone: nothing
    }

    void theQueueIsBounded()
    {
        int answers = 0;
        int refused = 0;
        for (int i = 0; i < 40; ++i) {
            m_fixture->gateway().simulate({}, std::nullopt, [&](const Result<SimulationReport> &report) {
                ++answers;
                refused += !report && report.error().kind == ErrorKind::TooManyConnections ? 1 : 0;
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answers, 40, 30'000);
        QVERIFY(refused > 0);
    }

    void theAdminApiSimulates()
    {
        const Reply reply = m_fixture->post("/api/v1/admin/simulate", R"({"router":"rules","last":500})");
        QCOMPARE(reply.status, 200);
        QCOMPARE(q(jsonAt(reply.body, "totals.requests")), q("10"));
        QCOMPARE(q(jsonAt(reply.body, "totals.changed")), q("0"));
        QCOMPARE(q(jsonAt(reply.body, "targets.0.before") + "+" + jsonAt(reply.body, "targets.1.before")),
                 q("5+5"));
        QVERIFY(!jsonAt(reply.body, "requests.9.after.reason").empty());
        QCOMPARE(q(jsonAt(reply.body, "has_more")), q("false"));
        QCOMPARE(m_fixture->post("/api/v1/admin/simulate", R"({"last":0})").status, 400);
        QCOMPARE(m_fixture->post("/api/v1/admin/simulate", R"({"router":"none"})").status, 404);
        QCOMPARE(m_fixture->get("/api/v1/admin/simulate").status, 405);
        const Reply bad = m_fixture->post("/api/v1/admin/simulate", R"({"config":"routers: 7"})");
        QVERIFY2(bad.status >= 400 && bad.body.find("config:1:") != std::string::npos, bad.body.c_str());
    }

    void theAdminApiExplains()
    {
        const std::string url = "/api/v1/admin/routers/rules/explain";
        const Reply reply = m_fixture->post(url, chatBody("m"), {{"x-pointsman-metadata-team", "ml"}});
        QCOMPARE(reply.status, 200);
        QCOMPARE(q(jsonAt(reply.body, "choices.0.target")), q("dear/m"));
        QCOMPARE(q(jsonAt(reply.body, "choices.0.reason")), q("rule 1: metadata.team is ml"));
        QVERIFY(q(jsonAt(reply.body, "choices.0.error_rate")).startsWith(q("0")));
        QCOMPARE(q(jsonAt(reply.body, "format") + " " + jsonAt(reply.body, "class")), q("openai chat"));
        QCOMPARE(q(jsonAt(m_fixture->send("GET", url, chatBody("m")).body, "choices.0.target")),
                 q("cheap/m"));
        const Reply messages = m_fixture->post(url + "?path=v1/messages", messagesBody("m"));
        QCOMPARE(q(jsonAt(messages.body, "format")), q("anthropic"));
        QCOMPARE(m_fixture->post("/api/v1/admin/routers/none/explain", chatBody("m")).status, 404);
        QCOMPARE(m_fixture->post(url, "{").status, 400);
        QCOMPARE(m_one->requestCount() + m_two->requestCount(), m_sent);
    }

    void aGatewayThatDoesNotServeAnswersToo()
    {
        m_fixture->gateway().stop(1s); // what it kept is in its folder now
        GatewayOptions options;
        options.dataDir = m_fixture->dataDir();
        options.configPath = m_fixture->configPath();
        options.discover = false;
        options.keychain = false;
        Gateway offline(std::move(options));
        QVERIFY(offline.load());
        const auto report = simulateWith(offline, {}, std::nullopt);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->requests.size(), std::size_t(30));
        QCOMPARE(report->sums.changed, 0);
        QCOMPARE(report->sums.timed, 30); // what is known of targets was kept beside the traces
    }

private:
    void sendThirty()
    {
        m_sent = 30;
        for (int i = 0; i < 10; ++i) {
            http::Headers headers;
            if (i % 2 == 0)
                headers.add("x-pointsman-metadata-team", "ml");
            const std::string body = chatBody("m", "question " + std::to_string(i));
            QCOMPARE(m_fixture->post("/v1/chat/completions", body, headers).status, 200);
            QCOMPARE(m_fixture->post("/router/order/v1/chat/completions", body).status, 200);
            QCOMPARE(
                m_fixture
                    ->post("/router/cost/v1/messages", messagesBody("m", "question " + std::to_string(i)))
                    .status,
                200);
        }
        QCOMPARE(m_fixture->traces(30).size(), std::size_t(30));
    }
    static Result<SimulationReport> simulateWith(Gateway &gateway, const SimulationQuery &query,
                                                 const std::optional<std::string> &text)
    {
        std::optional<Result<SimulationReport>> answer;
        gateway.simulate(query, text,
                         [&answer](Result<SimulationReport> report) { answer = std::move(report); });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000))
            return fail(ErrorKind::Internal, "no answer came");
        return std::move(*answer);
    }
    Result<SimulationReport> simulate(const SimulationQuery &query, const std::optional<std::string> &text)
    {
        return simulateWith(m_fixture->gateway(), query, text);
    }

    std::unique_ptr<FakeUpstream> m_one;
    std::unique_ptr<FakeUpstream> m_two;
    std::unique_ptr<GatewayFixture> m_fixture;
    std::size_t m_sent = 0;
};

QTEST_GUILESS_MAIN(TestGatewaySimulate)
#include "tst_gateway_simulate.moc"
