// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "http/http.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <string>

// What the listener hands to the pipeline, and how the pipeline answers. Everything here lives on one worker
// thread: the connection never changes it.
namespace pm::http {

/// One whole, checked request.
struct Request
{
    std::string method;      ///< upper case
    std::string target;      ///< origin-form as sent: "/v1/messages?beta=true"
    std::string path;        ///< percent-decoded once, without query
    std::string query;       ///< without '?', not decoded
    Headers headers;
    QByteArray body;         ///< de-chunked, not decompressed
    std::string peerAddress; ///< "127.0.0.1"
    int peerPort = 0;
};

/// The answer side of one request. The pipeline holds it as long as it answers; the listener owns the socket.
/// Either `send` once, or `begin` or `upgrade`, any number of `write`, then `end` or `abort`.
class ClientStream
{
public:
    virtual ~ClientStream() = default;

    /// A complete answer. HEAD requests get the head only; content-length is set here. A field `upgrade` offers the
    /// client that protocol.
    virtual void send(int status, Headers headers, QByteArray body) = 0;
    /// Starts a streamed answer: chunked for HTTP/1.1, until-close for HTTP/1.0.
    virtual void begin(int status, Headers headers) = 0;
    /// Answers 101 and changes to the WebSocket protocol: from here on `write` sends bytes as they are, and what the
    /// client sends comes by onData, also what came before, never inside this call. `end` closes behind what waits.
    virtual void upgrade(Headers headers) = 0;
    /// After upgrade(): whether onData is called. What is not read stays in the kernel.
    virtual void setReading(bool on) = 0;
    virtual void write(std::string_view bytes) = 0;
    /// Ends the streamed answer cleanly.
    virtual void end() = 0;
    /// Closes the connection without a clean end, so that the client can see the cut.
    virtual void abort() = 0;

    /// Bytes written and not yet taken by the kernel: the pipeline pauses the upstream above kHighWatermark and
    /// resumes when `onDrained` says that they fell below kLowWatermark.
    virtual std::size_t bytesPending() const = 0;
    virtual bool isOpen() const = 0;

    std::function<void()> onDrained; ///< bytesPending() fell below kLowWatermark after having been above kHighWatermark
    std::function<void()> onClosed;  ///< the client went away before the answer was complete; called at most once
    std::function<void(std::string_view)> onData; ///< after upgrade(): bytes from the client, until the end

    static constexpr std::size_t kHighWatermark = 256 * 1024;
    static constexpr std::size_t kLowWatermark = 64 * 1024;
};

/// Limits of the listener; see "HTTP behaviour of the listener" in the README's reference section.
struct ListenerLimits
{
    std::size_t maxHeaderBytes = 64 * 1024;
    std::size_t maxHeaderFields = 100;
    std::size_t maxBodyBytes = 64 * 1024 * 1024;
    int maxConnections = 1024; ///< over all listeners of the gateway
    std::chrono::milliseconds headerTimeout{10'000};
    std::chrono::milliseconds bodyStallTimeout{30'000};
    std::chrono::milliseconds keepAliveTimeout{75'000};
};

/// Called on the listener's thread for each request. The handler keeps `stream` until it has answered.
using RequestHandler = std::function<void(Request request, std::shared_ptr<ClientStream> stream)>;

/// Turns a listener-level error (garbage, too large, too slow) into a body and tells the trace about it.
/// Returns the JSON body to send; `path` is empty when no request line was read.
using RefusalHandler =
    std::function<std::string(const Error &error, const std::string &method, const std::string &path)>;

} // namespace pm::http
