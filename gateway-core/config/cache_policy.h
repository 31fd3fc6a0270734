// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// Which answers are kept and given again. Values; the rows of the file stand in config_keys_cache.cpp.
namespace pm::config {

/// Answers of requests that mean nearly the same, found by embedding.
struct SemanticCache
{
    std::string embedding;   ///< provider/model that makes the vectors
    double threshold = 0.95; ///< least cosine, 0..1
    int messages = 4;        ///< longest conversation that is looked up, in turns
    bool operator==(const SemanticCache &) const = default;
};

struct Cache
{
    enum class Replay { AtOnce, Paced };
    enum class Share { Client, All };
    bool enabled = true;
    std::string directive;            ///< Cache-Control (RFC 9111 5.2), for requests that bring none
    int buckets = 1;                  ///< distinct answers collected before one is given again, 1..20
    std::string seed;                 ///< entries of other seeds are not seen
    Replay replay = Replay::AtOnce;   ///< of streams
    Share share = Share::Client;      ///< whether one client key sees another's entries
    bool singleFlight = false;        ///< identical requests at one time wait for the first one's answer
    std::int64_t maxEntry = 2LL * 1024 * 1024; ///< bytes of one answer; larger ones are not kept
    std::optional<SemanticCache> semantic;
    bool operator==(const Cache &) const = default;
};

} // namespace pm::config
