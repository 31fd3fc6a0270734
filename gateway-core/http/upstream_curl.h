// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"

#include <memory>

namespace pm::http {

/// libcurl multi on the event loop of the thread that made it: keep-alive pool, HTTP/2 over TLS, proxies from
/// the environment, certificates always checked, redirects not followed, gzip/br/zstd decoded.
class SocketWatch;

class CurlUpstream : public Upstream
{
public:
    struct Options
    {
        long maxConnections = 4096; ///< kept in the pool; must exceed the concurrency or the pool churns
        std::string caFile;         ///< PEM file of extra trust roots, empty for the system's; tests use it
        std::shared_ptr<SocketWatch> sockets; ///< of this thread; null makes one
    };

    CurlUpstream();
    explicit CurlUpstream(Options options);
    ~CurlUpstream() override;

    std::unique_ptr<UpstreamCall> start(UpstreamRequest request, UpstreamCallbacks callbacks) override;
    /// Not by libcurl, which speaks WebSocket from 7.86 on only as an experiment: see upstream_tunnel.h.
    std::unique_ptr<UpstreamTunnel> open(UpstreamRequest request, UpstreamCallbacks callbacks) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pm::http
