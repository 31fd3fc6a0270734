// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/event_parser.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"

namespace pm {

EventParser::EventParser()
{
    // Sets the depth limit; when memory is short the first parse says so again.
    [[maybe_unused]] const auto error = m_parser.allocate(4096, json::kMaxDepth);
}

Result<EventParser::Event> EventParser::object(std::string_view text, std::string_view what)
{
    constexpr std::size_t kMostShown = 120;
    Event event;
    auto error = m_parser.parse(text.data(), text.size()).get(event.root);
    if (error == simdjson::STRING_ERROR) {
        const std::string marked = markLoneSurrogates(text);
        if (!marked.empty())
            error = m_parser.parse(marked.data(), marked.size()).get(event.root);
        event.isMarked = !marked.empty();
    }
    if (error || !event.root.is_object()) {
        return fail(ErrorKind::UpstreamBroken, "the provider's stream has " + std::string(what) +
                                                   " that is no JSON object: " + std::string(clipUtf8(text, kMostShown)));
    }
    return event;
}

} // namespace pm
