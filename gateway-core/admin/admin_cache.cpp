// SPDX-License-Identifier: GPL-3.0-or-later
// What the cache of answers holds and did, and what is to go from it.
#include "admin/admin.h"
#include "admin/admin_replies.h"

#include "base/json.h"
#include "config/scalars.h"

#include <map>

namespace pm {

using admin::argument;
using admin::failed;

namespace {

void writeCounts(json::Writer &out, const metrics::CacheCounts &counts)
{
    const auto number = [&out](std::string_view name, std::uint64_t value) {
        out.member(name, static_cast<std::int64_t>(value));
    };
    number("hits", counts.hits);
    number("semantic_hits", counts.semanticHits);
    number("misses", counts.misses);
    number("refreshes", counts.refreshes);
    number("stored", counts.stored);
    const std::uint64_t hits = counts.hits + counts.semanticHits;
    const std::uint64_t asked = hits + counts.misses + counts.refreshes;
    out.member("hit_rate", asked == 0 ? 0.0 : static_cast<double>(hits) / static_cast<double>(asked));
    out.member("saved_usd", static_cast<double>(counts.savedMicroUsd) / 1e6);
    out.member("saved_seconds", static_cast<double>(counts.savedUs) / 1e6);
}

metrics::CacheCounts sumOf(const std::map<std::string, metrics::CacheCounts> &all)
{
    metrics::CacheCounts sum;
    for (const auto &[router, counts] : all) {
        sum.hits += counts.hits;
        sum.semanticHits += counts.semanticHits;
        sum.misses += counts.misses;
        sum.refreshes += counts.refreshes;
        sum.stored += counts.stored;
        sum.savedMicroUsd += counts.savedMicroUsd;
        sum.savedUs += counts.savedUs;
    }
    return sum;
}

std::string cacheJson(const policy::CacheStore *store, const std::map<std::string, metrics::CacheCounts> &all)
{
    const policy::CacheUse use = store ? store->use(true) : policy::CacheUse();
    std::map<std::string, policy::CacheUse::OfRouter> held;
    for (const auto &[router, counts] : all)
        held[router].router = router;
    for (const policy::CacheUse::OfRouter &router : use.routers)
        held[router.router] = router;
    json::Writer out;
    out.beginObject();
    out.member("store", store ? store->name() : std::string_view("none"));
    out.member("entries", static_cast<std::int64_t>(use.entries));
    out.member("bytes", static_cast<std::int64_t>(use.bytes));
    out.member("evicted", static_cast<std::int64_t>(use.evicted));
    out.member("dropped", static_cast<std::int64_t>(use.dropped));
    if (!use.problem.empty())
        out.member("problem", use.problem);
    writeCounts(out, sumOf(all));
    out.key("routers");
    out.beginArray();
    for (const auto &[name, router] : held) {
        const auto counts = all.find(name);
        out.beginObject();
        out.member("router", name);
        out.member("entries", static_cast<std::int64_t>(router.entries));
        out.member("bytes", static_cast<std::int64_t>(router.bytes));
        writeCounts(out, counts == all.end() ? metrics::CacheCounts() : counts->second);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return out.take();
}

bool isHex(std::string_view text)
{
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

AdminReply Admin::cache()
{
    const auto store = m_backend.cache ? m_backend.cache->store() : nullptr;
    return {200, "application/json", cacheJson(store.get(), m_backend.metrics->cache().counts())};
}

AdminReply Admin::nearMisses()
{
    json::Writer out;
    out.beginObject();
    out.key("near_misses");
    out.beginArray();
    for (const policy::NearMiss &miss : m_backend.cache ? m_backend.cache->nearMisses() : std::vector<policy::NearMiss>()) {
        out.beginObject();
        out.member("at", miss.at);
        out.member("router", miss.router);
        out.member("similarity", miss.similarity);
        out.member("threshold", miss.threshold);
        out.member("asked", miss.asked);
        out.member("stored", miss.stored);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return {200, "application/json", out.take()};
}

void Admin::purgeCache(const http::Request &request, const AdminDone &done)
{
    policy::CachePurge which;
    which.router = argument(request, "router");
    which.model = argument(request, "model");
    which.key = argument(request, "key");
    if (!isHex(which.key))
        return done(failed(ErrorKind::BadRequest, "key is the beginning of an entry's key: hexadecimal digits, as in "
                                                  "x-pointsman-cache-key"));
    if (const std::string age = argument(request, "older-than"); !age.empty()) {
        const auto span = config::parseDuration(age);
        if (!span)
            return done(failed(ErrorKind::BadRequest, "older-than is a time, as in 1h or 7d"));
        const auto since = std::chrono::system_clock::now() - *span;
        which.storedBefore = std::chrono::system_clock::to_time_t(since);
    }
    if (!m_backend.cache)
        return done(AdminReply{200, "application/json", "{\"removed\":0}"});
    m_backend.cache->purge(which, [done](std::uint64_t count) {
        done(AdminReply{200, "application/json", "{\"removed\":" + std::to_string(count) + "}"});
    });
}

} // namespace pm
