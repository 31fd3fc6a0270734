// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/tab_bar.h"

namespace pm::ui {

/// A choice of one among a few, all in sight; `name` says of what.
TabBar *makeSegmentBar(const QString &name, const QStringList &choices, QWidget *parent);

} // namespace pm::ui
