// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/answer_cache.h"

#include "policy/disk_store.h"
#include "policy/memory_store.h"
#include "policy/redis_cache_store.h"

#include <algorithm>

namespace pm::policy {

namespace {

std::shared_ptr<CacheStore> makeStore(const config::CacheStore &wanted, const std::string &path, const Secret &password)
{
    if (wanted.type == config::CacheStore::Type::Redis) {
        redis::Client::Options options;
        options.address = redis::parseUrl(wanted.url).value_or(redis::Address()); // checked with the configuration
        options.password = password;
        return std::make_shared<RedisCacheStore>(std::move(options));
    }
    const auto most = static_cast<std::size_t>(std::max<std::int64_t>(wanted.maxSize, 0));
    if (wanted.type != config::CacheStore::Type::Disk || path.empty())
        return std::make_shared<MemoryStore>(most);
    constexpr std::size_t kMostInMemory = 64 * 1024 * 1024;
    DiskStore::Options options;
    options.path = path;
    options.maxBytes = wanted.maxSize;
    options.memoryBytes = std::min(most, kMostInMemory);
    return std::make_shared<DiskStore>(std::move(options));
}

} // namespace

void AnswerCache::configure(const config::CacheStore &wanted, const std::string &path, const Secret &password)
{
    std::erase_if(m_former, [](const auto &store) { return store.use_count() == 1; });
    if (store() && wanted == m_wanted && path == m_path)
        return;
    m_wanted = wanted;
    m_path = path;
    if (auto former = store()) {
        {
            const std::lock_guard lock(m_mutex);
            m_store.reset();
        }
        // A file must not have two writers: the usual case, that nobody is at it, ends it here.
        if (former.use_count() > 1)
            m_former.push_back(std::move(former));
    }
    auto made = makeStore(wanted, path, password);
    const std::lock_guard lock(m_mutex);
    m_store = std::move(made);
    m_indices.clear();
}

std::shared_ptr<CacheStore> AnswerCache::store() const
{
    const std::lock_guard lock(m_mutex);
    return m_store;
}

void AnswerCache::settle(std::chrono::milliseconds timeout)
{
    if (const auto current = store())
        current->flush(timeout);
    for (const auto &former : m_former)
        former->flush(timeout);
}

std::shared_ptr<VectorIndex> AnswerCache::index(const std::string &embedding)
{
    const std::lock_guard lock(m_mutex);
    if (m_indices.size() >= kMostIndices && !m_indices.contains(embedding))
        m_indices.clear(); // somebody changes models often
    std::shared_ptr<VectorIndex> &index = m_indices[embedding];
    if (!index)
        index = std::make_shared<VectorIndex>();
    return index;
}

void AnswerCache::addNearMiss(NearMiss miss)
{
    const std::lock_guard lock(m_mutex);
    m_nearMisses.push_front(std::move(miss));
    if (m_nearMisses.size() > kMostNearMisses)
        m_nearMisses.pop_back();
}

std::vector<NearMiss> AnswerCache::nearMisses() const
{
    const std::lock_guard lock(m_mutex);
    return {m_nearMisses.begin(), m_nearMisses.end()};
}

void AnswerCache::purge(const CachePurge &which, CacheStore::Removed removed)
{
    const auto current = store();
    if (!current)
        return removed(0);
    current->purge(which, std::move(removed)); // a row whose entry is gone finds nothing, and goes then
}

} // namespace pm::policy
