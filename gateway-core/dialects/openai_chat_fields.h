// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_error.h"
#include "dialects/shared/openai_fields.h"
#include "dialects/shared/openai_usage.h"

#include <string>
#include <string_view>

// What the files of the OpenAI Chat dialect share with each other; nobody else includes this. Pure functions.
namespace pm::openai {

/// What a finish_reason means that says that the answer is none ("error"); nothing for all others.
std::optional<Error> brokenOff(std::string_view reason);

/// Reasoning text of a message or delta, under either name in use; empty when there is none.
std::string_view reasoningText(json::Element message);

/// The text of a content part that holds thinking (Mistral: {"type":"thinking","thinking":[text parts]}).
std::string thinkingInPart(json::Element part);

/// One entry of tool_calls. No arguments are written as {}; of a custom tool's the text is.
void writeToolCall(json::Writer &out, const ToolCallPart &call, std::string_view name, bool isCustom);

/// Whose signatures have a field of their own here.
inline constexpr std::string_view kGoogleFamily = "gemini";
/// The signature that Gemini's calls carry here, under extra_content.google.
Signature readCallSignature(json::Element call, std::string_view family);
/// extra_content.google.thought_signature: written for Gemini's alone, others would not be understood.
void writeCallSignature(json::Writer &out, const Signature &signature);

/// One entry of `annotations`: {"type":"url_citation",...}.
void writeCitation(json::Writer &out, const Citation &citation);
/// What an entry of `annotations` names; nothing when it is of another kind.
std::optional<Citation> readCitation(json::Element annotation);

} // namespace pm::openai
