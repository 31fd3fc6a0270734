// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace pm::log {

enum class Format { Text, Json };
enum class Level { Debug, Info, Warning, Error };

/// Named values of a line, e.g. {{"provider", "openai"}, {"status", "529"}}. Never a secret.
using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Sets how lines are written and the least level that is. Call once at start, before threads.
void configure(Format format, Level least);

/// Writes one line to stderr in one write call. Safe from any thread.
void write(Level level, std::string_view message, Fields fields = {});

inline void info(std::string_view message, Fields fields = {}) { write(Level::Info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(Level::Warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(Level::Error, message, fields); }

} // namespace pm::log
