// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/local_answers.h"

namespace pm {

/// Models as clients of the Gemini format expect them: all on one page, or the one called `id` when it is not empty,
/// with or without "models/". Error: ModelNotFound with the nearest names.
LocalAnswer geminiModels(std::string_view id, const Snapshot &snapshot, const Caller &caller = {});

} // namespace pm
