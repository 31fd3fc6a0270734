// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that are looked at before the client sees them, and what becomes of poor ones.
#include "pipeline/exchange.h"

#include "pipeline/answer_check.h"

namespace pm {

namespace {

/// A stream that is longer passes unseen: nobody holds more than this for one request.
constexpr std::size_t kMostHeld = 4 * 1024 * 1024;

} // namespace

/// The choice at hand, when its answer is to be checked and there is one to escalate to.
const routing::Choice *Exchange::checkedChoice() const
{
    const bool isAsked = m_attempt && m_attempt->target && m_route.endpoint == Endpoint::Chat
                         && m_attempt->choice < m_plan.choices.size();
    const routing::Choice *choice = isAsked ? &m_plan.choices[m_attempt->choice] : nullptr;
    const bool isChecked = choice && !choice->check.empty() && m_attempt->choice + 1 < m_plan.choices.size();
    return isChecked ? choice : nullptr;
}

bool Exchange::isHeldForCheck() const
{
    return m_attempt->assembly && m_attempt->held.size() <= kMostHeld;
}

std::string Exchange::poorAnswer(const ChatReply &reply, std::string_view body)
{
    const routing::Choice *choice = checkedChoice();
    if (!choice)
        return {};
    const auto whole = m_turn ? m_turn->bodyFor({{}, true, false}) : Result<std::string>();
    const bool isWhole = m_turn && whole;
    if (!readChat(isWhole ? std::string_view(*whole) : view(m_request.body), m_route, m_decoded))
        return {}; // it was understood by the provider, if not by us
    return poorReason(reply, *m_decoded.chat, {choice->check, choice->leastLogprob, body});
}

/// True when the answer is poor and the next target is being asked.
bool Exchange::escalates(const ChatReply &reply, std::string_view body)
{
    const std::string why = poorAnswer(reply, body);
    if (why.empty())
        return false;
    const Usage usage = m_attempt->relay ? m_attempt->relay->usage() : reply.usage;
    const std::size_t ownSpent = m_spentBesides.size();
    addSpent(*m_attempt, usage);
    learnSpeed();
    m_attempt->target->stats->recordSuccess(*m_compiled->policy.breaker, now()); // it answered, if not well
    m_next = m_attempt->choice + 1;
    auto poor = std::make_unique<Attempt>();
    poor->target = m_attempt->target;
    poor->provider = m_attempt->provider;
    poor->encoded = m_attempt->encoded;
    poor->head = m_attempt->head;
    poor->hasHead = true;
    poor->started = m_attempt->started;
    poor->choice = m_plan.choices.size(); // nothing of the plan: not checked again
    poor->row = m_attempt->row;
    poor->isPoor = true;
    m_poorSpent = ownSpent;
    poor->body = std::move(m_attempt->body);
    poor->held = std::move(m_attempt->held);
    poor->relay = std::move(m_attempt->relay);
    closeAttempt(nullptr, "poor: " + why);
    m_poor = std::move(poor);
    m_recorder.clearUpstreamAnswer();
    m_recorder.head().usage = Usage();
    m_state = State::Deciding;
    tryNext();
    return true;
}

/// Nobody gave a better one: the client gets what was passed over.
bool Exchange::answerPoor()
{
    if (!m_poor || m_hasBegun || !m_client->isOpen())
        return false;
    m_attempt = std::move(m_poor);
    trace::Head &head = m_recorder.head();
    head.provider = m_attempt->target->provider;
    head.model = modelOf(*m_attempt);
    m_spentBesides.erase(m_spentBesides.begin() + static_cast<std::ptrdiff_t>(m_poorSpent)); // its own is the answer's now
    m_attempt->target->stats->requestStarted(); // the end of the attempt counts it down again
    m_recorder.addUpstreamHead(m_attempt->head);
    if (!m_attempt->relay) {
        m_recorder.addUpstreamBytes(m_attempt->body, now());
        onReplyDone();
        return true;
    }
    head.usage = m_attempt->relay->usage();
    const std::string out = std::move(m_attempt->held);
    beginStream();
    writeToClient(out);
    if (m_turn)
        keepTurn();
    settleBudgets(true);
    m_client->end();
    succeed();
    return true;
}

} // namespace pm
