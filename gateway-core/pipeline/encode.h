// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/embeddings.h"
#include "dialects/dialect.h"
#include "http/upstream.h"
#include "pipeline/compiled_route.h"
#include "pipeline/response_turn.h"
#include "pipeline/route.h"
#include "pipeline/signature_memory.h"

#include <map>
#include <optional>
#include <string>

// Stage 7: the call to make for one target. Plain functions.
namespace pm {

namespace policy {
class Guard;
}

inline std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// What the client asked, decoded once. `chat` is filled when the first target of another dialect needs it.
struct Decoded
{
    RequestFacts facts;
    std::optional<ChatRequest> chat;
    std::optional<EmbeddingsRequest> embeddings; ///< the same for embeddings
};

/// Stage 3. Errors: BadRequest, UnsupportedMedia.
Result<Decoded> decode(const http::Request &request, const Route &route);

/// Fills `decoded.chat` when it is not yet; `body` is the client's, or for a Responses request that with what it refers to.
/// Error: BadRequest.
Result<void> readChat(std::string_view body, const Route &route, Decoded &decoded);

struct Encoded
{
    http::UpstreamRequest call;
    std::string path;  ///< below the base URL; what the demo provider is asked
    Losses losses;
    const Dialect *dialect = nullptr; ///< of the target
    std::string family;               ///< whose signatures the answer brings
    bool isInvoke = false;            ///< Anthropic's format by Bedrock's InvokeModel (providers/bedrock_invoke.h)
    bool isTranslated = false;
    /// Tool names that were too long for the target: what was sent instead -> the client's own name.
    std::map<std::string, std::string> shortenedTools;
    bool addedUsage = false; ///< the client did not ask for the usage chunk that will come
    Secret account;          ///< a service account whose token the call needs first; empty for most
};

struct EncodeContext
{
    const http::Request &request;
    const Route &route;
    const Snapshot &snapshot;
    const Policy &policy;
    SystemTime now{}; ///< signatures carry it
    const ResponseTurn *turn = nullptr; ///< of a Responses request: knows the body to send
    SignatureMemory *signatures = nullptr; ///< null: clients' own memory must do
    policy::Guard *guard = nullptr; ///< null: none; has looked at the request itself, not at what that refers to
};

/// The key to use now: the next live one in rotation, or null when the provider needs none or all rest.
const KeySlot *pickKey(const ProviderRuntime &provider, SteadyTime now);

/// Errors: BadRequest, NotSupported (what would change the answer and cannot be expressed), LoopDetected.
Result<Encoded> encode(const EncodeContext &context, Decoded &decoded, const ProviderRuntime &provider,
                       const std::string &model, const KeySlot *key);

/// The call of a direct /{provider}/... request: bytes untouched but for authentication.
Result<Encoded> encodeDirect(const EncodeContext &context, const ProviderRuntime &provider, const KeySlot *key);

/// True for fields of a client's request that never travel upstream: hop-by-hop, ours, credentials, browser state.
bool staysHere(std::string_view headerName);

/// True for fields of a provider's answer that are not passed to the client.
bool droppedFromAnswer(std::string_view headerName);

} // namespace pm
