// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/shared/json_body.h"

#include <string>
#include <string_view>

// What the files of the Cohere dialect share with each other; nobody else includes this. Pure functions.
namespace pm::cohere {

/// BadRequest for the field at `place`.
Error badField(std::string place, std::string_view must);

/// `usage`. Of the two counts that it holds those of billed_units are taken: they are what costs. `tokens` counts the
/// vendor's own prompt around the conversation too, and stands in where nothing else is told.
Usage readUsage(json::Element usage);
void writeUsage(json::Writer &out, const Usage &usage);

FinishReason readFinish(std::string_view reason, bool hasCalls);
std::string_view finishName(FinishReason reason, bool hasCalls);
/// True for ERROR and TIMEOUT: the answer is none.
bool isFailure(std::string_view finishReason);
/// What such an end means. `said` is the text that came with it, may be empty.
Error failureOf(std::string_view finishReason, std::string_view said);

/// An entry of `citations`: start and end count characters of the answer, the source is a document or a tool's output.
Citation readCitation(json::Element citation);
void writeCitation(json::Writer &out, const Citation &citation);

/// One entry of tool_calls.
void writeToolCall(json::Writer &out, std::string_view id, std::string_view name, std::string_view arguments);

Error readErrorBody(int status, std::string_view body);

} // namespace pm::cohere
