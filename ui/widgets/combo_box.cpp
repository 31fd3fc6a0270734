// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/combo_box.h"

#include "style/line_icon.h"
#include "style/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>
#include <QWheelEvent>

using namespace Qt::StringLiterals;

namespace pm::ui {

ComboBox::ComboBox(const Theme &theme, QWidget *parent)
    : QComboBox(parent)
    , m_theme(theme)
{
    setItemDelegate(new QStyledItemDelegate(this)); // else the list takes no style sheet
}

void ComboBox::paintEvent(QPaintEvent *event)
{
    QComboBox::paintEvent(event);
    QPainter painter(this);
    paintLineIcon(painter, QRect(width() - 22, (height() - 14) / 2, 14, 14), u"chevron-down"_s,
                  m_theme.tokens().muted);
}

void ComboBox::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

} // namespace pm::ui

#include "moc_combo_box.cpp"
