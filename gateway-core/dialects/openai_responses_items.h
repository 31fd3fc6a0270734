// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>
#include <vector>

// Items of an answer as JSON text, alike in replies and streams. For the Responses dialect's own files only.
namespace pm::responses {

/// "msg_01J..._2": ids of items are made of the answer's and the place in its output.
std::string itemId(std::string_view prefix, const ReplyContext &context, std::size_t outputIndex);

/// encrypted_content for the client. What nobody knows the maker of is marked so: it must not pass for OpenAI's own.
std::string sealedForClient(Signature signature);

std::string textContent(std::string_view text, const std::vector<Citation> &citations);
std::string refusalContent(std::string_view text);

/// `content` holds the JSON texts of the parts.
std::string messageItem(const std::string &id, std::string_view status, const std::vector<std::string> &content);
std::string reasoningItem(const std::string &id, std::string_view summary, std::string_view encrypted);
std::string callItem(const std::string &id, std::string_view status, const ToolCallPart &call,
                     const ReplyContext &context);

/// The texts as one JSON array.
std::string arrayOf(const std::vector<std::string> &texts);

} // namespace pm::responses
