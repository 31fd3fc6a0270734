// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/disk_file.h"
#include "policy/memory_store.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

namespace pm::policy {

/// Answers in a file, which survive a restart, with a part of them in memory in front of it. The file is read and written
/// on a thread of its own; what is asked for and not there is known at once. What waits to be written is bounded: an
/// answer that finds no room there is in memory alone. When the disk refuses, memory alone serves.
class DiskStore final : public CacheStore
{
public:
    struct Options
    {
        std::string path;
        std::int64_t maxBytes = 256LL * 1024 * 1024;
        std::size_t memoryBytes = 32 * 1024 * 1024; ///< of the part in memory
        std::size_t maxQueued = 32 * 1024 * 1024;   ///< bytes that wait to be written
        std::function<std::int64_t()> now;          ///< Unix seconds; the system's clock when empty
    };

    /// Opens the file and reads which requests it has answers to.
    explicit DiskStore(Options options);
    ~DiskStore() override; ///< writes what is queued

    std::optional<CacheShelf> find(const Sha256 &hash, Found found) override;
    void put(const Sha256 &hash, CachedAnswerPtr answer) override;
    void purge(const CachePurge &which, Removed removed) override;
    CacheUse use(bool byRouter) const override;
    bool flush(std::chrono::milliseconds timeout) override;
    std::string_view name() const override { return "disk"; }

private:
    static constexpr std::size_t kMostQueued = 4096; ///< tasks
    struct Task
    {
        Sha256 hash{};
        CachedAnswerPtr answer; ///< set: write it
        Found found;            ///< set: look for it
        CachePurge which;       ///< else remove these
        Removed removed;
        std::uint64_t removedNear = 0; ///< of memory, at once
    };

    std::int64_t now() const;
    bool enqueue(Task task);
    void run();
    void work(std::deque<Task> &tasks);
    void doTask(Task &task);
    Result<void> write(const Task &task);
    void forget(const Sha256 &hash);
    void tell(const Result<void> &result);
    void publishSize();

    const Options m_options;
    MemoryStore m_front;
    DiskFile m_file; ///< the thread's
    bool m_isOpen = false; ///< the thread's
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_idle;
    std::deque<Task> m_queue;                          // m_mutex
    std::size_t m_queuedBytes = 0;                     // m_mutex
    bool m_isWorking = false;                          // m_mutex
    bool m_stop = false;                               // m_mutex
    std::unordered_map<std::uint64_t, std::uint32_t> m_known; // m_mutex; start of the hash -> rows in the file or on the way
    std::string m_problem;                             // m_mutex
    std::atomic<std::uint64_t> m_bytes{0};
    std::atomic<std::uint64_t> m_entries{0};
    std::atomic<std::uint64_t> m_evicted{0};
    std::atomic<std::uint64_t> m_dropped{0};
    std::thread m_thread;
};

} // namespace pm::policy
