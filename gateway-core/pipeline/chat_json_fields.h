// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Members that chat_json's files write alike: what is unset is left out.
namespace pm::chat_json {

using json::Writer;

template <typename T>
void optional(Writer &out, std::string_view name, const std::optional<T> &value)
{
    if (value)
        out.member(name, *value);
}

void text(Writer &out, std::string_view name, const std::string &value);
void flag(Writer &out, std::string_view name, bool value);
/// JSON text as what it says, and what is none (a model may write anything) as a string.
void raw(Writer &out, std::string_view name, const std::string &value);
void strings(Writer &out, std::string_view name, const std::vector<std::string> &values);
void cacheMark(Writer &out, const std::optional<CacheMark> &mark);
/// "content": the parts of a message, an answer or a tool's result.
void content(Writer &out, const std::vector<Part> &parts);

} // namespace pm::chat_json
