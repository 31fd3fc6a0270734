// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_build.h"

#include <algorithm>

namespace pm::config {

std::optional<Cache> buildCache(const yaml::Node *node)
{
    if (!node || !node->isMap())
        return std::nullopt;
    Cache cache;
    readInto(*node, "enabled", cache.enabled);
    readInto(*node, "directive", cache.directive);
    readInto(*node, "buckets", cache.buckets);
    cache.buckets = std::clamp(cache.buckets, 1, 20);
    readInto(*node, "seed", cache.seed);
    std::string word;
    readInto(*node, "replay", word);
    cache.replay = word == "paced" ? Cache::Replay::Paced : Cache::Replay::AtOnce;
    word.clear();
    readInto(*node, "share", word);
    cache.share = word == "all" ? Cache::Share::All : Cache::Share::Client;
    readInto(*node, "single-flight", cache.singleFlight);
    readSize(*node, "max-entry", cache.maxEntry);
    if (const yaml::Node *semantic = node->get("semantic"); semantic && semantic->isMap()) {
        SemanticCache &near = cache.semantic.emplace();
        readInto(*semantic, "embedding", near.embedding);
        readInto(*semantic, "threshold", near.threshold);
        readInto(*semantic, "messages", near.messages);
    }
    return cache;
}

CacheStore buildCacheStore(const yaml::Node *node)
{
    CacheStore store;
    if (!node || !node->isMap())
        return store;
    std::string type;
    readInto(*node, "type", type);
    store.type = type == "disk"    ? CacheStore::Type::Disk
                 : type == "redis" ? CacheStore::Type::Redis
                                   : CacheStore::Type::Memory;
    readInto(*node, "url", store.url);
    readInto(*node, "password", store.password);
    readSize(*node, "max-size", store.maxSize);
    return store;
}

SharedStore buildSharedStore(const yaml::Node *node)
{
    SharedStore store;
    if (!node || !node->isMap())
        return store;
    std::string word;
    readInto(*node, "type", word);
    store.type = word == "redis" ? SharedStore::Type::Redis : SharedStore::Type::Memory;
    readInto(*node, "url", store.url);
    readInto(*node, "password", store.password);
    readInto(*node, "timeout", store.timeout);
    word.clear();
    readInto(*node, "when-down", word);
    store.whenDown = word == "closed" ? SharedStore::WhenDown::Closed : SharedStore::WhenDown::Open;
    return store;
}

} // namespace pm::config
