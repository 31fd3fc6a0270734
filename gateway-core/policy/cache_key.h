// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "chat/embeddings.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

// What makes two requests the same one. Pure, any thread.
namespace pm::policy {

using Sha256 = std::array<std::uint8_t, 32>;
Sha256 sha256(std::string_view bytes);
/// For maps: a part of it is as random as any.
struct Sha256Hash
{
    std::size_t operator()(const Sha256 &hash) const
    {
        std::size_t value = 0;
        std::memcpy(&value, hash.data(), sizeof value);
        return value;
    }
};
std::string hex(const Sha256 &hash, std::size_t bytes = 32);

/// Whose entries a request may see, and what else than its text decides on the answer.
struct CacheScope
{
    std::string router;
    std::string forced; ///< what header fields force: provider, model
    std::string seed;
    std::string client; ///< name of the client key where entries are not shared
    std::string wire;   ///< format and path where answers of others cannot stand for these; empty for most
    std::string betas;  ///< header fields that switch on what a format does not have by itself
};

struct CacheKey
{
    Sha256 hash{};
    /// The whole request in one spelling; what is kept with an answer and compared. What comes before `shared` says all
    /// but the last user turn.
    std::string text;
    std::size_t shared = 0;
    /// The last user turn where it is text alone, for those who look for a similar one; empty otherwise.
    std::string lastTurn;
    int turns = 0; ///< without the system's

    std::string_view sharedText() const { return std::string_view(text).substr(0, shared); }
};

/// The same for requests that mean the same, whatever format they came in: order of keys, white space, spelling of
/// numbers, `stream`, marks for provider's caches, metadata, user and service tier do not count, nor do the letters of
/// tool call ids. `body` is what the client sent, in the request's format: fields of it that `request` does not carry
/// count with their values.
CacheKey cacheKey(const CacheScope &scope, const ChatRequest &request, std::string_view model, std::string_view body);
CacheKey cacheKey(const CacheScope &scope, const EmbeddingsRequest &request, std::string_view model, std::string_view body);

} // namespace pm::policy
