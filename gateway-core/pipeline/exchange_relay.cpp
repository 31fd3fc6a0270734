// SPDX-License-Identifier: GPL-3.0-or-later
// What the provider sends, on its way to the client.
#include "pipeline/exchange.h"

#include "base/text.h"
#include "pipeline/embeddings.h"
#include "providers/authentication.h"
#include "routing/retry.h"

namespace pm {

namespace {

/// The largest answer that is buffered; larger ones are a fault of the provider.
constexpr std::size_t kMaxReply = 64 * 1024 * 1024;
/// Stream bytes held before the first content; a provider that sends more without content is broken.
constexpr std::size_t kMaxHeld = 1024 * 1024;

bool isStreamOf(const Dialect &dialect, bool isInvoke, const http::Headers &headers)
{
    const std::string_view type = headers.value("content-type");
    if (isInvoke)
        return type.find(mediaType(StreamFraming::AwsEventStream)) != std::string_view::npos;
    // One object is one line: Ollama answers so when it only loads a model.
    const bool isLines = dialect.framing() == StreamFraming::Ndjson
                         && (type.find("ndjson") != std::string_view::npos || type.starts_with("application/json"));
    return isLines || type.find(mediaType(dialect.framing())) != std::string_view::npos;
}

/// The names that the client gave its tools come back, and signatures get their maker's name.
void makeOwn(std::vector<Part> &parts, const std::map<std::string, std::string> &shortenedTools,
             const std::string &family)
{
    for (Part &part : parts) {
        if (auto *call = part.as<ToolCallPart>()) {
            if (const auto own = shortenedTools.find(call->name); own != shortenedTools.end())
                call->name = own->second;
            call->signature.family = family;
        } else if (auto *thinking = part.as<ThinkingPart>(); thinking && thinking->signature.family.empty()) {
            thinking->signature.family = family; // a reader that knows better has named the maker
        } else if (auto *redacted = part.as<RedactedThinkingPart>(); redacted && redacted->data.family.empty()) {
            redacted->data.family = family;
        }
    }
}

/// Text as a header value: printable ASCII, at most 300 bytes (RFC 9110 5.5).
std::string fieldValue(std::string_view text)
{
    std::string out;
    for (const char c : text.substr(0, 300))
        out += c >= 0x20 && c < 0x7F ? c : '?';
    return out;
}

/// Cost in dollars as in "0.000123", without a float on the way.
std::string dollars(std::int64_t microUsd)
{
    std::string fraction = std::to_string(microUsd % 1'000'000);
    return std::to_string(microUsd / 1'000'000) + "." + std::string(6 - fraction.size(), '0') + fraction;
}

} // namespace

void Exchange::onHead(const http::UpstreamHead &head)
{
    Attempt &attempt = *m_attempt;
    attempt.head = head;
    attempt.hasHead = true;
    if (!hasRivals())
        m_recorder.addUpstreamHead(head);
    if (isDirect()) {
        http::Headers headers = answerHeaders();
        m_recorder.addAnswerHeaders(headers);
        m_hasBegun = true;
        if (m_recorder.head().stream)
            m_services.metrics->streamStarted();
        m_client->begin(head.status, std::move(headers));
        m_state = State::Streaming;
        return;
    }
    if (head.status < 200 || head.status > 299 || !isStream())
        return;
    if (!isStreamOf(*attempt.encoded.dialect, attempt.encoded.isInvoke, head.headers)) {
        attemptFailed({ErrorKind::UpstreamBroken,
                       attempt.provider->provider.name + " answered a stream request with content-type \""
                           + std::string(head.headers.value("content-type").substr(0, 80)) + "\""});
    }
}

void Exchange::onData(std::string_view bytes)
{
    Attempt &attempt = *m_attempt;
    if (hasRivals())
        attempt.raw.append(bytes);
    else
        m_recorder.addUpstreamBytes(bytes, now());
    if (isDirect()) {
        trace::Head &head = m_recorder.head();
        if (head.firstContentUs < 0)
            head.firstContentUs = m_recorder.since(now());
        if (attempt.relay) {
            std::string ignored; // the reader looks for usage only; a direct answer is passed whatever it holds
            if (!attempt.relay->feed(bytes, ignored))
                attempt.relay.reset();
        } else if (attempt.body.size() + bytes.size() <= kMaxHeld) {
            attempt.body.append(bytes);
        }
        return writeToClient(bytes);
    }
    const bool isAnswer = attempt.head.status >= 200 && attempt.head.status <= 299;
    if (attempt.relay && isAnswer)
        return onStreamData(bytes);
    if (isPassing())
        return onServiceData(bytes);
    if (attempt.body.size() + bytes.size() > kMaxReply) {
        return attemptFailed(
            {ErrorKind::UpstreamBroken, attempt.provider->provider.name + " sent an answer of more than 64 MiB"});
    }
    attempt.body.append(bytes);
}

void Exchange::onStreamData(std::string_view bytes)
{
    Attempt &attempt = *m_attempt;
    std::string out;
    const auto fed = attempt.relay->feed(bytes, out);
    m_recorder.head().streamEvents = attempt.relay->events();
    m_recorder.head().usage = attempt.relay->usage();
    if (m_state != State::Streaming) {
        attempt.held.append(out);
        if (!fed)
            return attemptFailed(fed.error());
        if (isHeldForCheck())
            return;
        if (attempt.held.size() > kMaxHeld && !attempt.relay->hasContent()) {
            return attemptFailed({ErrorKind::UpstreamBroken, attempt.provider->provider.name
                                                                 + " sent 1 MiB of stream without any content"});
        }
        if (!attempt.relay->hasContent())
            return;
        beginStream();
        out = std::move(attempt.held);
        attempt.held.clear();
    } else if (!fed) {
        writeToClient(out);
        return m_state == State::Done ? void() : breakStream(fed.error());
    }
    writeToClient(out);
}

void Exchange::beginStream()
{
    settleRivals();
    const auto elapsed = attemptTime();
    m_recorder.head().firstContentUs = m_recorder.since(now());
    m_recorder.detail().attempts[m_attempt->row].firstContentUs = elapsed.count();
    const auto size = routing::sizeClassOf(m_decoded.facts.inputTokensEstimate);
    m_attempt->target->stats->recordLatency(size, true, elapsed, now());
    http::Headers headers = answerHeaders();
    headers.set("content-type", std::string(m_attempt->relay->contentType()));
    headers.set("cache-control", "no-cache");
    headers.set("x-accel-buffering", "no");
    m_recorder.addAnswerHeaders(headers);
    m_state = State::Streaming;
    m_hasBegun = true;
    m_services.metrics->streamStarted();
    if (guardsAnswer())
        m_guard->beginStream(m_route.dialect, m_route.asArray);
    m_client->begin(200, std::move(headers));
    if (m_services.feed)
        publish();
}

void Exchange::writeToClient(std::string_view bytes)
{
    if (bytes.empty())
        return;
    if (guardsAnswer())
        return writeGuarded(bytes);
    sendToClient(bytes, bytes);
}

/// `kept` is what may be stored of the bytes.
void Exchange::sendToClient(std::string_view bytes, std::string_view kept)
{
    if (m_attempt && (m_attempt->encoded.isTranslated || guardsAnswer()))
        m_recorder.addAnswerBytes(kept);
    if (bytes.empty())
        return;
    const bool isLines = dialect(m_route.dialect).framing() == StreamFraming::Ndjson;
    m_atEventEnd = isLines ? bytes.ends_with('\n') : bytes.ends_with("\n\n") || bytes.ends_with("\r\n\r\n");
    if (m_turn && m_turn->keeps())
        m_turn->watch(bytes);
    if (m_cache && m_cache->fill)
        m_cache->fill->take(bytes, now());
    m_client->write(bytes);
    m_lastSent = now();
    checkBackPressure();
}

void Exchange::checkBackPressure()
{
    if (!m_attempt || m_attempt->isPaused || !m_attempt->call
        || m_client->bytesPending() <= http::ClientStream::kHighWatermark)
        return;
    m_attempt->isPaused = true;
    m_attempt->call->pause();
}

void Exchange::onDone(const Result<void> &result)
{
    if (isDirect())
        return onDirectDone(result);
    const Attempt &attempt = *m_attempt;
    if (isPassing())
        return onServiceDone(result);
    if (attempt.hasHead && (attempt.head.status < 200 || attempt.head.status > 299)) {
        // An error answer that was cut is still an error answer.
        return attemptFailed(errorFromAnswer());
    }
    if (attempt.relay)
        return onStreamDone(result);
    if (!result)
        return attemptFailed(result.error());
    onReplyDone();
}

Error Exchange::errorFromAnswer() const
{
    const Attempt &attempt = *m_attempt;
    const Dialect &said = attempt.encoded.isInvoke ? dialect(DialectId::Bedrock) : *attempt.encoded.dialect;
    Error error = said.readNamedError(attempt.head.status, attempt.head.headers.value(said.errorNameField()), attempt.body);
    error.message = attempt.provider->provider.name + " answered " + std::to_string(attempt.head.status)
                    + (error.message.empty() ? "" : ": " + error.message);
    // Some providers quote the key that they refuse.
    for (const std::string_view key :
         attempt.key ? secretParts(attempt.provider->provider, attempt.key->key) : std::vector<std::string_view>()) {
        for (std::string *text : {&error.message, &error.upstreamBody}) {
            for (std::size_t at = text->find(key); at != std::string::npos; at = text->find(key, at))
                text->replace(at, key.size(), "****");
        }
    }
    if (!error.retryAfter) {
        error.retryAfter = routing::parseRetryAfter(attempt.head.headers.value("retry-after"),
                                                    attempt.head.headers.value("retry-after-ms"),
                                                    m_services.clock->systemNow());
    }
    return error;
}

void Exchange::onStreamDone(const Result<void> &result)
{
    Attempt &attempt = *m_attempt;
    std::string out;
    const auto ended = attempt.relay->finish(out);
    m_recorder.head().usage = attempt.relay->usage();
    const bool isClean = result && ended;
    const Error error = !result ? result.error() : !ended ? ended.error() : Error{};
    if (m_state != State::Streaming) {
        attempt.held.append(out);
        // An answer without content is one all the same (a model may say nothing), if it ended as it should.
        if (!isClean || attempt.relay->finishReason() == FinishReason::Unknown) {
            return attemptFailed(isClean ? Error{ErrorKind::UpstreamBroken,
                                                 attempt.provider->provider.name + " sent an empty stream"}
                                         : error);
        }
        if (attempt.assembly && escalates(attempt.assembly->reply(), {}))
            return;
        beginStream();
        out = std::move(attempt.held);
    }
    writeToClient(out);
    if (m_state == State::Done || (isClean && !finishGuarded()))
        return; // a guardrail has ended it
    if (!isClean)
        return breakStream(error);
    if (m_turn)
        keepTurn();
    if (m_cache)
        keepInCache();
    settleBudgets(true);
    m_client->end();
    succeed();
}

void Exchange::breakStream(const Error &error)
{
    const Error kept = error;
    noteError(kept);
    // What we write of a failed Response is its end by the format ("response.failed"), and SDKs hand it to their users
    // only when the stream then ends; in all other formats a clean end would look like a complete answer.
    const bool hasOwnEnd = m_route.dialect == DialectId::OpenAiResponses && m_attempt && m_attempt->encoded.isTranslated;
    if (m_attempt) {
        if (m_attempt->relay && !isDirect()) {
            Error shown = kept;
            shown.upstreamStatus = 0;
            const bool isLines = dialect(m_route.dialect).framing() == StreamFraming::Ndjson;
            std::string out = m_atEventEnd ? "" : isLines ? "\n" : "\n\n"; // a cut event must not swallow ours
            out += m_attempt->relay->errorEvent(shown);
            m_recorder.addAnswerBytes(out);
            m_client->write(out);
        }
        noteCut();
        closeAttempt(&kept, "broke after content was sent");
    }
    if (hasOwnEnd)
        m_client->end();
    else
        m_client->abort();
    finish(trace::State::Failed, 200);
}

Result<std::string> Exchange::replyForClient()
{
    const Attempt &attempt = *m_attempt;
    trace::Head &head = m_recorder.head();
    if (m_route.endpoint == Endpoint::CountTokens)
        return attempt.body;
    if (m_route.endpoint == Endpoint::Embeddings) {
        const ReplyContext context = replyContext();
        head.usage = attempt.encoded.dialect->embeddings()->usage(attempt.body);
        return embeddingsAnswer(*attempt.encoded.dialect, dialect(m_route.dialect), attempt.body, view(m_request.body),
                                m_decoded.embeddings,
                                {context.model, false, context.variant, context.inputTokensEstimate, context.elapsedNs()});
    }
    auto reply = attempt.encoded.dialect->readReply(attempt.body);
    if (!reply)
        return tl::unexpected(reply.error());
    head.usage = reply->usage;
    if (m_cache)
        m_cache->finish = reply->finish;
    if (!attempt.encoded.isTranslated)
        return attempt.body;
    makeOwn(reply->parts, attempt.encoded.shortenedTools, attempt.encoded.family);
    for (const Part &part : reply->parts) {
        const auto *call = part.as<ToolCallPart>();
        if (call && m_services.signatures)
            m_services.signatures->remember(call->id, call->signature);
    }
    return dialect(m_route.dialect).writeReply(*reply, replyContext());
}

void Exchange::onReplyDone()
{
    auto body = replyForClient();
    if (!body)
        return attemptFailed(body.error());
    if (!m_attempt->isPoor) { // else it was learned when it came
        const auto size = routing::sizeClassOf(m_decoded.facts.inputTokensEstimate);
        m_attempt->target->stats->recordLatency(size, false, attemptTime(), now());
    }
    if (checkedChoice()) {
        const auto reply = m_attempt->encoded.dialect->readReply(m_attempt->body);
        if (reply && escalates(*reply, m_attempt->body))
            return;
    }
    std::string kept = *body;
    if (guardsAnswer()) {
        if (auto guarded = guardReply(*body, kept); !guarded)
            return refuseAnswer(guarded.error());
    }
    settleRivals();
    m_recorder.head().firstContentUs = m_recorder.since(now());
    learnCost();
    http::Headers headers = answerHeaders();
    headers.set("content-type", "application/json");
    if (m_recorder.head().costMicroUsd)
        headers.set("x-pointsman-cost", dollars(*m_recorder.head().costMicroUsd));
    m_recorder.addAnswerHeaders(headers);
    if (kept != m_attempt->body || (m_guard && m_guard->takesFromAnswers()))
        m_recorder.addAnswerBytes(kept);
    if (m_turn) {
        m_turn->take(*body);
        keepTurn();
    }
    if (m_cache && m_cache->fill) {
        m_cache->fill->take(*body, now());
        keepInCache();
    }
    settleBudgets(true);
    m_client->send(m_attempt->head.status, std::move(headers), QByteArray::fromStdString(*body));
    succeed();
}

/// Before the client sees the end: its next request may come to another worker at once.
void Exchange::keepTurn()
{
    if (!m_mirrorOf.empty())
        return; // nobody will refer to it
    const bool isTranslated = m_attempt->encoded.isTranslated;
    const std::string maker = isTranslated ? std::string() : m_attempt->provider->provider.name;
    // Who wants no prompts in traces wants none in this file either.
    const bool hasSecrets = m_guard && (m_guard->hasSecrets() || !m_askedBody.isEmpty());
    const bool onDisk = m_snapshot->config.traces.bodies == config::Traces::Bodies::Full && !hasSecrets;
    m_turn->keep(maker, std::chrono::system_clock::to_time_t(m_services.clock->systemNow()), onDisk);
}

void Exchange::succeed()
{
    const int status = m_attempt->head.status;
    if (m_attempt->target && !m_attempt->isPoor) {
        learnSpeed();
        keepMemories();
        m_attempt->target->stats->recordSuccess(*m_compiled->policy.breaker, now());
    }
    closeAttempt(nullptr, m_attempt->isPoor ? "poor, and sent all the same: nobody gave a better one" : "answered");
    finish(trace::State::Done, status);
}

/// From an answer that came to its end. What passes through says nothing: its tokens may be those of pictures.
void Exchange::learnSpeed()
{
    if (isService())
        return;
    const auto size = routing::sizeClassOf(m_decoded.facts.inputTokensEstimate);
    routing::TargetStats &stats = *m_attempt->target->stats;
    if (m_attempt->relay)
        stats.recordStreamEnd(size, attemptTime(), now());
    stats.recordOutput(size, m_recorder.head().usage.output.value_or(0), attemptTime(), now());
}

void Exchange::onDirectDone(const Result<void> &result)
{
    Attempt &attempt = *m_attempt;
    if (!result) {
        if (!m_hasBegun)
            return giveUp(result.error());
        return breakStream(result.error());
    }
    trace::Head &head = m_recorder.head();
    if (attempt.relay) {
        std::string ignored;
        (void)attempt.relay->finish(ignored); // how a direct stream ends is the provider's and the client's business
        head.usage = attempt.relay->usage();
        head.streamEvents = attempt.relay->events();
    } else if (attempt.head.status == 200) {
        if (auto reply = attempt.encoded.dialect->readReply(attempt.body); reply)
            head.usage = reply->usage;
    }
    if (attempt.head.status >= 400) {
        noteError(errorFromAnswer());
    }
    settleBudgets(attempt.head.status < 400);
    m_client->end();
    const int status = attempt.head.status;
    closeAttempt(nullptr, "answered");
    finish(trace::State::Done, status);
}

http::Headers Exchange::answerHeaders() const
{
    http::Headers headers;
    const bool hasAnswer = m_attempt && m_attempt->hasHead;
    if (hasAnswer) {
        for (const auto &[name, value] : m_attempt->head.headers.fields()) {
            if (!droppedFromAnswer(name))
                headers.add(name, value);
        }
        for (const char *name : {"x-request-id", "request-id"}) {
            if (const auto upstream = m_attempt->head.headers.value(name); !upstream.empty())
                headers.set("x-pointsman-upstream-request-id", std::string(upstream));
        }
    }
    headers.set("x-request-id", m_id);
    if (m_route.dialect == DialectId::AnthropicMessages)
        headers.set("request-id", m_id);
    if (!m_caller.origin.empty())
        headers.set("access-control-allow-origin", m_caller.origin);
    if (m_route.scope == Scope::None)
        return headers;
    const trace::Head &head = m_recorder.head();
    headers.set("x-pointsman-router", m_route.name);
    if (m_attempts > 0) {
        headers.set("x-pointsman-provider", head.provider);
        if (!head.model.empty())
            headers.set("x-pointsman-model", head.model);
        headers.set("x-pointsman-attempts", std::to_string(m_attempts));
    }
    addCacheHeaders(headers);
    if (m_bill && !m_bill->header().empty())
        headers.set("x-pointsman-budget", fieldValue(m_bill->header()));
    if (const std::string &line = m_recorder.routeLine(); !line.empty())
        headers.set("x-pointsman-route", fieldValue(line));
    if (m_guard && !m_guard->ledger().isEmpty())
        headers.set("x-pointsman-guardrail", fieldValue(m_guard->ledger().line()));
    if (m_attempt && !m_attempt->encoded.losses.empty())
        headers.set("x-pointsman-lossy", fieldValue(joinNames(m_attempt->encoded.losses, 20)));
    addLimitFields(headers);
    return headers;
}

} // namespace pm
