// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "gateway.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QPushButton;
class QTreeWidget;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class TargetRow;
class Theme;

/// What the form shows of a router.
struct RouteView
{
    config::Router router;
    const RouterStatus *status = nullptr; ///< none: not in force yet
    std::vector<ProviderStatus> providers;
    std::vector<QString> targetProblems; ///< one for each target, empty where there is none
    QString strategyProblem;
};

/// How a router chooses: a strategy over targets, as rows. A tree with more levels is shown for reading, with
/// the way to its text.
class RouteForm : public QWidget
{
    Q_OBJECT

public:
    explicit RouteForm(const Theme &theme, QWidget *parent = nullptr);

    void show(const RouteView &view);
    void markTarget(int index); ///< -1: none
    /// Whether rows can show this tree.
    static bool isFlat(const config::RouteNode &node);

Q_SIGNALS:
    void edited(const pm::config::Router &router);
    void targetFocused(int index);
    void textWanted();

private:
    void build();
    void showRows(const config::RouteNode &node, const RouteView &view);
    void showTree(const config::RouteNode &node);
    void resizeRows(std::size_t count);
    void submit(config::RouteNode node);
    config::RouteNode node() const;

    const Theme &m_theme;
    config::Router m_router;
    std::vector<TargetRow *> m_rows;
    QComboBox *m_strategy;
    QLabel *m_sense;
    QLabel *m_strategyProblem;
    QLabel *m_others;
    QVBoxLayout *m_list;
    QPushButton *m_add;
    QWidget *m_flat;
    QWidget *m_deep;
    QTreeWidget *m_tree;
};

} // namespace pm::ui
