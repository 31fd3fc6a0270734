// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>

// Bodies of this dialect as servers take them that deviate from it (OpenAiDeviations). Works on JSON text, so that
// requests that were translated and those that pass through are repaired by the same rules. For the OpenAI Chat
// dialect's own files only.
namespace pm::openai {

/// True when `target` takes everything that the reference does: there is nothing to repair.
bool isRegular(const TargetTraits &target);

/// The value of `messages` as the target takes it; empty when it can stay as it is.
std::string repairedMessages(json::Element messages, const TargetTraits &target, Losses &losses);

/// `id` as 9 letters and digits: itself when it is that already, else made from it, always the same.
std::string nineCharId(std::string_view id);

/// The whole body. Error: NotSupported for what the target refuses and the answer depends on.
Result<std::string> repairedBody(std::string body, const TargetTraits &target, Losses &losses);

} // namespace pm::openai
