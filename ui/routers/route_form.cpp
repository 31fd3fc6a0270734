// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_form.h"

#include "format.h"
#include "routers/group_row.h"
#include "routers/route_drag.h"
#include "routers/target_row.h"
#include "style/theme.h"
#include "widgets/line.h"

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

RouteForm::RouteForm(const Theme &theme, const config::RouteWords &words, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_words(words)
    , m_list(new QVBoxLayout)
    , m_drag(new RouteDrag(this))
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
        NodeFacts facts = factsOf(spot, view);
        facts.problems = i < view.problems.size() ? view.problems[i] : NodeProblems();
        m_rows[i].row->setPlace(*spot.node, placeOf(spot), m_words);
        m_rows[i].row->setNode(*spot.node, facts);
        for (const Adder &adder : m_adders) {
            if (adder.path == spot.path)
                adder.row->setGroup(ruleKindOf(*spot.node, m_words), hasDefault(*spot.node));
        }
    }
    chainStops();
}

NodePlace RouteForm::placeOf(const TreeSpot &spot) const
{
    NodePlace place;
    place.isRoot = !spot.parent;
    if (place.isRoot)
        return place;
    const int index = spot.path.back();
    const int movable = movableOf(*spot.parent);
    place.rules = ruleKindOf(*spot.parent, m_words);
    place.isFirst = index == 0;
    place.isLast = index + 1 >= movable;
    place.number = index + 1;
    const config::StrategyInfo *info = m_words.find(spot.parent->strategy);
    place.isNeeded = movable <= static_cast<int>(info ? info->grammar.leastChildren : 1);
    return place;
}

NodeFacts RouteForm::factsOf(const TreeSpot &spot, const RouteView &view) const
{
    NodeFacts facts;
    facts.words = &m_words;
    const config::StrategyInfo *above = spot.parent ? m_words.find(spot.parent->strategy) : nullptr;
    facts.isWeighted = above && above->usesWeights;
    facts.isRated = above && above->usesRates;
    facts.isUsed = spot.parent && ruleKindOf(*spot.parent, m_words) != config::RuleKind::None;
    facts.share = shareOf(spot);
    facts.providers = &view.providers;
    const auto provider = std::find_if(view.providers.begin(), view.providers.end(), [&](const auto &each) {
        return each.name == spot.node->provider;
    });
    facts.provider = provider == view.providers.end() ? nullptr : &*provider;
    facts.isRouterInForce = view.status;
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
    const double seenAbove = spot.parent ? seenOf(*spot.parent, *view.status) : 1;
    if (seenAbove > 0)
        facts.seenHere = *facts.seen / seenAbove;
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
    m_adders.clear();
    m_contents.clear();
    m_chain.clear();
    m_groups = m_targets = 0;
}

void RouteForm::build(const RouteNode &shown)
{
    clear();
    m_shape = shapeOf(shown);
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

/// Rows, and parts of rows, come and go; what is made later would else be the last that Tab comes to.
void RouteForm::chainStops()
{
    QList<QWidget *> stops;
    for (QWidget *content : m_contents) {
        if (auto *row = qobject_cast<NodeRow *>(content))
            stops += row->ruleStops() + row->stops();
        else
            stops += static_cast<AdderRow *>(content)->stops();
    }
    if (stops == m_chain)
        return;
    m_chain = stops;
    QWidget *last = m_anchor;
    for (QWidget *stop : stops) {
        if (last)
            QWidget::setTabOrder(last, stop);
        last = stop;
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
    m_contents.push_back(content);
    holder->show(); // now, not with the next event: the focus may go there at once
}

void RouteForm::addRow(NodeRow *row, const NodePath &path)
{
    const int index = static_cast<int>(m_rows.size());
    m_rows.push_back({path, row});
    indent(row, path.size());
    connect(row, &NodeRow::focused, this, [this, index] { Q_EMIT nodeFocused(index); });
    connect(row, &NodeRow::stopsChanged, this, &RouteForm::chainStops);
    connect(row, &NodeRow::textWanted, this, [this, index] { Q_EMIT textWanted(index); });
    connect(row, &NodeRow::edited, this, [this, path](const RouteNode &node) { replace(path, node); });
    connect(row, &NodeRow::moveWanted, this, [this, path](int step) { move(path, step); });
    connect(row, &NodeRow::dragged, this, [this, path](const QPoint &at) { drag(path, at); });
    connect(row, &NodeRow::dropped, this, [this, path](const QPoint &at) { drop(path, at); });
    connect(row, &NodeRow::removeWanted, this, [this, path] { remove(path); });
}

void RouteForm::addAdder(const NodePath &path, int group)
{
    auto *adder = new AdderRow(group, this);
    m_adders.push_back({path, adder});
    indent(adder, path.size() + 1);
    connect(adder, &AdderRow::wanted, this, [this, path](AdderRow::What what) { append(path, what); });
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

void RouteForm::mark(int node)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i].row->setMarked(static_cast<int>(i) == node);
}

} // namespace pm::ui

#include "moc_route_form.cpp"
