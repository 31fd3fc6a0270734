// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"
#include "dialects/shared/json_body.h"

#include <string>
#include <string_view>

// What the files of the Bedrock dialect share with each other; nobody else includes this. Pure functions.
namespace pm::bedrock {

/// Whose signatures Claude models on Bedrock make.
inline constexpr std::string_view kFamily = "anthropic";

/// The tool that stands for an answer by JSON Schema where a model has no field for one. Its input is the answer.
inline constexpr std::string_view kAnswerTool = "answer_as_json";

/// BadRequest for the field at `place`: "messages[0].content: must be an array".
Error badField(std::string place, std::string_view must);
/// NotSupported for the field at `place`.
Failure notTaken(std::string place, std::string_view why);
/// "messages[0]" from "messages" and 0.
std::string place(std::string_view list, std::size_t index);

/// `usage`: inputTokens are those outside the cache.
Usage readUsage(json::Element usage);
void writeUsage(json::Writer &out, const Usage &usage);

FinishReason readFinish(std::string_view reason, bool hasCalls);
std::string_view stopReason(FinishReason reason, bool hasCalls);

/// A citation of citationsContent or of a delta.
Citation readCitation(json::Element citation);
void writeCitation(json::Writer &out, const Citation &citation);

/// `id` as the API takes it: 1 to 64 of [A-Za-z0-9_-]. Equal ids stay equal.
std::string toolUseId(std::string_view id);

/// The value of `input` of a tool call: arguments that are no JSON object, which models do write, are wrapped:
/// {"input": "what it wrote"}.
void writeInput(json::Writer &out, std::string_view arguments);

/// Classifies an error by its name ("ThrottlingException", from header field, body or event), status and body.
Error readErrorBody(int status, std::string_view name, std::string_view body);
/// What the API calls a kind of error.
std::string_view errorName(ErrorKind kind);

} // namespace pm::bedrock
