// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"
#include "gateway.h"
#include "routers/node_problem.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QBoxLayout;
class QKeyEvent;
class QLabel;
class QVBoxLayout;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class DragGrip;
class ElidedLabel;
class NodeDetails;
class RulePart;
class ShareBar;
class Theme;
class WeightBox;

/// What a row shows besides the node itself.
struct NodeFacts
{
    bool isWeighted = false;        ///< among siblings by weight
    bool isUsed = false;            ///< by a rule
    bool isRated = false;           ///< among siblings by requests and tokens a minute
    const config::RouteWords *words = nullptr;
    double share = 0;               ///< configured among siblings, 0..1
    std::optional<double> seen;     ///< of the router's requests, 0..1; none: no request yet
    std::optional<double> seenHere; ///< of those that came to its siblings and to it
    bool isRouterInForce = false;   ///< else the head of the page says it once
    bool isInForce = false;         ///< the running configuration has it
    const RouterStatus::Target *target = nullptr;
    const ProviderStatus *provider = nullptr;
    const std::vector<ProviderStatus> *providers = nullptr; ///< to choose from
    NodeProblems problems;
};

/// Where a node stands among its siblings.
struct NodePlace
{
    bool isRoot = false;
    bool isFirst = true;
    bool isLast = true;
    bool isNeeded = true; ///< its group cannot do with fewer
    int number = 1;       ///< from 1, among its siblings
    config::RuleKind rules = config::RuleKind::None; ///< of its group
};

/// What the rows of a router's tree have in common: the rule that leads here, weight and share, name and allowances,
/// moving and removing, the mark of the text cursor, the problem. GUI thread.
class NodeRow : public QFrame
{
    Q_OBJECT

public:
    void setPlace(const config::RouteNode &node, const NodePlace &place, const config::RouteWords &words);
    void setMarked(bool marked);
    /// No focus proxy does this: the row itself would be a stop of Tab, at the end of the window.
    void focusFirst() { stops().first()->setFocus(); } ///< on what the node is, not on its rule
    void focusMove(int step); ///< the button that moved it here, to move it on
    /// Where Tab stops, as the eye goes: first those of the rule, then the others.
    QList<QWidget *> ruleStops() const;
    virtual QList<QWidget *> stops() const;
    virtual void setNode(const config::RouteNode &node, const NodeFacts &facts) = 0;

Q_SIGNALS:
    void edited(const pm::config::RouteNode &node);
    void moveWanted(int step); ///< -1 up, 1 down
    void removeWanted();
    void textWanted(); ///< what the form cannot show is to be edited as text
    void dragged(const QPoint &global);
    void dropped(const QPoint &global);
    void focused();
    void stopsChanged(); ///< without an edit

protected:
    /// `what` names the row for screen readers: "target 2".
    NodeRow(const Theme &theme, const QString &what, QWidget *parent);
    virtual void submit() = 0;

    /// The card's layout: the rule, `top` with the buttons, then what the caller adds, then finish().
    QVBoxLayout *start(QBoxLayout *top);
    void finish(QVBoxLayout *layout);
    /// Weight and configured share, and what was seen, which may stand elsewhere. Not for the root: all requests come to
    /// it.
    void addShares(QBoxLayout *layout, QBoxLayout *seen);
    /// What every row says of its node, for submit().
    void readCommon(config::RouteNode &node) const;
    /// Their focus is told, the wheel scrolls the page past them, and Ctrl Shift with arrows moves the row.
    void watchStops();
    void showFacts(const config::RouteNode &node, const NodeFacts &facts);
    /// Marks the fields that have some, and takes those whose text it shows there; the row shows the others.
    virtual void showProblems(NodeProblems &left);
    bool isRule() const { return m_place.rules != config::RuleKind::None; }
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

    const Theme &m_theme;
    WeightBox *m_weight;
    bool m_isFilling = false;

private:
    QWidget *makeButtons();
    bool moveByKey(const QKeyEvent &event);

    ShareBar *m_bar;
    QLabel *m_seen;
    QToolButton *m_up;
    QToolButton *m_down;
    QToolButton *m_remove;
    QToolButton *m_more; ///< shows name and allowances where there are none yet
    QWidget *m_buttons;
    DragGrip *m_grip;
    RulePart *m_rule;
    NodeDetails *m_details;
    ProblemNote *m_note;
    QBoxLayout *m_top = nullptr;
    bool m_hasShares = false;
    bool m_isMarked = false;
    NodePlace m_place;
};

} // namespace pm::ui
