// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/socket_relay.h"

#include <optional>
#include <utility>

namespace pm {

SocketRelay::SocketRelay(http::ClientStream &client, http::UpstreamTunnel &provider, Callbacks callbacks)
    : m_client(client), m_provider(provider), m_clientReader({std::move(callbacks.onClientMessage), {}}),
      m_providerReader({std::move(callbacks.onProviderMessage), {}})
{
    m_client.onData = [this](std::string_view bytes) { fromClient(bytes); };
    m_client.onDrained = [this] {
        if (std::exchange(m_isPaused, false))
            m_provider.resume();
    };
    m_provider.onDrained = [this] { m_client.setReading(true); };
}

SocketRelay::~SocketRelay()
{
    m_client.onData = nullptr;
    m_client.onDrained = nullptr;
}

void SocketRelay::fromClient(std::string_view bytes)
{
    m_clientReader.feed(bytes);
    m_provider.write(bytes);
    if (m_provider.bytesPending() > http::UpstreamTunnel::kHighWatermark)
        m_client.setReading(false);
}

void SocketRelay::fromProvider(std::string_view bytes)
{
    m_providerReader.feed(bytes);
    m_client.write(bytes);
    if (m_client.bytesPending() <= http::ClientStream::kHighWatermark)
        return;
    m_isPaused = true;
    m_provider.pause();
}

void SocketRelay::endClient(int code, std::string_view reason)
{
    if (m_providerReader.isBetweenFrames())
        m_client.write(http::webSocketClose(code, reason, std::nullopt));
    else if (!m_providerReader.hasClosed())
        return m_client.abort();
    m_client.end();
}

void SocketRelay::endProvider(int code, std::string_view reason, http::WebSocketMask mask)
{
    m_client.onData = nullptr;
    m_client.onDrained = nullptr;
    if (m_clientReader.isBetweenFrames())
        m_provider.write(http::webSocketClose(code, reason, mask));
    m_provider.end();
}

} // namespace pm
