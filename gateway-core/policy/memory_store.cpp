// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/memory_store.h"

#include <algorithm>
#include <map>
#include <utility>

namespace pm::policy {

namespace {

/// A small store is one part: else a large answer would find room in none.
std::size_t partsFor(std::size_t maxBytes)
{
    constexpr std::size_t kLeastOfPart = 16 * 1024 * 1024;
    return std::clamp<std::size_t>(maxBytes / kLeastOfPart, 1, 16);
}

std::size_t weightOf(const CacheShelf &shelf)
{
    std::size_t sum = 0;
    for (const CachedAnswerPtr &answer : shelf)
        sum += answer->weight();
    return sum;
}

} // namespace

bool CachePurge::fits(const Sha256 &hash, const CachedAnswer &answer) const
{
    const bool isOfModel = model.empty() || model == answer.requestedModel || model == answer.model
                           || model == answer.provider + "/" + answer.model;
    return isOfModel && (router.empty() || router == answer.router) && hex(hash).starts_with(key)
           && (storedBefore == 0 || answer.storedAt < storedBefore);
}

MemoryStore::MemoryStore(std::size_t maxBytes)
    : m_maxOfPart(maxBytes / partsFor(maxBytes)), m_parts(partsFor(maxBytes))
{
}

MemoryStore::Part &MemoryStore::partOf(const Sha256 &hash)
{
    return m_parts[hash.back() % m_parts.size()]; // the map goes by the first bytes
}

CacheShelf MemoryStore::get(const Sha256 &hash)
{
    Part &part = partOf(hash);
    const std::lock_guard lock(part.mutex);
    const auto found = part.byHash.find(hash);
    if (found == part.byHash.end())
        return {};
    part.entries.splice(part.entries.begin(), part.entries, found->second);
    return found->second->shelf;
}

std::optional<CacheShelf> MemoryStore::find(const Sha256 &hash, Found)
{
    return get(hash);
}

void MemoryStore::put(const Sha256 &hash, CachedAnswerPtr answer)
{
    Part &part = partOf(hash);
    const std::size_t weight = answer->weight();
    if (weight > m_maxOfPart) {
        m_dropped.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    CachedAnswerPtr replaced; // dies outside of the lock
    const std::lock_guard lock(part.mutex);
    auto found = part.byHash.find(hash);
    if (found == part.byHash.end()) {
        part.entries.push_front({hash, {}});
        found = part.byHash.emplace(hash, part.entries.begin()).first;
    } else {
        part.entries.splice(part.entries.begin(), part.entries, found->second);
    }
    CacheShelf &shelf = found->second->shelf;
    const auto same = std::find_if(shelf.begin(), shelf.end(), [&](const auto &each) { return each->slot == answer->slot; });
    part.bytes += weight;
    if (same != shelf.end()) {
        part.bytes -= (*same)->weight();
        replaced = std::exchange(*same, std::move(answer));
    } else {
        shelf.push_back(std::move(answer));
        m_entries.fetch_add(1, std::memory_order_relaxed);
    }
    makeRoom(part);
}

void MemoryStore::makeRoom(Part &part)
{
    while (part.bytes > m_maxOfPart && !part.entries.empty()) {
        Entry &oldest = part.entries.back();
        part.bytes -= weightOf(oldest.shelf);
        m_evicted.fetch_add(oldest.shelf.size(), std::memory_order_relaxed);
        m_entries.fetch_sub(oldest.shelf.size(), std::memory_order_relaxed);
        part.byHash.erase(oldest.hash);
        part.entries.pop_back();
    }
}

void MemoryStore::purge(const CachePurge &which, Removed removed)
{
    std::uint64_t count = 0;
    for (Part &part : m_parts) {
        const std::lock_guard lock(part.mutex);
        for (auto entry = part.entries.begin(); entry != part.entries.end();) {
            count += std::erase_if(entry->shelf, [&](const CachedAnswerPtr &answer) {
                const bool isMeant = which.fits(entry->hash, *answer);
                part.bytes -= isMeant ? answer->weight() : 0;
                return isMeant;
            });
            if (entry->shelf.empty()) {
                part.byHash.erase(entry->hash);
                entry = part.entries.erase(entry);
            } else {
                ++entry;
            }
        }
    }
    m_entries.fetch_sub(count, std::memory_order_relaxed);
    if (removed)
        removed(count);
}

CacheUse MemoryStore::use(bool byRouter) const
{
    CacheUse use;
    std::map<std::string, CacheUse::OfRouter> routers;
    for (const Part &part : m_parts) {
        const std::lock_guard lock(part.mutex);
        use.bytes += part.bytes;
        if (!byRouter)
            continue;
        for (const Entry &entry : part.entries) {
            for (const CachedAnswerPtr &answer : entry.shelf) {
                CacheUse::OfRouter &router = routers[answer->router];
                ++router.entries;
                router.bytes += answer->weight();
            }
        }
    }
    use.entries = m_entries.load(std::memory_order_relaxed);
    for (auto &[name, router] : routers) {
        router.router = name;
        use.routers.push_back(std::move(router));
    }
    use.evicted = m_evicted.load(std::memory_order_relaxed);
    use.dropped = m_dropped.load(std::memory_order_relaxed);
    return use;
}

} // namespace pm::policy
