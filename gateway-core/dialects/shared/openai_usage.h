// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"

#include <string_view>

// Token counts and finish reasons as chat and legacy completions spell them. Pure functions.
namespace pm::openai {

/// An `usage` object of a reply or chunk in any of the spellings in use; input parts do not overlap in the
/// result.
Usage readUsage(json::Element usage);
/// The value of `usage`. Counts that are not known are left out.
void writeUsage(json::Writer &out, const Usage &usage);

/// What `reason` means. Tool calls are told from `hasCalls`, not from the provider's word, which is often
/// wrong.
FinishReason readFinish(std::string_view reason, bool hasCalls, bool hasRefusal);
std::string_view finishName(FinishReason reason, bool hasCalls);

} // namespace pm::openai
