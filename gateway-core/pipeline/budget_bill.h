// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "policy/budgets.h"
#include "providers/catalogue.h"
#include "routing/plan.h"
#include "trace/trace.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pm {

/// Where it is counted what was spent, and who is told when a budget nears its end. Shared by the workers; safe from any
/// thread.
struct BudgetDesk
{
    std::atomic<policy::SpendStore *> store{nullptr}; ///< another one when the configuration names another; none dies before the workers
    /// "work/month", "82% of $5.00": once for each account, span and level (warned, spent).
    std::function<void(const std::string &name, const std::string &text)> tell;
};

/// One request before its budgets: what they say of it, what is reserved for it, what it cost. Made only where there are
/// budgets; lives in its exchange. The budgets it is given must outlive it.
class BudgetBill
{
public:
    /// `model`: of the request, for targets that keep it.
    BudgetBill(const BudgetDesk &desk, SystemTime now, std::string model)
        : m_desk(desk)
        , m_now(now)
        , m_model(std::move(model))
    {
    }

    /// `whoOf` gives who stands behind a `by` that is not of targets.
    using WhoOf = std::function<std::string(const std::string &by)>;
    void add(const std::vector<config::Budget> &budgets, const std::string &place, const WhoOf &whoOf);
    bool isEmpty() const { return m_lines.empty(); }

    /// A target that may be asked, as "provider" and "provider/model".
    struct Place
    {
        std::string provider;
        std::string model;
    };
    /// Asks what was spent, also at these targets; `done` is called before it returns, or later.
    void read(const std::vector<Place> &targets, std::function<void()> done);
    bool isRead() const { return m_isRead; }
    bool isWaiting = false; ///< somebody waits for it

    /// Refuses what a spent budget stops, or whatever comes when nobody can say what was spent; notes what is near its end. `isDirect`: there is no cheaper target.
    Result<void> judge(bool isDirect, const Place &direct);
    /// Takes out of `plan` what budgets do not allow. Error: BudgetExceeded when nothing is left of what there was.
    Result<void> keepTo(routing::Plan &plan, const routing::RequestNeeds &needs);
    /// "work/month 82% of $5.00"; empty when no budget is near its end.
    const std::string &header() const { return m_header; }
    /// What became of it, for metrics; taken once: name and "refused", "downgraded", "excluded", "warned".
    std::vector<std::pair<std::string, std::string>> takeActs() { return std::exchange(m_acts, {}); }
    /// For the trace; taken once.
    std::vector<trace::Verdict> takeVerdicts() { return std::exchange(m_verdicts, {}); }

    /// Before a call: it may cost as much; no price known: nothing.
    void reserve(const Place &target, std::int64_t most);
    struct Cost
    {
        Place target;
        std::optional<std::int64_t> microUsd; ///< unset: nobody knows
        bool isEstimate = false;
    };
    bool hasReserved() const { return m_number != 0; }
    /// The request is over. Without a reservation nothing was asked, and nothing was spent.
    void settle(const std::vector<Cost> &costs);

private:
    struct Line
    {
        const config::Budget *budget = nullptr;
        policy::Account account;                   ///< of budgets by target without `who`
        std::int64_t spent = 0;                    ///< of other budgets
        std::map<std::string, std::int64_t> spentAt; ///< by target: of those that may be asked
        bool isOfTarget() const { return policy::isOfTarget(*budget); }
        std::string name() const { return policy::budgetName(*budget, account.place); } ///< for people, who are seldom told
    };

    Place placeOf(const routing::Target &target) const;
    policy::Account accountAt(const Line &line, const Place &target) const;
    std::int64_t spentAt(const Line &line, const Place &target) const;
    void warn(const Line &line, const policy::Account &account, std::int64_t spent);
    void act(const Line &line, const char *what, std::string text);
    Error refusal(const Line &line, const policy::Account &account, std::int64_t spent);
    std::string whyNot(const routing::Target &target);
    void keepCheapest(routing::Plan &plan, const routing::RequestNeeds &needs);

    const BudgetDesk &m_desk;
    SystemTime m_now;
    std::string m_model;
    std::vector<Line> m_lines;
    std::shared_ptr<int> m_life = std::make_shared<int>(); ///< dies with us: an answer that comes later finds nobody
    bool m_isRead = false;
    std::optional<Error> m_readError; ///< nobody can say what was spent
    const Line *m_downgradedBy = nullptr;
    const Line *m_excludedBy = nullptr; ///< the last one that took a target out of the plan
    Place m_excluded;                   ///< which target that was
    std::string m_header;
    std::vector<trace::Verdict> m_verdicts;
    std::vector<std::pair<std::string, std::string>> m_acts;
    std::uint64_t m_number = 0; ///< of the reservation; 0: none yet
};

/// The most that a call is likely to cost: for prompts that are counted too low and answers as long as they may be. Nothing
/// where the price is not known.
std::int64_t mostCost(const RequestFacts &facts, const Model *model, const std::optional<config::Price> &price);

} // namespace pm
