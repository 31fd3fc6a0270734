// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_fields.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

// What answers hold besides their words: counts, reasons, sources.
namespace pm::gemini {

namespace {

struct FinishRow
{
    std::string_view word;
    FinishReason reason;
};

// clang-format off
/// The first row of a reason is how it is written.
constexpr std::array kFinishes{
    FinishRow{"STOP",                     FinishReason::End},
    FinishRow{"MAX_TOKENS",               FinishReason::Length},
    FinishRow{"SAFETY",                   FinishReason::ContentFilter},
    FinishRow{"RECITATION",               FinishReason::ContentFilter},
    FinishRow{"LANGUAGE",                 FinishReason::ContentFilter},
    FinishRow{"BLOCKLIST",                FinishReason::ContentFilter},
    FinishRow{"PROHIBITED_CONTENT",       FinishReason::ContentFilter},
    FinishRow{"SPII",                     FinishReason::ContentFilter},
    FinishRow{"IMAGE_SAFETY",             FinishReason::ContentFilter},
    FinishRow{"IMAGE_PROHIBITED_CONTENT", FinishReason::ContentFilter},
    FinishRow{"IMAGE_RECITATION",         FinishReason::ContentFilter},
    FinishRow{"MALFORMED_FUNCTION_CALL",  FinishReason::End},
    FinishRow{"UNEXPECTED_TOOL_CALL",     FinishReason::End},
    FinishRow{"TOO_MANY_TOOL_CALLS",      FinishReason::End},
};
// clang-format on

/// Characters in the first `bytes` bytes of `text`; -1 for what lies beyond it.
std::int64_t characters(std::string_view text, std::int64_t bytes)
{
    if (bytes < 0 || static_cast<std::size_t>(bytes) > text.size())
        return -1;
    return std::count_if(text.begin(), text.begin() + bytes,
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

/// `holder` has startIndex and endIndex; a missing start is 0, as protobuf leaves zeros out.
void readOffsets(json::Element holder, std::string_view text, Citation &citation)
{
    const auto end = findInt(holder, "endIndex");
    if (text.empty() || !end)
        return;
    citation.start = characters(text, findInt(holder, "startIndex").value_or(0));
    citation.end = characters(text, *end);
    if (citation.start < 0 || citation.end < 0)
        citation.start = citation.end = -1;
}

void readSources(json::Element metadata, std::string_view text, std::vector<Citation> &found)
{
    auto sources = findArray(metadata, "citationSources"); // Google AI
    if (!sources)
        sources = findArray(metadata, "citations"); // Vertex
    if (!sources)
        return;
    for (const json::Element source : *sources) {
        Citation citation;
        citation.url = findString(source, "uri");
        citation.title = findString(source, "title");
        readOffsets(source, text, citation);
        if (!citation.url.empty())
            found.push_back(std::move(citation));
    }
}

/// A page that an answer was grounded on, as a citation without its place.
std::optional<Citation> chunkAt(json::Array chunks, std::size_t index)
{
    const auto chunk = chunks.at(index);
    if (chunk.error() || !chunk.value_unsafe().is_object())
        return std::nullopt;
    for (const std::string_view kind : {"web", "maps", "retrievedContext"}) {
        const auto page = findObject(chunk.value_unsafe(), kind);
        if (!page)
            continue;
        Citation citation;
        citation.url = findString(*page, "uri");
        citation.title = findString(*page, "title");
        return citation.url.empty() ? std::nullopt : std::optional(citation);
    }
    return std::nullopt;
}

void readGrounding(json::Element metadata, std::string_view text, std::vector<Citation> &found)
{
    constexpr std::size_t kMost = 512;
    const auto chunks = findArray(metadata, "groundingChunks");
    const auto supports = findArray(metadata, "groundingSupports");
    if (!chunks || !supports)
        return;
    for (const json::Element support : *supports) {
        const auto segment = findObject(support, "segment");
        const auto indices = findArray(support, "groundingChunkIndices");
        if (!segment || !indices)
            continue;
        for (const json::Element index : *indices) {
            std::int64_t at = 0;
            if (found.size() >= kMost || index.get_int64().get(at) || at < 0)
                continue;
            auto citation = chunkAt(*chunks, static_cast<std::size_t>(at));
            if (!citation)
                continue;
            readOffsets(*segment, text, *citation);
            found.push_back(std::move(*citation));
        }
    }
}

} // namespace

Usage readUsage(json::Element usage)
{
    Usage found;
    const auto prompt = findInt(usage, "promptTokenCount");
    const auto cached = findInt(usage, "cachedContentTokenCount");
    const auto toolUse = findInt(usage, "toolUsePromptTokenCount");
    const auto thoughts = findInt(usage, "thoughtsTokenCount");
    const auto candidates = findInt(usage, "candidatesTokenCount");
    if (prompt || toolUse)
        found.uncachedInput =
            std::max<std::int64_t>(0, prompt.value_or(0) - cached.value_or(0)) + toolUse.value_or(0);
    found.cacheRead = cached;
    found.reasoning = thoughts;
    if (candidates || thoughts)
        found.output = candidates.value_or(0) + thoughts.value_or(0);
    return found;
}

void writeUsage(json::Writer &out, const Usage &usage)
{
    const std::int64_t output = usage.output.value_or(0);
    const std::int64_t thoughts =
        std::clamp<std::int64_t>(usage.reasoning.value_or(0), 0, std::max<std::int64_t>(0, output));
    out.beginObject();
    out.member("promptTokenCount", usage.totalInput().value_or(0));
    if (usage.cacheRead)
        out.member("cachedContentTokenCount", *usage.cacheRead);
    out.member("candidatesTokenCount", output - thoughts);
    if (thoughts > 0)
        out.member("thoughtsTokenCount", thoughts);
    out.member("totalTokenCount", usage.totalInput().value_or(0) + output);
    out.endObject();
}

FinishReason readFinish(std::string_view reason, bool hasCalls)
{
    const auto row = std::find_if(kFinishes.begin(), kFinishes.end(),
                                  [&](const FinishRow &each) { return each.word == reason; });
    const FinishReason found = row == kFinishes.end() ? FinishReason::Unknown : row->reason;
    const bool isOrdinary = found == FinishReason::End || found == FinishReason::Unknown;
    return hasCalls && isOrdinary ? FinishReason::ToolCalls : found;
}

std::string_view finishName(FinishReason reason)
{
    if (reason == FinishReason::ContextFull)
        reason = FinishReason::Length;
    const auto row = std::find_if(kFinishes.begin(), kFinishes.end(),
                                  [&](const FinishRow &each) { return each.reason == reason; });
    return row == kFinishes.end() ? "STOP" : row->word;
}

bool isBrokenCall(std::string_view reason)
{
    return reason == "MALFORMED_FUNCTION_CALL" || reason == "UNEXPECTED_TOOL_CALL" ||
           reason == "TOO_MANY_TOOL_CALLS";
}

Error brokenCall(json::Element candidate, std::string_view reason)
{
    std::string message = "the model wrote a tool call that cannot be used (" + std::string(reason) + ")";
    if (const auto said = findString(candidate, "finishMessage"); !said.empty())
        message += ": " + std::string(clipUtf8(said, 500));
    return {ErrorKind::UpstreamBroken, std::move(message)};
}

std::vector<Citation> readCitations(json::Element candidate, std::string_view text)
{
    std::vector<Citation> found;
    if (const auto metadata = findObject(candidate, "citationMetadata"))
        readSources(*metadata, text, found);
    if (const auto metadata = findObject(candidate, "groundingMetadata"))
        readGrounding(*metadata, text, found);
    return found;
}

Citation inBytes(Citation citation, std::string_view text, std::size_t base)
{
    const std::int64_t start = std::exchange(citation.start, -1);
    const std::int64_t end = std::exchange(citation.end, -1);
    std::int64_t count = 0;
    std::size_t at = 0;
    for (; start >= 0 && at <= text.size(); ++at) {
        const bool isStart = at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (!isStart)
            continue;
        if (count == start)
            citation.start = static_cast<std::int64_t>(base + at);
        if (count == end)
            citation.end = static_cast<std::int64_t>(base + at);
        ++count;
    }
    return citation;
}

void writeCitations(json::Writer &out, const std::vector<Citation> &citations)
{
    if (citations.empty())
        return;
    out.key("citationMetadata");
    out.beginObject();
    out.key("citationSources");
    out.beginArray();
    for (const Citation &citation : citations) {
        out.beginObject();
        if (citation.start >= 0 && citation.end >= 0) {
            out.member("startIndex", citation.start);
            out.member("endIndex", citation.end);
        }
        out.member("uri", citation.url);
        if (!citation.title.empty())
            out.member("title", citation.title);
        out.endObject();
    }
    out.endArray();
    out.endObject();
}

std::string textOfOddPart(json::Element part)
{
    if (const auto code = findObject(part, "executableCode"))
        return "\n```" + lowerAscii(findString(*code, "language")) + "\n" +
               std::string(findString(*code, "code")) + "\n```\n";
    if (const auto outcome = findObject(part, "codeExecutionResult"))
        return "\n```\n" + std::string(findString(*outcome, "output")) + "\n```\n";
    if (const auto data = findObject(part, "inlineData")) {
        const std::string_view text = findString(*data, "data");
        const auto padding = std::count(text.begin(), text.end(), '=');
        const std::size_t bytes =
            text.size() / 4 * 3 -
            std::min<std::size_t>(text.size() / 4 * 3, static_cast<std::size_t>(padding));
        return "[" + std::string(findString(*data, "mimeType")) + " of " + std::to_string(bytes) +
               " bytes, which answers cannot carry here]";
    }
    return {};
}

} // namespace pm::gemini
