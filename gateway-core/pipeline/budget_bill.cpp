// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/budget_bill.h"

#include "routing/cost_estimate.h"

#include <algorithm>
#include <limits>

namespace pm {

namespace {

enum Level { Warned = 1, Spent = 2 };

/// Plans and reasons name the target; the first of what is left waits for nobody.
void startFirst(routing::Plan &plan)
{
    if (plan.choices.empty())
        return;
    plan.choices.front().start = routing::Start::AfterFailure;
    plan.choices.front().delay = {};
}

} // namespace

void BudgetBill::add(const std::vector<config::Budget> &budgets, const std::string &place, const WhoOf &whoOf)
{
    for (const config::Budget &budget : budgets) {
        Line line;
        line.budget = &budget;
        line.account = {place, budget.by, policy::isOfTarget(budget) ? std::string() : whoOf(budget.by), budget.per};
        m_lines.push_back(std::move(line));
    }
}

policy::Account BudgetBill::accountAt(const Line &line, const Place &target) const
{
    policy::Account account = line.account;
    if (line.isOfTarget())
        account.who = line.budget->by == "provider" ? target.provider : target.provider + "/" + target.model;
    return account;
}

void BudgetBill::read(const std::vector<Place> &targets, std::function<void()> done)
{
    std::vector<policy::Account> accounts;
    std::vector<std::pair<std::size_t, std::string>> places; // which line, and who at it
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const Line &line = m_lines[i];
        std::vector<policy::Account> wanted;
        if (!line.isOfTarget())
            wanted.push_back(line.account);
        for (const Place &target : line.isOfTarget() ? targets : std::vector<Place>()) {
            policy::Account account = accountAt(line, target);
            if (std::find(wanted.begin(), wanted.end(), account) == wanted.end())
                wanted.push_back(std::move(account));
        }
        for (policy::Account &account : wanted) {
            places.emplace_back(i, account.who);
            accounts.push_back(std::move(account));
        }
    }
    m_desk.store.load()->read(accounts, m_now, [this, life = std::weak_ptr(m_life), places = std::move(places),
                                            done = std::move(done)](const auto &read) {
        if (life.expired())
            return;
        if (!read) {
            m_readError = Error{ErrorKind::NoHealthyTarget,
                                "what was spent cannot be looked up, and nothing may be spent unseen: " + read.error().message};
            m_readError->retryAfter = std::chrono::seconds(1);
        }
        const std::vector<std::int64_t> amounts = read ? *read : std::vector<std::int64_t>();
        for (std::size_t i = 0; i < places.size() && i < amounts.size(); ++i) {
            Line &line = m_lines[places[i].first];
            if (line.isOfTarget())
                line.spentAt[places[i].second] = amounts[i];
            else
                line.spent = amounts[i];
        }
        m_isRead = true;
        done();
    });
}

std::int64_t BudgetBill::spentAt(const Line &line, const Place &target) const
{
    if (!line.isOfTarget())
        return line.spent;
    const auto found = line.spentAt.find(accountAt(line, target).who);
    return found == line.spentAt.end() ? 0 : found->second;
}

void BudgetBill::act(const Line &line, const char *what, std::string text)
{
    m_verdicts.push_back({"budget", line.name(), what, std::move(text)});
    m_acts.emplace_back(line.name(), what);
}

void BudgetBill::warn(const Line &line, const policy::Account &account, std::int64_t spent)
{
    if (!policy::isWarned(*line.budget, spent))
        return;
    const std::string share = policy::shareText(*line.budget, spent);
    m_header += (m_header.empty() ? "" : ", ") + line.name() + " " + share;
    const bool isSpent = policy::isSpent(*line.budget, spent);
    if (!isSpent)
        act(line, "warned", share);
    if (m_desk.tell && m_desk.store.load()->isNews(account, isSpent ? Spent : Warned, m_now))
        m_desk.tell(line.name() + (line.isOfTarget() ? " (" + account.who + ")" : std::string()), share);
}

Error BudgetBill::refusal(const Line &line, const policy::Account &account, std::int64_t spent)
{
    Error error{ErrorKind::BudgetExceeded, policy::refusalText(*line.budget, account, spent, m_now)};
    error.code = "budget_exceeded";
    act(line, "refused", policy::spentText(*line.budget, spent));
    return error;
}

Result<void> BudgetBill::judge(bool isDirect, const Place &direct)
{
    if (m_readError)
        return tl::unexpected(*m_readError);
    for (const Line &line : m_lines) {
        if (line.isOfTarget() && !isDirect)
            continue; // the plan tells
        const policy::Account account = accountAt(line, direct);
        const std::int64_t spent = spentAt(line, direct);
        warn(line, account, spent);
        if (!policy::isSpent(*line.budget, spent))
            continue;
        if (line.budget->then == config::Budget::Then::Stop || isDirect)
            return fail(refusal(line, account, spent));
        if (!m_downgradedBy)
            m_downgradedBy = &line;
    }
    return {};
}

BudgetBill::Place BudgetBill::placeOf(const routing::Target &target) const
{
    return {target.provider, target.model.empty() ? m_model : target.model};
}

/// Why a budget by provider or model keeps the target out; empty when none does.
std::string BudgetBill::whyNot(const routing::Target &target)
{
    const Place place = placeOf(target);
    for (const Line &line : m_lines) {
        const std::int64_t spent = line.isOfTarget() ? spentAt(line, place) : 0;
        if (!line.isOfTarget() || !policy::isSpent(*line.budget, spent))
            continue;
        m_excludedBy = &line;
        m_excluded = place;
        act(line, "excluded", target.label() + ": " + policy::spentText(*line.budget, spent));
        return "budget " + line.name() + " spent (" + policy::spentText(*line.budget, spent) + ")";
    }
    return {};
}

Result<void> BudgetBill::keepTo(routing::Plan &plan, const routing::RequestNeeds &needs)
{
    const bool hadChoices = !plan.choices.empty();
    const auto isOut = [&](const routing::Choice &choice) {
        std::string why = whyNot(*choice.target);
        const bool isSpent = !why.empty();
        if (isSpent)
            plan.excluded.push_back({choice.target->label(), std::move(why)});
        return isSpent;
    };
    std::erase_if(plan.choices, isOut);
    std::erase_if(plan.mirrors, isOut);
    for (const Line &line : m_lines) {
        if (!line.isOfTarget() || plan.choices.empty())
            continue;
        const Place first = placeOf(*plan.choices.front().target);
        warn(line, accountAt(line, first), spentAt(line, first));
    }
    if (m_downgradedBy)
        keepCheapest(plan, needs);
    startFirst(plan);
    if (!hadChoices || !plan.choices.empty())
        return {};
    const Line &line = m_excludedBy ? *m_excludedBy : *m_downgradedBy;
    const Place at = m_excludedBy ? m_excluded : Place();
    Error error = refusal(line, accountAt(line, at), spentAt(line, at));
    error.message += m_excludedBy ? "; no other target is left" : "; no target is left whose price is known";
    return fail(std::move(error));
}

/// A price that is not known may be any: such a target is not the cheapest.
void BudgetBill::keepCheapest(routing::Plan &plan, const routing::RequestNeeds &needs)
{
    const auto costOf = [&](const routing::Choice &choice) {
        return routing::expectedCost(*choice.target, needs, routing::kExpectedOutput, false)
            .value_or(std::numeric_limits<double>::infinity());
    };
    double least = std::numeric_limits<double>::infinity();
    for (const routing::Choice &choice : plan.choices)
        least = std::min(least, costOf(choice));
    const std::string why = "budget " + m_downgradedBy->name() + " is spent: the cheapest target only";
    std::erase_if(plan.choices, [&](const routing::Choice &choice) {
        const double cost = costOf(choice);
        const bool isDear = cost > least || cost == std::numeric_limits<double>::infinity();
        if (isDear)
            plan.excluded.push_back({choice.target->label(), why});
        return isDear;
    });
    for (routing::Choice &choice : plan.choices) {
        choice.start = routing::Start::AfterFailure; // one after the other: several at once cost more
        choice.reason = choice.reason.text() + (choice.reason.isEmpty() ? "" : "; ") + "cheapest left, for budget "
                        + m_downgradedBy->name() + " is spent";
    }
    if (!plan.choices.empty()) {
        plan.choices.front().figure = "budget " + m_downgradedBy->name() + " spent";
        act(*m_downgradedBy, "downgraded", "to " + plan.choices.front().target->label());
    }
    plan.mirrors.clear();
}

void BudgetBill::reserve(const Place &target, std::int64_t most)
{
    if (m_number == 0)
        m_number = m_desk.store.load()->begin();
    std::vector<policy::Charge> charges;
    for (const Line &line : m_lines) {
        policy::Account account = accountAt(line, target);
        const bool isThere = std::any_of(charges.begin(), charges.end(),
                                         [&](const policy::Charge &charge) { return charge.account == account; });
        if (!isThere) // several budgets may look at one account
            charges.push_back({std::move(account), most});
    }
    m_desk.store.load()->reserve(m_number, charges, m_now);
}

void BudgetBill::settle(const std::vector<Cost> &costs)
{
    if (m_number == 0)
        return;
    std::vector<policy::Charge> charges;
    std::vector<policy::Account> seen;
    for (const Line &line : m_lines) {
        for (const Cost &cost : costs) {
            policy::Account account = accountAt(line, cost.target);
            const auto there = std::find_if(charges.begin(), charges.end(),
                                            [&](const policy::Charge &charge) { return charge.account == account; });
            if (std::find(seen.begin(), seen.end(), account) != seen.end())
                continue; // of an earlier line
            if (there == charges.end())
                charges.push_back({std::move(account), cost.microUsd.value_or(0)});
            else
                there->microUsd += cost.microUsd.value_or(0);
        }
        for (const policy::Charge &charge : charges)
            seen.push_back(charge.account);
    }
    m_desk.store.load()->settle(std::exchange(m_number, 0), charges);
    const auto note = [&](const char *word, auto isSuch, const char *text) {
        const auto such = std::find_if(costs.begin(), costs.end(), isSuch);
        if (such != costs.end())
            m_verdicts.push_back({"budget", m_lines.front().name(), word, such->target.provider + "/" + such->target.model + text});
    };
    note("unpriced", [](const Cost &cost) { return !cost.microUsd; }, ": its cost is not known and counts as nothing");
    note("estimated", [](const Cost &cost) { return cost.microUsd && cost.isEstimate; }, ": it was cut; what came of it is estimated");
}

std::int64_t mostCost(const RequestFacts &facts, const Model *model, const std::optional<config::Price> &price)
{
    constexpr std::int64_t kInputFactor = 3; // tokenizers differ, and writing to a cache may cost the double
    constexpr std::int64_t kLongAnswer = 32'768;
    const std::int64_t context = model ? model->context : 0;
    const bool hasMedia = facts.hasImages || facts.hasAudio || facts.hasDocuments;
    Usage usage;
    usage.uncachedInput = hasMedia && context > 0 ? context : std::max<std::int64_t>(1, facts.inputTokensEstimate) * kInputFactor;
    usage.output = facts.maxTokens > 0 ? facts.maxTokens : model && model->maxOutput > 0 ? model->maxOutput : kLongAnswer;
    return costOf(usage, model, price).value_or(0);
}

} // namespace pm
