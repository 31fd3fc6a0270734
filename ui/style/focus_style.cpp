// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/focus_style.h"

#include "style/theme.h"

#include <QComboBox>
#include <QPainter>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace pm::ui {

void paintFocusRing(QPainter &painter, const QRectF &rect, const QColor &accent, qreal radius)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(accent, 2));
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
    painter.restore();
}

FocusStyle::FocusStyle(const Theme &theme)
    : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
    , m_theme(theme)
{
}

void FocusStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    if (element == PE_FrameFocusRect) {
        // The style sheet gives these a border for a ring; a second one inside it would be too many.
        if (qobject_cast<const QPushButton *>(widget) || qobject_cast<const QToolButton *>(widget) ||
            qobject_cast<const QComboBox *>(widget))
            return;
        paintFocusRing(*painter, option->rect, m_theme.tokens().accent, 4);
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

int FocusStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_SplitterWidth:
        return 1;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
        return 16;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int FocusStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                          QStyleHintReturn *data) const
{
    if (hint == SH_ComboBox_Popup)
        return 0;
    if (hint == SH_UnderlineShortcut)
        return 0;
    if (hint == SH_ToolTip_WakeUpDelay)
        return 400;
    return QProxyStyle::styleHint(hint, option, widget, data);
}

} // namespace pm::ui

#include "moc_focus_style.cpp"
