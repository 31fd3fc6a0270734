// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/gcra.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace pm::policy {

/// Arrival times by key, for all workers: a table of fixed size, in buckets of 32. Keys that are in it are
/// read and changed without a lock; a key that is new takes its bucket's flag for the time of a look at 32
/// slots. A key is a 64-bit hash: two callers whose hashes are equal share one limit. A bucket that is full
/// forgets the caller whose time is nearest to (or farthest behind) now, so first those who have everything
/// back, and for them forgetting changes nothing. Holds 100 000 callers without forgetting one early. The
/// memory (4 MiB as it stands) is made with the first key.
class LimiterTable
{
public:
    static constexpr std::size_t kSlots = 32;
    explicit LimiterTable(std::size_t buckets = 8192)
        : m_count(buckets)
    {
    } ///< a power of two

    struct Taken
    {
        Gcra::Decision decision;
        std::int64_t tat = 0; ///< as it is after this
    };
    /// Takes `cost` of the caller `key` at `now` if its law lets it. Any thread.
    Taken take(std::uint64_t key, const Gcra &law, std::int64_t now, std::int64_t cost);
    /// What take() would say; nothing is taken. Any thread.
    Taken look(std::uint64_t key, const Gcra &law, std::int64_t now, std::int64_t cost) const;
    /// Corrects what was taken as `estimate`. A caller that was forgotten meanwhile owes what the truth is
    /// more. Any thread.
    void settle(std::uint64_t key, const Gcra &law, std::int64_t now, std::int64_t estimate,
                std::int64_t truth);

    std::size_t capacity() const { return m_count * kSlots; }
    std::size_t size() const; ///< keys that are in it; a count of all slots, for tests and figures

private:
    struct alignas(64) Bucket
    {
        std::array<std::atomic<std::uint64_t>, kSlots>
            keys{}; ///< 0: empty; written under the flag, read by any
        std::array<std::atomic<std::int64_t>, kSlots> tats{}; ///< kMoving while its key changes
        std::atomic_flag isFilling = ATOMIC_FLAG_INIT;
    };
    /// No arrival time: the slot gets another key.
    static constexpr std::int64_t kMoving = INT64_MIN;

    Bucket &bucketOf(std::uint64_t key);
    static std::atomic<std::int64_t> *find(Bucket &bucket, std::uint64_t key, std::int64_t &tat);
    static void claim(Bucket &bucket, std::uint64_t key, std::int64_t now);
    static std::size_t clearSlot(Bucket &bucket, std::int64_t &before);
    /// Changes the caller's time by `change(tat)`, which says what it becomes, or that it stays.
    template <typename Change>
    void update(std::uint64_t key, std::int64_t now, Change change);

    std::size_t m_count;
    std::once_flag m_made;
    std::atomic<Bucket *> m_ready{nullptr}; ///< once made
    std::unique_ptr<Bucket[]> m_buckets;
};

} // namespace pm::policy
