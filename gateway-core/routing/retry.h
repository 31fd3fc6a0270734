// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "config/config.h"

#include <chrono>

namespace pm::routing {

/// What to do after a failed attempt, before any content reached the client.
struct NextStep
{
    enum class Kind { RetrySame, NextTarget, GiveUp };
    Kind kind = Kind::GiveUp;
    std::chrono::milliseconds delay{0}; ///< before a retry of the same target
    std::string_view reason;            ///< for the trace: "retry-after 1 s", "quota: next target", "client error"
};

struct AttemptsSoFar
{
    int onThisTarget = 1;  ///< attempts made on the current target
    int total = 1;         ///< attempts made in the whole request
    bool hasNextTarget = false;
    std::chrono::milliseconds elapsed{0};
};

constexpr int kMaxTotalAttempts = 12; ///< see kMostPlanned of plan.h
constexpr std::chrono::milliseconds kMaxObeyedRetryAfter{60'000};

/// The rules of design "When a target fails": same target again only for connect errors, 408, 409, 425, 429 with a
/// short retry-after, 5xx, 529; quota, auth and model-not-found go on at once; a client error ends it.
NextStep nextStep(const Error &error, const AttemptsSoFar &so, const config::Retries &retries,
                  const config::Fallback &fallback, const config::Timeouts &timeouts, Rng &rng);

/// Delay before retry number `retry` (from 1): min-delay doubling by factor up to max-delay, jitter +-20 %.
std::chrono::milliseconds backoff(const config::Retries &retries, int retry, Rng &rng);

/// Reads retry-after (seconds or HTTP date) and retry-after-ms. Nothing when absent or malformed.
std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view retryAfter, std::string_view retryAfterMs,
                                                         SystemTime now);

} // namespace pm::routing
