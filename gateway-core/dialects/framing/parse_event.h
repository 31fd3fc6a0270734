// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string_view>

namespace pm {

/// The JSON of one event of a stream.
struct ParsedEvent
{
    json::Element root;
    bool isMarked = false; ///< its texts hold marks of lone surrogates (surrogates.h)
};

/// Parses the object `text`. Providers cut text between the halves of a surrogate pair; such events are read too, with
/// the halves marked for a SurrogateJoiner. `what` names it in the error: "an event". Error: UpstreamBroken.
///
/// All streams of a thread share one parser, whose memory a thousand open streams would otherwise hold a thousand times:
/// the elements live until the next call in the same thread.
Result<ParsedEvent> parseEvent(std::string_view text, std::string_view what);

} // namespace pm
