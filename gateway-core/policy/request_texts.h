// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/json_values.h"

#include <string>
#include <string_view>

namespace pm::policy {

/// What a value of a request is to a guardrail.
enum class RequestText {
    None, ///< ids, names of models and tools, media, signatures, settings
    Text, ///< of system, messages, tool results, tool descriptions, and of any field that is not known to be
          ///< none
    Arguments, ///< JSON text of a tool call
    Tool,      ///< the name of a tool that is offered
};

/// Of a value of any client format. `text` is the whole body. What is not known is text: a field that nobody
/// thought of must not be a way around.
RequestText requestText(const JsonPath &path, const JsonValue &value, std::string_view text);

/// Is it part of the conversation, whose last text `allow` looks at?
bool isConversation(const JsonPath &path);

} // namespace pm::policy
