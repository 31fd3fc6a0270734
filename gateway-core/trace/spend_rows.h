// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

// The table `spend`: sums of money and tokens in quarters of an hour, one row for each value of each field that one may ask
// by. Time zones differ by quarters of an hour, so that local days are made of whole slots.
namespace pm::trace {

constexpr std::int64_t kMicrosPerSlot = 900'000'000;

/// Makes the table and fills it from the heads that are there.
std::string spendTableSql();
/// Adds the heads whose arrival is above the argument.
std::string addSpendSql();
/// Takes away what the head with the key of the argument has added.
std::string takeSpendSql();
/// Removes the rows before the slots of the arguments: of sessions, and of everything else.
std::string pruneSpendSql();

} // namespace pm::trace
