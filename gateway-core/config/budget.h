// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

// How much money may go. Values; the rows of the file stand in config_keys_budgets.cpp.
namespace pm::config {

struct Budget
{
    enum class Per { Hour, Day, Week, Month, Total }; ///< calendar spans in local time; weeks begin on Monday
    enum class Then { Stop, Downgrade };
    std::string name;            ///< in errors, headers and the window; empty: made of the rest
    std::int64_t microUsd = 0;   ///< at least 1
    Per per = Per::Month;
    std::string by = "router";   ///< who has one of their own: as in Limit, or provider
    double warnAt = 0.8;         ///< share spent from which it is said
    Then then = Then::Stop;      ///< 402, or only the cheapest target that is left
    bool operator==(const Budget &) const = default;
};

} // namespace pm::config
