// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/check.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace pm::policy {

/// RE2 without log lines and with bounded memory; linear in the text whatever it is.
std::unique_ptr<const re2::RE2> compilePattern(std::string_view pattern, bool ignoresCase = false);

/// Says where a candidate really ends, so that it is what its pattern only resembles; `begin` when it is not.
using Judge = std::size_t (*)(std::string_view text, std::size_t begin, std::size_t end);

/// Appends what `pattern` matches from `from` on, before `until`, and `judge` (null: anything) agrees to. Empty matches are none.
void findAll(const re2::RE2 &pattern, std::string_view text, std::size_t from, std::string_view kind,
             Judge judge, std::vector<Find> &out, std::size_t until = std::string_view::npos);

/// In order, without overlaps: of two that overlap the one that begins first, of these the longer.
void settle(std::vector<Find> &finds);

/// JSON and code within a text write line ends as "\\n", whose letter belongs to no word: finds begin behind
/// it.
void skipEscapes(std::string_view text, std::vector<Find> &finds);

// Bytes, whatever the locale.
constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}
constexpr bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}
constexpr bool isAlpha(char c)
{
    return isUpper(c) || isLower(c);
}
constexpr bool isAlnum(char c)
{
    return isAlpha(c) || isDigit(c);
}

/// Bytes of one kind, at one look each.
class ByteSet
{
public:
    constexpr explicit ByteSet(bool (*isIn)(char))
    {
        for (std::size_t i = 0; i < m_has.size(); ++i)
            m_has[i] = isIn(static_cast<char>(i));
    }
    constexpr bool has(char c) const { return m_has[static_cast<unsigned char>(c)]; }

private:
    std::array<bool, 256> m_has{};
};

/// Where something stands in a text, end exclusive.
struct Run
{
    std::size_t begin = 0;
    std::size_t end = 0;
};
/// The next `least` or more bytes of `set` in a row, from `from` on, as many as there are; empty, at the text's end, when there
/// are none. Looks at few bytes of a text that has none. `least` is at least 1.
Run nextRun(std::string_view text, std::size_t from, std::size_t least, const ByteSet &set);

/// The byte before `at`, or a space.
constexpr char before(std::string_view text, std::size_t at)
{
    return at > 0 ? text[at - 1] : ' ';
}
/// The byte at `at`, or a space.
constexpr char behind(std::string_view text, std::size_t at)
{
    return at < text.size() ? text[at] : ' ';
}

} // namespace pm::policy
