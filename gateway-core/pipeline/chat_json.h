// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "chat/embeddings.h"

#include <string>

// The common form of chat/chat.h as JSON, for people to read: members are called as in the structs, what is unset is
// left out, base64 is told by its size. Pure functions.
namespace pm {

std::string chatJson(const ChatRequest &request);
std::string chatJson(const ChatReply &reply);
std::string embeddingsJson(const EmbeddingsRequest &request);
/// Vectors are counted, not repeated.
std::string embeddingsJson(const EmbeddingsReply &reply);
std::string errorJson(const Error &error);

} // namespace pm
