// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "chat/usage.h"
#include "dialects/dialect.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Answers that are kept. Values.
namespace pm::policy {

/// A piece of a stream as it passed.
struct ReplayPiece
{
    std::uint32_t afterMs = 0; ///< since the piece before
    std::uint32_t bytes = 0;
    bool operator==(const ReplayPiece &) const = default;
};

/// A good, complete answer in the form in which a client got it.
struct CachedAnswer
{
    static constexpr std::size_t kMostPieces = 1024; ///< of a longer stream the rest is one piece

    int slot = 0; ///< which of several answers to one request
    DialectId dialect = DialectId::OpenAiChat;
    std::string variant;      ///< of the path; see ReplyContext
    bool isEmbeddings = false;
    bool isStream = false;
    bool isArray = false;     ///< Gemini's stream as one JSON array
    bool hasUsageEvent = false; ///< the client asked for the usage event of its stream
    std::string bytes;
    std::vector<ReplayPiece> pieces; ///< of a stream; together as long as `bytes`

    std::string provider; ///< who made it
    std::string model;
    std::string router;
    std::string requestedModel;
    Usage usage;
    std::optional<std::int64_t> costMicroUsd; ///< what making it cost
    std::int64_t tookUs = 0;   ///< from request to end
    std::int64_t storedAt = 0; ///< Unix seconds
    std::int64_t lifetime = 0; ///< seconds for which it is fresh
    std::string request;       ///< CacheKey::text; compared on a hit

    /// What it takes in memory, the store's own included.
    std::size_t weight() const;
    bool operator==(const CachedAnswer &) const = default;
};
using CachedAnswerPtr = std::shared_ptr<const CachedAnswer>;

/// All but `bytes` and `request`, as JSON text; and back. Error: Storage for what is no such text.
std::string encodeAnswer(const CachedAnswer &answer);
Result<CachedAnswer> decodeAnswer(std::string_view text);

} // namespace pm::policy
