// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// How much may pass. Values; the rows of the file stand in config_keys_limits.cpp.
namespace pm::config {

/// A steady rate with a burst (GCRA): of requests, tokens or money.
struct Limit
{
    enum class Of { Requests, Tokens, Cost };
    Of of = Of::Requests;
    std::int64_t amount = 0;                 ///< requests, tokens, or micro-dollars; at least 1
    std::chrono::milliseconds per{1'000};    ///< the time in which `amount` comes back
    std::int64_t burst = 0;                  ///< what may be taken at once; 0: `amount`
    /// Who has one of their own: api-key, user, team, model, router, global, app, or metadata.NAME. api-key is the app
    /// where there are no client keys.
    std::string by = "api-key";
    bool operator==(const Limit &) const = default;
};

/// How many may be under way at once; the others wait in order.
struct Concurrency
{
    int requests = 0;                            ///< at once; at least 1
    std::string by = "router";                   ///< as in Limit
    int queue = 100;                             ///< that may wait; more are refused at once
    std::chrono::milliseconds maxWait{30'000};   ///< then they are refused
    bool operator==(const Concurrency &) const = default;
};

} // namespace pm::config
