// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/node_row.h"

#include "format.h"
#include "routers/share_bar.h"
#include "routers/weight_box.h"
#include "style/theme.h"
#include "widgets/elided_label.h"
#include "widgets/icon_button.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

NodeRow::NodeRow(const Theme &theme, const QString &what, QWidget *parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_weight(new WeightBox(this))
    , m_problem(new ElidedLabel(theme.small(), Tone::Bad, this))
    , m_bar(new ShareBar(theme, this))
    , m_seen(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_up(makeIconButton(theme, u"arrow-up"_s, tr("Move %1 up").arg(what), this))
    , m_down(makeIconButton(theme, u"arrow-down"_s, tr("Move %1 down").arg(what), this))
    , m_remove(makeIconButton(theme, u"close"_s, tr("Remove %1").arg(what), this))
{
    setProperty("role", u"card"_s);
    m_weight->setAccessibleName(tr("Weight of %1").arg(what));
    m_weight->setToolTip(tr("Weight: the share among its siblings"));
    for (QWidget *part : std::initializer_list<QWidget *>{m_weight, m_bar, m_seen, m_problem})
        part->hide();
    watch(m_weight);
    connect(m_weight, &WeightBox::valueChanged, this, [this] { submit(); });
    connect(m_up, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { Q_EMIT moveWanted(1); });
    connect(m_remove, &QToolButton::clicked, this, &NodeRow::removeWanted);
}

void NodeRow::addShares(QBoxLayout *layout)
{
    m_hasShares = true;
    layout->addWidget(m_weight);
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_seen);
}

void NodeRow::addButtons(QBoxLayout *layout)
{
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    for (QToolButton *button : {m_up, m_down, m_remove}) {
        button->setFixedSize(26, 26);
        buttons->addWidget(button);
    }
    layout->addLayout(buttons);
}

QList<QWidget *> NodeRow::stops() const
{
    return {m_up, m_down, m_remove, m_weight};
}

void NodeRow::watch(QWidget *field)
{
    field->installEventFilter(this);
}

void NodeRow::setPlace(const NodePlace &place)
{
    for (QToolButton *button : {m_up, m_down, m_remove})
        button->setVisible(!place.isRoot);
    m_up->setEnabled(!place.isFirst);
    m_down->setEnabled(!place.isLast);
    const bool isOnly = place.isFirst && place.isLast;
    m_remove->setEnabled(!isOnly);
    m_remove->setToolTip(isOnly ? tr("The last one stays; remove what it belongs to instead") : tr("Remove"));
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
    m_seen->setVisible(m_hasShares);
    m_bar->setShares(facts.share, facts.seenHere.value_or(-1));
    m_bar->setToolTip(tr("%1 of the requests that come here, by weight").arg(percentText(facts.share)));
    m_seen->setText(facts.isInForce ? tr("seen %1").arg(percentText(facts.seen)) : tr("not in force yet"));
    setTone(m_problem, facts.problem.isWarning ? Tone::Warn : Tone::Bad);
    m_problem->setWholeText(facts.problem.text);
    m_problem->setVisible(!facts.problem.text.isEmpty());
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
    return QFrame::eventFilter(watched, event);
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
