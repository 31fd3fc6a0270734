// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "config/policies.h"
#include "policy/cache_store.h"
#include "policy/flights.h"
#include "policy/vector_index.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace pm::policy {

/// A request whose nearest stored one was near, and not near enough.
struct NearMiss
{
    std::int64_t at = 0; ///< Unix seconds
    std::string router;
    double similarity = 0;
    double threshold = 0;
    std::string asked;  ///< beginning of the prompt
    std::string stored; ///< of the nearest one
};

/// The gateway's cache of answers: one for all routers and workers. Safe from any thread unless said otherwise; lives as
/// long as the gateway, across configurations.
class AnswerCache
{
public:
    static constexpr std::size_t kMostNearMisses = 200;
    static constexpr std::size_t kMostIndices = 8; ///< embedding models with an index each

    /// Answers lie there from now on; `path` is the disk store's file, empty: memory stands for it; `password` is for Redis.
    /// Main thread. What an earlier store held is found no more, but stays in its file.
    void configure(const config::CacheStore &wanted, const std::string &path, const Secret &password = {});

    /// Null until it is configured. An exchange takes it once and keeps it to its end.
    std::shared_ptr<CacheStore> store() const;
    Flights &flights() { return m_flights; }

    /// The vectors of one embedding model.
    std::shared_ptr<VectorIndex> index(const std::string &embedding);
    void addNearMiss(NearMiss miss);
    std::vector<NearMiss> nearMisses() const; ///< the newest first

    /// Main thread: waits until nobody's callback is outstanding.
    void settle(std::chrono::milliseconds timeout);

    /// As CacheStore::purge. What is purged is found by similarity no more.
    void purge(const CachePurge &which, CacheStore::Removed removed);

private:
    mutable std::mutex m_mutex;
    config::CacheStore m_wanted;                                     // main thread
    std::string m_path;                                              // main thread
    std::vector<std::shared_ptr<CacheStore>> m_former;               // main thread; die there, when nobody uses them
    std::shared_ptr<CacheStore> m_store;                             // m_mutex
    std::map<std::string, std::shared_ptr<VectorIndex>> m_indices;   // m_mutex
    std::deque<NearMiss> m_nearMisses;                               // m_mutex
    Flights m_flights;
};

} // namespace pm::policy
