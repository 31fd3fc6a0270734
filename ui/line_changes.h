// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace pm::ui {

/// Lines that two texts do not have in common, from 0, ascending.
struct LineChanges
{
    std::vector<int> removed; ///< of the first text
    std::vector<int> added;   ///< of the second
};

/// Nothing where the part that differs is too large to compare (over 2000 lines of either text). Pure.
LineChanges lineChanges(std::string_view before, std::string_view after);

/// In how many places `after` differs from `before`: runs of lines that are not common to both. 0 for equal
/// texts. Places too large to compare (over 2000 lines) count as one. Pure.
int countLineChanges(std::string_view before, std::string_view after);

} // namespace pm::ui
