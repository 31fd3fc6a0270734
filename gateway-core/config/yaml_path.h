// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Paths as config_edit.h has them: parts with dots between, a part that has dots itself in double quotes.
// Pure.
namespace pm::config {

/// `path` with one more part; from an empty path the part alone.
std::string joinedPath(const std::string &path, std::string_view part);

/// The parts without their quotes: model-aliases."gpt-4.1" gives "model-aliases" and "gpt-4.1".
std::vector<std::string> pathParts(std::string_view path);

} // namespace pm::config
