// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/snapshot.h"

#include <atomic>
#include <mutex>

namespace pm {

/// Where the main thread publishes snapshots and workers find them. A reader that has seen the newest version pays one
/// atomic load.
class SnapshotHolder
{
public:
    /// Main thread.
    void publish(SnapshotPtr snapshot)
    {
        const std::lock_guard lock(m_mutex);
        m_snapshot = std::move(snapshot);
        m_version.fetch_add(1, std::memory_order_release);
    }

    SnapshotPtr get() const
    {
        const std::lock_guard lock(m_mutex);
        return m_snapshot;
    }

    /// One reader's copy; one per worker.
    class Reader
    {
    public:
        explicit Reader(const SnapshotHolder &holder) : m_holder(holder) {}
        const SnapshotPtr &get()
        {
            const auto version = m_holder.m_version.load(std::memory_order_acquire);
            if (version != m_seen) {
                m_copy = m_holder.get();
                m_seen = version;
            }
            return m_copy;
        }

    private:
        const SnapshotHolder &m_holder;
        SnapshotPtr m_copy;
        unsigned m_seen = 0;
    };

private:
    mutable std::mutex m_mutex;
    SnapshotPtr m_snapshot;            ///< guarded by m_mutex
    std::atomic<unsigned> m_version{0}; ///< written by the main thread, read by workers
};

} // namespace pm
