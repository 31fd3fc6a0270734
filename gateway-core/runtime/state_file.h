// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace pm {

/// What the user chose outside the configuration and what must survive a restart. One small JSON file in the data
/// directory; the command line writes it too, and a running gateway watches it.
struct SavedState
{
    std::optional<std::string> activeRouter; ///< unset: the configuration's
    std::int64_t keysChangedAt = 0;          ///< Unix microseconds; a newer value means: read the keychain again
};

std::string statePath(const std::string &dataDir);
/// A missing file is a default state; a broken one too, with a warning in the log.
SavedState readState(const std::string &dataDir);
/// Error: Storage.
Result<void> writeState(const std::string &dataDir, const SavedState &state);

/// $XDG_STATE_HOME/pointsman or ~/.local/state/pointsman: trace store and state.
std::string defaultDataDir();

} // namespace pm
