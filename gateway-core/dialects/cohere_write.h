// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"
#include "dialects/shared/turns.h"

#include <string>
#include <vector>

// Writing of requests, by the part of the request. For the Cohere dialect's own files only.
namespace pm::cohere {

/// The value of `messages`, with `lines` in words at the end of the system prompt. Error: NotSupported for documents
/// that are no text and files of other providers.
Result<void> writeMessages(json::Writer &out, const shared::Conversation &conversation,
                           const std::vector<std::string> &lines);

/// tools, strict_tools and tool_choice. Errors: BadRequest for a schema that is no JSON, NotSupported for a choice that
/// cannot be made.
Result<void> writeTools(json::Writer &out, const ChatRequest &request, Losses &losses);

} // namespace pm::cohere
