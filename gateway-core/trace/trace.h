// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/usage.h"
#include "trace/header_list.h"

#include <QByteArray>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What is known of one request after (and while) it passes. Values; they cross threads whole.
namespace pm::trace {

enum class State : std::uint8_t {
    Running,   ///< waiting or streaming
    Done,      ///< answered, whatever the status
    Failed,    ///< the gateway could not get an answer, or the stream broke
    Cancelled, ///< the client went away
    Refused,   ///< never left the gateway: malformed, not allowed, too large
};
std::string_view stateName(State state);

/// The row of a list. Strings empty and counts unset mean unknown.
struct Head
{
    std::string id;             ///< ULID, sorts by time
    std::int64_t startedAt = 0; ///< Unix microseconds
    State state = State::Running;
    int status = 0; ///< HTTP status towards the client, 0 while running
    std::string method;
    std::string path;
    std::string router;        ///< "production"; "ai" for /ai; the provider's name for direct calls
    std::string endpoint;      ///< "chat", "embeddings", "images", "files", "models", "pass-through", "admin", ...
    std::string clientDialect; ///< "openai", "anthropic"
    std::string app;           ///< from the user agent: "claude-code", "codex", "openai-js"
    std::string requestedModel;
    std::string provider; ///< that served, or was tried last
    std::string model;    ///< that served, or was tried last
    bool stream = false;
    int attempts = 0;
    std::int64_t firstContentUs = -1; ///< since start; first content event of a stream, else first byte
    std::int64_t totalUs = -1;
    std::int64_t gatewayUs = 0; ///< our own share before the first upstream byte went out
    Usage usage;
    std::optional<std::int64_t> costMicroUsd;
    std::string errorKind; ///< label of the error table, empty when all is well
    std::string errorMessage;
    std::string promptStart; ///< first 160 bytes of the last user text
    int streamEvents = 0;
    std::string cache;   ///< "hit", "semantic-hit", "miss", "refresh"; empty where no cache was asked
    std::string client;  ///< name of the client key; empty without keys
    std::string session; ///< as the client named it; may be empty
    std::optional<std::int64_t> savedMicroUsd; ///< what the cached answer cost when it was made
};

struct Attempt
{
    std::string provider;
    std::string model;
    std::string url; ///< without query
    std::string dialect;
    std::int64_t startedUs = 0; ///< since the request's start
    std::int64_t dnsUs = -1, connectUs = -1, tlsUs = -1, sentUs = -1, firstByteUs = -1,
                 totalUs = -1; ///< since the attempt's start
    std::int64_t firstContentUs = -1;
    bool reusedConnection = false;
    int status = 0; ///< HTTP status of the provider, 0 none
    std::string errorKind;
    std::string errorMessage;
    std::string outcome; ///< "answered", "retry in 500 ms", "next target: quota"
    std::int64_t bytesReceived = 0;
};

struct PlanEntry
{
    std::string target; ///< provider/model
    std::string reason;
    bool excluded = false;
};

/// What one policy said of the request.
struct Verdict
{
    std::string policy; ///< "cache", "limit", "budget", "guardrail"
    std::string name;   ///< which one
    std::string word;   ///< "hit", "refused", "flagged", "redacted 2", "warned"
    std::string text;   ///< for people: what was found, what is left
};

struct Body
{
    QByteArray bytes;
    std::int64_t fullSize = 0; ///< before the cap
    /// What comes before `bytes`, as zstd frames: only on the way from a recorder to the store
    /// (packed_body.h).
    std::vector<std::string> packed;
    std::int64_t packedSize = 0; ///< bytes in `packed`, unpacked
    bool isTruncated() const { return fullSize > bytes.size(); }
};

/// Everything besides the head.
struct Detail
{
    std::vector<PlanEntry> plan;
    std::string routeLine;
    std::vector<Attempt> attempts;
    std::vector<std::string> losses;
    std::vector<Verdict> verdicts;
    HeaderList requestHeaders; ///< from the client; secrets in all four already starred
    HeaderList upstreamRequestHeaders;
    HeaderList upstreamResponseHeaders;
    HeaderList responseHeaders; ///< to the client
    Body requestBody;           ///< as the client sent it
    Body upstreamRequestBody;   ///< as sent on; empty when it is the same
    Body upstreamResponseBody;  ///< as received
    Body responseBody;          ///< as sent to the client; empty when it is the same
    std::vector<std::int64_t>
        chunkTimesUs;       ///< when each stream piece came, since start; at most kMaxChunkTimes
    std::string promptText; ///< for search: system prompt and last user turn, capped
    static constexpr std::size_t kMaxChunkTimes = 4096;
};

/// The header lists in the order in which they are kept.
template <typename DetailRef>
auto headersOf(DetailRef &detail)
{
    return std::array{&detail.requestHeaders, &detail.upstreamRequestHeaders, &detail.upstreamResponseHeaders,
                      &detail.responseHeaders};
}

/// The bodies in the order in which they are kept. The first two are requests, and alike.
template <typename DetailRef>
auto bodiesOf(DetailRef &detail)
{
    return std::array{&detail.requestBody, &detail.upstreamRequestBody, &detail.upstreamResponseBody,
                      &detail.responseBody};
}

/// The content-type that `headers` name; empty when they name none.
std::string_view contentTypeOf(const HeaderList &headers);

/// Is it more than text: sound, a picture, a form with a file? By its bytes, unless `contentType` says that it is text.
bool isBinary(const Body &body, std::string_view contentType);

/// A body for people to read. Text is as it was stored; what is no text, also within a form, is named by size and type:
/// "128 kB of audio/mpeg, not shown".
std::string readable(const Body &body, std::string_view contentType);

struct Record
{
    Head head;
    Detail detail;
};

} // namespace pm::trace
