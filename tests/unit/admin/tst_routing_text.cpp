// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line prints of requests that were not sent, letter by letter.
#include "admin/routing_text.h"

#include "pipeline/simulation_sums.h"
#include "support/qt_text.h"

#include <QTest>

using namespace pm;
using namespace std::chrono_literals;
using test::q;

namespace {

SimulatedRequest moved(const char *id, const char *to, std::int64_t costAfter)
{
    SimulatedRequest request;
    request.id = id;
    request.startedAt = 1'772'366'400'000'000;
    request.before.target = "anthropic/opus";
    request.before.costMicroUsd = 12'000;
    request.before.latencyUs = 1'500'000;
    request.before.hasFirstFailed = true;
    request.after = {to, "rule 1: request.class is code", costAfter, 500'400, 0.25, false, false};
    return request;
}

} // namespace

class TestRoutingText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }

    void simulation()
    {
        SimulationReport report;
        report.requests = {moved("01A", "openai/small", 1'000), moved("01B", "anthropic/opus", 12'000),
                           moved("01C", "", 0)};
        report.requests[0].after.isByChance = true;
        report.requests[2].after = {};
        report.requests[2].after.reason = "anthropic/opus: no key";
        report.skipped["body not kept"] = 4;
        sumUp(report);
        QCOMPARE(q(admin::simulationText(report)),
                 q("3 requests, 2 would go elsewhere, a draw or a turn has part in 1\n"
                   "cost             $0.024000 ->      $0.013000   of 2 where both are known\n"
                   "latency            1500 ms ->         500 ms   of 2 where both are known\n"
                   "errors             100.0 % ->         25.0 %   of 2 where both are known\n"
                   "4 left out: body not kept\n"
                   "\n"
                   "TARGET                                        BEFORE   AFTER\n"
                   "anthropic/opus                                     3       1\n"
                   "(no target)                                        0       1\n"
                   "openai/small                                       0       1\n"
                   "\n"
                   "MOVES\n"
                   "       1  anthropic/opus -> (no target)\n"
                   "       1  anthropic/opus -> openai/small\n"
                   "\n"
                   "CHANGED\n"
                   "01A  03-01 12:00:00  anthropic/opus -> openai/small (by chance)\n"
                   "    rule 1: request.class is code; $0.012000 -> $0.001000, 1500 ms -> 500 ms\n"
                   "01C  03-01 12:00:00  anthropic/opus -> (no target)\n"
                   "    anthropic/opus: no key; $0.012000 -> –, 1500 ms -> –\n"));
    }

    void onlyTheFirstTwentyAreShown()
    {
        SimulationReport report;
        for (int i = 0; i < 23; ++i)
            report.requests.push_back(moved("01A", "openai/small", 1'000));
        sumUp(report);
        const QString text = q(admin::simulationText(report));
        QCOMPARE(text.count(q("    rule 1")), 20);
        QVERIFY(text.endsWith(q("and 3 more (--json has all)\n")));
    }

    void nothingToSay() { QCOMPARE(q(admin::simulationText({})), q("0 requests, 0 would go elsewhere\n")); }

    void explanation()
    {
        Explanation explanation;
        explanation.route.name = "work";
        explanation.facts.model = "fast";
        explanation.facts.inputTokensEstimate = 12;
        explanation.facts.stream = true;
        explanation.kind = "chat";
        explanation.line = "hedge: openai/small, then demo";
        const auto target = [](const char *provider, const char *model) {
            auto made = std::make_shared<routing::Target>();
            made->provider = provider;
            made->model = model;
            return made;
        };
        explanation.choices.resize(2);
        explanation.choices[0].choice.target = target("openai", "small");
        explanation.choices[0].choice.reason = "first in order";
        explanation.choices[0].expected = {0.0051, 480ms, 0.0};
        explanation.choices[1].choice.target = target("demo", "");
        explanation.choices[1].choice.reason = "hedge, after 3 s";
        explanation.choices[1].choice.start = routing::Start::AfterDelay;
        explanation.choices[1].choice.delay = 3s;
        explanation.excluded = {{"groq/llama", "no key"}};
        QCOMPARE(q(admin::explanationText(explanation)),
                 q("router work: model fast, class chat, about 12 tokens, a stream\n"
                   "route  hedge: openai/small, then demo\n"
                   "\n"
                   "TARGET                                      COST   LATENCY  ERRORS  WHY\n"
                   "openai/small                           $0.005100    480 ms   0.0 %  first in order\n"
                   "demo                                           –         –       –  hedge, after 3 s  "
                   "after-delay 3000 ms\n"
                   "not groq/llama                       no key\n"));
    }
};

QTEST_GUILESS_MAIN(TestRoutingText)
#include "tst_routing_text.moc"
