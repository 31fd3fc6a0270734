// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/node_row.h"

#include "format.h"
#include "routers/drag_grip.h"
#include "routers/node_details.h"
#include "routers/rule_part.h"
#include "routers/share_bar.h"
#include "routers/weight_box.h"
#include "style/theme.h"
#include "widgets/icon_button.h"
#include "widgets/line.h"
#include "widgets/problem_note.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

NodeRow::NodeRow(const Theme &theme, const QString &what, QWidget *parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_weight(new WeightBox(this))
    , m_bar(new ShareBar(theme, this))
    , m_seen(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_up(makeIconButton(theme, u"arrow-up"_s, tr("Move %1 up").arg(what), this))
    , m_down(makeIconButton(theme, u"arrow-down"_s, tr("Move %1 down").arg(what), this))
    , m_remove(makeIconButton(theme, u"close"_s, tr("Remove %1").arg(what), this))
    , m_more(makeIconButton(theme, u"settings"_s, tr("Name and allowances of %1").arg(what), this))
    , m_buttons(makeButtons())
    , m_grip(new DragGrip(theme, this))
    , m_rule(new RulePart(theme, what, this))
    , m_details(new NodeDetails(theme, what, this))
    , m_note(new ProblemNote(theme, this))
{
    setProperty("role", u"card"_s);
    m_weight->setAccessibleName(tr("Weight of %1").arg(what));
    for (QWidget *part : std::initializer_list<QWidget *>{m_weight, m_bar, m_seen, m_rule, m_details})
        part->hide();
    connect(m_weight, &WeightBox::valueChanged, this, [this] { submit(); });
    connect(m_rule, &RulePart::edited, this, [this] { submit(); });
    connect(m_rule, &RulePart::textWanted, this, &NodeRow::textWanted);
    connect(m_rule, &RulePart::stopsChanged, this, &NodeRow::stopsChanged);
    connect(m_details, &NodeDetails::edited, this, [this] { submit(); });
    connect(m_grip, &DragGrip::dragged, this, &NodeRow::dragged);
    connect(m_grip, &DragGrip::dropped, this, &NodeRow::dropped);
}

QWidget *NodeRow::makeButtons()
{
    auto *buttons = new QWidget(this);
    auto *layout = new QHBoxLayout(buttons);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_more->setCheckable(true);
    m_more->setToolTip(tr("Name and allowances"));
    for (QToolButton *button : {m_more, m_up, m_down, m_remove}) {
        button->setFixedSize(26, 26);
        layout->addWidget(button);
    }
    connect(m_more, &QToolButton::toggled, this, [this](bool on) { m_details->setVisible(on); });
    connect(m_up, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(1); });
    connect(m_remove, &QToolButton::clicked, this, &NodeRow::removeWanted);
    return buttons;
}

QVBoxLayout *NodeRow::start(QBoxLayout *top)
{
    m_top = top;
    auto *columns = new QHBoxLayout(this);
    columns->setContentsMargins(4, 8, 6, 8);
    columns->setSpacing(4);
    columns->addWidget(m_grip, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout;
    layout->setSpacing(6);
    columns->addLayout(layout, 1);
    layout->addWidget(m_rule);
    layout->addLayout(top);
    top->addWidget(m_buttons);
    return layout;
}

void NodeRow::finish(QVBoxLayout *layout)
{
    layout->addWidget(m_details);
    layout->addWidget(m_note);
}

void NodeRow::addShares(QBoxLayout *layout, QBoxLayout *seen)
{
    m_hasShares = true;
    layout->addWidget(m_weight);
    layout->addWidget(m_bar, 1);
    seen->addWidget(m_seen);
}

QList<QWidget *> NodeRow::stops() const
{
    return QList<QWidget *>{m_more, m_up, m_down, m_remove, m_weight} + m_details->stops();
}

QList<QWidget *> NodeRow::ruleStops() const
{
    return m_rule->stops();
}

void NodeRow::watchStops()
{
    for (QWidget *stop : ruleStops() + stops())
        stop->installEventFilter(this);
}

void NodeRow::readCommon(config::RouteNode &node) const
{
    node.weight = m_weight->value();
    m_rule->read(node);
    if (!m_place.isRoot)
        m_details->read(node);
}

void NodeRow::setPlace(const config::RouteNode &node, const NodePlace &place, const config::RouteWords &words)
{
    m_place = place;
    const bool isRule = place.rules != config::RuleKind::None;
    m_rule->setRule(node, place.rules, place.number, words);
    m_rule->setVisible(isRule);
    QBoxLayout *head = isRule ? m_rule->head() : m_top;
    if (head->indexOf(m_buttons) < 0)
        head->addWidget(m_buttons);
    const bool isFixed = place.isRoot || node.isDefault;
    for (QToolButton *button : {m_up, m_down, m_remove})
        button->setVisible(!isFixed);
    m_grip->setVisible(!place.isRoot);
    m_grip->setEnabled(!isFixed && !(place.isFirst && place.isLast));
    m_up->setEnabled(!place.isFirst);
    m_down->setEnabled(!place.isLast);
    m_remove->setEnabled(!place.isNeeded);
    m_remove->setToolTip(!place.isNeeded ? tr("Remove")
                         : place.isLast && place.isFirst
                             ? tr("The last one stays; remove what it belongs to instead")
                             : tr("The strategy needs as many as there are"));
}

void NodeRow::focusMove(int step)
{
    QToolButton *wanted = step < 0 ? m_up : m_down;
    (wanted->isEnabled() ? wanted : step < 0 ? m_down : m_up)->setFocus();
}

void NodeRow::showFacts(const config::RouteNode &node, const NodeFacts &facts)
{
    m_weight->setValue(node.weight);
    m_weight->setVisible(m_hasShares && facts.isWeighted);
    m_bar->setVisible(m_hasShares && facts.isWeighted);
    m_seen->setVisible(m_hasShares && facts.isRouterInForce);
    m_bar->setShares(facts.share, facts.seenHere.value_or(-1));
    m_bar->setToolTip(tr("%1 of the requests that come here, by weight").arg(percentText(facts.share)));
    m_seen->setText(facts.isInForce ? tr("seen %1").arg(percentText(facts.seen)) : tr("not in force yet"));
    const auto isWrong = [&](const char *place) { return !problemsIn(facts.problems, place).empty(); };
    const bool hasRates = facts.isRated || isWrong("rpm") || isWrong("tpm");
    m_details->setNode(node, hasRates);
    const bool saysMore = hasRates || !node.name.empty() || node.rpm > 0 || node.tpm > 0 || isWrong("name");
    m_more->setVisible(!m_place.isRoot && !saysMore);
    m_details->setVisible(!m_place.isRoot && (saysMore || m_more->isChecked()));
    NodeProblems left = facts.problems;
    showProblems(left);
    showIn(m_note, left);
    watchStops();
}

void NodeRow::showProblems(NodeProblems &left)
{
    if (isRule())
        m_rule->showProblems(left);
    m_details->showProblems(left);
    markField(m_weight, problemsIn(left, "weight"), tr("Weight: the share among its siblings"));
}

void NodeRow::setMarked(bool marked)
{
    m_isMarked = marked;
    update();
}

bool NodeRow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn)
        Q_EMIT focused();
    // Turning the wheel over a page scrolls the page; it must not change weights on the way.
    if (event->type() == QEvent::Wheel && !static_cast<QWidget *>(watched)->hasFocus()) {
        event->ignore();
        return true;
    }
    if (event->type() == QEvent::KeyPress && moveByKey(*static_cast<QKeyEvent *>(event)))
        return true;
    return QFrame::eventFilter(watched, event);
}

bool NodeRow::moveByKey(const QKeyEvent &event)
{
    const bool isUp = event.key() == Qt::Key_Up;
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    if ((!isUp && event.key() != Qt::Key_Down) || modifiers != (Qt::ControlModifier | Qt::ShiftModifier))
        return false;
    const QToolButton *button = isUp ? m_up : m_down;
    if (button->isVisible() && button->isEnabled())
        Q_EMIT moveWanted(isUp ? -1 : 1);
    return true;
}

void NodeRow::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    if (!m_isMarked)
        return;
    QPainter painter(this);
    painter.fillRect(QRect(0, 8, 3, height() - 16), m_theme.tokens().accent);
}

} // namespace pm::ui

#include "moc_node_row.cpp"
