// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>

// JSON Schemas as Anthropic's and Amazon's APIs take them.
namespace pm::shared {

/// The arguments of a tool: a schema of type object without alternatives at its top. `at` names the tool in
/// losses and errors ("tools[2]"). Error: BadRequest for a text that is no JSON.
Result<std::string> inputSchema(std::string_view schema, const std::string &at, Losses &losses);

/// The schema of an answer: each object in it closed ("additionalProperties": false), as the API demands.
Result<std::string> answerSchema(std::string_view schema, Losses &losses);

} // namespace pm::shared
