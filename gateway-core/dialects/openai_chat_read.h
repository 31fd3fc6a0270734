// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"
#include "dialects/shared/openai_fields.h"

#include <string>
#include <vector>

// Reading of requests, by the part of the request. For the OpenAI Chat dialect's own files only.
namespace pm::openai {

/// The `messages` array. Consecutive tool messages become one user turn. What could not be carried is added
/// to `uncarried`. Errors name the place from "messages" on.
Result<std::vector<Message>> readMessages(json::Element list, std::vector<std::string> &uncarried);

/// The content of a message: a string, an array of parts, or nothing. Errors are relative to the message.
Result<std::vector<Part>> readContent(json::Element message);

/// tools, tool_choice, parallel_tool_calls and their ancestors functions and function_call.
Result<void> readTools(json::Element root, ChatRequest &request);

std::optional<CacheMark> readCacheMark(json::Element carrier);

} // namespace pm::openai
