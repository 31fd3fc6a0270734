// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "http/http.h"

#include <QByteArray>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

// The seam to providers: one call, its events, its timings. The pipeline knows only this; upstream_curl speaks to
// the network and upstream_script plays the demo provider. All on one worker thread.
namespace pm::http {

struct UpstreamTimeouts
{
    std::chrono::milliseconds connect{10'000};      ///< DNS, TCP and TLS together
    std::chrono::milliseconds firstByte{60'000};    ///< from the request to the first body byte
    std::chrono::milliseconds idle{120'000};        ///< between two pieces of the body
    std::chrono::milliseconds total{600'000};
};

struct UpstreamRequest
{
    std::string method = "POST";
    std::string url;
    Headers headers;      ///< without authentication
    /// Authentication fields. They go to the host of `url` only, and never to a log or trace.
    std::vector<std::pair<std::string, Secret>> secretHeaders;
    QByteArray body;
    UpstreamTimeouts timeouts;
    bool publicOnly = false; ///< asks nobody at an address that is not public, and no proxy: for URLs that a prompt names
};

/// When things happened, in microseconds since the call started; -1 when it did not happen. With a reused
/// connection dns, connect and tls are 0.
struct PhaseTimes
{
    long long dns = -1;       ///< name resolved
    long long connect = -1;   ///< TCP connected
    long long tls = -1;       ///< TLS done; -1 for plain http
    long long sent = -1;      ///< request sent
    long long firstByte = -1; ///< first byte of the answer
    long long total = -1;     ///< end of the answer
    bool reused = false;      ///< an open connection was used
};

struct UpstreamHead
{
    int status = 0;
    Headers headers; ///< with content-encoding already removed when the body is decompressed for us
    std::string httpVersion; ///< "1.1", "2"
};

/// The running call. Destroying it cancels; no callback comes after destruction.
class UpstreamCall
{
public:
    virtual ~UpstreamCall() = default;
    virtual void pause() = 0;  ///< stop reading from the provider; memory stays bounded by one buffer
    virtual void resume() = 0; ///< may call onData before it returns
    virtual PhaseTimes phases() const = 0; ///< as known so far
    virtual long long bytesReceived() const = 0;
};

/// A call that asks to change the protocol to one that both sides speak as they like: a WebSocket. Before onHead it
/// writes nothing.
class UpstreamTunnel : public UpstreamCall
{
public:
    /// Bytes for the provider, as they are. Not bounded by itself: the writer looks at bytesPending().
    virtual void write(std::string_view bytes) = 0;
    /// Written and not yet taken by the kernel.
    virtual std::size_t bytesPending() const = 0;
    /// Closes behind what waits, which still goes out when this object is destroyed, for 2 s at most. No callback comes
    /// any more.
    virtual void end() = 0;

    std::function<void()> onDrained; ///< bytesPending() fell below kLowWatermark after having been above kHighWatermark

    static constexpr std::size_t kHighWatermark = 256 * 1024;
    static constexpr std::size_t kLowWatermark = 64 * 1024;
};

/// onHead once, onData any number of times, onDone exactly once and last. onDone's error: ConnectFailed,
/// UpstreamTimeout, UpstreamBroken. An HTTP error status is not an error here.
/// A callback may destroy the call.
struct UpstreamCallbacks
{
    std::function<void(const UpstreamHead &)> onHead;
    std::function<void(std::string_view)> onData;
    std::function<void(Result<void>)> onDone;
};

class Upstream
{
public:
    virtual ~Upstream() = default;
    /// Never calls back before it returns.
    virtual std::unique_ptr<UpstreamCall> start(UpstreamRequest request, UpstreamCallbacks callbacks) = 0;
    /// Asks for a change of protocol by the `upgrade` field among the headers; HTTP/1.1 and no body. When onHead says
    /// 101, onData brings what the provider sends as it is, and onDone its end, which is an error only when nothing was
    /// sent either way for `timeouts.total`. With any other status it is an ordinary answer of at most 1 MiB.
    /// Never calls back before it returns. Null where no such calls are made.
    virtual std::unique_ptr<UpstreamTunnel> open(UpstreamRequest request, UpstreamCallbacks callbacks)
    {
        (void)request;
        (void)callbacks;
        return nullptr;
    }
};

} // namespace pm::http
