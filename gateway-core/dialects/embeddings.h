// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/embeddings.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>

namespace pm {

/// What an embeddings answer must know of the request it answers.
struct EmbeddingsContext
{
    std::string model; ///< the name to show to the client
    bool wantsBase64 = false;
    std::string_view variant;             ///< of the client's path
    std::int64_t inputTokensEstimate = 0; ///< where a format wants a count and the provider gave none
    std::int64_t durationNs = 0;
};

/// How one wire format asks for embeddings: the seam beside Dialect, which hands it out. All functions are
/// pure and linear in the size of what they are given; formats live as long as the program.
class EmbeddingsFormat
{
public:
    virtual ~EmbeddingsFormat() = default;

    /// Where a provider is asked, below its base URL, with a leading slash. A target's `variant` chooses
    /// between several.
    virtual std::string path(const TargetTraits &target) const = 0;

    /// Takes more than readRequest does: what goes to a provider of the same format is that provider's to
    /// judge. Error: BadRequest.
    virtual Result<RequestFacts> facts(std::string_view body) const = 0;
    /// Errors: BadRequest naming the field; NotSupported for what no other format can do.
    virtual Result<EmbeddingsRequest> readRequest(std::string_view body) const = 0;
    /// Error: NotSupported for what would change the vectors and cannot be expressed.
    virtual Result<std::string> writeRequest(const EmbeddingsRequest &request, const TargetTraits &target,
                                             Losses &losses) const = 0;
    /// The client's own bytes with the model's name in them changed.
    virtual Result<std::string> retarget(std::string_view body, const TargetTraits &target) const = 0;

    /// Error: UpstreamBroken for what is no such answer.
    virtual Result<EmbeddingsReply> readReply(std::string_view body) const = 0;
    virtual std::string writeReply(const EmbeddingsReply &reply, const EmbeddingsContext &context) const = 0;
    /// The counts of a reply alone, without its vectors.
    virtual Usage usage(std::string_view replyBody) const = 0;
    /// A reply of this format for a client of this format: the same bytes, unless they are not in the
    /// encoding that the client asked for. Error: UpstreamBroken.
    virtual Result<std::string> passReply(std::string_view replyBody, std::string_view requestBody) const;
};

} // namespace pm
