// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

// Programs that cut their strings by UTF-16 units write half a character as "\ud83d" at the end of one JSON
// string and the other half at the start of the next. No JSON parser that checks Unicode takes that; these
// functions do.
namespace pm {

/// Parses like json::Document::parse; lone surrogate escapes read as U+FFFD instead of being refused.
Result<json::Document> parseLenient(std::string_view text);

/// Rewrites each lone surrogate escape of a JSON text as an escaped private-use character that
/// SurrogateJoiner understands. Empty when there is none to rewrite.
std::string markLoneSurrogates(std::string_view json);

/// Joins the halves of characters that were split over the pieces of one text. One joiner a text; not
/// thread-safe.
class SurrogateJoiner
{
public:
    /// The piece with whole characters only: a high half at its end is held back, a low half at its start
    /// completes the held one, any other half becomes U+FFFD. `marked`: the piece comes from
    /// markLoneSurrogates.
    std::string join(std::string_view piece, bool marked);
    /// What is still held, as U+FFFD.
    std::string flush();

private:
    unsigned m_high = 0; ///< the held half, 0 when none
};

} // namespace pm
