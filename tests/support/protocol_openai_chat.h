// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// What is wrong with a whole stream of chat completion chunks as a strict client sees it, or empty: data lines without
/// names; id, created and model the same in all; the role first and once; calls counted from 0, each opened once with id,
/// type and name and by its index alone behind that; one finish_reason; the counts in a chunk without choices behind it;
/// [DONE] last, or an error and nothing after it.
std::string openAiChatBreach(std::string_view stream);

} // namespace pm::test
