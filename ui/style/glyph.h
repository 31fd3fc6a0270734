// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

namespace pm::ui {

/// The signs that go with health colours, so that state is never told by colour alone. Painted, not typed:
/// fonts differ.
enum class Glyph {
    Check,    ///< answered
    Retry,    ///< answered after a failed attempt
    Cross,    ///< failed
    Stop,     ///< the client went away
    Barred,   ///< refused
    Spinner,  ///< running
    Disc,     ///< healthy
    HalfDisc, ///< degraded
    Ring,     ///< down, or not set up
    Dash,     ///< unknown
    Stack,    ///< kept before: from a cache
};

/// Paints centred in `rect` at 12 pixels. `phase` turns the spinner, 0..1.
void paintGlyph(QPainter &painter, const QRectF &rect, Glyph glyph, const QColor &colour, qreal phase = 0);

} // namespace pm::ui
