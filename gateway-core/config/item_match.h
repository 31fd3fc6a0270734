// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/wish.h"

#include <cstdint>
#include <string>
#include <vector>

// Which items of a list in the text are the same as those of a wish. Pure.
namespace pm::config {

/// All texts below a value in a row. One thing alone is the same as a list of it, as it is in the configuration.
std::string flat(const Wish &wish);
std::string flat(const yaml::Node &node);

/// What makes a list item the same item although its weight, or what a rule uses, changed.
std::string identity(const Wish &wish);
std::string identity(const yaml::Node &item);

/// How many items at the front and at the back stand as they are wished already; together at most as many as there are of
/// either.
struct SameEnds
{
    std::size_t front = 0;
    std::size_t back = 0;
};
SameEnds sameEnds(const yaml::Node &list, const Wish &wish);

/// table[i][j]: length of the longest common part of the items from i and the wishes from j... kept as one
/// row a line, (items + 1) x (wishes + 1).
std::vector<std::uint32_t> commonParts(const std::vector<std::string> &have, const std::vector<std::string> &want);

/// The same number of items, all but one of them the same.
bool isOneChange(const std::vector<std::string> &have, const std::vector<std::string> &want);

} // namespace pm::config
