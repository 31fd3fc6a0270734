// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to a router's tree on its form.
#include "routers/route_drag.h"
#include "routers/route_form.h"

#include <QToolButton>

#include <algorithm>

namespace pm::ui {

using config::RouteNode;

namespace {

/// What a new target or group starts with: another of the last one's provider.
RouteNode likeLastOf(const RouteNode &group)
{
    const std::vector<const RouteNode *> targets = targetsOf(group);
    RouteNode target;
    target.provider = targets.empty() ? "demo" : targets.back()->provider;
    return target;
}

} // namespace

void RouteForm::append(const NodePath &path, AdderRow::What what)
{
    RouteNode tree = root();
    NodePath added = path;
    for (const TreeSpot &spot : spotsOf(tree)) {
        if (spot.path != path)
            continue;
        RouteNode child = likeLastOf(*spot.node);
        if (what == AdderRow::What::Group)
            child = {.strategy = "latency", .children = {child}};
        child.isDefault = what == AdderRow::What::Default;
        // A route that is a single target becomes a list of which it is the first.
        const RouteNode above =
            spot.node->isTarget() ? RouteNode{.strategy = "priority", .children = {*spot.node}} : *spot.node;
        added.push_back(movableOf(above));
        tree = withChild(withNode(tree, path, above), path, child);
        break;
    }
    submit(tree);
    if (NodeRow *row = rowAt(added))
        row->focusFirst();
}

void RouteForm::replace(const NodePath &path, const RouteNode &node)
{
    submit(withNode(root(), path, node));
    // Another strategy may have given the tree another shape, and rows are made anew then.
    const QWidget *focus = window()->focusWidget();
    if (NodeRow *row = rowAt(path); row && (!focus || !focus->isVisible()))
        row->focusFirst();
}

void RouteForm::move(const NodePath &path, int step)
{
    const bool byButton = qobject_cast<QToolButton *>(window()->focusWidget());
    submit(moved(root(), path, step));
    NodePath there = path;
    there.back() += step;
    NodeRow *row = rowAt(there);
    if (row && byButton)
        row->focusMove(step);
    else if (row)
        row->focusFirst();
}

/// The siblings that can change places, each with what is below it.
QList<QRect> RouteForm::spansAround(const NodePath &path) const
{
    QList<QRect> spans;
    const auto isWithin = [&](const NodePath &other) {
        return other.size() >= path.size() && std::equal(path.begin(), path.end() - 1, other.begin());
    };
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (!isWithin(m_rows[i].path))
            continue;
        const QRect place(m_rows[i].row->mapTo(this, QPoint()), m_rows[i].row->size());
        const int index = m_rows[i].path[path.size() - 1];
        if (index == spans.size())
            spans.append(place);
        else
            spans.last() = spans.last().united(place);
    }
    for (const TreeSpot &spot : spotsOf(root())) {
        if (spot.path == NodePath(path.begin(), path.end() - 1))
            spans.resize(std::min<qsizetype>(spans.size(), movableOf(*spot.node)));
    }
    return spans;
}

void RouteForm::drag(const NodePath &path, const QPoint &global)
{
    m_drag->show(spansAround(path), path.back(), mapFromGlobal(global));
}

void RouteForm::drop(const NodePath &path, const QPoint &global)
{
    NodePath there = path;
    there.back() = m_drag->drop(spansAround(path), path.back(), mapFromGlobal(global));
    submit(movedTo(root(), path, there.back()));
    if (NodeRow *row = rowAt(there))
        row->focusFirst();
}

void RouteForm::remove(const NodePath &path)
{
    submit(without(root(), path));
    if (NodeRow *row = rowAt(path))
        row->focusFirst();
}

/// Route types that shared the tree go on sharing it.
void RouteForm::submit(const RouteNode &changed)
{
    config::Router router = m_router;
    const RouteNode before = root();
    if (router.routes.empty())
        router.routes[config::EndpointType::Chat] = changed;
    for (auto &[type, route] : router.routes) {
        if (route == before)
            route = changed;
    }
    Q_EMIT edited(router);
}

} // namespace pm::ui
