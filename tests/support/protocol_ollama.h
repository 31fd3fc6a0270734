// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// Checks a stream of lines against the rules of Ollama's format: each line is one object on one line with model,
/// created_at and done; message (or response) stands in all; tool calls have names and objects as arguments and come
/// before the last line; done is true on the last line and on no other, with its reason and durations; an error line ends
/// the stream. Empty when they hold, else the first offence.
std::string ollamaStreamOffence(std::string_view stream);

} // namespace pm::test
