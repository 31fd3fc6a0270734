// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/yaml_path.h"

namespace pm::config {

std::string joinedPath(const std::string &path, std::string_view part)
{
    const bool hasDot = part.find('.') != std::string_view::npos;
    const std::string written = hasDot ? '"' + std::string(part) + '"' : std::string(part);
    return path.empty() ? written : path + "." + written;
}

std::vector<std::string> pathParts(std::string_view path)
{
    std::vector<std::string> parts;
    while (!path.empty()) {
        const bool isQuoted = path.front() == '"' && path.find('"', 1) != std::string_view::npos;
        const std::size_t end = isQuoted ? path.find('"', 1) : path.find('.');
        parts.emplace_back(isQuoted ? path.substr(1, end - 1) : path.substr(0, end));
        const std::size_t dot = path.find('.', isQuoted ? end : 0);
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    return parts;
}

} // namespace pm::config
