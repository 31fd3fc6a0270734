// SPDX-License-Identifier: GPL-3.0-or-later
// What the form of policies shows: the draft, and what those in force did.
#include "format.h"
#include "policies/policies_form.h"
#include "policies/policy_paths.h"
#include "policies/policy_row.h"
#include "policies/policy_section.h"
#include "routers/route_places.h"
#include "widgets/combo_box.h"

#include <algorithm>
#include <cctype>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

/// Those at an item or in it, by their place below it.
NodeProblems problemsOf(const std::vector<config::Problem> &problems, const std::string &item)
{
    NodeProblems found;
    for (const config::Problem &problem : problems) {
        if (!isBelow(problem.path, item))
            continue;
        const std::string place = problem.path.substr(std::min(problem.path.size(), item.size() + 1));
        found.push_back({place, fromUtf8(problem.message), problem.severity == config::Problem::Severity::Warning});
    }
    return found;
}

/// Of a limit: "limits" of a list's item, else its short form.
std::vector<std::string> limitShapes(const std::vector<std::string> &paths)
{
    std::vector<std::string> shapes;
    for (const std::string &path : paths) {
        const std::string last = lastPart(path);
        const bool isItem = std::all_of(last.begin(), last.end(), [](unsigned char c) { return std::isdigit(c); });
        shapes.push_back(isItem ? "limits" : last);
    }
    return shapes;
}

} // namespace

void PoliciesForm::show(const PoliciesView &view)
{
    m_router = view.router.name;
    showCache(view);
    const auto limits = limitPaths(view.text, m_router);
    const auto concurrency = concurrencyPaths(view.text, m_router);
    const auto budgets = budgetPaths(view.text, m_router);
    const auto guardrails = guardrailPaths(view.text, m_router);
    std::vector<std::string> checks;
    for (const std::string &path : guardrails)
        checks.push_back(writtenAt(view.text, whole(path), "check").value_or(""));
    showRows(view, m_limits, limits, limitShapes(limits));
    showRows(view, m_concurrency, concurrency, std::vector<std::string>(concurrency.size()));
    showRows(view, m_budgets, budgets, std::vector<std::string>(budgets.size()));
    showRows(view, m_guardrails, guardrails, checks);
    showDeeds(view);
    chainStops();
    if (m_begun && !m_begun->rows().empty())
        m_begun->rows().back()->start();
    m_begun = nullptr;
}

void PoliciesForm::showCache(const PoliciesView &view)
{
    const std::string path = whole("cache");
    const bool isThere = view.text.isMap(path);
    const bool isOn = view.text.written(path + ".enabled").value_or("true") != "false";
    m_cacheState->setItemText(0, view.hasSharedCache ? tr("as for all routers") : tr("off"));
    m_cacheState->setCurrentIndex(!isThere ? 0 : isOn ? 1 : 2);
    m_cache->setNone(view.hasSharedCache ? tr("None of its own: global.cache holds.") : tr("Off: every request asks a provider."));
    const std::string meaning = view.text.isMap(path + ".semantic") ? "semantic" : "exact";
    showRows(view, m_cache, isThere ? std::vector<std::string>{"cache", "cache"} : std::vector<std::string>(),
             isThere ? std::vector<std::string>{"cache", meaning} : std::vector<std::string>());
}

void PoliciesForm::showRows(const PoliciesView &view, PolicySection *section, const std::vector<std::string> &paths,
                            const std::vector<std::string> &shapes)
{
    section->setShapes(shapes);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        NodeProblems problems = problemsOf(view.problems, whole(paths[i]));
        if (section == m_guardrails && !view.text.isMap(whole(paths[i]))) { // the check's name is the item
            for (NodeProblem &each : problems)
                each.place = "check";
        }
        if (section == m_cache) // two rows of one item
            std::erase_if(problems, [&](const NodeProblem &each) { return isBelow(each.place, "semantic") != (i == 1); });
        section->rows()[i]->show(view.text, paths[i], whole(paths[i]));
        section->rows()[i]->showProblems(std::move(problems));
    }
}

void PoliciesForm::showDeeds(const PoliciesView &view)
{
    const config::Policies &policies = view.router.policies;
    const auto fill = [&](const PolicySection *section, const auto &items, const auto &deed) {
        // A draft that breaks off may have lost some on the way.
        for (std::size_t i = 0; i < std::min(items.size(), section->rows().size()); ++i)
            section->rows()[i]->showDeed(deed(items[i], view.router.name, view.facts));
    };
    if (!m_cache->rows().empty()) {
        m_cache->rows()[0]->showDeed(cacheDeed(view.facts.cache));
        const auto &counts = view.facts.cache;
        m_cache->rows()[1]->showDeed({counts && counts->semanticHits > 0
                                          ? tr("since the start: %1 answered by meaning").arg(countText(std::int64_t(counts->semanticHits)))
                                          : tr("a near question is not the same question: see the near misses under Cache")});
    }
    fill(m_limits, policies.limits, limitDeed);
    fill(m_concurrency, policies.concurrency, concurrencyDeed);
    fill(m_budgets, policies.budgets, budgetDeed);
    fill(m_guardrails, policies.guardrails, guardrailDeed);
}

void PoliciesForm::chainStops()
{
    QList<QWidget *> chain;
    for (const PolicySection *section : {m_cache, m_limits, m_concurrency, m_budgets, m_guardrails})
        chain += section->stops();
    if (chain == m_chain || !m_anchor)
        return;
    QWidget *before = m_anchor;
    for (QWidget *stop : chain) {
        setTabOrder(before, stop);
        before = stop;
    }
    m_chain = chain;
}

} // namespace pm::ui
