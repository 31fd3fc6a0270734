// SPDX-License-Identifier: GPL-3.0-or-later
// Limits on what passes: taken before a target is chosen, settled when the request has ended.
#include "pipeline/exchange.h"

#include "pipeline/limits_taken.h"
#include "pipeline/request_fields.h"

namespace pm {

using config::Limit;
using policy::LimitTake;

namespace {

/// What an answer is reckoned to have where the request does not say how long it may be.
constexpr std::int64_t kUsualOutput = 1000;
constexpr std::int64_t kMostOutput = 1'000'000'000; ///< a request may ask for any number

/// Prompt and answer as they may become. No more than `most` for the answer's sake: that it might be long is
/// no reason to refuse it for ever.
std::int64_t tokensOf(const RequestFacts &facts, bool hasOutput, std::int64_t most)
{
    const std::int64_t input = facts.inputTokensEstimate;
    const std::int64_t output =
        hasOutput ? (facts.maxTokens > 0 ? std::min(facts.maxTokens, kMostOutput) : kUsualOutput) : 0;
    return std::max(input, std::min(input + output, most));
}

} // namespace

/// The price of the first target that may come, for what the request may cost; 0 where it is not known.
std::int64_t Exchange::likelyCost(std::int64_t most) const
{
    const RequestFacts &facts = m_decoded.facts;
    std::string provider = m_route.name;
    std::string model = facts.model;
    if (m_compiled) {
        const routing::Node *node = &m_compiled->root;
        while (!node->target && !node->children.empty())
            node = &node->children.front();
        if (!node->target)
            return 0;
        provider = node->target->provider;
        model = node->target->model.empty() ? model : node->target->model;
    }
    const ProviderRuntime *runtime = m_snapshot->findProvider(provider);
    if (!runtime || isService())
        return 0;
    Usage usage;
    usage.uncachedInput = facts.inputTokensEstimate;
    usage.output = 0;
    const Model *known = m_snapshot->findModel(provider, model);
    const auto prompt = costOf(usage, known, runtime->provider.price);
    usage.output =
        tokensOf(facts, m_route.endpoint != Endpoint::Embeddings, INT64_MAX) - facts.inputTokensEstimate;
    const auto whole = costOf(usage, known, runtime->provider.price);
    return whole && prompt ? std::max(*prompt, std::min(*whole, most)) : 0;
}

/// The rules that this request falls under, and what it takes of each.
void Exchange::gatherLimits(LimitsTaken &limits) const
{
    const policy::LimitRules &rules = m_snapshot->limits;
    const policy::LimitSet *own = isDirect() ? nullptr : rules.ofRouter(m_route.name);
    const ExchangeFields fields({m_request, m_route, m_decoded.facts, m_caller, m_recorder.head().app,
                                 m_services.clock->systemNow()});
    const bool hasOutput = m_route.endpoint != Endpoint::Embeddings && !isService();
    const std::array<const policy::LimitSet *, 3> sets{&limits.ofCaller, own, &rules.global};
    for (const policy::LimitSet *set : sets) {
        if (!set)
            continue;
        const bool isCallers = set == &limits.ofCaller;
        const auto who = [&](const std::string &by) {
            return isCallers ? m_caller.name : fields.owner(by);
        };
        for (const policy::RateRule &rule : set->rates) {
            const std::int64_t burst = rule.law.burst();
            const std::int64_t cost = rule.of == Limit::Of::Requests ? 1
                                      : rule.of == Limit::Of::Tokens
                                          ? tokensOf(m_decoded.facts, hasOutput, burst)
                                          : likelyCost(burst);
            limits.takes.push_back({&rule, who(rule.name.by), cost});
        }
        for (const policy::SlotRule &rule : set->slots)
            limits.slots.push_back({&rule, who(rule.name.by)});
    }
}

Result<Exchange::Step> Exchange::takeLimits()
{
    const std::vector<Limit> &ofCaller = m_caller.limits;
    if (!m_services.limits || (m_snapshot->limits.isEmpty() && ofCaller.empty()))
        return Step::Next;
    auto limits = std::make_shared<LimitsTaken>();
    limits->snapshot = m_snapshot;
    if (!ofCaller.empty())
        limits->ofCaller = policy::compileLimits("key " + m_caller.name, ofCaller, {});
    gatherLimits(*limits);
    if (limits->takes.empty() && limits->slots.empty())
        return Step::Next;
    m_limits = limits;
    if (limits->takes.empty())
        return enterQueue();
    policy::LimitStore &store = *m_services.limits->store.load();
    limits->store = &store;
    auto answer = store.take(
        limits->takes, limitTime(now()),
        [weak = weak_from_this(), limits, &store, clock = m_services.clock](policy::LimitAnswer late) {
            const auto self = weak.lock();
            if (self && self->m_state != State::Done)
                return self->goOnAfter(self->onLimitAnswer(std::move(late)));
            for (std::size_t i = 0; late.isAllowed && i < limits->takes.size(); ++i) // nobody is there any more
                store.settle(limits->takes[i], limitTime(clock->steadyNow()), 0);
        });
    return answer ? onLimitAnswer(std::move(*answer)) : Step::Wait;
}

/// Behind a wait: goes on with the stages, or ends the request.
void Exchange::goOnAfter(const Result<Step> &step)
{
    if (!step)
        fail(step.error());
    else if (*step == Step::Next)
        advance();
}

Result<Exchange::Step> Exchange::onLimitAnswer(policy::LimitAnswer answer)
{
    LimitsTaken &limits = *m_limits;
    limits.answer = std::move(answer);
    limits.isTaken = limits.answer.isAllowed;
    if (!limits.answer.problem.empty())
        limits.answer.states.clear(); // nothing is known: no field, no figure may tell otherwise
    m_services.limits->watch.noteTakes(limits.takes, limits.answer, limitTime(now()));
    if (limits.isTaken)
        return enterQueue();
    if (!limits.answer.problem.empty()) {
        Error error{ErrorKind::NoHealthyTarget, "limits cannot be checked, and nothing may pass unchecked: " + limits.answer.problem};
        error.retryAfter = std::chrono::seconds(1);
        return tl::unexpected(std::move(error));
    }
    for (std::size_t i = 0; i < limits.takes.size(); ++i) {
        const policy::LimitState &state = limits.answer.states[i];
        if (state.isAllowed)
            continue;
        const policy::LimitName &name = limits.takes[i].rule->name;
        limits.isFinal = limits.isFinal || state.isNever;
        m_services.metrics->limitRefused(name.id);
        m_recorder.detail().verdicts.push_back({"limit", name.text, "refused", limits.takes[i].who});
    }
    return tl::unexpected(limitError(limits));
}

/// A place among the requests at once, or the queue for one.
Result<Exchange::Step> Exchange::enterQueue()
{
    LimitsTaken &limits = *m_limits;
    if (limits.slots.empty())
        return Step::Next;
    const std::string caller = m_caller.name.empty() ? m_recorder.head().app : m_caller.name;
    limits.visit = m_services.limits->turnstile.enter(limits.slots, caller,
                                                      [&services = m_services, weak = weak_from_this()] {
                                                          services.post([weak] {
                                                              const auto self = weak.lock();
                                                              if (self && self->m_state != State::Done)
                                                                  self->goOnAfter(self->onQueueMoved());
                                                          });
                                                      });
    if (limits.visit->state() == policy::Turnstile::State::Waiting)
        return Step::Wait;
    return onQueueMoved();
}

/// In, or the queue of a further limit is full.
Result<Exchange::Step> Exchange::onQueueMoved()
{
    policy::Turnstile::Visit &visit = *m_limits->visit;
    if (visit.state() == policy::Turnstile::State::Full)
        return tl::unexpected(refuseFromQueue(std::chrono::milliseconds(0)));
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(now() - visit.since());
    if (visit.since() != SteadyTime()) {
        const policy::LimitName &name = m_limits->slots.back().rule->name;
        m_services.metrics->limitWaited();
        m_services.limits->watch.noteWaited(name);
        m_recorder.detail().verdicts.push_back({"limit", name.text,
                                                "waited " + std::to_string(waited.count()) + " ms",
                                                std::to_string(visit.ahead()) + " before it"});
    }
    return Step::Next;
}

/// All or none: what was taken for a request that does not get in is given back.
Error Exchange::refuseFromQueue(std::chrono::milliseconds waited)
{
    LimitsTaken &limits = *m_limits;
    const policy::SlotTake slot = limits.visit->at();
    const auto hint = std::max(limits.visit->hint(), std::chrono::milliseconds(1000));
    limits.isGivenBack = true;
    limits.visit.reset();
    m_services.limits->watch.noteRefused(slot.rule->name, slot.who);
    m_services.metrics->limitRefused(slot.rule->name.id);
    m_recorder.detail().verdicts.push_back(
        {"limit", slot.rule->name.text, waited.count() > 0 ? "waited in vain" : "refused", slot.who});
    return queueError(slot, waited, hint);
}

/// Has it waited for a place as long as it may?
void Exchange::checkQueue(SteadyTime time)
{
    policy::Turnstile::Visit *visit = m_limits ? m_limits->visit.get() : nullptr;
    if (!visit || m_state != State::Deciding || visit->state() != policy::Turnstile::State::Waiting)
        return;
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(time - visit->since());
    if (waited >= visit->at().rule->settings.maxWait)
        fail(refuseFromQueue(waited));
}

void Exchange::addLimitFields(http::Headers &headers) const
{
    if (m_limits)
        addLimitHeaders(*m_limits, headers);
}

/// Of a refusal by a limit: when exactly, and whether it is worth trying again.
void Exchange::addRefusalFields(const Error &error, http::Headers &headers) const
{
    if (!m_limits || (m_limits->isTaken && !m_limits->isGivenBack))
        return;
    if (error.retryAfter)
        headers.set("retry-after-ms", std::to_string(error.retryAfter->count()));
    if (m_limits->isFinal)
        headers.set("x-should-retry", "false");
}

/// Tokens that were used, as far as anyone knows: by the provider's count, else the prompt as estimated where
/// an answer began.
std::int64_t Exchange::tokensUsed() const
{
    const trace::Head &head = m_recorder.head();
    if (head.cache.ends_with("hit"))
        return 0;
    if (head.usage.isKnown())
        return head.usage.totalInput().value_or(m_decoded.facts.inputTokensEstimate) +
               head.usage.output.value_or(0);
    const bool isAsked = m_attempts > 0 && (m_hasBegun || head.state != trace::State::Failed);
    return isAsked ? m_decoded.facts.inputTokensEstimate : 0;
}

/// What is known of it.
std::int64_t Exchange::spentBesides() const
{
    std::int64_t sum = 0;
    for (const Spent &besides : m_spentBesides)
        sum += besides.cost.value_or(0);
    return sum;
}

/// The end: places become free, and what was reserved becomes what was used.
void Exchange::settleLimits()
{
    if (!m_limits)
        return;
    LimitsTaken &limits = *m_limits;
    limits.visit.reset();
    if (!limits.isTaken)
        return;
    const trace::Head &head = m_recorder.head();
    const bool isFree = head.cache.ends_with("hit");
    for (const LimitTake &take : limits.takes) {
        std::int64_t truth = 1;
        if (take.rule->of == Limit::Of::Tokens)
            truth = tokensUsed();
        else if (take.rule->of == Limit::Of::Cost)
            truth = isFree ? 0 : head.costMicroUsd.value_or(spentBesides());
        limits.store->settle(take, limitTime(now()), limits.isGivenBack ? 0 : truth);
    }
}

} // namespace pm
