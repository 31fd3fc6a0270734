// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/limit_store.h"
#include "policy/limiter_table.h"

namespace pm::policy {

/// Limits counted in this process; answers at once. Safe from any thread, without a lock for callers that are
/// known. Bounded by its table.
class LocalLimits final : public LimitStore
{
public:
    /// The hash of callers begins with `seed`: made at random, so that nobody can choose a name that shares
    /// another's limit.
    explicit LocalLimits(std::uint64_t seed, std::size_t buckets = 8192)
        : m_seed(seed)
        , m_table(buckets)
    {
    }

    std::optional<LimitAnswer> take(const std::vector<LimitTake> &takes, std::int64_t now,
                                    Done done) override;
    void settle(const LimitTake &take, std::int64_t now, std::int64_t truth) override;
    LimitAnswer takeNow(const std::vector<LimitTake> &takes, std::int64_t now);

private:
    std::uint64_t keyOf(const LimitTake &take) const;

    std::uint64_t m_seed;
    LimiterTable m_table;
};

} // namespace pm::policy
