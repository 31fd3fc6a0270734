// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <random>
#include <string>

namespace pm {

using Rng = std::mt19937_64;

/// A generator seeded from the system; one per worker thread.
Rng makeRng();

/// A trace id: ULID (github.com/ulid/spec), 26 characters, sorts by time, unique without coordination.
std::string makeTraceId(SystemTime now, Rng &rng);

/// `prefix` and `length` random characters of [0-9A-Za-z], for ids that a dialect wants us to make up.
std::string makeId(std::string_view prefix, std::size_t length, Rng &rng);

} // namespace pm
