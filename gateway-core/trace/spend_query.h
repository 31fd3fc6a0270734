// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

// What was spent, summed up by what one asks for. The sums are kept for kSpendDays, longer than the traces they come from.
namespace pm::trace {

struct SpendQuery
{
    std::string by = "model";   ///< a row of spendFields(), or "day"
    std::int64_t since = 0;     ///< Unix microseconds; both ends count in whole quarters of an hour, the one that holds
    std::int64_t until = 0;     ///< them included; 0: open
};

struct SpendRow
{
    std::string value; ///< "openai/gpt-5"; of "day" the local date, "2026-11-27"
    std::int64_t requests = 0;
    std::int64_t inputTokens = 0;
    std::int64_t outputTokens = 0;
    std::int64_t costMicroUsd = 0;
    std::int64_t savedMicroUsd = 0; ///< by cached answers
    std::int64_t unpriced = 0;      ///< answered requests whose cost is unknown
};

constexpr int kSpendDays = 400;
/// "provider", "model" (as provider/model), "router", "client", "session", "app".
const std::vector<std::string> &spendFields();

/// Of a store's file; dearest first, days in order; at most kMostSpendRows, the rest summed up as "(others)". A file that is
/// not there yet has spent nothing. Errors: BadRequest for another `by`, Storage. Any thread.
constexpr std::size_t kMostSpendRows = 1000;
Result<std::vector<SpendRow>> readSpend(const std::string &path, const SpendQuery &query);

} // namespace pm::trace
