// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_form.h"

#include "format.h"
#include "routers/group_row.h"
#include "routers/target_row.h"
#include "style/theme.h"
#include "widgets/line.h"

#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

using config::RouteNode;

namespace {

constexpr int kIndent = 24;

/// The tree that the form edits: that of chat, else the first.
const RouteNode *shownRoute(const config::Router &router)
{
    const auto chat = router.routes.find(config::EndpointType::Chat);
    if (chat != router.routes.end())
        return &chat->second;
    return router.routes.empty() ? nullptr : &router.routes.begin()->second;
}

/// Rows of one shape can stand for another tree of it without being made anew.
std::vector<NodePath> shapeOf(const RouteNode &root)
{
    std::vector<NodePath> shape;
    for (TreeSpot &spot : spotsOf(root)) {
        shape.push_back(std::move(spot.path));
        if (spot.node->isTarget())
            shape.back().push_back(-1);
    }
    return shape;
}

/// What a new target or group starts with: another of the last one's provider.
RouteNode likeLastOf(const RouteNode &group)
{
    const std::vector<const RouteNode *> targets = targetsOf(group);
    RouteNode target;
    target.provider = targets.empty() ? "demo" : targets.back()->provider;
    return target;
}

double seenOf(const RouteNode &node, const RouterStatus &status)
{
    double seen = 0;
    for (const RouteNode *target : targetsOf(node)) {
        for (const RouterStatus::Target &each : status.list)
            seen += each.label == labelOf(*target) ? each.seenShare : 0;
    }
    return std::min(1.0, seen);
}

} // namespace

RouteForm::RouteForm(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_list(new QVBoxLayout)
    , m_others(makeLabel(tr("Embeddings, images or audio have routes of their own; they are edited as text."),
                         theme.small(), Tone::Muted, this))
{
    m_others->setWordWrap(true);
    m_list->setSpacing(0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(12);
    layout->addLayout(m_list);
    layout->addWidget(m_others);
    layout->addStretch();
}

RouteNode RouteForm::root() const
{
    const RouteNode *shown = shownRoute(m_router);
    return shown ? *shown : RouteNode{.strategy = "latency"};
}

void RouteForm::show(const RouteView &view)
{
    m_router = view.router;
    const RouteNode shown = root();
    m_others->setVisible(std::any_of(m_router.routes.begin(), m_router.routes.end(),
                                     [&](const auto &entry) { return !(entry.second == shown); }));
    if (shapeOf(shown) != m_shape)
        build(shown);
    const std::vector<TreeSpot> spots = spotsOf(shown);
    for (std::size_t i = 0; i < spots.size(); ++i) {
        const TreeSpot &spot = spots[i];
        const int siblings = spot.parent ? static_cast<int>(spot.parent->children.size()) : 1;
        const int place = spot.path.empty() ? 0 : spot.path.back();
        NodeFacts facts = factsOf(spot, view);
        facts.problem = i < view.problems.size() ? view.problems[i] : NodeProblem();
        m_rows[i].row->setPlace({spot.path.empty(), place == 0, place + 1 == siblings});
        m_rows[i].row->setNode(*spot.node, facts);
    }
}

NodeFacts RouteForm::factsOf(const TreeSpot &spot, const RouteView &view) const
{
    NodeFacts facts;
    facts.isWeighted = spot.parent && isWeighted(*spot.parent);
    facts.share = shareOf(spot);
    facts.providers = &view.providers;
    const auto provider = std::find_if(view.providers.begin(), view.providers.end(), [&](const auto &each) {
        return each.name == spot.node->provider;
    });
    facts.provider = provider == view.providers.end() ? nullptr : &*provider;
    if (!view.status)
        return facts;
    const auto &running = view.status->list;
    const auto isRunning = [&](const RouteNode &node) {
        return std::find_if(running.begin(), running.end(),
                            [&](const auto &each) { return each.label == labelOf(node); });
    };
    const std::vector<const RouteNode *> targets = targetsOf(*spot.node);
    facts.isInForce = std::any_of(targets.begin(), targets.end(), [&](const RouteNode *target) {
        return isRunning(*target) != running.end();
    });
    if (spot.node->isTarget() && facts.isInForce)
        facts.target = &*isRunning(*spot.node);
    const bool hasTraffic = std::any_of(running.begin(), running.end(),
                                        [](const RouterStatus::Target &each) { return each.seenShare > 0; });
    if (!hasTraffic)
        return facts;
    facts.seen = seenOf(*spot.node, *view.status);
    const double above = spot.parent ? seenOf(*spot.parent, *view.status) : 1;
    if (above > 0)
        facts.seenHere = *facts.seen / above;
    return facts;
}

void RouteForm::clear()
{
    for (QWidget *holder : m_holders) {
        holder->hide();
        holder->deleteLater(); // later: the row that goes may be the one whose button was pressed
    }
    m_holders.clear();
    m_rows.clear();
    m_groups = m_targets = 0;
}

void RouteForm::build(const RouteNode &shown)
{
    clear();
    m_shape = shapeOf(shown);
    m_lastStop = m_anchor;
    addNode(shown, {});
    if (shown.isTarget())
        addAdder({}, 0);
}

void RouteForm::addNode(const RouteNode &node, const NodePath &path)
{
    if (node.isTarget())
        return addRow(new TargetRow(m_theme, ++m_targets, this), path);
    const int group = m_groups++;
    addRow(new GroupRow(m_theme, group, this), path);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        NodePath below = path;
        below.push_back(static_cast<int>(i));
        addNode(node.children[i], below);
    }
    addAdder(path, group);
}

void RouteForm::addStops(const QList<QWidget *> &stops)
{
    for (QWidget *stop : stops) {
        if (m_lastStop)
            QWidget::setTabOrder(m_lastStop, stop);
        m_lastStop = stop;
    }
}

void RouteForm::indent(QWidget *content, std::size_t depth)
{
    auto *holder = new QWidget(this);
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (std::size_t level = 1; level < depth; ++level) {
        // A line down from the group that this belongs to.
        layout->addSpacing(kIndent / 2);
        layout->addWidget(makeLine(Qt::Vertical, holder));
        layout->addSpacing(kIndent / 2 - 1);
    }
    auto *padded = new QVBoxLayout;
    padded->setContentsMargins(0, 4, 0, 4);
    padded->addWidget(content);
    layout->addLayout(padded, 1);
    m_list->addWidget(holder);
    m_holders.push_back(holder);
    holder->show(); // now, not with the next event: the focus may go there at once
}

void RouteForm::addRow(NodeRow *row, const NodePath &path)
{
    const int index = static_cast<int>(m_rows.size());
    m_rows.push_back({path, row});
    indent(row, path.size());
    addStops(row->stops());
    connect(row, &NodeRow::focused, this, [this, index] { Q_EMIT nodeFocused(index); });
    connect(row, &NodeRow::edited, this,
            [this, path](const RouteNode &node) { submit(withNode(root(), path, node)); });
    connect(row, &NodeRow::moveWanted, this, [this, path](int step) { move(path, step); });
    connect(row, &NodeRow::removeWanted, this, [this, path] { remove(path); });
}

void RouteForm::addAdder(const NodePath &path, int group)
{
    auto *buttons = new QWidget(this);
    auto *layout = new QHBoxLayout(buttons);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    QList<QWidget *> stops;
    const std::pair<QString, QString> names[] = {
        {tr("+ Target"), group == 0 ? tr("Add a target") : tr("Add a target to group %1").arg(group)},
        {tr("+ Group"), group == 0 ? tr("Add a group") : tr("Add a group to group %1").arg(group)}};
    for (const auto &[text, name] : names) {
        auto *button = new QPushButton(text, buttons);
        button->setProperty("kind", u"quiet"_s);
        button->setAccessibleName(name);
        const bool isGroup = text == names[1].first;
        button->setToolTip(isGroup ? tr("A strategy of its own over targets of its own") : QString());
        connect(button, &QPushButton::clicked, this, [this, path, isGroup] { append(path, isGroup); });
        layout->addWidget(button);
        stops.append(button);
    }
    layout->addStretch();
    indent(buttons, path.size() + 1);
    addStops(stops);
}

void RouteForm::append(const NodePath &path, bool isGroup)
{
    RouteNode tree = root();
    NodePath added = path;
    for (const TreeSpot &spot : spotsOf(tree)) {
        if (spot.path != path)
            continue;
        RouteNode child = likeLastOf(*spot.node);
        if (isGroup)
            child = {.strategy = "latency", .children = {child}};
        // A route that is a single target becomes a list of which it is the first.
        const RouteNode above =
            spot.node->isTarget() ? RouteNode{.strategy = "priority", .children = {*spot.node}} : *spot.node;
        added.push_back(static_cast<int>(above.children.size()));
        tree = withChild(withNode(tree, path, above), path, child);
        break;
    }
    submit(tree);
    if (NodeRow *row = rowAt(added))
        row->focusFirst();
}

void RouteForm::move(const NodePath &path, int step)
{
    submit(moved(root(), path, step));
    NodePath there = path;
    there.back() += step;
    if (NodeRow *row = rowAt(there))
        row->focusMove(step);
}

void RouteForm::remove(const NodePath &path)
{
    submit(without(root(), path));
    if (NodeRow *row = rowAt(path))
        row->focusFirst();
}

NodeRow *RouteForm::rowAt(NodePath path) const
{
    while (true) {
        for (const Row &row : m_rows) {
            if (row.path == path)
                return row.row;
        }
        if (path.empty())
            return nullptr;
        path.pop_back();
    }
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

void RouteForm::mark(int node)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i].row->setMarked(static_cast<int>(i) == node);
}

} // namespace pm::ui

#include "moc_route_form.cpp"
