// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"

#include "base/text.h"
#include "dialects/anthropic.h"
#include "dialects/gemini.h"
#include "dialects/openai_chat.h"

namespace pm {

const std::vector<const Dialect *> &dialects()
{
    // THE TABLE: a new wire format is one file and one row here.
    static const OpenAiChat openAiChat;
    static const Anthropic anthropic;
    static const Gemini gemini;
    static const std::vector<const Dialect *> table{&openAiChat, &anthropic, &gemini};
    return table;
}

const Dialect &dialect(DialectId id)
{
    for (const Dialect *row : dialects()) {
        if (row->id() == id)
            return *row;
    }
    return *dialects().front();
}

const Dialect *findDialect(std::string_view name)
{
    for (const Dialect *row : dialects()) {
        if (row->name() == name)
            return row;
    }
    return nullptr;
}

std::string Dialect::writeTokenCount(std::int64_t tokens) const
{
    return "{\"input_tokens\":" + std::to_string(tokens) + "}";
}

std::string shortToolName(std::string_view name)
{
    constexpr std::size_t kMost = 64;
    if (name.size() <= kMost)
        return std::string(name);
    const std::string hash = stableHash(name);
    return std::string(clipUtf8(name, kMost - 1 - hash.size())) + "_" + hash;
}

std::string Dialect::toolName(std::string_view name) const
{
    return shortToolName(name);
}

std::string_view mediaType(StreamFraming framing)
{
    switch (framing) {
    case StreamFraming::Sse: return "text/event-stream";
    case StreamFraming::Ndjson: return "application/x-ndjson";
    case StreamFraming::AwsEventStream: return "application/vnd.amazon.eventstream";
    }
    return {};
}

std::int64_t estimateTokens(std::size_t textBytes, std::size_t images)
{
    return static_cast<std::int64_t>(textBytes / 4 + images * 800);
}

} // namespace pm
