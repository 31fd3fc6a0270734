// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "gateway.h"
#include "routers/adder_row.h"
#include "routers/node_row.h"
#include "routers/route_tree.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class RouteDrag;

/// What the form shows of a router.
struct RouteView
{
    config::Router router;
    const RouterStatus *status = nullptr; ///< none: not in force yet
    std::vector<ProviderStatus> providers;
    std::vector<NodeProblems> problems; ///< of each node, in the order of spotsOf
};

/// How a router chooses: its tree of strategies and targets as rows, what is below something indented. GUI thread.
class RouteForm : public QWidget
{
    Q_OBJECT

public:
    RouteForm(const Theme &theme, const config::RouteWords &words, QWidget *parent = nullptr);

    void show(const RouteView &view);
    void mark(int node); ///< index in spotsOf; -1: none
    /// After which control Tab comes here; rows that are made later would else be at the window's end.
    void setTabAnchor(QWidget *before) { m_anchor = before; }

Q_SIGNALS:
    void edited(const pm::config::Router &router);
    void nodeFocused(int node);
    void textWanted(int node);

private:
    struct Row
    {
        NodePath path;
        NodeRow *row = nullptr;
    };

    struct Adder
    {
        NodePath path;
        AdderRow *row = nullptr;
    };

    // route_form.cpp: what is shown
    void build(const config::RouteNode &root);
    void addNode(const config::RouteNode &node, const NodePath &path);
    void addRow(NodeRow *row, const NodePath &path);
    void addAdder(const NodePath &path, int group);
    void indent(QWidget *content, std::size_t depth);
    void chainStops();
    void clear();
    NodeRow *rowAt(NodePath path) const; ///< or the nearest above it that there is
    NodePlace placeOf(const TreeSpot &spot) const;
    NodeFacts factsOf(const TreeSpot &spot, const RouteView &view) const;
    config::RouteNode root() const;

    // route_form_edit.cpp: what is done
    void append(const NodePath &path, AdderRow::What what);
    void replace(const NodePath &path, const config::RouteNode &node);
    void move(const NodePath &path, int step);
    void drag(const NodePath &path, const QPoint &global);
    void drop(const NodePath &path, const QPoint &global);
    void remove(const NodePath &path);
    QList<QRect> spansAround(const NodePath &path) const;
    void submit(const config::RouteNode &root);

    const Theme &m_theme;
    const config::RouteWords &m_words;
    config::Router m_router;
    std::vector<NodePath> m_shape; ///< of the tree that the rows were made for
    std::vector<Row> m_rows;
    std::vector<Adder> m_adders;
    std::vector<QWidget *> m_contents; ///< rows and adders from top to bottom
    std::vector<QWidget *> m_holders;
    QWidget *m_anchor = nullptr;
    QList<QWidget *> m_chain; ///< the order of Tab as it was set
    int m_groups = 0;
    int m_targets = 0;
    QVBoxLayout *m_list;
    RouteDrag *m_drag;
    QLabel *m_others;
};

} // namespace pm::ui
