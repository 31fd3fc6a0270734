// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/limit_rules.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pm::policy {

/// One limit as it concerns one request.
struct LimitTake
{
    const RateRule *rule = nullptr; ///< outlives the take
    std::string who;                ///< whose limit it is, by the rule's `by`
    std::int64_t cost = 0;          ///< in the rule's unit
};

/// What a limit says of a take.
struct LimitState
{
    bool isAllowed = true;
    bool isNever = false;          ///< more than its burst: waiting does not help
    std::int64_t remaining = 0;    ///< that may be taken at once, after this
    std::int64_t resetNs = 0;      ///< until all has come back
    std::int64_t retryAfterNs = 0; ///< of one that refuses
};

/// Of several limits together: all were taken, or none.
struct LimitAnswer
{
    bool isAllowed = true;
    std::string problem; ///< why nobody can say, where that refuses; else empty
    std::vector<LimitState> states; ///< one for each take, in their order
};

/// Where limits are counted: in this process, or elsewhere for several of them. Safe from any thread; times
/// are nanoseconds of the caller's steady clock, which a store of several machines does not trust and
/// replaces by its own.
class LimitStore
{
public:
    using Done = std::function<void(LimitAnswer)>;
    virtual ~LimitStore() = default;

    /// Takes all or none. Either the answer comes at once, or `done` is called once, later, on the thread
    /// that called, from its event loop.
    virtual std::optional<LimitAnswer> take(const std::vector<LimitTake> &takes, std::int64_t now,
                                            Done done) = 0;
    /// What was taken as `take.cost` turned out to be `truth` (0: it is given back). Nobody waits for it.
    virtual void settle(const LimitTake &take, std::int64_t now, std::int64_t truth) = 0;
    /// Why it does not count as it should, and what holds meanwhile; empty when all is well.
    virtual std::string problem() const { return {}; }
};

} // namespace pm::policy
