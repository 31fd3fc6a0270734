// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pm::ui {

/// In how many places `after` differs from `before`: runs of lines that are not common to both. 0 for equal
/// texts. Places too large to compare (over 2000 lines) count as one. Pure.
int countLineChanges(std::string_view before, std::string_view after);

} // namespace pm::ui
