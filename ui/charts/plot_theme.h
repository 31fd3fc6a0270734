// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/theme.h"

class QCustomPlot;

namespace pm::ui {

/// Dresses a plot like the rest: panel behind, hairlines, small muted numbers on the right, time below; no
/// interaction.
void dressPlot(QCustomPlot &plot, const Theme &theme);

/// Minutes before now, "−15 min" to "now", along the bottom axis, whose unit is seconds before now.
void setTimeTicks(QCustomPlot &plot);

} // namespace pm::ui
