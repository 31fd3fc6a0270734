// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string_view>

namespace pm {

/// Parses the JSON of a stream's events, one after the other, in one parser's memory. Providers cut text between the
/// halves of a surrogate pair; such events are read too, with the halves marked for a SurrogateJoiner.
class EventParser
{
public:
    struct Event
    {
        json::Element root;
        bool isMarked = false; ///< its texts hold marks of lone surrogates (surrogates.h)
    };

    EventParser();
    /// The object `text`; its elements live until the next call. `what` names it in the error: "an event". Error:
    /// UpstreamBroken.
    Result<Event> object(std::string_view text, std::string_view what);

private:
    simdjson::dom::parser m_parser;
};

} // namespace pm
