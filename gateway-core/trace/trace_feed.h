// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <atomic>
#include <mutex>
#include <vector>

namespace pm::trace {

/// Carries heads from workers to one reader in batches. A head may come several times: when the request
/// starts, while it streams, when it ends; the last one wins. Bounded: beyond kMaxPending the oldest running
/// updates are dropped, then the oldest heads, and counted. Safe from any thread.
class Feed
{
public:
    static constexpr std::size_t kMaxPending = 20'000;

    void publish(Head head);
    /// Everything since the last call, at most one head per id.
    std::vector<Head> take();
    /// Nobody listens: publish becomes a no-op.
    void setEnabled(bool enabled);
    std::uint64_t dropped() const;

private:
    mutable std::mutex m_mutex;
    std::vector<Head> m_pending; ///< guarded by m_mutex
    std::atomic<bool> m_enabled{false};
    std::uint64_t m_dropped = 0; ///< guarded by m_mutex
};

} // namespace pm::trace
