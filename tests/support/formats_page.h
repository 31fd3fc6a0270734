// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

#include <string>
#include <string_view>

namespace pm::test {

/// resources/help/formats.md: for each client's format and each target's, what becomes of every feature that was probed,
/// and how many golden cases hold the pair. Markdown.
std::string formatsPage();

/// A format's name for readers: "OpenAI Chat", "Anthropic".
std::string_view titleOf(const Dialect &format);

} // namespace pm::test
