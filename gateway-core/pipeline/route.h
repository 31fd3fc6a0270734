// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "dialects/dialect.h"
#include "http/server.h"
#include "pipeline/snapshot.h"

#include <string>

// Stages 1 and 2 of a request's way: may it pass, and what does its URL mean. Plain functions.
namespace pm {

/// What the URL asks for.
enum class Endpoint {
    Root,          ///< GET or HEAD /
    Health,
    Metrics,
    Admin,
    Chat,          ///< a conversation, in whatever format
    CountTokens,
    Embeddings,
    StoredResponse, ///< an answer that was kept, by its id; `Route::variant` says what of it
    Service,       ///< images, audio, files, …: passed through to a provider that has it, see config::Service
    Models,        ///< list, or one when `Route::modelId` is set
    PassThrough,   ///< /{provider}/anything
    Preflight,     ///< OPTIONS of a listed origin
};
std::string_view endpointName(Endpoint endpoint);

enum class Scope {
    None,   ///< health, metrics, admin
    Router, ///< /router/{name}/...
    Ai,     ///< /ai/... and bare paths without an active router
    Direct, ///< /{provider}/...
};

struct Route
{
    Endpoint endpoint = Endpoint::Root;
    Scope scope = Scope::None;
    std::string name;     ///< router or provider
    std::string apiPath;  ///< what follows: "chat/completions"; for PassThrough with query
    std::string modelId;  ///< from the path: the one to describe, or to ask where the path names it
    std::string_view variant; ///< see ApiPath
    std::optional<config::Service> service; ///< for Endpoint::Service
    std::string_view version; ///< the client wrote it before the path: "v1"; empty: none
    bool keepsState = false;  ///< what it is about lies at one provider: no other may be asked
    bool pathStreams = false; ///< the path asks for a stream (elsewhere the body does)
    bool asArray = false;     ///< Gemini: the stream is wanted as one JSON array (no alt=sse)
    DialectId dialect = DialectId::OpenAiChat; ///< of the asker: shape of answers and errors
    const config::Router *router = nullptr;    ///< for Scope::Router; lives in the snapshot
};

struct Caller
{
    std::string name; ///< of the client key, empty without keys
    std::vector<std::string> routers; ///< that it may use; empty: all
    std::string origin; ///< a listed web origin, for CORS answers; empty otherwise
    // Of the client key; the limits and budgets are its own, wherever it goes.
    std::vector<std::string> models; ///< that it may ask for; empty: all
    std::vector<config::Limit> limits;
    std::vector<config::Budget> budgets;
    std::map<std::string, std::string> metadata; ///< for requests that do not say otherwise
    bool isMade = false;                         ///< by this gateway, for a caller

    /// Held to anything: then it does not administer, or it could let itself go.
    bool isBound() const
    {
        return isMade || !routers.empty() || !models.empty() || !limits.empty() || !budgets.empty();
    }
};

/// Where this process's own window puts the key that is made at each start. A field of its own: what comes in the six
/// places of client keys may be passed on to a provider.
inline constexpr std::string_view kOwnKeyHeader = "x-pointsman-own-key";

/// Stage 1. Host and Origin checks, loop check, client key, pause. Errors: Forbidden, Unauthorized (also for a key that is
/// expired or revoked, which it says), LoopDetected, Paused.
Result<Caller> admit(const http::Request &request, const Snapshot &snapshot,
                     SystemTime now = std::chrono::system_clock::now());

/// Stage 2. Errors: NotFound with the valid names, the nearest first; MethodNotAllowed.
Result<Route> resolve(const http::Request &request, const Snapshot &snapshot);

/// What a field "allow" says of a path that was asked by another method (RFC 9110 10.2.1): "GET, HEAD, POST".
std::string allowedMethods(std::string_view path);

/// May this caller go there? A key that names routers reaches those and what tells of them: no provider directly or by
/// header (`forcesProvider`). A key that is held to anything, or was made by this gateway, does not administer. Error:
/// Forbidden.
Result<void> authorize(const Caller &caller, const Route &route, bool forcesProvider);

/// May this caller ask for that model? What names none may be any, and is refused. Error: Forbidden with those it may.
Result<void> authorizeModel(const Caller &caller, std::string_view model);

/// The dialect that an address speaks, also when nothing else of the request could be understood. Headers decide only
/// where the address does not: SDKs of one vendor are pointed at another's addresses.
DialectId dialectOfPath(std::string_view path, const http::Headers &headers);

/// "openai-js", "claude-code", "codex": from the user agent and client headers; the agent's first token otherwise.
std::string appOf(const http::Headers &headers);

/// The token a client sent in one of the six accepted places, decoded when it came in the query; or empty.
std::string clientToken(const http::Request &request);

/// This gateway's name in `via` (RFC 9110 7.6.3): "pointsman-" and what tells this process from others, so that one
/// gateway may stand behind another and only a real loop is refused.
const std::string &viaName();

} // namespace pm
