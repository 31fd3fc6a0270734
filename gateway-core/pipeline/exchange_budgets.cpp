// SPDX-License-Identifier: GPL-3.0-or-later
// What budgets say of a request, what is reserved for it, and what it has cost; and which models its caller may ask for.
#include "pipeline/exchange.h"

#include "pipeline/choose_targets.h"
#include "pipeline/request_fields.h"

namespace pm {

namespace {

/// Whom a budget without an answer to its `by` counts for: all such requests together.
const std::string kNobody = "(none)";
const std::string kEverybody = "all"; ///< of a budget that has no `by` to tell anybody apart

/// For what came of an answer that was cut: tokens of English and code are some four letters long.
constexpr std::int64_t kBytesPerToken = 4;

void addTargets(const routing::Node &node, std::vector<std::shared_ptr<const routing::Target>> &into)
{
    if (node.target)
        into.push_back(node.target);
    for (const routing::Node &child : node.children)
        addTargets(child, into);
}

} // namespace

/// Null without budgets: then this is all that they cost.
bool Exchange::openBill()
{
    static const std::vector<config::Budget> kNone;
    const config::Policies *own = m_compiled ? m_compiled->policy.own : nullptr;
    const std::vector<config::Budget> &ofPlace = own ? own->budgets : kNone;
    const std::vector<config::Budget> &global = m_snapshot->config.globalPolicies.budgets;
    if (!m_services.budgets || (ofPlace.empty() && global.empty() && m_caller.budgets.empty()))
        return false;
    const SystemTime wall = m_services.clock->systemNow();
    const ExchangeFields fields({m_request, m_route, m_decoded.facts, m_caller, m_recorder.head().app, wall});
    const auto whoOf = [&](const std::string &by) {
        const std::string who = fields.owner(by);
        return by == "global" ? kEverybody : who.empty() ? kNobody : who;
    };
    m_bill = std::make_unique<BudgetBill>(*m_services.budgets, wall, m_decoded.facts.model);
    m_bill->add(ofPlace, m_route.router || !m_route.name.empty() ? "router " + m_route.name : "unified-api", whoOf);
    m_bill->add(global, "global", whoOf);
    m_bill->add(m_caller.budgets, "client-key " + m_caller.name, whoOf);
    return true;
}

/// Every target that may come into the plan.
std::vector<BudgetBill::Place> Exchange::budgetPlaces() const
{
    if (isDirect())
        return {{m_route.name, m_decoded.facts.model}};
    std::vector<std::shared_ptr<const routing::Target>> targets = m_compiled->fallbackOrder;
    addTargets(m_compiled->root, targets);
    std::vector<BudgetBill::Place> places;
    for (const auto &target : targets)
        places.push_back({target->provider, target->model.empty() ? m_decoded.facts.model : target->model});
    return places;
}

Result<Exchange::Step> Exchange::checkBudgets()
{
    if (!openBill())
        return Step::Next;
    m_bill->read(budgetPlaces(), [this, weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || m_state == State::Done || !m_bill->isWaiting)
            return;
        if (const auto judged = judgeBudgets(); !judged)
            return fail(judged.error());
        advance();
    });
    m_bill->isWaiting = !m_bill->isRead();
    if (m_bill->isWaiting)
        return Step::Wait;
    if (const auto judged = judgeBudgets(); !judged)
        return tl::unexpected(judged.error());
    return Step::Next;
}

Result<void> Exchange::judgeBudgets()
{
    const auto judged = m_bill->judge(isDirect(), {m_route.name, m_decoded.facts.model});
    noteBudgets();
    return judged;
}

/// Takes out of the plan what budgets do not allow.
Result<void> Exchange::keepToBudgets(const routing::RequestNeeds &needs)
{
    const auto kept = m_bill->keepTo(m_plan, needs);
    noteBudgets();
    return kept;
}

void Exchange::noteBudgets()
{
    for (trace::Verdict &verdict : m_bill->takeVerdicts())
        m_recorder.detail().verdicts.push_back(std::move(verdict));
    for (const auto &[name, what] : m_bill->takeActs())
        m_services.metrics->budgetActed(name, what);
}

/// Before a call: what it may cost at most is put aside, so that a crash forgets no spending.
void Exchange::reserveForAttempt()
{
    const Provider &provider = m_attempt->provider->provider;
    const std::string &model = m_recorder.head().model;
    m_bill->reserve({provider.name, model},
                    isService() ? 0 : mostCost(m_decoded.facts, m_snapshot->findModel(provider.name, model), provider.price));
}

/// The attempt at hand is being cut: what came of it is paid, but the provider will not say how much it was.
void Exchange::noteCut()
{
    if (!m_bill || !m_attempt || isService())
        return;
    const StreamRelay *relay = m_attempt->relay.get();
    if (relay && relay->hasEnded() && relay->usage().isKnown())
        return; // it has said so
    Usage usage = relay ? relay->usage() : Usage();
    usage.uncachedInput = usage.uncachedInput.value_or(m_decoded.facts.inputTokensEstimate);
    const std::int64_t seen = relay ? (relay->textBytes() + kBytesPerToken - 1) / kBytesPerToken : 0;
    usage.output = std::max(usage.output.value_or(0), seen);
    usage.isEstimate = true;
    m_cutUsage = usage;
}

/// Every call that was made counts, also those whose answers nobody got. Before the client sees the end: its next request is
/// to find what this one has cost. Once it is done, nothing.
void Exchange::settleBudgets(bool isAnswered)
{
    if (!m_bill || !m_bill->hasReserved())
        return;
    std::vector<BudgetBill::Cost> costs;
    for (const Spent &spent : m_spentBesides)
        costs.push_back({{spent.provider, spent.model}, spent.cost});
    const trace::Head &head = m_recorder.head();
    const ProviderRuntime *provider = m_snapshot->findProvider(head.provider);
    const Usage &usage = m_cutUsage ? *m_cutUsage : head.usage;
    if (provider && usage.isKnown() && !isService()) {
        costs.push_back({{head.provider, head.model},
                         costOf(usage, m_snapshot->findModel(head.provider, head.model), provider->provider.price),
                         usage.isEstimate});
    } else if (provider && isAnswered && m_route.endpoint != Endpoint::CountTokens) {
        costs.push_back({{head.provider, head.model}, std::nullopt});
    }
    m_bill->settle(costs);
    noteBudgets();
}

/// A model as the request has it, or as its alias means it, or the one that a header forces.
Result<void> Exchange::authorizeAsked()
{
    if (m_caller.models.empty())
        return {};
    const std::string forced(m_request.headers.value("x-pointsman-model"));
    const std::string &asked = forced.empty() ? m_decoded.facts.model : forced;
    const std::string model = isDirect() && !asked.empty() ? m_route.name + "/" + asked : asked;
    const auto allowed = authorizeModel(m_caller, model);
    const auto alias = m_snapshot->config.modelAliases.find(model);
    if (allowed || alias == m_snapshot->config.modelAliases.end())
        return allowed;
    return authorizeModel(m_caller, alias->second) ? Result<void>() : allowed;
}

} // namespace pm
