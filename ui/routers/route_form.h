// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "gateway.h"
#include "routers/node_row.h"
#include "routers/route_tree.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

/// What the form shows of a router.
struct RouteView
{
    config::Router router;
    const RouterStatus *status = nullptr; ///< none: not in force yet
    std::vector<ProviderStatus> providers;
    std::vector<NodeProblem> problems; ///< one for each node, in the order of spotsOf; empty where there is none
};

/// How a router chooses: its tree of strategies and targets as rows, what is below something indented. GUI thread.
class RouteForm : public QWidget
{
    Q_OBJECT

public:
    explicit RouteForm(const Theme &theme, QWidget *parent = nullptr);

    void show(const RouteView &view);
    void mark(int node); ///< index in spotsOf; -1: none
    /// After which control Tab comes here; rows that are made later would else be at the window's end.
    void setTabAnchor(QWidget *before) { m_anchor = before; }

Q_SIGNALS:
    void edited(const pm::config::Router &router);
    void nodeFocused(int node);

private:
    struct Row
    {
        NodePath path;
        NodeRow *row = nullptr;
    };

    void build(const config::RouteNode &root);
    void addNode(const config::RouteNode &node, const NodePath &path);
    void addRow(NodeRow *row, const NodePath &path);
    void addAdder(const NodePath &path, int group);
    void indent(QWidget *content, std::size_t depth);
    void addStops(const QList<QWidget *> &stops);
    void clear();
    void append(const NodePath &path, bool isGroup);
    void move(const NodePath &path, int step);
    void remove(const NodePath &path);
    NodeRow *rowAt(NodePath path) const; ///< or the nearest above it that there is
    NodeFacts factsOf(const TreeSpot &spot, const RouteView &view) const;
    void submit(const config::RouteNode &root);
    config::RouteNode root() const;

    const Theme &m_theme;
    config::Router m_router;
    std::vector<NodePath> m_shape; ///< of the tree that the rows were made for
    std::vector<Row> m_rows;
    std::vector<QWidget *> m_holders;
    QWidget *m_anchor = nullptr;
    QWidget *m_lastStop = nullptr; ///< while rows are made: what Tab leaves for the next one
    int m_groups = 0;
    int m_targets = 0;
    QVBoxLayout *m_list;
    QLabel *m_others;
};

} // namespace pm::ui
