// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "gateway.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QBoxLayout;
class QLabel;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class ShareBar;
class Theme;
class WeightBox;

/// Of the check, about a node; errors go before warnings.
struct NodeProblem
{
    QString text;
    bool isWarning = false;
};

/// What a row shows besides the node itself.
struct NodeFacts
{
    bool isWeighted = false;        ///< among siblings by weight
    double share = 0;               ///< configured among siblings, 0..1
    std::optional<double> seen;     ///< of the router's requests, 0..1; none: no request yet
    std::optional<double> seenHere; ///< of those that came to its siblings and to it
    bool isInForce = false;         ///< the running configuration has it
    const RouterStatus::Target *target = nullptr;
    const ProviderStatus *provider = nullptr;
    const std::vector<ProviderStatus> *providers = nullptr; ///< to choose from
    NodeProblem problem;
};

/// Where a node stands among its siblings.
struct NodePlace
{
    bool isRoot = false;
    bool isFirst = true;
    bool isLast = true;
};

/// What the rows of a router's tree have in common: weight and share, moving and removing, the mark of the text
/// cursor, the problem. GUI thread.
class NodeRow : public QFrame
{
    Q_OBJECT

public:
    void setPlace(const NodePlace &place);
    void setMarked(bool marked);
    /// No focus proxy does this: the row itself would be a stop of Tab, at the end of the window.
    void focusFirst() { stops().first()->setFocus(); }
    void focusMove(int step); ///< the button that moved it here, to move it on
    /// Where Tab stops, as the eye goes.
    virtual QList<QWidget *> stops() const;
    virtual void setNode(const config::RouteNode &node, const NodeFacts &facts) = 0;

Q_SIGNALS:
    void edited(const pm::config::RouteNode &node);
    void moveWanted(int step); ///< -1 up, 1 down
    void removeWanted();
    void focused();

protected:
    /// `what` names the row for screen readers: "target 2".
    NodeRow(const Theme &theme, const QString &what, QWidget *parent);
    virtual void submit() = 0;

    void addShares(QBoxLayout *layout); ///< not for the root: all requests come to it
    void addButtons(QBoxLayout *layout);
    /// Its focus is told, and the wheel scrolls the page past it.
    void watch(QWidget *field);
    void showFacts(const config::RouteNode &node, const NodeFacts &facts);
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

    const Theme &m_theme;
    WeightBox *m_weight;
    ElidedLabel *m_problem;
    bool m_isFilling = false;

private:
    ShareBar *m_bar;
    QLabel *m_seen;
    QToolButton *m_up;
    QToolButton *m_down;
    QToolButton *m_remove;
    bool m_hasShares = false;
    bool m_isMarked = false;
};

} // namespace pm::ui
