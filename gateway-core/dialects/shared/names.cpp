// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/names.h"

#include "base/text.h"

#include <algorithm>

namespace pm::shared {

namespace {

constexpr std::size_t kMostNotes = 100;
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

void note(std::vector<std::string> &names, std::string name)
{
    if (names.size() < kMostNotes && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

std::string toolName(std::string_view name)
{
    constexpr std::size_t kMost = 64;
    std::string clean(name);
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return !isNameCharacter(c); }, '_');
    if (clean == name && name.size() <= kMost)
        return clean;
    const std::string hash = stableHash(name);
    // A cut inside a character would differ from the shared rule, so the length is measured on the original.
    const std::size_t kept = clipUtf8(name, kMost - 1 - hash.size()).size();
    return clean.substr(0, kept) + "_" + hash;
}

std::string toolId(std::string_view id)
{
    std::string clean;
    clean.reserve(id.size());
    for (const char c : id) {
        if (isNameCharacter(c)) {
            clean += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        clean += '_';
        clean += kHexDigits[byte >> 4];
        clean += kHexDigits[byte & 15];
    }
    return clean;
}

bool isAttribution(std::string_view systemText)
{
    return systemText.rfind("x-anthropic-billing-header:", 0) == 0;
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

} // namespace pm::shared
