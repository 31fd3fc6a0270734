// SPDX-License-Identifier: GPL-3.0-or-later
// What the routers page shows: the draft, with what is seen of the routers in force.
#include "routers/routers_page.h"

#include "format.h"
#include "routers/failures_form.h"
#include "routers/route_form.h"
#include "routers/router_head.h"
#include "routers/router_list.h"
#include "session.h"
#include "widgets/line.h"
#include "widgets/segmented_tabs.h"

#include <QFileInfo>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

int countTargets(const config::RouteNode &node)
{
    if (node.isTarget())
        return 1;
    int count = 0;
    for (const config::RouteNode &child : node.children)
        count += countTargets(child);
    return count;
}

bool isBelow(const std::string &path, const std::string &prefix)
{
    return path == prefix || path.starts_with(prefix + ".");
}

} // namespace

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
}

void RoutersPage::refreshList()
{
    const std::string active = m_context.source.status().activeRouter;
    QList<RouterList::Entry> entries;
    for (const config::Router &each : m_session.config().routers) {
        int targets = 0;
        std::string strategy;
        if (!each.routes.empty()) {
            targets = countTargets(each.routes.begin()->second);
            strategy = each.routes.begin()->second.strategy;
        }
        RouterList::Entry entry;
        entry.name = fromUtf8(each.name);
        entry.about = targets == 1 ? tr("1 target") : tr("%1 targets").arg(targets);
        if (!strategy.empty())
            entry.about += u" · "_s + fromUtf8(strategy);
        entry.isActive = each.name == active;
        entry.hasProblem = std::any_of(m_session.problems().begin(), m_session.problems().end(),
                                       [&](const config::Problem &p) {
                                           return p.severity == config::Problem::Severity::Error &&
                                                  isBelow(p.path, "routers." + each.name);
                                       });
        entries.append(entry);
    }
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
    m_head->setRouter(m_current, fromUtf8(status.baseUrl + "/router/" + shown->name),
                      status.activeRouter == shown->name, live != statuses.end());
    m_places = placesOf(m_session.draft(), shown->name);
    RouteView view;
    view.router = *shown;
    view.status = live == statuses.end() ? nullptr : &*live;
    view.providers = m_context.source.providers();
    for (const RoutePlaces::Target &target : m_places.targets) {
        const auto problem =
            std::find_if(m_session.problems().begin(), m_session.problems().end(),
                         [&](const config::Problem &p) { return isBelow(p.path, target.path); });
        view.targetProblems.push_back(problem == m_session.problems().end() ? QString()
                                                                            : fromUtf8(problem->message));
    }
    for (const config::Problem &problem : m_session.problems()) {
        if (isBelow(problem.path, m_places.path) && problem.path.ends_with(".strategy") &&
            !problem.path.ends_with("retries.strategy"))
            view.strategyProblem = fromUtf8(problem.message);
    }
    m_route->show(view);
    m_failures->show(*shown, m_session.problems());
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
