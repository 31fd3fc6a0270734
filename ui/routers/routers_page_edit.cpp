// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does on the routers page.
#include "routers/routers_page.h"

#include "format.h"
#include "config/scalars.h"
#include "policies/policy_edits.h"
#include "routers/apply_bar.h"
#include "routers/route_form.h"
#include "routers/router_head.h"
#include "routers/yaml_editor.h"
#include "session.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

void RoutersPage::select(const QString &name)
{
    m_current = name;
    m_context.state.setValue(u"routers/current"_s, name);
    refresh();
    m_editor->mark(m_places.router);
    m_route->mark(-1);
}

void RoutersPage::edit(const std::function<Result<std::string>(std::string_view)> &change)
{
    const Result<void> done = m_session.edit(change);
    if (done)
        return;
    refresh(); // fields show again what holds
    m_bar->showError(tr("This place cannot be edited in the form (%1); edit the text")
                         .arg(fromUtf8(done.error().message)));
}

void RoutersPage::createRouter()
{
    const auto &routers = m_session.config().routers;
    std::string name = "router";
    for (int number = 2; m_session.config().findRouter(name); ++number)
        name = "router-" + std::to_string(number);
    config::Router fresh =
        routers.empty() ? config::Router() : config::Router{.retries = m_session.config().retries};
    fresh.name = name;
    const auto providers = m_context.source.providers();
    const auto usable = std::find_if(providers.begin(), providers.end(), [](const ProviderStatus &provider) {
        return provider.key == ProviderStatus::Key::Present || (provider.isLocal && provider.isReachable);
    });
    config::RouteNode target;
    target.provider = usable == providers.end() ? "demo" : usable->name;
    fresh.routes[config::EndpointType::Chat] = {.strategy = "latency", .children = {target}};
    edit([fresh](std::string_view text) { return config::setRouter(text, fresh); });
    if (!m_session.config().findRouter(name))
        return;
    select(fromUtf8(name));
    m_head->startRename();
}

void RoutersPage::removeCurrent()
{
    edit(
        [name = m_current.toStdString()](std::string_view text) { return config::removeRouter(text, name); });
}

void RoutersPage::rename(const QString &name)
{
    if (m_session.config().findRouter(name.toStdString())) {
        m_bar->showError(tr("There is a router %1 already; choose another name").arg(name));
        return;
    }
    const std::string from = m_current.toStdString();
    const QString before = m_current;
    m_current = name; // so that the refresh within the edit finds it
    edit([from, to = name.toStdString()](std::string_view text) {
        return config::renameRouter(text, from, to);
    });
    if (!m_session.config().findRouter(name.toStdString()))
        m_current = before;
    refresh();
}

void RoutersPage::makeActive()
{
    if (const Result<void> done = m_context.source.setActiveRouter(m_current.toStdString()); !done)
        m_bar->showError(fromUtf8(done.error().message));
    refresh();
}

void RoutersPage::useThreshold(double threshold)
{
    const config::Router *shown = router();
    const std::string cache = shown && shown->policies.cache ? m_places.path + ".cache" : "global.cache";
    edit([cache, number = config::writeNumber(threshold)](std::string_view text) {
        return setPolicyValue(text, cache, "semantic.threshold", number);
    });
}

void RoutersPage::goToProblem()
{
    const auto &problems = m_session.problems();
    const auto first = std::find_if(problems.begin(), problems.end(),
                                    [](const config::Problem &problem) { return problem.line > 0; });
    if (first != problems.end())
        m_editor->goTo(first->line, first->column);
}

void RoutersPage::followCursor(int line)
{
    if (m_session.isCheckPending())
        return; // places are those of the last check
    if (!m_places.contains(line)) {
        const config::PlaceFinder finder(m_session.draft());
        for (const config::Router &other : m_session.config().routers) {
            const RoutePlaces places = placesOf(finder, other.name);
            if (places.contains(line)) {
                m_current = fromUtf8(other.name);
                refresh();
                break;
            }
        }
    }
    m_route->mark(m_places.nodeAt(line));
}

void RoutersPage::markPath(const std::string &path)
{
    auto place = config::findPlace(m_session.draft(), m_places.path + "." + path);
    if (!place)
        place = config::findPlace(m_session.draft(), m_places.path + "." + path.substr(0, path.find('.')));
    m_editor->mark(place ? place : m_places.router);
}

} // namespace pm::ui
