// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "chat/usage.h"
#include "http/server.h"
#include "http/upstream.h"

#include <optional>
#include <string>
#include <string_view>

// What asking for a WebSocket takes on both sides of the gateway (RFC 6455 4). Plain functions.
namespace pm {

/// Why a request on a socket's path is answered as a plain one.
struct SocketRefusal
{
    int status = 400;
    http::Headers headers; ///< that say what would be right
    std::string message;
};

/// Nothing for a sound handshake.
std::optional<SocketRefusal> refusalOfSocket(const http::Request &request);

/// Does it join a call that lies at one provider ("call_id" in the query)?
bool joinsCall(const http::Request &request);

/// Adds to the call of a provider what asks for the WebSocket: the client's handshake without its key and without
/// extensions, so that frames stay readable.
void askForSocket(const http::Request &request, http::UpstreamRequest &call);

/// Holds a provider's 101 against what was asked. Error: UpstreamBroken, in the words of `provider`.
Result<void> checkSocketAnswer(const http::Request &request, const http::UpstreamHead &head,
                               const std::string &provider);

/// Browsers cannot set header fields for a WebSocket: their key comes as a subprotocol,
/// "openai-insecure-api-key.KEY". Empty when there is none.
std::string_view keyInProtocols(const http::Headers &headers);

/// A value of sec-websocket-protocol for people: with stars for such a key.
std::string starredProtocols(std::string_view value);

/// Token counts that a message of a realtime session brings ("response.done"); all unknown for other messages.
Usage realtimeUsage(std::string_view message);

} // namespace pm
