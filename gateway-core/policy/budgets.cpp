// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/budgets.h"

namespace pm::policy {

namespace {

constexpr std::int64_t kDollar = 1'000'000;

/// "router work" -> "work"
std::string_view shortPlace(std::string_view place)
{
    const std::size_t blank = place.find(' ');
    return blank == std::string_view::npos ? place : place.substr(blank + 1);
}

/// Is one for each `by` one for all where it stands?
bool isWhole(const config::Budget &budget, std::string_view place)
{
    return budget.by == "global" || (budget.by == "router" && place.starts_with("router "))
           || (budget.by == "api-key" && place.starts_with("client-key "));
}

} // namespace

std::string budgetName(const config::Budget &budget, const std::string &place)
{
    if (!budget.name.empty())
        return budget.name;
    std::string name(shortPlace(place));
    if (!isWhole(budget, place))
        name += "/" + budget.by;
    return name + "/" + std::string(perName(budget.per));
}

std::string usdText(std::int64_t microUsd)
{
    constexpr std::size_t kFraction = 6;
    constexpr std::size_t kCents = 2;
    std::string fraction = std::to_string(microUsd % kDollar);
    fraction.insert(0, kFraction - fraction.size(), '0');
    if (microUsd >= kDollar) // beyond a dollar nobody counts less than cents
        fraction.resize(kCents);
    while (fraction.size() > kCents && fraction.back() == '0')
        fraction.pop_back();
    return "$" + std::to_string(microUsd / kDollar) + "." + fraction;
}

std::string shareText(const config::Budget &budget, std::int64_t spent)
{
    const double share = static_cast<double>(spent) / static_cast<double>(budget.microUsd) * 100;
    return std::to_string(static_cast<std::int64_t>(share)) + "% of " + usdText(budget.microUsd);
}

std::string spentText(const config::Budget &budget, std::int64_t spent)
{
    return usdText(spent) + " of " + usdText(budget.microUsd);
}

std::string refusalText(const config::Budget &budget, const Account &account, std::int64_t spent, SystemTime now)
{
    const Span span = spanOf(budget.per, now);
    std::string text = "budget " + budgetName(budget, account.place);
    if (!isWhole(budget, account.place))
        text += " of " + account.who;
    text += " is spent: " + spentText(budget, spent);
    if (budget.per == config::Budget::Per::Total)
        return text + ", in total";
    return text + " since " + localText(span.begin) + "; the next span begins " + localText(span.end);
}

std::vector<BudgetState> budgetStates(const std::vector<std::pair<std::string, config::Budget>> &byPlace,
                                      const std::vector<Balance> &balances, SystemTime now)
{
    std::vector<BudgetState> states;
    for (const auto &[place, budget] : byPlace) {
        const Account wanted = Account::fromText(Account{place, budget.by, {}, budget.per}.text(), budget.per);
        const std::size_t before = states.size();
        for (const Balance &balance : balances) {
            const Account &account = balance.account;
            if (account.place == wanted.place && account.by == wanted.by && account.per == wanted.per)
                states.push_back({budgetName(budget, place), budget, balance});
        }
        if (states.size() == before)
            states.push_back({budgetName(budget, place), budget, {wanted, spanOf(budget.per, now), 0, 0}});
    }
    return states;
}

} // namespace pm::policy
