// SPDX-License-Identifier: GPL-3.0-or-later
// What passes through as it is, on routers and /ai: images, audio, files and the like.
#include "pipeline/exchange.h"

#include "pipeline/service_request.h"
#include "providers/services.h"

namespace pm {

namespace {

/// Of an answer, for its usage; larger ones hold pictures.
constexpr std::size_t kMostRead = 1024 * 1024;

} // namespace

/// Files and the like belong to the account of one key: there it is always the first.
const KeySlot *Exchange::keyFor(const ProviderRuntime &provider) const
{
    return keepsState() && !provider.keys.empty() ? &provider.keys.front() : pickKey(provider, now());
}

/// A batch that is made twice is paid twice: what may have been done is not asked for again.
bool Exchange::mayRepeat(const Error &error) const
{
    if (!keepsState() || m_request.method != "POST")
        return true;
    return error.kind == ErrorKind::ConnectFailed || error.kind == ErrorKind::RateLimited
           || error.kind == ErrorKind::Overloaded;
}

/// A provider of which nothing is known was asked, and has no such path.
bool Exchange::mayLackService(const Error &error) const
{
    if (!isService() || (error.upstreamStatus != 404 && error.upstreamStatus != 405))
        return false;
    const auto offer = offerOf(m_attempt->provider->provider, *m_route.service, m_route.dialect);
    return offer && !offer->isKnown;
}

void Exchange::onServiceData(std::string_view bytes)
{
    Attempt &attempt = *m_attempt;
    if (m_state != State::Streaming)
        beginService();
    if (attempt.body.size() + bytes.size() <= kMostRead)
        attempt.body.append(bytes);
    writeToClient(bytes);
}

/// With the first byte of the answer: until then another target may be tried.
void Exchange::beginService()
{
    settleRivals();
    const auto elapsed = attemptTime();
    trace::Head &head = m_recorder.head();
    head.firstContentUs = m_recorder.since(now());
    m_recorder.detail().attempts[m_attempt->row].firstContentUs = elapsed.count();
    head.stream = m_attempt->head.headers.value("content-type").starts_with("text/event-stream");
    m_attempt->target->stats->recordLatency(routing::sizeClassOf(0), false, elapsed, now());
    http::Headers headers = answerHeaders();
    m_recorder.addAnswerHeaders(headers);
    m_state = State::Streaming;
    m_hasBegun = true;
    if (head.stream)
        m_services.metrics->streamStarted();
    m_client->begin(m_attempt->head.status, std::move(headers));
    if (m_services.feed)
        publish();
}

void Exchange::onServiceDone(const Result<void> &result)
{
    if (!result) {
        if (m_state == State::Streaming)
            return breakStream(result.error());
        return attemptFailed(result.error());
    }
    if (m_state != State::Streaming)
        beginService(); // an answer without a body
    const Attempt &attempt = *m_attempt;
    const std::int64_t came = m_recorder.detail().upstreamResponseBody.fullSize;
    const bool isWhole = came == static_cast<std::int64_t>(attempt.body.size());
    if (isWhole && attempt.head.headers.value("content-type").starts_with("application/json"))
        m_recorder.head().usage = serviceUsage(attempt.body);
    settleBudgets(true);
    m_client->end();
    succeed();
}

} // namespace pm
