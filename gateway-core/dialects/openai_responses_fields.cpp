// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_fields.h"

#include <algorithm>
#include <array>

namespace pm::responses {

namespace {

constexpr std::string_view kRedacted = "redacted.";

/// A count that can be meant; what is negative or absurd was not counted.
std::optional<std::int64_t> findCount(json::Element object, std::string_view key)
{
    constexpr std::int64_t kMost = 1'000'000'000'000;
    const auto count = json::findInt(object, key);
    return count && *count >= 0 && *count <= kMost ? count : std::nullopt;
}

std::optional<std::int64_t> findIn(json::Element usage, std::string_view details, std::string_view key)
{
    const auto inner = json::findObject(usage, details);
    return inner ? findCount(*inner, key) : std::nullopt;
}

void appendTexts(json::Element item, std::string_view list, std::string &text)
{
    const auto pieces = json::findArray(item, list);
    if (!pieces)
        return;
    for (const json::Element piece : *pieces) {
        const std::string_view words = json::findString(piece, "text").value_or("");
        text += text.empty() || words.empty() ? "" : "\n\n";
        text += words;
    }
}

} // namespace

std::string sealedRedacted(const Signature &data)
{
    const std::string family = data.family.empty() ? "unknown" : data.family; // must not pass for OpenAI's own
    return sealed({std::string(kRedacted) + data.value, family}, kFamily);
}

std::optional<Part> readReasoning(json::Element item, bool isOurs)
{
    ThinkingPart part;
    appendTexts(item, "summary", part.text);
    if (part.text.empty())
        appendTexts(item, "content", part.text);
    const std::string_view encrypted = json::findString(item, "encrypted_content").value_or("");
    part.signature = isOurs ? opened(encrypted, kFamily) : Signature{std::string(encrypted), {}};
    if (part.signature.value.starts_with(kRedacted) && part.signature.family != kFamily && isOurs) {
        part.signature.value.erase(0, kRedacted.size());
        return Part{RedactedThinkingPart{std::move(part.signature)}, {}};
    }
    if (part.text.empty() && part.signature.empty())
        return std::nullopt;
    return Part{std::move(part), {}};
}

Usage readUsage(json::Element usage)
{
    Usage read;
    const auto input = findCount(usage, "input_tokens");
    read.cacheRead = findIn(usage, "input_tokens_details", "cached_tokens");
    read.cacheWrite5m = findIn(usage, "input_tokens_details", "cache_write_tokens");
    if (input) {
        read.uncachedInput =
            std::max<std::int64_t>(0, *input - read.cacheRead.value_or(0) - read.cacheWrite());
    }
    read.output = findCount(usage, "output_tokens");
    read.reasoning = findIn(usage, "output_tokens_details", "reasoning_tokens");
    return read;
}

void writeUsage(json::Writer &out, const Usage &usage)
{
    const std::int64_t input = usage.totalInput().value_or(0);
    const std::int64_t output = usage.output.value_or(0);
    out.beginObject();
    out.member("input_tokens", input);
    out.key("input_tokens_details");
    out.beginObject();
    out.member("cached_tokens", usage.cacheRead.value_or(0));
    if (usage.cacheWrite5m || usage.cacheWrite1h)
        out.member("cache_write_tokens", usage.cacheWrite());
    out.endObject();
    out.member("output_tokens", output);
    out.key("output_tokens_details");
    out.beginObject();
    out.member("reasoning_tokens", usage.reasoning.value_or(0));
    out.endObject();
    out.member("total_tokens", input + output);
    out.endObject();
}

std::optional<Citation> readAnnotation(json::Element annotation)
{
    const std::string_view type = json::findString(annotation, "type").value_or("");
    Citation citation;
    citation.start = json::findInt(annotation, "start_index").value_or(-1);
    citation.end = json::findInt(annotation, "end_index").value_or(-1);
    if (type == "url_citation") {
        citation.url = json::findString(annotation, "url").value_or("");
        citation.title = json::findString(annotation, "title").value_or("");
    } else if (type == "file_citation" || type == "container_file_citation" || type == "file_path") {
        citation.url = json::findString(annotation, "file_id").value_or("");
        citation.title = json::findString(annotation, "filename").value_or("");
    } else {
        return std::nullopt;
    }
    return citation;
}

void writeAnnotation(json::Writer &out, const Citation &citation)
{
    out.beginObject();
    out.member("type", "url_citation");
    out.member("url", citation.url);
    out.member("title", citation.title);
    out.member("start_index", std::max<std::int64_t>(citation.start, 0));
    out.member("end_index", std::max<std::int64_t>(citation.end, 0));
    out.endObject();
}

std::string flatName(std::string_view group, std::string_view name, int copy)
{
    std::string flat(group);
    if (copy > 1)
        flat += "_" + std::to_string(copy);
    return flat + "__" + std::string(name);
}

std::string nameInGroup(std::string_view flat, std::string_view group)
{
    if (!flat.starts_with(group))
        return std::string(flat);
    std::string_view rest = flat.substr(group.size());
    if (!rest.starts_with("__")) { // "_2__name"
        const std::size_t separator = rest.find("__");
        rest.remove_prefix(separator == std::string_view::npos ? 0 : separator);
    }
    return rest.starts_with("__") ? std::string(rest.substr(2)) : std::string(flat);
}

std::string calledName(json::Element item)
{
    const std::string_view name = json::findString(item, "name").value_or("");
    const std::string_view group = json::findString(item, "namespace").value_or("");
    return group.empty() ? std::string(name) : flatName(group, name);
}

void writeCalledName(json::Writer &out, const std::string &name, const ReplyContext &context)
{
    const auto group = context.toolGroups.find(name);
    if (group == context.toolGroups.end())
        return out.member("name", name);
    out.member("name", nameInGroup(name, group->second));
    out.member("namespace", group->second);
}

Foreign kindOfForeign(json::Element item)
{
    constexpr std::array<std::string_view, 10> kInform{
        "web_search_call", "file_search_call",         "code_interpreter_call", "mcp_call",  "mcp_list_tools",
        "compaction",      "tool_search_call",         "tool_search_output",    "program",   "program_output",
    };
    if (json::findString(item, "call_id"))
        return Foreign::Calls;
    const std::string_view type = json::findString(item, "type").value_or("");
    return std::find(kInform.begin(), kInform.end(), type) != kInform.end() ? Foreign::Informs : Foreign::Shows;
}

ToolCallPart foreignCall(json::Element item)
{
    constexpr std::string_view kEnding = "_call";
    std::string_view type = json::findString(item, "type").value_or("");
    if (type.ends_with(kEnding))
        type.remove_suffix(kEnding.size());
    ToolCallPart call;
    call.id = json::findString(item, "call_id").value_or("");
    call.name = type.empty() ? "unknown" : std::string(type);
    call.arguments = json::text(item);
    return call;
}

std::string foreignNote(json::Element item)
{
    const std::string_view type = json::findString(item, "type").value_or("item");
    return "[" + openai::plainText(type) + ": this part of the answer cannot be shown here]";
}

std::string_view incompleteReason(FinishReason reason)
{
    switch (reason) {
    case FinishReason::Length:
    case FinishReason::ContextFull: return "max_output_tokens";
    case FinishReason::ContentFilter: return "content_filter";
    default: return {};
    }
}

FinishReason readFinish(json::Element response, bool hasCalls, bool hasRefusal)
{
    const auto details = json::findObject(response, "incomplete_details");
    const bool isIncomplete = json::findString(response, "status") == "incomplete";
    const std::string_view reason = details ? json::findString(*details, "reason").value_or("") : "";
    if (reason == "content_filter")
        return FinishReason::ContentFilter;
    if (isIncomplete || reason == "max_output_tokens")
        return FinishReason::Length;
    if (hasCalls)
        return FinishReason::ToolCalls;
    return hasRefusal ? FinishReason::ContentFilter : FinishReason::End;
}

} // namespace pm::responses
