// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::trace {

/// What the user typed as an FTS5 expression: every word must occur, the last one may be the beginning of one. Words are
/// quoted, so nothing that is typed is syntax. Empty when there is no word in it.
std::string ftsExpression(std::string_view typed);

/// `text` without white space at its ends.
std::string_view trimmed(std::string_view text);

} // namespace pm::trace
