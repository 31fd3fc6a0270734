// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "config/config.h"
#include "http/server.h"
#include "http/upstream.h"
#include "trace/trace.h"

#include <memory>
#include <string>
#include <string_view>

namespace pm {

/// Stage 9: gathers what is known of one request into a trace record. Bodies are capped, credentials starred. Lives in
/// its exchange.
class Recorder
{
public:
    Recorder(const http::Request &request, std::string id, SteadyTime now, SystemTime wall,
             const config::Traces &settings);

    trace::Head &head() { return m_record.head; }
    trace::Detail &detail() { return m_record.detail; }
    const trace::Head &head() const { return m_record.head; }
    const std::string &routeLine() const { return m_record.detail.routeLine; }

    /// Microseconds from the request's start to `now`.
    std::int64_t since(SteadyTime now) const;

    /// A guardrail has changed it: the client's own is not kept.
    void replaceRequestBody(const QByteArray &body);
    /// What providers send holds what is not to be kept; only its size is counted.
    void hideUpstreamAnswer() { m_hidesUpstream = true; }
    void addUpstreamRequest(const http::UpstreamRequest &call, bool isSameBody);
    /// Of a client that speaks on after its request, as over a WebSocket.
    void addRequestBytes(std::string_view bytes) { append(m_record.detail.requestBody, bytes); }
    void addUpstreamHead(const http::UpstreamHead &head);
    void addUpstreamBytes(std::string_view bytes, SteadyTime now);
    /// Forgets the answer of a failed attempt; its error is in the attempt.
    void clearUpstreamAnswer();
    void addAnswerHeaders(const http::Headers &headers);
    void addAnswerBytes(std::string_view bytes);

    /// The finished record; bodies left out when the settings say so.
    trace::Record take();

private:
    void append(trace::Body &body, std::string_view bytes) const;

    trace::Record m_record;
    SteadyTime m_start;
    config::Traces::Bodies m_bodies;
    std::size_t m_maxBody;
    bool m_hidesUpstream = false;
};

/// The header list with credentials starred: authorization, api keys, cookies, and anything named like a token.
trace::HeaderList starred(const http::Headers &headers);

/// Replaces what looks like a key of a known vendor, or matches a pattern of traces.redact, by stars in the bodies and
/// prompt text. Runs on the store's thread.
class Redactor
{
public:
    explicit Redactor(const std::vector<std::string> &patterns);
    ~Redactor();
    void apply(trace::Record &record) const;

private:
    struct Patterns;
    std::unique_ptr<Patterns> m_patterns;
};

} // namespace pm
