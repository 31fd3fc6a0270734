// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_drag.h"

#include <QFrame>
#include <QScrollArea>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kMargin = 40; ///< pixels; so near to its edge the page scrolls

QScrollArea *areaAround(QWidget *widget)
{
    for (QWidget *above = widget->parentWidget(); above; above = above->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(above))
            return area;
    }
    return nullptr;
}

} // namespace

RouteDrag::RouteDrag(QWidget *form)
    : QObject(form)
    , m_form(form)
    , m_line(new QFrame(form))
{
    m_line->setProperty("role", u"drop"_s);
    m_line->hide();
}

int RouteDrag::placeAt(const QList<QRect> &spans, int from, int y)
{
    int place = 0;
    for (int i = 0; i < spans.size(); ++i)
        place += i != from && spans[i].center().y() < y ? 1 : 0;
    return place;
}

void RouteDrag::show(const QList<QRect> &spans, int from, const QPoint &at)
{
    const int place = placeAt(spans, from, at.y());
    // Among all siblings, the row itself too, the line stands above this one.
    const int above = place < from ? place : place + 1;
    const bool isEnd = above >= spans.size();
    const QRect &span = spans[isEnd ? spans.size() - 1 : above];
    m_line->setGeometry(span.left(), isEnd ? span.bottom() : span.top() - 1, span.width(), 2);
    m_line->setVisible(place != from);
    m_line->raise();
    if (QScrollArea *area = areaAround(m_form))
        area->ensureVisible(0, at.y(), 0, kMargin);
}

int RouteDrag::drop(const QList<QRect> &spans, int from, const QPoint &at)
{
    m_line->hide();
    return placeAt(spans, from, at.y());
}

} // namespace pm::ui

#include "moc_route_drag.cpp"
