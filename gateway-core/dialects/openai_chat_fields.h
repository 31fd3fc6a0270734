// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_error.h"
#include "dialects/shared/openai_fields.h"

#include <string>
#include <string_view>

// What the files of the OpenAI Chat dialect share with each other; nobody else includes this. Pure functions.
namespace pm::openai {

/// An `usage` object of a reply or chunk in any of the spellings in use; input parts do not overlap in the
/// result.
Usage readUsage(json::Element usage);
/// The value of `usage`. Counts that are not known are left out.
void writeUsage(json::Writer &out, const Usage &usage);

/// What `reason` means. Tool calls are told from `hasCalls`, not from the provider's word, which is often
/// wrong.
FinishReason readFinish(std::string_view reason, bool hasCalls, bool hasRefusal);
std::string_view finishName(FinishReason reason, bool hasCalls);

/// Reasoning text of a message or delta, under either name in use; empty when there is none.
std::string_view reasoningText(json::Element message);

/// The text of a content part that holds thinking (Mistral: {"type":"thinking","thinking":[text parts]}).
std::string thinkingInPart(json::Element part);

/// One entry of tool_calls. No arguments are written as {}; of a custom tool's the text is.
void writeToolCall(json::Writer &out, const ToolCallPart &call, std::string_view name, bool isCustom);

/// One entry of `annotations`: {"type":"url_citation",...}.
void writeCitation(json::Writer &out, const Citation &citation);
/// What an entry of `annotations` names; nothing when it is of another kind.
std::optional<Citation> readCitation(json::Element annotation);

} // namespace pm::openai
