// SPDX-License-Identifier: GPL-3.0-or-later
// Guardrails: the request before it leaves, the answer before it is shown, and what is said of both.
#include "pipeline/exchange.h"

#include "base/text.h"
#include "dialects/embeddings.h"

namespace pm {

/// Conversations, embeddings and counts of tokens are looked at; what passes through byte by byte is not.
Result<Exchange::Step> Exchange::guardRequest()
{
    if (m_snapshot->guards.empty() || isService())
        return Step::Next;
    const auto rules = m_snapshot->guards.find(m_compiled->routerName);
    if (rules == m_snapshot->guards.end())
        return Step::Next;
    m_guard = std::make_unique<policy::Guard>(rules->second);
    const std::string_view forced = m_request.headers.value("x-pointsman-model");
    auto guarded = m_guard->request({view(m_request.body),
                                     forced.empty() ? std::string_view(m_decoded.facts.model) : forced,
                                     m_decoded.facts.inputTokensEstimate});
    if (guarded.hasChanged) {
        // What is kept of a Responses request is the client's own: its later turns are looked at when they
        // are sent.
        m_askedBody = std::exchange(m_request.body, QByteArray::fromStdString(guarded.body));
        m_recorder.replaceRequestBody(m_request.body);
    }
    if (m_guard->takesFromAnswers())
        m_recorder.hideUpstreamAnswer();
    if (auto told = retellPrompt(); !told)
        return tl::unexpected(told.error());
    if (guarded.refusal)
        return pm::fail(std::move(*guarded.refusal));
    // A placeholder stands for something else in the next request, which would look the same to the cache; and a turn of
    // a Responses request reads there what the client wrote itself.
    m_isAnswerPrivate = m_guard->hasSecrets() || (m_turn && (guarded.hasChanged || m_turn->refers()));
    return Step::Next;
}

/// Lists, searches and rules by example see the prompt as it is sent.
Result<void> Exchange::retellPrompt()
{
    const bool refers = m_turn && m_turn->refers();
    if (m_askedBody.isEmpty() && !refers)
        return {};
    std::string body(view(m_request.body));
    if (refers) {
        const auto whole = m_turn->bodyFor({{}, true, false});
        if (whole) {
            auto again = m_guard->again(*whole);
            if (again.refusal)
                return pm::fail(std::move(*again.refusal));
            body = std::move(again.body);
        }
    }
    const Dialect &client = dialect(m_route.dialect);
    const bool embeds = m_route.endpoint == Endpoint::Embeddings && client.embeddings();
    auto facts = embeds ? client.embeddings()->facts(body) : client.facts(body);
    if (!facts)
        return tl::unexpected(facts.error());
    m_decoded.facts.promptText = std::move(facts->promptText);
    m_recorder.head().promptStart = clipUtf8(m_decoded.facts.promptText, 160);
    m_recorder.detail().promptText = m_decoded.facts.promptText;
    return {};
}

bool Exchange::guardsAnswer() const
{
    return m_guard && m_route.endpoint == Endpoint::Chat && m_guard->looksAtAnswers();
}

/// A whole answer: `body` becomes what the client gets, `kept` what may be stored of it.
Result<void> Exchange::guardReply(std::string &body, std::string &kept)
{
    auto answer = m_guard->reply(m_route.dialect, body);
    if (!answer)
        return tl::unexpected(answer.error());
    body = std::move(answer->client);
    kept = std::move(answer->kept);
    return {};
}

/// The target has done its work; that its answer is not shown is nobody's fault who could be asked again.
void Exchange::refuseAnswer(const Error &error)
{
    const Error kept = error;
    settleRivals();
    if (m_attempt->target)
        m_attempt->target->stats->recordSuccess(*m_compiled->policy.breaker, now());
    closeAttempt(nullptr, "answered, and a guardrail refused it");
    fail(kept);
}

/// A piece of a stream on its way to the client.
void Exchange::writeGuarded(std::string_view bytes)
{
    policy::Guard::Answer out;
    const auto fed = m_guard->feed(bytes, out);
    sendToClient(out.client, out.kept);
    if (!fed)
        breakStream(fed.error());
}

/// The stream's clean end: what was held goes out. False when that broke it.
bool Exchange::finishGuarded()
{
    if (!guardsAnswer())
        return true;
    policy::Guard::Answer out;
    const auto finished = m_guard->finish(out);
    sendToClient(out.client, out.kept);
    if (!finished)
        breakStream(finished.error());
    return finished.has_value();
}

/// At the end: into the trace, the counts and the metrics.
void Exchange::settleGuard()
{
    if (!m_guard || m_guard->ledger().isEmpty())
        return;
    for (const policy::GuardNote &note : m_guard->ledger().notes()) {
        std::string text = note.told();
        const bool isRewritten = note.word != "flagged";
        if (isRewritten && !note.kinds.empty())
            text += note.isAnswer ? "; the answer is kept without it" : "; the request is kept without it";
        m_recorder.detail().verdicts.push_back(
            {"guardrail", note.rule->name, std::string(note.word), std::move(text)});
        m_services.metrics->guardrail(note.rule->check, note.word, static_cast<std::uint64_t>(note.count()));
    }
    if (m_services.guardCounts)
        m_services.guardCounts->add(m_guard->ledger(), m_services.clock->systemNow());
}

} // namespace pm
