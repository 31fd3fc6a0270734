// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

// Reading of requests, by the part of the request. For the Responses dialect's own files only.
namespace pm::responses {

/// What the tools of a namespace are called here: (namespace, name) -> name without one.
using GroupedNames = std::map<std::pair<std::string, std::string>, std::string>;

/// Members tools, tool_choice and parallel_tool_calls, and the tools that stand among the items.
Result<GroupedNames> readTools(json::Element root, ChatRequest &request);

/// instructions and input. Items of one assistant turn in a row become one turn, outputs in a row one user turn.
Result<void> readInput(json::Element root, const GroupedNames &names, ChatRequest &request);

} // namespace pm::responses
