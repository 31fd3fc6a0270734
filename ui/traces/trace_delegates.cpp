// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_delegates.h"

#include "format.h"
#include "style/tabular.h"
#include "style/theme.h"
#include "traces/outcome.h"

#include <QAbstractItemView>
#include <QPainter>

namespace pm::ui {

namespace {
constexpr int kPadding = 8;
constexpr int kMark = 12;
}

CellDelegate::CellDelegate(const Theme &theme, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Tokens &t = m_theme.tokens();
    const bool selected = option.state & QStyle::State_Selected;
    if (selected)
        painter->fillRect(option.rect, t.selection);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, t.hover);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.line);
    // The row that keys act on is marked at its left edge, as long as the table has the focus.
    if (selected && index.column() == 0 && option.widget && option.widget->hasFocus())
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), t.accent);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintContent(*painter, option.rect.adjusted(kPadding, 0, -kPadding, -1), index);
    painter->restore();
}

TextDelegate::TextDelegate(const Theme &theme, int mutedRole, QObject *parent)
    : CellDelegate(theme, parent)
    , m_mutedRole(mutedRole)
{
}

void TextDelegate::paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const
{
    const QString text = index.data().toString();
    const bool muted = index.data(m_mutedRole).toBool() || text == unknownText();
    painter.setFont(m_theme.font());
    painter.setPen(muted ? m_theme.tokens().muted : m_theme.tokens().text);
    const QString shown = QFontMetrics(m_theme.font()).elidedText(text, Qt::ElideRight, area.width());
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, shown);
}

NumberDelegate::NumberDelegate(const Theme &theme, int mutedRole, QObject *parent)
    : CellDelegate(theme, parent)
    , m_mutedRole(mutedRole)
{
}

void NumberDelegate::paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const
{
    const QString text = index.data().toString();
    const bool muted = index.data(m_mutedRole).toBool() || text == unknownText();
    painter.setPen(muted ? m_theme.tokens().muted : m_theme.tokens().text);
    // A digit that is cut off in silence would make another number of it.
    QString shown = text;
    for (qsizetype kept = text.size() - 1; kept > 0 && tabularWidth(shown, m_theme.font()) > area.width(); --kept)
        shown = text.first(kept) + u'…';
    QRectF where = area;
    const bool left = index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignLeft;
    if (left)
        where.setWidth(tabularWidth(shown, m_theme.font()));
    painter.setClipRect(area);
    drawTabular(painter, where, shown, m_theme.font());
}

OutcomeDelegate::OutcomeDelegate(const Theme &theme, int outcomeRole, QObject *parent)
    : CellDelegate(theme, parent)
    , m_outcomeRole(outcomeRole)
{
}

void OutcomeDelegate::paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const
{
    const Sign sign = outcomeSign(static_cast<Outcome>(index.data(m_outcomeRole).toInt()));
    const qreal phase = sign.glyph == Glyph::Spinner ? double(nowMicros() / 1000 % 1'000) / 1'000.0 : 0;
    paintGlyph(painter, area, sign.glyph, m_theme.tokens().*sign.colour, phase);
}

QString routePrefix(const QString &provider, const QFontMetrics &metrics, int room)
{
    const QString whole = provider + QLatin1Char('/');
    const int least = metrics.horizontalAdvance(QStringLiteral("…/"));
    if (metrics.horizontalAdvance(whole) <= room)
        return whole;
    if (room < least)
        return QStringLiteral("…/");
    const int ofName = room - metrics.horizontalAdvance(QLatin1Char('/'));
    return metrics.elidedText(provider, Qt::ElideRight, ofName) + QLatin1Char('/');
}

RouteDelegate::RouteDelegate(const Theme &theme, Roles roles, QObject *parent)
    : CellDelegate(theme, parent)
    , m_roles(roles)
{
}

void RouteDelegate::paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const
{
    const QString provider = index.data(m_roles.provider).toString();
    const QString model = index.data(m_roles.model).toString();
    const Tokens &t = m_theme.tokens();
    QRect rest = area;
    if (index.data(m_roles.cached).toBool()) {
        const QRect mark(area.right() - kMark + 1, area.top(), kMark, area.height());
        paintGlyph(painter, mark, Glyph::Stack, t.muted);
        rest.setRight(mark.left() - 4);
    }
    if (!provider.isEmpty()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(index.data(m_roles.colour).value<QColor>());
        painter.drawEllipse(QPointF(area.left() + 4, area.center().y() + 0.5), 4, 4);
        rest.setLeft(area.left() + 14);
        const QFontMetrics metrics(m_theme.font());
        // The dot stands for the provider as well, and models are told apart by their last letters.
        const int left = rest.width() - QFontMetrics(m_theme.bold()).horizontalAdvance(model);
        const QString prefix = routePrefix(provider, metrics, left);
        painter.setFont(m_theme.font());
        painter.setPen(t.muted);
        painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, prefix);
        rest.setLeft(rest.left() + metrics.horizontalAdvance(prefix));
    }
    if (rest.width() <= 0)
        return;
    painter.setFont(m_theme.bold());
    painter.setPen(model.isEmpty() ? t.muted : t.text);
    const QString shown = model.isEmpty() ? unknownText() : model;
    painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(m_theme.bold()).elidedText(shown, Qt::ElideRight, rest.width()));
}

PhasesDelegate::PhasesDelegate(const Theme &theme, int phasesRole, std::function<std::int64_t()> scale,
                               QObject *parent)
    : CellDelegate(theme, parent)
    , m_phasesRole(phasesRole)
    , m_scale(std::move(scale))
{
}

void PhasesDelegate::paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const
{
    const auto phases = index.data(m_phasesRole).value<Phases>();
    const Tokens &t = m_theme.tokens();
    const QRectF track(area.left(), area.center().y() - 3, area.width(), 7);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(track, t.track);
    const double perMicro = track.width() / double(std::max<std::int64_t>(1, m_scale()));
    qreal x = track.left();
    const auto piece = [&](std::int64_t micros, const QColor &colour) {
        if (micros <= 0)
            return;
        const qreal width = std::min(std::max(1.0, double(micros) * perMicro), track.right() - x);
        if (width > 0)
            painter.fillRect(QRectF(x, track.top(), width, track.height()), colour);
        x += std::max(0.0, width);
    };
    piece(phases.gatewayUs, t.gatewayBar);
    piece(phases.waitUs, phases.failed ? t.bad : t.waitBar);
    piece(phases.streamUs, t.streamBar);
}

} // namespace pm::ui

#include "moc_trace_delegates.cpp"
