// SPDX-License-Identifier: GPL-3.0-or-later
// What comes between reading a request and sending it, in order. A stage lets the next one run, waits for something, or
// answers the request itself.
#include "pipeline/exchange.h"

#include "pipeline/choose_targets.h"
#include "pipeline/ollama_answers.h"
#include "pipeline/request_fields.h"

namespace pm {

const std::array<Exchange::Stage, 6> Exchange::kRouted{
    &Exchange::takeLimits,
    &Exchange::guardRequest,
    &Exchange::lookUpCache,
    &Exchange::checkBudgets,
    &Exchange::askEmbedding,
    &Exchange::chooseTargets,
};

const std::array<Exchange::Stage, 3> Exchange::kDirect{
    &Exchange::takeLimits,
    &Exchange::checkBudgets,
    &Exchange::sendDirect,
};

void Exchange::runStages(std::span<const Stage> stages)
{
    m_stages = stages;
    advance();
}

/// Runs what is left of the stages until one waits, answers or fails. Whoever waited calls it again.
void Exchange::advance()
{
    while (m_state != State::Done && !m_stages.empty()) {
        const Stage stage = m_stages.front();
        m_stages = m_stages.subspan(1);
        const auto step = (this->*stage)();
        if (!step)
            return fail(step.error());
        if (*step != Step::Next)
            return;
    }
}

/// Rules that compare the prompt with examples need its embedding first.
Result<Exchange::Step> Exchange::askEmbedding()
{
    if (m_compiled->comparing.empty() || !m_services.examples)
        return Step::Next;
    m_semantic = std::make_unique<SemanticLookup>(SemanticLookup::Uses{
        *m_services.upstream, m_snapshot, *m_services.examples, m_services.clock->systemNow(), now()});
    const bool isWaiting = m_semantic->start(m_compiled->comparing, m_decoded.facts.promptText, [this] { advance(); });
    return isWaiting ? Step::Wait : Step::Next;
}

Result<Exchange::Step> Exchange::chooseTargets()
{
    const RequestFacts &facts = m_decoded.facts;
    const ExchangeFields fields(
        {m_request, m_route, facts, m_caller, m_recorder.head().app, m_services.clock->systemNow()});
    routing::RequestNeeds needs = needsOf(facts, m_route.endpoint, &fields);
    needs.semantic = m_semantic.get();
    m_plan = planFor(*m_compiled, {needs, *m_compiled->policy.breaker, now(), m_services.rng});
    const Result<void> kept = m_bill ? keepToBudgets(needs) : Result<void>();
    trace::Detail &detail = m_recorder.detail();
    for (const routing::Choice &choice : m_plan.choices)
        detail.plan.push_back({choice.target->label(), choice.reason.text(), false});
    for (const routing::Exclusion &excluded : m_plan.excluded)
        detail.plan.push_back({excluded.target, excluded.reason, true});
    detail.routeLine = m_plan.line();
    if (!kept)
        return tl::unexpected(kept.error());
    if (m_services.feed)
        publish();
    if (facts.loadsModel && isForeign(m_plan)) {
        sendLocal(ollamaLoaded(m_route, view(m_request.body), unixMicros(m_services.clock->systemNow()) / 1'000'000));
        return Step::Over;
    }
    startMirrors();
    tryNext();
    return Step::Over;
}

Result<Exchange::Step> Exchange::sendDirect()
{
    startDirect();
    return Step::Over;
}

} // namespace pm
