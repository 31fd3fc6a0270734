// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"

#include <vector>

// Reading of requests, by the part of the request. For the Ollama dialect's own files only.
namespace pm::ollama {

/// The `messages` array of /api/chat. Tool messages in a row become one user turn; their calls are found by
/// id, else by name, else by order. Errors name the place from "messages" on.
Result<std::vector<Message>> readMessages(json::Element list);

/// The turns that a body of /api/generate stands for. Errors: NotSupported for what only a model's own server
/// can do.
Result<std::vector<Message>> readPrompt(json::Element root);

/// `images` of a message or body, added to `parts`.
Result<void> readImages(json::Element carrier, std::vector<Part> &parts);

/// The `tools` array.
Result<void> readTools(json::Element root, ChatRequest &request);

} // namespace pm::ollama
