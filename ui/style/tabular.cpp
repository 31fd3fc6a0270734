// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/tabular.h"

#include <QFont>
#include <QFontMetricsF>
#include <QGlyphRun>
#include <QHash>
#include <QPainter>
#include <QRawFont>

#include <algorithm>

namespace pm::ui {

namespace {

struct Face
{
    QRawFont raw;
    qreal digit = 0;
};

/// Raw fonts are dear to make and shared by all rows of a table; there are a handful of fonts in the window.
/// GUI thread only, as painting is.
const Face &faceOf(const QFont &font)
{
    static QHash<QString, Face> faces;
    const QString key = font.key();
    auto found = faces.find(key);
    if (found == faces.end()) {
        Face face{QRawFont::fromFont(font)};
        const QFontMetricsF metrics(font);
        for (char c = '0'; c <= '9'; ++c)
            face.digit = std::max(face.digit, metrics.horizontalAdvance(QLatin1Char(c)));
        found = faces.insert(key, face);
    }
    return *found;
}

struct Line
{
    QList<quint32> glyphs;
    QList<QPointF> positions;
    qreal width = 0;
};

Line layOut(const QString &text, const Face &face)
{
    Line line;
    line.glyphs = face.raw.glyphIndexesForString(text);
    const QList<QPointF> advances = face.raw.advancesForGlyphIndexes(line.glyphs);
    const bool oneToOne = line.glyphs.size() == text.size();
    for (qsizetype i = 0; i < line.glyphs.size(); ++i) {
        const qreal own = advances[i].x();
        const bool digit = oneToOne && text[i].isDigit();
        line.positions.append(QPointF(line.width + (digit ? (face.digit - own) / 2 : 0), 0));
        line.width += digit ? face.digit : own;
    }
    return line;
}

} // namespace

qreal tabularWidth(const QString &text, const QFont &font)
{
    return layOut(text, faceOf(font)).width;
}

void drawTabular(QPainter &painter, const QRectF &rect, const QString &text, const QFont &font)
{
    const Face &face = faceOf(font);
    const Line line = layOut(text, face);
    QGlyphRun run;
    run.setRawFont(face.raw);
    run.setGlyphIndexes(line.glyphs);
    run.setPositions(line.positions);
    const qreal baseline = rect.center().y() + (face.raw.ascent() - face.raw.descent()) / 2;
    painter.drawGlyphRun(QPointF(std::max(rect.left(), rect.right() - line.width), baseline), run);
}

} // namespace pm::ui
