// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/parse_event.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"

#include <memory>

namespace pm {

namespace {

/// With room for `bytes`; what a rare large event needed is not kept.
simdjson::dom::parser &parserFor(std::size_t bytes)
{
    constexpr std::size_t kUsual = 4 * 1024;
    constexpr std::size_t kMostKept = 256 * 1024;
    thread_local std::unique_ptr<simdjson::dom::parser> parser;
    if (!parser || (parser->capacity() > kMostKept && bytes <= kMostKept)) {
        parser = std::make_unique<simdjson::dom::parser>();
        // Sets the depth limit; when memory is short the first parse says so again.
        [[maybe_unused]] const auto error = parser->allocate(kUsual, json::kMaxDepth);
    }
    return *parser;
}

} // namespace

Result<ParsedEvent> parseEvent(std::string_view text, std::string_view what)
{
    constexpr std::size_t kMostShown = 120;
    simdjson::dom::parser &parser = parserFor(text.size());
    ParsedEvent event;
    auto error = parser.parse(text.data(), text.size()).get(event.root);
    if (error == simdjson::STRING_ERROR) {
        const std::string marked = markLoneSurrogates(text);
        if (!marked.empty())
            error = parser.parse(marked.data(), marked.size()).get(event.root);
        event.isMarked = !marked.empty();
    }
    if (error || !event.root.is_object()) {
        return fail(ErrorKind::UpstreamBroken, "the provider's stream has " + std::string(what) +
                                                   " that is no JSON object: " + std::string(clipUtf8(text, kMostShown)));
    }
    return event;
}

} // namespace pm
