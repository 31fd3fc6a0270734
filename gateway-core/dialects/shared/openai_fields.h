// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "dialects/dialect.h"
#include "dialects/shared/field_errors.h"

#include <string>
#include <string_view>
#include <vector>

// What the formats of the OpenAI family (chat, responses, completions) have in common. Pure functions.
namespace pm::openai {

using errors::badField;
using errors::below;
using errors::note;
using errors::place;

/// NotSupported for the field `param`; `why` goes behind the field's name and a colon.
Error unsupported(std::string param, std::string_view why);

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
