// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_write.h"

#include "dialects/framing/surrogates.h"

namespace pm::anthropic {

namespace {

void writeInput(json::Writer &out, std::string_view arguments)
{
    if (arguments.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        out.raw("{}");
        return;
    }
    const auto parsed = parseLenient(arguments);
    if (parsed && parsed->root().is_object()) {
        out.raw(json::text(parsed->root()));
        return;
    }
    out.beginObject();
    out.member("input", arguments);
    out.endObject();
}

} // namespace

void writeTextBlock(json::Writer &out, std::string_view text)
{
    out.beginObject();
    out.member("type", "text");
    out.member("text", text);
    out.endObject();
}

void writeThinkingBlock(json::Writer &out, const ThinkingPart &thinking)
{
    out.beginObject();
    out.member("type", "thinking");
    out.member("thinking", thinking.text);
    out.member("signature", thinking.signature);
    out.endObject();
}

void writeRedactedBlock(json::Writer &out, const RedactedThinkingPart &redacted)
{
    out.beginObject();
    out.member("type", "redacted_thinking");
    out.member("data", redacted.data);
    out.endObject();
}

void writeToolUseBlock(json::Writer &out, std::string_view id, std::string_view name, std::string_view arguments)
{
    out.beginObject();
    out.member("type", "tool_use");
    out.member("id", id);
    out.member("name", name);
    out.key("input");
    writeInput(out, arguments);
    out.endObject();
}

} // namespace pm::anthropic
