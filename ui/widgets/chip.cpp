// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chip.h"

#include "style/focus_style.h"
#include "style/line_icon.h"
#include "style/theme.h"

#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kHeight = 24;
constexpr int kPadding = 10;
constexpr int kDotSpace = 14;
constexpr int kArrowSpace = 14;
} // namespace

Chip::Chip(const Theme &theme, const QString &label, QWidget *parent)
    : QAbstractButton(parent)
    , m_theme(theme)
    , m_label(label)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(label);
    setCursor(Qt::ArrowCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Chip::setChoices(const QString &any, Choices choices)
{
    m_any = any;
    m_choices = std::move(choices);
    setAccessibleDescription(any);
    connect(this, &QAbstractButton::clicked, this, &Chip::openMenu);
    updateGeometry();
}

void Chip::setValue(const QString &value, const QString &label)
{
    m_value = value;
    m_valueLabel = label.isEmpty() ? value : label;
    setAccessibleDescription(shownText());
    updateGeometry();
    update();
}

void Chip::setDot(bool shown)
{
    m_hasDot = shown;
    updateGeometry();
}

QString Chip::shownText() const
{
    if (!m_choices)
        return text().isEmpty() ? m_label : text();
    return m_value.isEmpty() ? m_any : m_valueLabel;
}

QSize Chip::sizeHint() const
{
    const int text = QFontMetrics(m_theme.small()).horizontalAdvance(shownText());
    return {text + 2 * kPadding + (m_hasDot ? kDotSpace : 0) + (m_choices ? kArrowSpace : 0), kHeight};
}

void Chip::openMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString &label, const QString &value) {
        QAction *action = menu->addAction(QString(label).replace(u'&', u"&&"_s));
        action->setCheckable(true);
        action->setChecked(value == m_value);
        connect(action, &QAction::triggered, this, [this, label, value] {
            setValue(value, value.isEmpty() ? QString() : label);
            Q_EMIT chosen(value);
        });
    };
    add(m_any, {});
    menu->addSeparator();
    const auto choices = m_choices();
    for (const Choice &choice : choices)
        add(choice.label, choice.value);
    if (choices.empty())
        menu->addAction(tr("None seen yet"))->setEnabled(false);
    menu->popup(mapToGlobal(QPoint(0, height() + 4)));
}

void Chip::keyPressEvent(QKeyEvent *event)
{
    if (m_choices &&
        (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        openMenu();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    const QRectF pill = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(isActive() ? QPen(Qt::NoPen) : QPen(underMouse() ? t.muted : t.lineStrong));
    painter.setBrush(isActive() ? t.selection : t.raised);
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    const QColor ink = isActive() ? t.accent : t.text;
    int left = kPadding;
    if (m_hasDot) {
        painter.setPen(isActive() ? QPen(Qt::NoPen) : QPen(t.muted, 1.2));
        painter.setBrush(isActive() ? QBrush(ink) : QBrush(Qt::NoBrush));
        painter.drawEllipse(QPointF(left + 4, height() / 2.0), 3.5, 3.5);
        left += kDotSpace;
    }
    painter.setFont(m_theme.small());
    painter.setPen(ink);
    painter.drawText(rect().adjusted(left, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, shownText());
    if (m_choices)
        paintLineIcon(painter, QRect(width() - kPadding - 10, (height() - 14) / 2, 14, 14), u"chevron-down"_s,
                      isActive() ? t.accent : t.muted);
    if (hasFocus())
        paintFocusRing(painter, QRectF(rect()), t.accent, height() / 2.0 - 1);
}

} // namespace pm::ui

#include "moc_chip.cpp"
