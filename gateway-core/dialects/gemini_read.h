// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"

// Reading of requests, by the part of the request. For the Gemini dialect's own files only.
namespace pm::gemini {

/// systemInstruction and contents. Calls without ids get ones that are unique over the conversation, and responses find
/// their calls by id, else by name and order.
Result<void> readConversation(json::Element root, ChatRequest &request);

/// tools, toolConfig.
Result<void> readTools(json::Element root, ChatRequest &request);

/// generationConfig.
Result<void> readGeneration(json::Element root, ChatRequest &request);

} // namespace pm::gemini
