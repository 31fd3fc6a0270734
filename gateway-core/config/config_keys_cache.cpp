// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/cache_directive.h"
#include "config/config_check.h"
#include "config/config_key_sections.h"

// Answers that are kept and given again. Helicone's three keys are `directive`, `buckets` and `seed`.
namespace pm::config {

namespace {

using T = KeyType;

constexpr double kMiB = 1024.0 * 1024;

constexpr Key kKeys[] = {
    {"routers.*.cache", T::Section, "", "Answers that are kept and given again to equal requests. Missing: `global.cache`."},
    {"routers.*.cache.enabled", T::Bool, "true", "false: only for requests with `helicone-cache-enabled: true`."},
    {"routers.*.cache.directive", T::Text, "",
     "As a Cache-Control field (RFC 9111), for requests that bring none: max-age, s-maxage, no-store, no-cache, max-stale, "
     "min-fresh, only-if-cached, must-revalidate, private. Its max-age is how long answers stay fresh; without one, 7 days."},
    {"routers.*.cache.buckets", T::Integer, "1",
     "Answers to one request that are collected before one of them, drawn at random, is given again.", "", 1, 20},
    {"routers.*.cache.seed", T::Text, "", "Answers kept under another seed are not seen."},
    {"routers.*.cache.replay", T::Word, "at-once", "How a stream is given again: paced, in the time in which it came.",
     "at-once|paced"},
    {"routers.*.cache.share", T::Word, "client", "all: a client key sees what was answered to others.", "client|all"},
    {"routers.*.cache.single-flight", T::Bool, "false", "Equal requests at one time wait for the first one's answer."},
    {"routers.*.cache.max-entry", T::Size, "2MiB", "Larger answers are not kept.", "", 1024, 64 * kMiB},
    {"routers.*.cache.semantic", T::Section, "",
     "Also looks for answers to requests that mean nearly the same: all but the last user turn is equal, and that is near."},
    {.path = "routers.*.cache.semantic.embedding", .type = T::Model, .sense = "Makes the vectors; as ollama/nomic-embed-text.",
     .isRequired = true},
    {"routers.*.cache.semantic.threshold", T::Number, "0.95", "Least cosine of the vectors.", "", 0, 1},
    {"routers.*.cache.semantic.messages", T::Integer, "4", "Longer conversations are looked up exactly only. Turns without the system's.",
     "", 1, 1000},

    {"cache-store", T::Section, "", "Where cached answers lie."},
    {"cache-store.type", T::Word, "memory", "memory (in-memory is the same): until the gateway ends. disk: in cache.db of the data directory, also after a restart. redis: at `url`, for all that name it.",
     "memory|in-memory|disk|redis"},
    {"cache-store.max-size", T::Size, "256MiB", "Of memory and disk: the least used answers go first. Redis has its own maxmemory.", "", kMiB, 1024 * kGiB},
    {"cache-store.url", T::RedisUrl, "redis://localhost:6379", "Of redis.", "", 0, 0, "host-url"},
    {"cache-store.password", T::KeyReference, "", "Where the password of redis is kept: env:, file: or credential:."},
};

} // namespace

std::span<const Key> cacheKeys()
{
    return kKeys;
}

void Checker::cacheRules(const yaml::Child &child, const std::string &path)
{
    const yaml::Child *directive = child.value.entry("directive");
    if (!directive || !directive->value.isScalar())
        return;
    if (const std::string problem = cacheControlProblem(directive->value.text); !problem.empty())
        tell(*directive, path + ".directive", problem);
}

} // namespace pm::config
