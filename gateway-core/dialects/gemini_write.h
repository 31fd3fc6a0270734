// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"
#include "dialects/gemini_turns.h"

// Writing of requests, by the part of the request. For the Gemini dialect's own files only.
namespace pm::gemini {

/// The value of `contents`. Error: NotSupported for media that the API cannot get.
Result<void> writeTurns(json::Writer &out, const Conversation &conversation, const TargetTraits &target);

/// inlineData or fileData. Error: NotSupported for an address that Google does not read from, or a file that another
/// provider holds: whoever has the bytes puts them in place before the request is written.
Result<void> writeMedia(json::Writer &out, const Part &part);

/// tools, toolConfig. Error: BadRequest for a schema that is no JSON, NotSupported for a choice that is not offered.
Result<void> writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses);

/// generationConfig.
Result<void> writeGeneration(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses);

/// The line of the system prompt that stands for a response format which the target cannot take with this request;
/// empty for none.
std::string formatLine(const ChatRequest &request, const TargetTraits &target, Losses &losses);

} // namespace pm::gemini
