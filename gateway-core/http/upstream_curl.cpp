// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl.h"

#include "http/upstream_curl_multi.h"
#include "http/upstream_tunnel.h"

namespace pm::http {

class CurlUpstream::Private : public CurlMulti
{
public:
    explicit Private(const Options &options)
        : CurlMulti(options)
        , tunnels(options.caFile)
    {
    }

    TunnelOpener tunnels;
};

CurlUpstream::CurlUpstream()
    : CurlUpstream(Options{})
{
}

CurlUpstream::CurlUpstream(Options options)
    : d(std::make_unique<Private>(options))
{
}

CurlUpstream::~CurlUpstream() = default;

std::unique_ptr<UpstreamCall> CurlUpstream::start(UpstreamRequest request, UpstreamCallbacks callbacks)
{
    return d->start(std::move(request), std::move(callbacks));
}

std::unique_ptr<UpstreamTunnel> CurlUpstream::open(UpstreamRequest request, UpstreamCallbacks callbacks)
{
    return d->tunnels.open(std::move(request), std::move(callbacks));
}

CurlCall::~CurlCall()
{
    if (m_transfer)
        m_transfer->cancel();
}

void CurlCall::pause()
{
    if (m_transfer)
        m_transfer->pause();
}

void CurlCall::resume()
{
    if (m_transfer)
        m_transfer->resume();
}

PhaseTimes CurlCall::phases() const
{
    return m_transfer ? m_transfer->phases() : m_phases;
}

long long CurlCall::bytesReceived() const
{
    return m_transfer ? m_transfer->received() : m_received;
}

} // namespace pm::http
