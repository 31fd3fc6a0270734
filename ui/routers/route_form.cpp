// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_form.h"

#include "format.h"
#include "routers/target_row.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/line.h"

#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

bool isWeighted(const config::RouteNode &node)
{
    return node.strategy.find("weighted") != std::string::npos;
}

std::string labelOf(const config::RouteNode &target)
{
    return target.model.empty() ? target.provider : target.provider + "/" + target.model;
}

/// The tree that the form edits: that of chat, else the first.
const config::RouteNode *shownRoute(const config::Router &router)
{
    const auto chat = router.routes.find(config::EndpointType::Chat);
    if (chat != router.routes.end())
        return &chat->second;
    return router.routes.empty() ? nullptr : &router.routes.begin()->second;
}

void addNode(const config::RouteNode &node, QTreeWidgetItem *parent, bool withWeight)
{
    auto *item = new QTreeWidgetItem(parent);
    item->setText(0, fromUtf8(node.isTarget() ? labelOf(node) : node.strategy));
    if (withWeight)
        item->setText(1, QString::number(node.weight));
    for (const config::RouteNode &child : node.children)
        addNode(child, item, isWeighted(node));
}

} // namespace

RouteForm::RouteForm(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_strategy(new ComboBox(theme, this))
    , m_sense(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_strategyProblem(makeLabel({}, theme.small(), Tone::Bad, this))
    , m_others(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_list(new QVBoxLayout)
    , m_add(new QPushButton(tr("+ Target"), this))
    , m_flat(new QWidget(this))
    , m_deep(new QWidget(this))
    , m_tree(new QTreeWidget(m_deep))
{
    build();
    connect(m_strategy, &QComboBox::activated, this, [this] {
        config::RouteNode changed = node();
        changed.strategy = m_strategy->currentData().toString().toStdString();
        submit(std::move(changed));
    });
    connect(m_add, &QPushButton::clicked, this, [this] {
        config::RouteNode changed = node();
        config::RouteNode target;
        target.provider = changed.children.empty() ? "demo" : changed.children.back().provider;
        changed.children.push_back(std::move(target));
        submit(std::move(changed));
        if (!m_rows.empty())
            m_rows.back()->setFocus();
    });
}

void RouteForm::build()
{
    for (const auto &[key, text] : {std::pair{u"latency"_s, tr("Latency")},
                                    {u"weighted"_s, tr("Weighted")},
                                    {u"priority"_s, tr("Priority")}})
        m_strategy->addItem(text, key);
    m_strategy->setFixedWidth(150);
    for (QLabel *label : {m_sense, m_strategyProblem, m_others})
        label->setWordWrap(true);
    QLabel *name = makeLabel(tr("Strategy"), m_theme.bold(), Tone::Normal, this);
    name->setBuddy(m_strategy);
    m_add->setAccessibleName(tr("Add a target"));
    auto *strategyRow = new QHBoxLayout;
    strategyRow->setSpacing(10);
    strategyRow->addWidget(name);
    strategyRow->addWidget(m_strategy);
    strategyRow->addStretch();
    m_list->setSpacing(8);
    auto *flat = new QVBoxLayout(m_flat);
    flat->setContentsMargins(0, 0, 0, 0);
    flat->setSpacing(8);
    flat->addLayout(strategyRow);
    flat->addWidget(m_sense);
    flat->addWidget(m_strategyProblem);
    flat->addSpacing(4);
    flat->addLayout(m_list);
    flat->addWidget(m_add, 0, Qt::AlignLeft);
    m_tree->setColumnCount(2);
    m_tree->setHeaderLabels({tr("Node"), tr("Weight")});
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->setColumnWidth(1, 80);
    m_tree->setAccessibleName(tr("Tree of this router"));
    m_tree->setSelectionMode(QAbstractItemView::SingleSelection);
    auto *editText = new QPushButton(tr("Edit as text"), m_deep);
    auto *deep = new QVBoxLayout(m_deep);
    deep->setContentsMargins(0, 0, 0, 0);
    deep->setSpacing(8);
    QLabel *why =
        makeLabel(tr("This router has more than one level; its tree is shown here and edited as text."),
                  m_theme.font(), Tone::Muted, m_deep);
    why->setWordWrap(true);
    deep->addWidget(why);
    deep->addWidget(m_tree, 1);
    deep->addWidget(editText, 0, Qt::AlignLeft);
    connect(editText, &QPushButton::clicked, this, &RouteForm::textWanted);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(10);
    layout->addWidget(m_flat);
    layout->addWidget(m_deep, 1);
    layout->addWidget(m_others);
    layout->addStretch();
}

bool RouteForm::isFlat(const config::RouteNode &node)
{
    return !node.isTarget() && std::all_of(node.children.begin(), node.children.end(),
                                           [](const config::RouteNode &child) { return child.isTarget(); });
}

config::RouteNode RouteForm::node() const
{
    const config::RouteNode *shown = shownRoute(m_router);
    return shown ? *shown : config::RouteNode{.strategy = "latency"};
}

void RouteForm::show(const RouteView &view)
{
    m_router = view.router;
    const config::RouteNode shown = node();
    const bool flat = isFlat(shown);
    m_flat->setVisible(flat);
    m_deep->setVisible(!flat);
    const bool differ = std::any_of(m_router.routes.begin(), m_router.routes.end(),
                                    [&](const auto &entry) { return !(entry.second == shown); });
    m_others->setText(tr("Embeddings, images or audio have routes of their own; they are edited as text."));
    m_others->setVisible(differ);
    if (flat)
        showRows(shown, view);
    else
        showTree(shown);
}

void RouteForm::showRows(const config::RouteNode &node, const RouteView &view)
{
    const QString strategy = fromUtf8(node.strategy);
    int index = m_strategy->findData(strategy);
    if (index < 0) {
        while (m_strategy->count() > 3)
            m_strategy->removeItem(3);
        m_strategy->addItem(strategy, strategy); // another spelling, or a wrong one
        index = 3;
    }
    m_strategy->setCurrentIndex(index);
    m_sense->setText(isWeighted(node)                   ? tr("by weight, as long as the target is healthy")
                     : strategy.contains("latency"_L1)  ? tr("the target that answers soonest now")
                     : strategy.contains("priority"_L1) ? tr("the first healthy target, in this order")
                                                        : QString());
    m_strategyProblem->setText(view.strategyProblem);
    m_strategyProblem->setVisible(!view.strategyProblem.isEmpty());
    resizeRows(node.children.size());
    double sum = 0;
    for (const config::RouteNode &child : node.children)
        sum += child.weight;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const config::RouteNode &child = node.children[i];
        TargetFacts facts;
        facts.isWeighted = isWeighted(node);
        facts.share = sum > 0 ? child.weight / sum : 0;
        if (view.status) {
            const auto seen = std::find_if(
                view.status->list.begin(), view.status->list.end(),
                [&](const RouterStatus::Target &target) { return target.label == labelOf(child); });
            facts.seen = seen == view.status->list.end() ? nullptr : &*seen;
            facts.hasTraffic =
                std::any_of(view.status->list.begin(), view.status->list.end(),
                            [](const RouterStatus::Target &target) { return target.seenShare > 0; });
        }
        const auto provider = std::find_if(view.providers.begin(), view.providers.end(),
                                           [&](const ProviderStatus &p) { return p.name == child.provider; });
        facts.provider = provider == view.providers.end() ? nullptr : &*provider;
        facts.problem = i < view.targetProblems.size() ? view.targetProblems[i] : QString();
        m_rows[i]->setProviders(view.providers);
        m_rows[i]->setTarget(child, facts);
        m_rows[i]->setPlace(i == 0, i + 1 == m_rows.size(), m_rows.size() == 1);
    }
}

void RouteForm::resizeRows(std::size_t count)
{
    while (m_rows.size() > count) {
        // Later, since the row that goes may be the one whose button was pressed.
        m_rows.back()->hide();
        m_rows.back()->deleteLater();
        m_rows.pop_back();
    }
    while (m_rows.size() < count) {
        const int index = static_cast<int>(m_rows.size());
        auto *row = new TargetRow(m_theme, index + 1, m_flat);
        m_rows.push_back(row);
        m_list->addWidget(row);
        connect(row, &TargetRow::focused, this, [this, index] { Q_EMIT targetFocused(index); });
        connect(row, &TargetRow::edited, this, [this, index](const config::RouteNode &target) {
            config::RouteNode changed = node();
            changed.children.at(static_cast<std::size_t>(index)) = target;
            submit(std::move(changed));
        });
        connect(row, &TargetRow::moveWanted, this, [this, index](int step) {
            config::RouteNode changed = node();
            const auto at = changed.children.begin() + index;
            std::iter_swap(at, at + step);
            submit(std::move(changed));
        });
        connect(row, &TargetRow::removeWanted, this, [this, index] {
            config::RouteNode changed = node();
            changed.children.erase(changed.children.begin() + index);
            submit(std::move(changed));
        });
    }
}

void RouteForm::showTree(const config::RouteNode &node)
{
    m_tree->clear();
    addNode(node, m_tree->invisibleRootItem(), false);
    m_tree->expandAll();
}

/// Route types that shared the tree go on sharing it.
void RouteForm::submit(config::RouteNode changed)
{
    config::Router router = m_router;
    const config::RouteNode before = node();
    if (router.routes.empty())
        router.routes[config::EndpointType::Chat] = changed;
    for (auto &[type, route] : router.routes) {
        if (route == before)
            route = changed;
    }
    Q_EMIT edited(router);
}

void RouteForm::markTarget(int index)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i]->setMarked(static_cast<int>(i) == index);
}

} // namespace pm::ui

#include "moc_route_form.cpp"
