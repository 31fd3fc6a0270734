// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>

// Writing of blocks, by kind. For the Anthropic dialect's own files only.
namespace pm::anthropic {

void writeTextBlock(json::Writer &out, std::string_view text);
void writeThinkingBlock(json::Writer &out, const ThinkingPart &thinking);
void writeRedactedBlock(json::Writer &out, const RedactedThinkingPart &redacted);
/// Arguments that are no JSON object, which models do write, are wrapped: {"input": "what it wrote"}.
void writeToolUseBlock(json::Writer &out, std::string_view id, std::string_view name, std::string_view arguments);

/// The id of an answer: the provider's own when it has this dialect's form, else one made from the request's.
std::string messageId(std::string_view providerId, std::string_view requestId);
/// An id for a call whose provider gave none; the same for the same request and place.
std::string madeUpCallId(std::string_view requestId, std::size_t index);

} // namespace pm::anthropic
