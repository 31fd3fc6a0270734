// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"

// Writing of requests, by the part of the request. For the Responses dialect's own files only.
namespace pm::responses {

/// Members instructions and input. Error: NotSupported, naming the place in the request.
Result<void> writeInput(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses);

/// Members tools, tool_choice and parallel_tool_calls; none when no tool is offered.
void writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses);

/// True when the target is offered `name` as a tool that takes free text.
bool isWrittenCustom(const ChatRequest &request, const TargetTraits &target, std::string_view name);

} // namespace pm::responses
