// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/snapshot.h"
#include "policy/limit_store.h"
#include "policy/limit_watch.h"
#include "policy/local_limits.h"
#include "policy/turnstile.h"

#include <atomic>
#include <memory>
#include <vector>

namespace pm {

/// What all workers count limits with; outlives them and every configuration. Safe from any thread.
struct SharedLimits
{
    SharedLimits(policy::LimitStore &limitStore, const Clock &clock) : store(&limitStore), turnstile(clock), watch(clock) {}
    std::atomic<policy::LimitStore *> store; ///< another one when the configuration names another; none dies before the workers
    policy::Turnstile turnstile;
    policy::LimitWatch watch;
};

/// What one request has taken of its limits, until it ends.
struct LimitsTaken
{
    SnapshotPtr snapshot;      ///< keeps the rules
    policy::LimitSet ofCaller; ///< of the client key: they came with the caller
    policy::LimitStore *store = nullptr; ///< that they were taken of, and are settled in
    std::vector<policy::LimitTake> takes;
    std::vector<policy::SlotTake> slots;
    policy::LimitAnswer answer;
    std::unique_ptr<policy::Turnstile::Visit> visit; ///< where requests at once are limited
    bool isTaken = false;                            ///< all of `takes` were
    bool isGivenBack = false; ///< the request did not get through the queue: it counts nowhere
    bool isFinal = false;     ///< refused, and waiting does not help
};

/// The limits that were asked, as header fields: for each kind those of the tightest.
void addLimitHeaders(const LimitsTaken &limits, http::Headers &headers);
/// Why a take was refused: the limit, who, and when. Of those that refuse the one that is waited for longest.
Error limitError(const LimitsTaken &limits);
/// Why the queue did not let it in. `waited`: for how long it tried.
Error queueError(const policy::SlotTake &slot, std::chrono::milliseconds waited,
                 std::chrono::milliseconds hint);

/// What each limit of the configuration does now, and did today.
std::vector<policy::LimitStatus> limitStatuses(const Snapshot &snapshot, const SharedLimits &limits,
                                               SteadyTime now);

/// The time as limits count it.
inline std::int64_t limitTime(SteadyTime time)
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

} // namespace pm
