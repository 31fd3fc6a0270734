// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>

#include <cstddef>

namespace pm::ui {

/// The colours of one theme by meaning. Widgets paint with these and with nothing else, save a provider's own
/// colour.
struct Tokens
{
    bool isDark = false;
    QColor window;     ///< behind everything: rail, strip, table
    QColor panel;      ///< cards and the detail
    QColor raised;     ///< buttons, chips, fields
    QColor line;       ///< the one-pixel lines between panes
    QColor lineStrong; ///< borders of controls
    QColor text;
    QColor muted;  ///< captions, secondary text
    QColor accent; ///< selection and primary action only
    QColor onAccent;
    QColor selection; ///< behind selected rows and the current page
    QColor hover;
    QColor good, warn, bad; ///< health, and never without a glyph
    QColor track;           ///< behind bars
    QColor gatewayBar, waitBar, streamBar;
};

const Tokens &lightTokens();
const Tokens &darkTokens();

/// WCAG 2.1 contrast ratio, 1..21.
double contrast(const QColor &a, const QColor &b);

/// A provider's own colour where it is valid, else a steady one picked by its name.
QColor providerColour(const QString &name, const QString &configured = {});

/// Told apart from those before and after it in a chart, for what has no colour of its own; they come again after nine.
QColor seriesColour(std::size_t place);

} // namespace pm::ui
