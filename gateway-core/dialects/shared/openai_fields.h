// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>
#include <vector>

// What the formats of the OpenAI family (chat, responses, completions) have in common. Pure functions.
namespace pm::openai {

/// BadRequest for the field `param`; `must` goes on the field's name: "must be an array".
Error badField(std::string param, std::string_view must);

/// NotSupported for the field `param`; `why` goes behind the field's name and a colon.
Error unsupported(std::string param, std::string_view why);

/// The same error with `prefix` put before the field's name: "tool_call_id" becomes
/// "messages[2].tool_call_id".
Error below(std::string_view prefix, Error error);

/// "messages[2]" from "messages" and 2.
std::string place(std::string_view list, std::size_t index);

/// Adds to a list of names that cannot grow without bound.
void note(std::vector<std::string> &names, std::string name);

/// Adds a loss once.
void lose(Losses &losses, std::string name);

/// A tool name as the target takes it; a shortened one is a loss.
std::string targetToolName(const std::string &name, Losses &losses);

/// "data:image/png;base64,AAAA" as Base64, anything else as Url.
MediaSource readUrl(std::string_view url);

/// An id for a call whose server gave none: the same for the same answer and place, so that any cutting of a
/// stream gives the same.
std::string madeUpCallId(std::string_view seed, std::size_t index);

/// The start of a text that was not meant for programs: without mark-up, on one line.
std::string plainText(std::string_view text);

/// The effort that was asked for in words, or what a budget of tokens comes to; empty when neither was.
std::string effortOf(const Reasoning &reasoning);

} // namespace pm::openai
