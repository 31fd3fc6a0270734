// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"

#include <QObject>

#include <memory>
#include <string>

namespace pm::http {

/// Makes the calls that change the protocol, each on a socket of its own, on the event loop of the thread that made it:
/// TLS with certificates always checked, proxies from the environment as for all other calls. Must outlive its tunnels.
class TunnelOpener
{
public:
    /// `caFile`: PEM file of extra trust roots, empty for the system's alone.
    explicit TunnelOpener(std::string caFile) : m_caFile(std::move(caFile)) {}

    std::unique_ptr<UpstreamTunnel> open(UpstreamRequest request, UpstreamCallbacks callbacks);

private:
    std::string m_caFile;
    QObject m_sockets; ///< owns all of them: one may still send when its tunnel is gone
};

} // namespace pm::http
