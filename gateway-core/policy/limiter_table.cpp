// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/limiter_table.h"

#include <algorithm>
#include <optional>
#include <thread>

namespace pm::policy {

namespace {

std::uint64_t named(std::uint64_t key)
{
    return key == 0 ? 1 : key; // 0 is an empty slot
}

} // namespace

LimiterTable::Bucket &LimiterTable::bucketOf(std::uint64_t key)
{
    Bucket *buckets = m_ready.load(std::memory_order_acquire);
    if (!buckets) {
        std::call_once(m_made, [this] {
            m_buckets = std::make_unique<Bucket[]>(m_count);
            m_ready.store(m_buckets.get(), std::memory_order_release);
        });
        buckets = m_ready.load(std::memory_order_acquire);
    }
    return buckets[(key >> 20) & (m_count - 1)];
}

/// The slot of `key` and its time, or null. The time is read before the key: a slot that changed hands after
/// it has another time by then, and a change that compares with this one fails.
std::atomic<std::int64_t> *LimiterTable::find(Bucket &bucket, std::uint64_t key, std::int64_t &tat)
{
    for (std::size_t i = 0; i < kSlots; ++i) {
        if (bucket.keys[i].load(std::memory_order_acquire) != key)
            continue;
        const std::int64_t seen = bucket.tats[i].load(std::memory_order_acquire);
        if (seen == kMoving || bucket.keys[i].load(std::memory_order_acquire) != key)
            continue;
        tat = seen;
        return &bucket.tats[i];
    }
    return nullptr;
}

/// An empty slot, or the one whose time is the earliest, closed to changes; `before` is that time.
std::size_t LimiterTable::clearSlot(Bucket &bucket, std::int64_t &before)
{
    for (;;) {
        std::size_t best = 0;
        std::int64_t earliest = INT64_MAX;
        for (std::size_t i = 0; i < kSlots; ++i) {
            const bool isEmpty = bucket.keys[i].load(std::memory_order_relaxed) == 0;
            const std::int64_t tat = isEmpty ? kMoving : bucket.tats[i].load(std::memory_order_relaxed);
            if (tat < earliest) {
                earliest = tat;
                best = i;
            }
        }
        if (earliest == kMoving) { // empty: nobody can find it
            before = 0;
            bucket.tats[best].store(kMoving, std::memory_order_relaxed);
            return best;
        }
        if (bucket.tats[best].compare_exchange_strong(earliest, kMoving, std::memory_order_acq_rel)) {
            before = earliest;
            return best;
        }
    }
}

/// Gives `key` a slot, if it has none. What it starts with is later than the time that stood there, where
/// that one is past: a change that still compares with it cannot succeed. (Where a caller had to be forgotten
/// early, one that takes in this very moment may be counted to the new one, if their times are the same to
/// the nanosecond: never too little.)
void LimiterTable::claim(Bucket &bucket, std::uint64_t key, std::int64_t now)
{
    while (bucket.isFilling.test_and_set(std::memory_order_acquire))
        std::this_thread::yield();
    const bool isThere = std::any_of(bucket.keys.begin(), bucket.keys.end(), [key](const auto &slot) {
        return slot.load(std::memory_order_relaxed) == key;
    });
    if (!isThere) {
        std::int64_t before = 0;
        const std::size_t slot = clearSlot(bucket, before);
        bucket.keys[slot].store(key, std::memory_order_release);
        bucket.tats[slot].store(before <= now ? std::max(before + 1, now) : now, std::memory_order_release);
    }
    bucket.isFilling.clear(std::memory_order_release);
}

template <typename Change>
void LimiterTable::update(std::uint64_t key, std::int64_t now, Change change)
{
    Bucket &bucket = bucketOf(key);
    for (;;) {
        std::int64_t tat = 0;
        std::atomic<std::int64_t> *slot = find(bucket, key, tat);
        if (!slot) {
            claim(bucket, key, now);
            continue;
        }
        const std::optional<std::int64_t> next = change(tat);
        if (!next || slot->compare_exchange_weak(tat, *next, std::memory_order_acq_rel))
            return;
    }
}

LimiterTable::Taken LimiterTable::take(std::uint64_t key, const Gcra &law, std::int64_t now,
                                       std::int64_t cost)
{
    Taken taken;
    update(named(key), now, [&](std::int64_t tat) -> std::optional<std::int64_t> {
        taken.decision = law.decide(tat, now, cost);
        taken.tat = taken.decision.isAllowed ? taken.decision.next : tat;
        return taken.decision.isAllowed ? std::optional(taken.tat) : std::nullopt;
    });
    return taken;
}

LimiterTable::Taken LimiterTable::look(std::uint64_t key, const Gcra &law, std::int64_t now,
                                       std::int64_t cost) const
{
    Bucket *buckets = m_ready.load(std::memory_order_acquire);
    std::int64_t tat = 0;
    if (buckets)
        (void)find(buckets[(named(key) >> 20) & (m_count - 1)], named(key), tat);
    return {law.decide(tat, now, cost), tat};
}

void LimiterTable::settle(std::uint64_t key, const Gcra &law, std::int64_t now, std::int64_t estimate,
                          std::int64_t truth)
{
    if (truth <= estimate) { // who was forgotten has nothing to get back
        Bucket &bucket = bucketOf(named(key));
        std::int64_t tat = 0;
        while (std::atomic<std::int64_t> *slot = find(bucket, named(key), tat)) {
            if (slot->compare_exchange_weak(tat, law.settle(tat, now, estimate, truth),
                                            std::memory_order_acq_rel))
                return;
        }
        return;
    }
    update(named(key), now,
           [&](std::int64_t tat) { return std::optional(law.settle(tat, now, estimate, truth)); });
}

std::size_t LimiterTable::size() const
{
    const Bucket *buckets = m_ready.load(std::memory_order_acquire);
    std::size_t count = 0;
    for (std::size_t i = 0; buckets && i < m_count; ++i) {
        count += static_cast<std::size_t>(
            std::count_if(buckets[i].keys.begin(), buckets[i].keys.end(),
                          [](const auto &key) { return key.load(std::memory_order_relaxed) != 0; }));
    }
    return count;
}

} // namespace pm::policy
