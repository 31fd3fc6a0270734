// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/search_text.h"

#include <algorithm>

namespace pm::trace {

namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

/// Punctuation alone is no token to FTS5, and a phrase without tokens matches nothing.
bool hasToken(std::string_view word)
{
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isAlphanumeric =
            (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (byte >= 0x80 || isAlphanumeric)
            return true;
    }
    return false;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string ftsExpression(std::string_view typed)
{
    constexpr int kMaxWords = 32; // more than anybody types; each costs the search a list to merge
    std::string expression;
    bool endsInWord = false;
    int words = 0;
    for (std::size_t at = 0; at < typed.size() && words < kMaxWords;) {
        const std::size_t begin = typed.find_first_not_of(kSpace, at);
        if (begin == std::string_view::npos)
            break;
        at = std::min(typed.find_first_of(kSpace, begin), typed.size());
        const std::string_view word = typed.substr(begin, at - begin);
        if (!hasToken(word))
            continue;
        expression += expression.empty() ? "\"" : " \"";
        for (const char c : word) {
            if (c == '"')
                expression += '"';
            if (c != '\0')
                expression += c;
        }
        expression += '"';
        endsInWord = at == typed.size();
        ++words;
    }
    if (endsInWord)
        expression += " *";
    return expression;
}

} // namespace pm::trace
