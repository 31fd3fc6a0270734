// SPDX-License-Identifier: GPL-3.0-or-later
// What the routers page shows: the draft, with what is seen of the routers in force.
#include "routers/routers_page.h"

#include "format.h"
#include "policies/cache_panel.h"
#include "policies/policies_form.h"
#include "routers/failures_form.h"
#include "routers/route_form.h"
#include "routers/route_tree.h"
#include "routers/router_head.h"
#include "routers/row_parts.h"
#include "routers/what_if.h"
#include "session.h"
#include "widgets/entry_list.h"
#include "widgets/line.h"
#include "widgets/segmented_tabs.h"

#include <QFileInfo>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

const config::Router *RoutersPage::router() const
{
    return m_session.config().findRouter(m_current.toStdString());
}

void RoutersPage::refresh()
{
    const auto &routers = m_session.config().routers;
    if (!router() && !routers.empty())
        m_current = fromUtf8(routers.front().name);
    refreshList();
    refreshForm();
    refreshProblems();
    m_whatIf->setRouter(m_current);
    m_cache->setRouter(m_current);
}

EntryList::Entry RoutersPage::entryOf(const config::Router &router) const
{
    EntryList::Entry entry;
    entry.id = entry.title = fromUtf8(router.name);
    int targets = 0;
    std::string strategy;
    if (!router.routes.empty()) {
        targets = static_cast<int>(targetsOf(router.routes.begin()->second).size());
        strategy = strategyKind(router.routes.begin()->second.strategy, m_words);
    }
    entry.about = targets == 1 ? tr("1 target") : tr("%1 targets").arg(targets);
    if (!strategy.empty())
        entry.about += u" · "_s + (strategy == "ab" ? strategyTitle(strategy) : spacedText(strategy));
    entry.spoken = entry.title + u", "_s + entry.about;
    const auto &problems = m_session.problems();
    if (std::any_of(problems.begin(), problems.end(), [&](const config::Problem &p) {
            return p.severity == config::Problem::Severity::Error && isBelow(p.path, "routers." + router.name);
        })) {
        entry.mark = Sign{Glyph::Cross, &Tokens::bad};
        entry.spoken += tr(", has a problem");
    } else if (router.name == m_context.source.status().activeRouter) {
        entry.mark = Sign{Glyph::Check, &Tokens::accent};
        entry.spoken += tr(", active");
        entry.toolTip = tr("Bare /v1 paths go through this router");
    }
    return entry;
}

void RoutersPage::refreshList()
{
    QList<EntryList::Entry> entries;
    for (const config::Router &router : m_session.config().routers)
        entries.append(entryOf(router));
    m_list->setEntries(entries, m_current);
}

void RoutersPage::refreshForm()
{
    const config::Router *shown = router();
    // A text that breaks off may have lost its routers on the way; that is no reason to greet a newcomer.
    const bool isEmpty = !shown && m_session.isReadable();
    m_middle->setCurrentIndex(isEmpty ? 1 : 0);
    m_tabs->setEnabled(shown && m_session.isReadable());
    m_head->setEnabled(shown && m_session.isReadable());
    m_formNote->setVisible(!m_session.isReadable());
    m_formNote->setText(tr("The text cannot be read as YAML; mend it there, then the form works again."));
    if (!shown)
        return;
    const GatewayStatus status = m_context.source.status();
    const std::vector<RouterStatus> statuses = m_context.source.routers();
    const auto live = std::find_if(statuses.begin(), statuses.end(),
                                   [&](const RouterStatus &s) { return s.name == shown->name; });
    m_head->setRouter(m_current,
                      status.isServing ? fromUtf8(status.baseUrl + "/router/" + shown->name) : QString(),
                      status.activeRouter == shown->name, live != statuses.end());
    const config::PlaceFinder text(m_session.draft());
    m_places = placesOf(text, shown->name);
    RouteView view;
    view.router = *shown;
    view.status = live == statuses.end() ? nullptr : &*live;
    view.providers = m_context.source.providers();
    view.problems.resize(m_places.nodes.size());
    for (const config::Problem &problem : m_session.problems()) {
        const int node = m_places.nodeOf(problem.path);
        if (node < 0)
            continue;
        const bool isWarning = problem.severity == config::Problem::Severity::Warning;
        view.problems[std::size_t(node)].push_back(
            {m_places.placeIn(std::size_t(node), problem.path), fromUtf8(problem.message), isWarning});
    }
    m_route->show(view);
    m_failures->show(*shown, m_session.problems());
    refreshPolicies(*shown, text);
}

void RoutersPage::refreshPolicies(const config::Router &router, const config::PlaceFinder &text)
{
    PolicyFacts facts;
    const auto counts = m_policySource.cacheCounts();
    if (const auto own = counts.find(router.name); own != counts.end())
        facts.cache = own->second;
    facts.limits = m_policySource.limits();
    facts.budgets = m_context.source.budgets();
    facts.guardrails = m_policySource.guardrails();
    m_policies->show({router, text, m_session.problems(), std::move(facts), m_session.config().globalPolicies.cache.has_value()});
}

void RoutersPage::refreshProblems()
{
    const QString path = fromUtf8(m_context.source.status().configPath);
    m_fileName->setText(path.isEmpty() ? tr("Configuration") : QFileInfo(path).fileName());
    m_fileName->setToolTip(path);
    const auto count = m_session.problems().size();
    m_problems->setVisible(count > 0);
    m_problems->setText(count == 1 ? tr("1 problem") : tr("%1 problems").arg(count));
    m_problems->setToolTip(tr("Go to the first (F8)"));
}

} // namespace pm::ui
