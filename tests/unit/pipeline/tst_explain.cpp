// SPDX-License-Identifier: GPL-3.0-or-later
// Where a request would go, asked in each format a client may speak; and that asking changes nothing.
#include "pipeline/explain.h"

#include "support/snapshots.h"

#include <QStringList>
#include <QTest>

using namespace pm;
using namespace std::chrono_literals;
using pm::test::requestOf;
using pm::test::snapshotOf;
using test::q;

namespace {

constexpr const char *kConfig =
    "routers:\n"
    "  formats:\n"
    "    route:\n"
    "      strategy: conditional\n"
    "      rules:\n"
    "        - {when: {request.format: anthropic}, use: anthropic/claude-haiku-4-5-20251001}\n"
    "        - {when: {request.has-tools: true}, use: openai/gpt-5}\n"
    "      default: openai/gpt-4o\n"
    "    fallback: {order: [groq/llama-3.3-70b, mistral/mistral-small]}\n"
    "  turns: {route: {strategy: round-robin, children: [openai/gpt-4o, anthropic/claude-sonnet-4-5]}}\n"
    "  drawn: {route: {strategy: priority, children: [{strategy: weighted, children: [openai/gpt-4o, "
    "openai/gpt-5]}, "
    "anthropic/claude-sonnet-4-5]}}\n"
    "  hedge: {route: {strategy: hedge, settings: {delay: 2s}, children: [openai/gpt-4o, "
    "anthropic/claude-sonnet-4-5]}}\n"
    "  known: {route: {strategy: latency, children: [openai/gpt-4o, anthropic/claude-sonnet-4-5]}}\n"
    "  halves: {route: {strategy: ab, children: [openai/gpt-4o, openai/gpt-5]}}\n";

struct Asked
{
    std::shared_ptr<Snapshot> snapshot = snapshotOf(kConfig, {"openai", "anthropic", "mistral"});
    Rng rng{7};

    Result<Explanation> ask(const std::string &path, const std::string &body, http::Headers headers = {},
                            bool takesTurns = false)
    {
        const http::Request request = requestOf("POST", path, std::move(headers), test::json(body));
        return explain(
            {request, snapshot, {}, "codex", rng, SystemTime(480'000h), SteadyTime(9h), nullptr, takesTurns});
    }
};

QString targets(const Explanation &explanation)
{
    QStringList all;
    for (const ExplainedChoice &each : explanation.choices)
        all << q(each.choice.target->label());
    return all.join(q(", "));
}

const std::string kChat = "{'model':'any','messages':[{'role':'user','content':'Hello there'}]}";

} // namespace

class TestExplain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormat_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const char *path, const char *body, const char *first,
                            const char *reason) { QTest::newRow(name) << path << body << first << reason; };
        row("openai", "/router/formats/v1/chat/completions", kChat.c_str(), "openai/gpt-4o",
            "no rule fits: default");
        row("openai with tools", "/router/formats/v1/chat/completions",
            "{'model':'any','messages':[{'role':'user','content':'Hi'}],'tools':[{'type':'function','"
            "function':{'name':'f',"
            "'parameters':{'type':'object'}}}]}",
            "openai/gpt-5", "rule 2: request.has-tools");
        row("anthropic", "/router/formats/v1/messages",
            "{'model':'any','max_tokens':9,'messages':[{'role':'user','content':'Hi'}]}",
            "anthropic/claude-haiku-4-5-20251001", "rule 1: request.format is anthropic");
        row("responses", "/router/formats/v1/responses", "{'model':'any','input':'Hi'}", "openai/gpt-4o",
            "no rule fits: default");
        row("completions", "/router/formats/v1/completions", "{'model':'any','prompt':'Hi'}", "openai/gpt-4o",
            "no rule fits: default");
        row("gemini", "/router/formats/v1beta/models/any:generateContent",
            "{'contents':[{'role':'user','parts':[{'text':'Hi'}]}]}", "openai/gpt-4o",
            "no rule fits: default");
        row("ollama", "/router/formats/api/chat",
            "{'model':'any','messages':[{'role':'user','content':'Hi'}]}", "openai/gpt-4o",
            "no rule fits: default");
    }
    void everyFormat()
    {
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QString, first);
        QFETCH(QString, reason);
        Asked asked;
        const auto explanation = asked.ask(path.toStdString(), body.toStdString());
        QVERIFY2(explanation, explanation ? "" : explanation.error().message.c_str());
        // The others follow in the fallback's order; one has no key, and that is said.
        const bool hasFallback = first != q("openai/gpt-5"); // of what the second knows of tools, it is left out
        QCOMPARE(targets(*explanation), hasFallback ? first + q(", mistral/mistral-small") : first);
        QCOMPARE(q(explanation->choices[0].choice.reason.text()), reason);
        if (hasFallback)
            QCOMPARE(q(explanation->choices[1].choice.reason.text()), q("fallback order"));
        QCOMPARE(q(explanation->facts.model), q("any"));
        QCOMPARE(q(explanation->route.name), q("formats"));
        QVERIFY(explanation->facts.inputTokensEstimate > 0);
        QCOMPARE(explanation->excluded.size(), std::size_t(hasFallback ? 1 : 2));
        QCOMPARE(q(explanation->excluded[0].target + ": " + explanation->excluded[0].reason),
                 q("groq/llama-3.3-70b: no key"));
        QVERIFY(!explanation->choices[0].choice.isByChance);
        QVERIFY(!explanation->choices[0].choice.isByFigures);
    }

    void whatIsToBeExpected()
    {
        Asked asked;
        const auto stats = asked.snapshot->stats->get("openai", "gpt-4o");
        stats->recordLatency(routing::SizeClass::Small, false, 800ms, SteadyTime(8h));
        stats->recordSuccess({}, SteadyTime(8h));
        const auto explanation = asked.ask("/router/formats/v1/chat/completions", kChat);
        QVERIFY(explanation);
        const Expected &expected = explanation->choices[0].expected;
        QCOMPARE(expected.latency, std::optional(std::chrono::microseconds(800ms)));
        QCOMPARE(expected.errorRate, std::optional(0.0));
        // $2.5 and $10 for a million tokens; 500 of answer are reckoned with.
        const double prompt = static_cast<double>(explanation->facts.inputTokensEstimate) * 2.5 / 1e6;
        QVERIFY(std::abs(expected.costUsd.value() - (prompt + 0.005)) < 1e-12);
        QVERIFY(!explanation->choices[1].expected.costUsd);
        QVERIFY(!explanation->choices[1].expected.latency);
    }

    void askingTakesNoTurn()
    {
        Asked asked;
        for (int i = 0; i < 3; ++i)
            QCOMPARE(targets(*asked.ask("/router/turns/v1/chat/completions", kChat)),
                     q("openai/gpt-4o, anthropic/claude-sonnet-4-5"));
        const auto taken = asked.ask("/router/turns/v1/chat/completions", kChat, {}, true);
        QCOMPARE(targets(*taken), q("openai/gpt-4o, anthropic/claude-sonnet-4-5"));
        QVERIFY(taken->choices[0].choice.isByChance); // whose turn it is depends on the others
        QCOMPARE(targets(*asked.ask("/router/turns/v1/chat/completions", kChat)),
                 q("anthropic/claude-sonnet-4-5, openai/gpt-4o"));
    }

    void chanceAndFiguresAreNamed()
    {
        Asked asked;
        const auto first = [&](const char *router, http::Headers headers = {}) {
            return asked
                .ask("/router/" + std::string(router) + "/v1/chat/completions", kChat, std::move(headers))
                ->choices[0]
                .choice;
        };
        QVERIFY(first("drawn").isByChance); // in a node below the root
        QVERIFY(!first("drawn").isByFigures);
        QVERIFY(first("known").isByFigures);
        QVERIFY(first("halves").isByChance);
        QVERIFY(!first("halves", {{"x-pointsman-session", "s-1"}})
                     .isByChance); // whoever is named stays with an arm
        QVERIFY(!first("hedge").isByChance);
    }

    void startsOfOthersAreKept()
    {
        Asked asked;
        const auto explanation = asked.ask("/router/hedge/v1/chat/completions", kChat);
        QCOMPARE(explanation->choices.size(), std::size_t(2));
        QVERIFY(explanation->choices[1].choice.start == routing::Start::AfterDelay);
        QCOMPARE(explanation->choices[1].choice.delay, 2000ms);
    }

    void headersCount()
    {
        Asked asked;
        const auto forced = asked.ask("/v1/chat/completions", kChat, {{"x-pointsman-router", "hedge"}});
        QCOMPARE(q(forced->route.name), q("hedge"));
        const auto provider =
            asked.ask("/router/formats/v1/chat/completions", kChat,
                      {{"x-pointsman-provider", "anthropic"}, {"x-pointsman-model", "claude-sonnet-4-5"}});
        QCOMPARE(targets(*provider), q("anthropic/claude-sonnet-4-5"));
        const auto foreign = asked.ask("/router/formats/v1/chat/completions", kChat,
                                       {{"helicone-forced-routing", "anthropic"}, {"x-pointsman-model", "claude-sonnet-4-5"}});
        QCOMPARE(targets(*foreign), q("anthropic/claude-sonnet-4-5"));
        const auto unknown = asked.ask("/v1/chat/completions", kChat, {{"x-pointsman-router", "hedgehog"}});
        QVERIFY(!unknown && unknown.error().kind == ErrorKind::NotFound);
        QVERIFY2(unknown.error().message.find("no router \"hedgehog\"") != std::string::npos, unknown.error().message.c_str());
    }

    void embeddingsAreExplainedToo()
    {
        Asked asked;
        const auto explained = asked.ask("/v1/embeddings", "{'model':'openai/text-embedding-3-small','input':'hello'}");
        QVERIFY2(explained.has_value(), explained ? "" : explained.error().message.c_str());
        QCOMPARE(targets(*explained), q("openai/text-embedding-3-small"));
    }

    /// Pictures have prices of their own, which the catalogue does not have.
    void whatPicturesCostIsUnknown()
    {
        Asked asked;
        const auto explanation =
            asked.ask("/ai/v1/images/generations", "{'model':'openai/gpt-4o','prompt':'a cat'}");
        QVERIFY2(explanation, explanation ? "" : explanation.error().message.c_str());
        QVERIFY(explanation->choices[0].choice.target->price); // of its words
        QVERIFY(!explanation->choices[0].expected.costUsd);
    }

    void theLeastBadIsToldAsSuch()
    {
        Asked asked;
        const auto reason = [&] {
            const auto explanation =
                asked.ask("/ai/v1/images/generations", "{'model':'new-pictures','prompt':'a cat'}");
            return explanation ? q(explanation->choices[0].choice.reason.text()) : q(explanation.error().message);
        };
        QCOMPARE(reason(), q("the first with images"));
        const auto stats = asked.snapshot->stats->get("openai", "new-pictures");
        for (int i = 0; i < 4; ++i)
            stats->recordFailure(ErrorKind::UpstreamError, "500", {}, SteadyTime(9h));
        QCOMPARE(reason(), q("circuit open, tried as the least bad"));
    }

    void whatCannotBeExplained()
    {
        Asked asked;
        const auto kindOf = [&](const char *path, const std::string &body) {
            const auto explanation = asked.ask(path, body);
            return explanation ? ErrorKind::Internal : explanation.error().kind;
        };
        QCOMPARE(kindOf("/router/none/v1/chat/completions", kChat), ErrorKind::NotFound);
        QCOMPARE(kindOf("/router/formats/v1/chat/completions", "{"), ErrorKind::BadRequest);
        QCOMPARE(kindOf("/openai/v1/chat/completions", kChat), ErrorKind::NotSupported);
        QCOMPARE(kindOf("/router/formats/v1/models", ""), ErrorKind::MethodNotAllowed);
    }
};

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
