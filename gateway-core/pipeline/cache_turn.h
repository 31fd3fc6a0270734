// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "config/cache_policy.h"
#include "http/http.h"
#include "pipeline/cached_answer.h"
#include "pipeline/embedding_call.h"
#include "policy/cache_control.h"
#include "policy/cache_store.h"
#include "policy/flights.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

// What one exchange has to do with the cache of answers.
namespace pm {

/// What a request's header fields say of the cache, in our words and in those of other gateways.
struct CacheAsk
{
    bool isOff = false;
    std::string seed;
    int buckets = 1;
    policy::CacheWish wish;
};
/// Plain function.
CacheAsk cacheAsk(const http::Headers &headers, const config::Cache &settings);

/// Which of the kept answers to a request is given, or which slot the new one fills.
struct ShelfChoice
{
    policy::CachedAnswerPtr answer; ///< null: none may be given
    int slot = 0; ///< to fill: one that is missing, else the oldest
};
/// `now` in Unix seconds. Answers to another request with the same hash are none.
ShelfChoice chooseFrom(const policy::CacheShelf &shelf, const CacheAsk &ask, std::string_view request, std::int64_t now, Rng &rng);

/// Copies an answer while it goes to the client.
class CacheFill
{
public:
    explicit CacheFill(std::int64_t maxBytes) : m_maxBytes(static_cast<std::size_t>(maxBytes)) {}
    void take(std::string_view bytes, SteadyTime now);
    bool isTooLarge() const { return m_isTooLarge; }
    /// Moves bytes and pieces into `answer`.
    void moveTo(policy::CachedAnswer &answer);

private:
    std::size_t m_maxBytes;
    std::string m_bytes;
    std::vector<policy::ReplayPiece> m_pieces;
    SteadyTime m_last{};
    bool m_isTooLarge = false;
};

inline std::int64_t unixSeconds(SystemTime time)
{
    return std::chrono::system_clock::to_time_t(time);
}
/// "0.9712".
std::string similarityText(double similarity);

struct CacheTurn
{
    const config::Cache *settings = nullptr; ///< lives in the exchange's snapshot
    std::shared_ptr<policy::CacheStore> store;
    CacheAsk ask;
    policy::CacheKey key;
    std::optional<CacheFill> fill; ///< set when the answer is to be kept
    int slot = 0;                  ///< that it fills
    FinishReason finish = FinishReason::Unknown; ///< of the answer
    std::unique_ptr<policy::Flights::Seat> seat;
    bool isWaiting = false;        ///< for another's answer
    SteadyTime waitsSince{};
    std::unique_ptr<EmbeddingCall> embedding;
    UnitVector vector;             ///< of the last turn; empty when nobody asked
    std::optional<double> similarity;
    // Of a hit:
    policy::CachedAnswerPtr answer;
    std::int64_t age = 0;          ///< seconds
    Replay replay;
    std::size_t nextPiece = 0;
    std::size_t sent = 0;          ///< bytes
};

} // namespace pm
