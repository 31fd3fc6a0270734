// SPDX-License-Identifier: GPL-3.0-or-later
#include "line_changes.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pm::ui {

namespace {

constexpr std::size_t kMaxCompared = 2'000;

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Cell (i, j): how many lines the rests from i and from j have in common, in order.
std::vector<std::uint16_t> commonRests(const std::vector<std::string_view> &a,
                                       const std::vector<std::string_view> &b)
{
    const std::size_t width = b.size() + 1;
    std::vector<std::uint16_t> table((a.size() + 1) * width, 0);
    for (std::size_t i = a.size(); i-- > 0;) {
        for (std::size_t j = b.size(); j-- > 0;) {
            table[i * width + j] = a[i] == b[j]
                                       ? static_cast<std::uint16_t>(table[(i + 1) * width + j + 1] + 1)
                                       : std::max(table[(i + 1) * width + j], table[i * width + j + 1]);
        }
    }
    return table;
}

/// What lies between the lines that both texts begin and end with.
struct Differing
{
    std::vector<std::string_view> before, after;
    int first = 0; ///< lines before it
    bool isComparable() const { return before.size() <= kMaxCompared && after.size() <= kMaxCompared; }
};

Differing differing(std::string_view before, std::string_view after)
{
    std::vector<std::string_view> a = linesOf(before);
    std::vector<std::string_view> b = linesOf(after);
    while (!a.empty() && !b.empty() && a.back() == b.back()) {
        a.pop_back();
        b.pop_back();
    }
    const auto [fromA, fromB] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const int first = static_cast<int>(fromA - a.begin());
    a.erase(a.begin(), fromA);
    b.erase(b.begin(), fromB);
    return {std::move(a), std::move(b), first};
}

enum class Step { Both, Removed, Added };

/// Goes through both texts once, a line at a time.
template <typename Visit>
void walk(const Differing &parts, Visit visit)
{
    const auto &[a, b, first] = parts;
    const std::vector<std::uint16_t> common = commonRests(a, b);
    const std::size_t width = b.size() + 1;
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            visit(Step::Both, i, j);
            ++i, ++j;
        } else if (j == b.size() ||
                   (i < a.size() && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            visit(Step::Removed, i++, j);
        } else {
            visit(Step::Added, i, j++);
        }
    }
}

} // namespace

LineChanges lineChanges(std::string_view before, std::string_view after)
{
    LineChanges changes;
    const Differing parts = differing(before, after);
    if (!parts.isComparable())
        return changes;
    walk(parts, [&](Step step, std::size_t i, std::size_t j) {
        if (step == Step::Removed)
            changes.removed.push_back(parts.first + static_cast<int>(i));
        else if (step == Step::Added)
            changes.added.push_back(parts.first + static_cast<int>(j));
    });
    return changes;
}

int countLineChanges(std::string_view before, std::string_view after)
{
    if (before == after)
        return 0;
    const Differing parts = differing(before, after);
    if (parts.before.empty() || parts.after.empty() || !parts.isComparable())
        return 1;
    int changes = 0;
    bool isInChange = false;
    walk(parts, [&](Step step, std::size_t, std::size_t) {
        changes += step != Step::Both && !isInChange ? 1 : 0;
        isInChange = step != Step::Both;
    });
    return changes;
}

} // namespace pm::ui
