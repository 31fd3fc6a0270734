// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

namespace pm::ui {

/// A Source over a running gateway. Call after Gateway::start, for the trace file's path is taken now; the
/// gateway must outlive the window.
Source sourceOf(Gateway &gateway);

} // namespace pm::ui
