// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// What is wrong with a whole event stream of the Responses format as a strict client sees it, or empty: names and
/// types agree, sequence numbers rise by one from 0, items and parts are announced before and closed after their
/// pieces, what ends them repeats the pieces, one terminal event stands last and holds all items.
std::string responsesProtocolFault(std::string_view stream);

} // namespace pm::test
