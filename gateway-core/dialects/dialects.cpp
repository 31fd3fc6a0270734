// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"

#include "dialects/anthropic.h"
#include "dialects/bedrock.h"
#include "dialects/cohere.h"
#include "dialects/ollama.h"
#include "dialects/gemini.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_completions.h"
#include "dialects/openai_responses.h"
#include "dialects/shared/tool_names.h"

namespace pm {

const std::vector<const Dialect *> &dialects()
{
    // THE TABLE: a new wire format is one file and one row here.
    static const OpenAiChat openAiChat;
    static const Anthropic anthropic;
    static const OpenAiResponses openAiResponses;
    static const OpenAiCompletions openAiCompletions;
    static const Gemini gemini;
    static const Ollama ollama;
    static const Bedrock bedrock;
    static const Cohere cohere;
    static const std::vector<const Dialect *> table{&openAiChat, &anthropic, &openAiResponses, &openAiCompletions,
                                                    &gemini,     &ollama,    &bedrock,         &cohere};
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

Result<std::string> Dialect::repaired(std::string body, const TargetTraits &, Losses &) const
{
    return body;
}

Error Dialect::readNamedError(int status, std::string_view, std::string_view body) const
{
    return readError(status, body);
}

std::string Dialect::writeTokenCount(std::int64_t tokens) const
{
    return "{\"input_tokens\":" + std::to_string(tokens) + "}";
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
