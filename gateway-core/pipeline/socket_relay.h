// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"
#include "http/upstream.h"
#include "http/websocket_frames.h"

#include <functional>
#include <string_view>

namespace pm {

/// Carries a WebSocket between a client and a provider: bytes as they are, both ways, each side read no faster than the
/// other takes. It looks on at the frames, for the trace and for a sound end. Owned by its exchange, on the worker's
/// thread; client and provider outlive it, and their callbacks are its own.
class SocketRelay
{
public:
    struct Callbacks
    {
        std::function<void(const http::WebSocketMessage &)> onClientMessage;
        std::function<void(const http::WebSocketMessage &)> onProviderMessage;
    };

    SocketRelay(http::ClientStream &client, http::UpstreamTunnel &provider, Callbacks callbacks);
    SocketRelay(const SocketRelay &) = delete;
    SocketRelay &operator=(const SocketRelay &) = delete;
    ~SocketRelay();

    void fromProvider(std::string_view bytes);
    /// One side has sent its close frame.
    bool hasSaidGoodbye() const { return m_clientReader.hasClosed() || m_providerReader.hasClosed(); }

    /// Closes behind what waits, with a close frame where the provider has sent none. In the middle of a frame none can
    /// be said: then the connection is cut.
    void endClient(int code, std::string_view reason);
    /// The same towards the provider. The tunnel is not used any more.
    void endProvider(int code, std::string_view reason, http::WebSocketMask mask);

private:
    void fromClient(std::string_view bytes);

    http::ClientStream &m_client;
    http::UpstreamTunnel &m_provider;
    http::WebSocketReader m_clientReader;
    http::WebSocketReader m_providerReader;
    bool m_isPaused = false; ///< the provider is not read
};

} // namespace pm
