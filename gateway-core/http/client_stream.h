// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"

#include <QByteArray>

#include <cstddef>
#include <memory>
#include <string_view>

namespace pm::http {

/// What an answer needs to know of its request.
struct AnswerRules
{
    bool isHead = false;   ///< head only
    bool isHttp10 = false; ///< no chunked coding
    bool keepsAlive = true;
};

/// The connection as its answer sees it. ConnectionGuard is one.
class AnswerSink
{
public:
    virtual ~AnswerSink() = default;

    /// Bytes for the client; they wait for one of the calls below.
    virtual void put(std::string_view bytes) = 0;
    virtual void put(const QByteArray &bytes) = 0;
    /// Sends what was put before the event loop waits again, all of this turn in one piece.
    virtual void flushSoon() = 0;
    /// The answer is complete; the stream is forgotten. `keepsAlive` false closes behind it.
    virtual void finishAnswer(bool keepsAlive) = 0;
    /// Sends what was put, then closes so that the client sees a cut: with a reset where an ordinary close
    /// would read as the end. The stream is forgotten.
    virtual void cutAnswer(bool needsReset) = 0;
    /// The head of a 101 was put: what comes now is no request but bytes for the stream.
    virtual void beginTunnel() = 0;
    /// In a tunnel: whether the stream gets what comes.
    virtual void setTunnelReading(bool on) = 0;
    /// The last holder let go of the stream with nothing sent. The stream is forgotten.
    virtual void answerNeverCame() = 0;
    virtual std::size_t bytesToSend() const = 0;
    virtual bool isConnected() const = 0;
    /// No further request is taken on this connection.
    virtual bool isDraining() const = 0;
};

/// The answer to one request over its connection. Made by the guard, held by the pipeline, on the worker's
/// thread. May outlive the connection: then every call is harmless and isOpen() is false.
class ConnectionStream final : public ClientStream, public std::enable_shared_from_this<ConnectionStream>
{
public:
    ConnectionStream(AnswerSink &sink, AnswerRules rules)
        : m_sink(&sink)
        , m_rules(rules)
    {
    }
    ~ConnectionStream() override;

    void send(int status, Headers headers, QByteArray body) override;
    void begin(int status, Headers headers) override;
    void upgrade(Headers headers) override;
    void setReading(bool on) override;
    void write(std::string_view bytes) override;
    void end() override;
    void abort() override;
    std::size_t bytesPending() const override { return m_sink ? m_sink->bytesToSend() : 0; }
    bool isOpen() const override { return m_sink && m_sink->isConnected(); }

    // For the guard.

    /// The client went away: calls onClosed.
    void connectionLost();
    /// In a tunnel: bytes from the client.
    void bytesCame(std::string_view bytes);
    /// Bytes went out: calls onDrained when the low watermark was crossed.
    void bytesLeft();

private:
    AnswerSink *release();
    bool keepsAlive(const Headers &headers) const;

    AnswerSink *m_sink; ///< null once the answer is complete or the connection is gone
    AnswerRules m_rules;
    bool m_hasBegun = false;
    bool m_isTunnel = false;
    bool m_keepsAlive = true;
    bool m_writesBody = true;
    bool m_isAboveHigh = false;
};

} // namespace pm::http
