// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/import/import.h"

namespace pm {

/// What importers must know of this program: its names, and the providers that need no configuration.
config::ImportContext importContext();

} // namespace pm
