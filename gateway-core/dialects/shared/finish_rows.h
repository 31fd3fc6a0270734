// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <span>
#include <string_view>

// Why an answer ended, of formats that have one word for each reason, tool calls among them. Pure functions.
namespace pm::shared {

/// A format's word. Where two words have one reason, the first is written.
struct FinishRow
{
    std::string_view word;
    FinishReason reason;
};

/// Reasons that a tool call in the answer overrules.
inline bool isOrdinaryEnd(FinishReason reason)
{
    return reason == FinishReason::End || reason == FinishReason::Unknown || reason == FinishReason::ToolCalls;
}

/// What a word means, Unknown for one that is not listed. Calls that are there count more than a word that has none.
inline FinishReason readFinish(std::span<const FinishRow> rows, std::string_view word, bool hasCalls)
{
    FinishReason found = FinishReason::Unknown;
    for (const FinishRow &row : rows) {
        if (row.word == word)
            found = row.reason;
    }
    if (hasCalls && isOrdinaryEnd(found))
        return FinishReason::ToolCalls;
    return found == FinishReason::ToolCalls ? FinishReason::End : found;
}

} // namespace pm::shared
