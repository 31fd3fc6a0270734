// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/line_icon.h"

#include "style/theme.h"

#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QPixmap tinted(const QString &name, const QSize &pixels, const QColor &colour)
{
    const QString key = u"line-icon/%1/%2x%3/%4"_s.arg(name)
                            .arg(pixels.width())
                            .arg(pixels.height())
                            .arg(colour.name(QColor::HexArgb));
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(u":/pointsman/ui/icons/%1.svg"_s.arg(name));
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), colour);
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace

void paintLineIcon(QPainter &painter, const QRect &rect, const QString &name, const QColor &colour)
{
    const qreal ratio = painter.device()->devicePixelRatioF();
    QPixmap pixmap = tinted(name, (QSizeF(rect.size()) * ratio).toSize(), colour);
    pixmap.setDevicePixelRatio(ratio);
    painter.drawPixmap(rect.topLeft(), pixmap);
}

LineIconEngine::LineIconEngine(QString name, const Theme &theme, QColor Tokens::*colour)
    : m_name(std::move(name))
    , m_theme(theme)
    , m_colour(colour)
{
}

void LineIconEngine::paint(QPainter *painter, const QRect &rect, QIcon::Mode, QIcon::State)
{
    paintLineIcon(*painter, rect, m_name, m_theme.tokens().*m_colour);
}

QPixmap LineIconEngine::pixmap(const QSize &size, QIcon::Mode, QIcon::State)
{
    return tinted(m_name, size, m_theme.tokens().*m_colour);
}

QPixmap LineIconEngine::scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal)
{
    return pixmap(size, mode, state);
}

QIconEngine *LineIconEngine::clone() const
{
    return new LineIconEngine(m_name, m_theme, m_colour);
}

QString LineIconEngine::key() const
{
    return u"line-icon"_s;
}

} // namespace pm::ui
