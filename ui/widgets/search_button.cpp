// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/search_button.h"

#include "style/line_icon.h"
#include "style/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace pm::ui {

SearchButton::SearchButton(const Theme &theme, const QString &hint, const QString &shortcut, QWidget *parent)
    : QPushButton(parent)
    , m_theme(theme)
    , m_hint(hint)
    , m_shortcut(shortcut)
{
    setAccessibleName(hint);
    setFixedHeight(30);
    setMinimumWidth(150);
    setMaximumWidth(300);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SearchButton::paintEvent(QPaintEvent *event)
{
    QPushButton::paintEvent(event);
    QPainter painter(this);
    const Tokens &t = m_theme.tokens();
    paintLineIcon(painter, QRect(9, (height() - 16) / 2, 16, 16), u"search"_s, t.muted);
    const QFont small = m_theme.monoSmall();
    const int keys = QFontMetrics(small).horizontalAdvance(m_shortcut);
    painter.setPen(t.muted);
    painter.setFont(m_theme.font());
    const QRect words = rect().adjusted(32, 0, -keys - 20, 0);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(m_theme.font()).elidedText(m_hint, Qt::ElideRight, words.width()));
    painter.setFont(small);
    painter.drawText(rect().adjusted(0, 0, -10, 0), Qt::AlignVCenter | Qt::AlignRight, m_shortcut);
}

} // namespace pm::ui

#include "moc_search_button.cpp"
