// SPDX-License-Identifier: GPL-3.0-or-later
// A WebSocket: asked for like any other call, with retries and fallback until a provider has agreed, then carried.
#include "pipeline/exchange.h"

#include "pipeline/service_model.h"
#include "pipeline/socket_request.h"

#include <algorithm>
#include <cstring>

namespace pm {

namespace {

constexpr int kSwitched = 101;
// Close codes (RFC 6455 7.4.1).
constexpr int kGoingAway = 1001;
constexpr int kServerFailed = 1011;

/// A message as one line of a body in the trace.
std::string lineOf(const http::WebSocketMessage &message)
{
    const bool isThere = message.isText && message.text.size() == message.size;
    if (isThere)
        return std::string(message.text) + "\n";
    return std::string(message.isText ? R"({"text": )" : R"({"binary": )") + std::to_string(message.size) + "}\n";
}

http::WebSocketMask maskFrom(Rng &rng)
{
    http::WebSocketMask mask;
    const auto number = static_cast<std::uint32_t>(rng());
    std::memcpy(mask.data(), &number, mask.size());
    return mask;
}

void add(std::optional<std::int64_t> &sum, const std::optional<std::int64_t> &count)
{
    if (count)
        sum = sum.value_or(0) + *count;
}

} // namespace

/// The path is a WebSocket's, the request is none: an answer that says what is missing.
void Exchange::refuseSocket(const SocketRefusal &why)
{
    const Error error{ErrorKind::BadRequest, why.message};
    noteError(error);
    http::Headers headers = answerHeaders();
    for (const auto &[name, value] : why.headers.fields())
        headers.set(name, value);
    headers.set("content-type", "application/json");
    const std::string body = dialect(m_route.dialect).writeError(error, m_id);
    m_recorder.addAnswerHeaders(headers);
    m_recorder.addAnswerBytes(body);
    m_client->send(why.status, std::move(headers), QByteArray::fromStdString(body));
    finish(trace::State::Refused, why.status);
}

void Exchange::noteError(const Error &error)
{
    m_recorder.head().errorKind = traits(error.kind).label;
    m_recorder.head().errorMessage = error.message;
}

/// What a call for a WebSocket has besides what every call has.
void Exchange::shapeSocketCall()
{
    static const config::Timeouts kDefaults;
    http::UpstreamRequest &call = m_attempt->encoded.call;
    askForSocket(m_request, call);
    // An agreement takes no thought: a provider that does not answer is passed over long before `total`.
    const auto &limits = m_compiled ? *m_compiled->policy.timeouts : kDefaults;
    call.timeouts.firstByte = std::min(limits.firstToken, call.timeouts.total);
    trace::Head &head = m_recorder.head();
    if (isDirect())
        head.requestedModel = head.model = m_recorder.detail().attempts[m_attempt->row].model = modelInQuery(m_request);
}

void Exchange::openSocket()
{
    Attempt &attempt = *m_attempt;
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [this, own = &attempt](const http::UpstreamHead &head) {
        turnTo(own);
        onSocketHead(head);
    };
    callbacks.onData = [this, own = &attempt](std::string_view bytes) {
        turnTo(own);
        m_socket ? m_socket->fromProvider(bytes) : onData(bytes);
    };
    callbacks.onDone = [this, own = &attempt](Result<void> result) {
        turnTo(own);
        m_socket ? onSocketDone(result) : onDone(result);
    };
    const std::string name = attempt.provider->provider.name;
    auto tunnel = attempt.provider->provider.isDemo
                      ? nullptr
                      : m_services.upstream->open(std::move(attempt.encoded.call), std::move(callbacks));
    if (!tunnel)
        return attemptFailed({ErrorKind::NotSupported, name + " has no WebSockets"});
    attempt.tunnel = tunnel.get();
    attempt.call = std::move(tunnel);
}

void Exchange::onSocketHead(const http::UpstreamHead &head)
{
    const bool isPlain = head.status != kSwitched && (isDirect() || head.status >= 400);
    if (isPlain)
        return onHead(head); // an error answer like any other
    m_attempt->head = head;
    m_attempt->hasHead = true;
    if (!hasRivals())
        m_recorder.addUpstreamHead(head);
    if (auto agreed = checkSocketAnswer(m_request, head, m_attempt->provider->provider.name); !agreed)
        return attemptFailed(agreed.error());
    beginSocket();
}

/// From here on there is no other target.
void Exchange::beginSocket()
{
    settleRivals();
    Attempt &attempt = *m_attempt;
    m_recorder.head().stream = true;
    if (attempt.target) {
        attempt.target->stats->recordLatency(routing::sizeClassOf(0), false, attemptTime(), now());
        // Now, and not when it ends: a session may last an hour.
        attempt.target->stats->recordSuccess(*m_compiled->policy.breaker, now());
    }
    m_socket = std::make_unique<SocketRelay>(
        *m_client, *attempt.tunnel,
        SocketRelay::Callbacks{[this](const auto &message) { m_recorder.addRequestBytes(lineOf(message)); },
                               [this](const auto &message) { onProviderMessage(message); }});
    http::Headers headers = answerHeaders();
    m_recorder.addAnswerHeaders(headers);
    m_state = State::Streaming;
    m_hasBegun = true;
    m_services.metrics->streamStarted();
    m_client->upgrade(std::move(headers));
    if (m_services.feed)
        publish();
}

void Exchange::onProviderMessage(const http::WebSocketMessage &message)
{
    trace::Head &head = m_recorder.head();
    if (head.streamEvents++ == 0) {
        head.firstContentUs = m_recorder.since(now());
        m_recorder.detail().attempts[m_attempt->row].firstContentUs = attemptTime().count();
    }
    m_recorder.addUpstreamBytes(lineOf(message), now());
    const Usage usage = realtimeUsage(message.text);
    add(head.usage.uncachedInput, usage.uncachedInput);
    add(head.usage.cacheRead, usage.cacheRead);
    add(head.usage.output, usage.output);
}

/// The provider closed, or fell silent.
void Exchange::onSocketDone(const Result<void> &result)
{
    const std::string &name = m_attempt->provider->provider.name;
    if (result && m_socket->hasSaidGoodbye()) {
        m_socket->endClient(kServerFailed, name + " closed the connection");
        closeAttempt(nullptr, "answered");
        return finish(trace::State::Done, kSwitched);
    }
    const Error error = result ? Error{ErrorKind::UpstreamBroken, name + " closed the WebSocket without a close frame"}
                               : result.error();
    m_socket->endClient(kServerFailed, error.message);
    breakSocket(error);
}

/// The client closed. True when that was the end of a sound session.
bool Exchange::endedSocket()
{
    const bool isSound = m_socket->hasSaidGoodbye();
    m_socket->endProvider(kGoingAway, "the client closed the connection", maskFrom(m_services.rng));
    if (!isSound)
        return false;
    closeAttempt(nullptr, "answered");
    finish(trace::State::Done, kSwitched);
    return true;
}

void Exchange::abortSocket(const Error &error)
{
    m_socket->endProvider(kGoingAway, error.message, maskFrom(m_services.rng));
    m_socket->endClient(kGoingAway, error.message);
    breakSocket(error);
}

void Exchange::breakSocket(const Error &error)
{
    const Error kept = error;
    noteError(kept);
    closeAttempt(&kept, "broke after content was sent");
    finish(trace::State::Failed, kSwitched);
}

} // namespace pm
