// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"
#include "dialects/shared/openai_fields.h"

#include <string>

// Writing of requests, by the part of the request. For the OpenAI Chat dialect's own files only.
namespace pm::openai {

/// The value of `messages`. Errors: NotSupported, naming the place in the request.
Result<void> writeMessages(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                           Losses &losses);

/// An array of content parts. `at` names the array in the request, for errors.
Result<void> writeParts(json::Writer &out, const std::vector<const Part *> &list, const std::string &at);
Result<void> writePart(json::Writer &out, const Part &part, const std::string &at);
void writeTextPart(json::Writer &out, std::string_view text);
/// True for what is not text: pictures, sound, documents in bytes.
bool isMedia(const Part &part);

/// Members tools, tool_choice and parallel_tool_calls; none when no tool is offered.
void writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses);

/// True when the request offers `name` as a tool that takes free text.
bool isCustomTool(const ChatRequest &request, std::string_view name);

} // namespace pm::openai
