// SPDX-License-Identifier: GPL-3.0-or-later
// Several targets for one request: hedges and races, of which the first content wins, and mirrors, whose answers are
// only kept.
#include "pipeline/exchange.h"

#include "pipeline/discarding_stream.h"

#include <QTimer>

#include <algorithm>

namespace pm {

namespace {

/// Of one worker, at a time: a mirror that answers slowly must not pile up requests.
constexpr std::size_t kMostRunning = 256;

} // namespace

/// What the plan wants beside the attempt that has just begun.
void Exchange::startCompanions()
{
    while (m_state == State::Waiting && m_next + 1 < m_plan.choices.size()) {
        const routing::Choice &next = m_plan.choices[m_next + 1];
        if (next.start == routing::Start::AfterDelay) {
            m_timerContext = std::make_unique<QObject>();
            QTimer::singleShot(next.delay, m_timerContext.get(), [this] {
                if (m_state == State::Waiting && m_attempt)
                    startRival(m_next + 1);
            });
            return;
        }
        if (next.start != routing::Start::AtOnce || !startRival(m_next + 1))
            return;
    }
}

/// Begins an attempt beside the others. False when it could not, which is no reason to fail.
bool Exchange::startRival(std::size_t index)
{
    const routing::Choice &choice = m_plan.choices[index];
    const char *why = !mediaToFetch(choice).empty() ? "skipped: its pictures would have to be fetched first"
                      : !acquire(choice)            ? "skipped: circuit open or being tested"
                                                    : nullptr;
    m_next = index;
    if (why) {
        m_recorder.detail().plan.push_back({choice.target->label(), why, true});
        return true; // the one behind it may take its place
    }
    const auto keepSent = [this] {
        m_attempt->sentHeaders = m_recorder.detail().upstreamRequestHeaders;
        m_attempt->sentBody = m_recorder.detail().upstreamRequestBody;
    };
    if (m_rivals.empty()) {
        keepSent();
        // A stream without content so far is short, and not packed yet.
        m_attempt->raw = m_attempt->relay ? m_recorder.detail().upstreamResponseBody.bytes.toStdString() : m_attempt->body;
        m_recorder.clearUpstreamAnswer();
    }
    m_rivals.push_back(std::move(m_attempt));
    m_onThisTarget = 0;
    startAttempt(choice);
    if (m_attempt && m_state == State::Waiting)
        keepSent();
    return m_state == State::Waiting;
}

/// Something happens to `attempt`: it is the one that all the rest speaks of.
void Exchange::turnTo(Attempt *attempt)
{
    if (m_attempt.get() == attempt)
        return;
    const auto found = std::find_if(m_rivals.begin(), m_rivals.end(), [&](const auto &rival) { return rival.get() == attempt; });
    if (found == m_rivals.end())
        return;
    std::swap(m_attempt, *found);
    if (!*found)
        m_rivals.erase(found);
    trace::Head &head = m_recorder.head();
    head.provider = m_attempt->target->provider;
    head.model = modelOf(*m_attempt);
}

/// One of several failed: the others go on, and only the last one's failure is the request's.
bool Exchange::failBesideRivals(const Error &error)
{
    if (m_rivals.empty())
        return false;
    m_lastError = error;
    payForFailed();
    closeAttempt(&error, "others are under way");
    turnTo(m_rivals.back().get());
    if (!hasRivals())
        followAttempt();
    return true;
}

/// The attempt at hand is alone: the trace tells of it from now on.
void Exchange::followAttempt()
{
    trace::Detail &detail = m_recorder.detail();
    detail.upstreamRequestHeaders = m_attempt->sentHeaders;
    detail.upstreamRequestBody = m_attempt->sentBody;
    detail.losses = m_attempt->encoded.losses;
    if (m_attempt->hasHead)
        m_recorder.addUpstreamHead(m_attempt->head);
    m_recorder.addUpstreamBytes(m_attempt->raw, now());
    m_attempt->raw.clear();
}

/// The attempt at hand has content: it answers, and its row in the trace becomes the last.
void Exchange::settleRivals()
{
    m_timerContext.reset();
    if (hasRivals()) {
        std::unique_ptr<Attempt> winner = std::move(m_attempt);
        dropRivals("lost to " + winner->target->label());
        m_attempt = std::move(winner);
        followAttempt();
    }
    std::vector<trace::Attempt> &rows = m_recorder.detail().attempts;
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(m_attempt->row);
    std::rotate(row, row + 1, rows.end());
    m_attempt->row = rows.size() - 1;
}

void Exchange::dropRivals(const std::string &outcome)
{
    std::unique_ptr<Attempt> kept = std::move(m_attempt);
    for (std::unique_ptr<Attempt> &rival : std::exchange(m_rivals, {})) {
        m_attempt = std::move(rival);
        countSpent(*m_attempt);
        closeAttempt(nullptr, outcome);
    }
    m_attempt = std::move(kept);
}

/// What an attempt cost that did not answer the client: by its usage where it said so, else its prompt by estimate,
/// for a provider bills what it has begun.
void Exchange::countSpent(const Attempt &attempt)
{
    Usage usage = attempt.relay ? attempt.relay->usage() : Usage();
    if (!usage.isKnown())
        usage.uncachedInput = m_decoded.facts.inputTokensEstimate;
    if (!usage.output)
        usage.output = 0;
    addSpent(attempt, usage);
}

/// Paid besides what the answer costs.
void Exchange::addSpent(const Attempt &attempt, const Usage &usage)
{
    const Provider &provider = attempt.provider->provider;
    const std::string &model = modelOf(attempt);
    m_spentBesides.push_back({provider.name, model, costOf(usage, m_snapshot->findModel(provider.name, model), provider.price)});
}

const std::string &Exchange::modelOf(const Attempt &attempt) const
{
    return attempt.target->model.empty() ? m_decoded.facts.model : attempt.target->model;
}

/// Where this conversation's prompt is in a cache from now on.
void Exchange::keepMemories()
{
    if (m_attempt->choice >= m_plan.choices.size())
        return;
    for (const routing::Memory &memory : m_plan.choices[m_attempt->choice].memories)
        memory.state->remember(memory.conversation, memory.mark, now());
}

/// Each is a request of its own, with a trace of its own; nothing of it comes back here.
void Exchange::startMirrors()
{
    for (const routing::Choice &choice : m_plan.mirrors) {
        const char *why = m_isSocket                                     ? "not mirrored: a WebSocket has one other end"
                          : m_services.active.size() >= kMostRunning ? "not mirrored: too many requests are running"
                                                                     : nullptr;
        m_recorder.detail().plan.push_back({choice.target->label(), why ? why : choice.reason.text(), why != nullptr});
        if (why)
            continue;
        auto mirror = std::make_shared<Exchange>(m_services, m_request, std::make_shared<DiscardingStream>());
        mirror->mirror(*this, choice.target);
        m_services.active.add(mirror);
        mirror->start();
    }
}

void Exchange::planMirror()
{
    const std::string why = "mirror of " + m_mirrorOf;
    m_plan.choices.push_back({m_mirrorTarget, why, {}});
    m_recorder.detail().plan.push_back({m_mirrorTarget->label(), why, false});
    m_recorder.detail().routeLine = why;
    m_recorder.head().app = "mirror";
    openBill(); // what it costs counts, but nobody waits for it who could be refused
    tryNext();
}

void Exchange::mirror(const Exchange &original, std::shared_ptr<const routing::Target> target)
{
    m_mirrorOf = original.m_id;
    m_mirrorTarget = std::move(target);
    if (original.m_guard && original.m_guard->takesFromAnswers())
        m_recorder.hideUpstreamAnswer();
    m_snapshot = original.m_snapshot;
}

} // namespace pm
