// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/pattern_finder.h"

#include <re2/re2.h>

#include <algorithm>

namespace pm::policy {

std::unique_ptr<const RE2> compilePattern(std::string_view pattern, bool ignoresCase)
{
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    options.set_case_sensitive(!ignoresCase);
    return std::make_unique<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
}

void findAll(const RE2 &pattern, std::string_view text, std::size_t from, std::string_view kind, Judge judge,
             std::vector<Find> &out, std::size_t until)
{
    until = std::min(until, text.size());
    const re2::StringPiece whole(text.data(), text.size());
    re2::StringPiece match;
    while (from < until && pattern.Match(whole, from, until, RE2::UNANCHORED, &match, 1)) {
        const auto begin = static_cast<std::size_t>(match.data() - whole.data());
        const std::size_t end = judge ? judge(text, begin, begin + match.size()) : begin + match.size();
        if (end > begin)
            out.push_back({begin, end, kind});
        from = std::max(end, begin + 1);
    }
}

Run nextRun(std::string_view text, std::size_t from, std::size_t least, const ByteSet &set)
{
    for (std::size_t begin = from; begin < text.size() && text.size() - begin >= least;) {
        // From the back: what is not of the set there is no part of any run that begins before it.
        std::size_t at = begin + least;
        while (at > begin && set.has(text[at - 1]))
            --at;
        if (at > begin) {
            begin = at;
            continue;
        }
        std::size_t end = begin + least;
        while (end < text.size() && set.has(text[end]))
            ++end;
        return {begin, end};
    }
    return {text.size(), text.size()};
}

void settle(std::vector<Find> &finds)
{
    std::sort(finds.begin(), finds.end(), [](const Find &a, const Find &b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::size_t kept = 0;
    for (const Find &find : finds) {
        if (kept == 0 || find.begin >= finds[kept - 1].end)
            finds[kept++] = find;
    }
    finds.resize(kept);
}

void skipEscapes(std::string_view text, std::vector<Find> &finds)
{
    for (Find &find : finds) {
        const bool isEscape = before(text, find.begin) == '\\' &&
                              std::string_view("nrtbf").find(text[find.begin]) != std::string_view::npos;
        if (isEscape && find.end - find.begin > 6)
            ++find.begin;
    }
}

} // namespace pm::policy
