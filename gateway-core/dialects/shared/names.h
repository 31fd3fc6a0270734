// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Names, ids and texts as the makers of block-structured formats take them. Pure functions.
namespace pm::shared {

/// Adds a name once, to a list that cannot grow without bound.
void note(std::vector<std::string> &names, std::string name);

/// `name` as Anthropic and Bedrock take it: at most 64 characters of [A-Za-z0-9_-]. A longer name is cut and ends in a
/// hash, by the rule of pm::shortToolName, so that the same map brings it back.
std::string toolName(std::string_view name);
/// `id` with each byte outside [A-Za-z0-9_-] written as '_' and two hexadecimal digits. Equal ids stay equal.
std::string toolId(std::string_view id);

/// True for the line that Claude Code puts first in its system prompt. It is for Anthropic alone, and its
/// changing digits defeat other providers' prompt caches.
bool isAttribution(std::string_view systemText);

bool isBlank(std::string_view text);

} // namespace pm::shared
