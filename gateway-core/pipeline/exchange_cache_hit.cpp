// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that are given again.
#include "pipeline/exchange.h"

#include "pipeline/embeddings.h"

#include <QTimer>

#include <algorithm>

namespace pm {

namespace {

constexpr std::size_t kKeyShown = 8; ///< bytes of a hash

} // namespace

/// False when the answer cannot be given in the form that is asked for.
bool Exchange::answerFromCache(const policy::CachedAnswerPtr &answer)
{
    CacheTurn &turn = *m_cache;
    if (answer->isEmbeddings != (m_route.endpoint == Endpoint::Embeddings))
        return false;
    const ReplyContext context = replyContext();
    if (answer->isEmbeddings) {
        auto body = embeddingsAnswer(dialect(answer->dialect), dialect(m_route.dialect), answer->bytes, view(m_request.body),
                                     m_decoded.embeddings,
                                     {context.model, false, context.variant, context.inputTokensEstimate, 0});
        if (!body)
            return false;
        turn.replay = {"application/json", std::move(*body), {}};
    } else {
        const bool isWhole = m_decoded.chat->n.value_or(1) > 1 || m_decoded.chat->logprobs.value_or(false);
        auto made = replay(*answer, {&dialect(m_route.dialect), context, isStream(), isWhole});
        if (!made)
            return false;
        turn.replay = std::move(*made);
    }
    turn.answer = answer;
    turn.age = std::max<std::int64_t>(0, unixSeconds(m_services.clock->systemNow()) - answer->storedAt);
    turn.seat.reset(); // the others that wait find it too
    noteHit();
    sendReplay();
    return true;
}

void Exchange::noteHit()
{
    const CacheTurn &turn = *m_cache;
    const policy::CachedAnswer &answer = *turn.answer;
    trace::Head &head = m_recorder.head();
    head.cache = turn.similarity ? "semantic-hit" : "hit";
    head.provider = answer.provider;
    head.model = answer.model;
    head.usage = answer.usage;
    head.savedMicroUsd = answer.costMicroUsd;
    head.firstContentUs = m_recorder.since(now());
    head.gatewayUs = head.firstContentUs;
    std::string text = std::to_string(turn.age) + " s old, made by " + answer.provider + "/" + answer.model;
    if (turn.ask.buckets > 1)
        text += ", answer " + std::to_string(answer.slot + 1) + " of " + std::to_string(turn.ask.buckets);
    if (turn.similarity)
        text += ", similarity " + similarityText(*turn.similarity);
    m_recorder.detail().routeLine = "cache: " + text;
    m_recorder.detail().verdicts.push_back({"cache", turn.similarity ? "semantic" : "exact", "hit", text});
    m_services.metrics->cache().answered(m_route.name, head.cache);
    m_services.metrics->cache().saved(m_route.name, answer.costMicroUsd.value_or(0), answer.tookUs - head.firstContentUs);
}

void Exchange::sendReplay()
{
    const Replay &replay = m_cache->replay;
    http::Headers headers = answerHeaders();
    headers.set("content-type", replay.contentType);
    if (isStream()) {
        headers.set("cache-control", "no-cache");
        headers.set("x-accel-buffering", "no");
    }
    m_recorder.addAnswerHeaders(headers);
    m_recorder.addAnswerBytes(replay.bytes);
    if (!isStream()) {
        if (m_turn)
            m_turn->take(replay.bytes);
        keepReplayedTurn();
        m_client->send(200, std::move(headers), QByteArray::fromStdString(replay.bytes));
        return finish(trace::State::Done, 200);
    }
    if (m_turn && m_turn->keeps())
        m_turn->watch(replay.bytes);
    m_state = State::Streaming;
    m_hasBegun = true;
    m_services.metrics->streamStarted();
    m_client->begin(200, std::move(headers));
    replayOn();
}

/// Its ids may be referred to like those of any other.
void Exchange::keepReplayedTurn()
{
    if (!m_turn)
        return;
    const bool onDisk = m_snapshot->config.traces.bodies == config::Traces::Bodies::Full;
    m_turn->keep({}, unixSeconds(m_services.clock->systemNow()), onDisk);
}

/// Writes until a pause is due; all at once where none was asked for.
void Exchange::replayOn()
{
    CacheTurn &turn = *m_cache;
    const Replay &replay = turn.replay;
    const bool isPaced = turn.settings->replay == config::Cache::Replay::Paced;
    if (!isPaced)
        turn.nextPiece = replay.pieces.size();
    const std::string_view bytes = replay.bytes;
    while (turn.nextPiece < replay.pieces.size()) {
        const policy::ReplayPiece &piece = replay.pieces[turn.nextPiece++];
        m_client->write(bytes.substr(turn.sent, piece.bytes));
        turn.sent += piece.bytes;
        const bool isLast = turn.nextPiece == replay.pieces.size();
        const auto pause = isLast ? 0 : replay.pieces[turn.nextPiece].afterMs;
        if (pause == 0)
            continue;
        m_timerContext = std::make_unique<QObject>();
        QTimer::singleShot(std::chrono::milliseconds(pause), m_timerContext.get(), [this] { replayOn(); });
        return;
    }
    m_client->write(bytes.substr(turn.sent));
    keepReplayedTurn();
    m_client->end();
    finish(trace::State::Done, 200);
}

void Exchange::addCacheHeaders(http::Headers &headers) const
{
    const trace::Head &head = m_recorder.head();
    if (!m_cache) {
        headers.set("x-pointsman-cache", "bypass");
        return;
    }
    const CacheTurn &turn = *m_cache;
    const bool isHit = turn.answer != nullptr;
    headers.set("x-pointsman-cache", isHit ? "hit" : head.cache == "refresh" ? "refresh" : "miss");
    headers.set("x-pointsman-cache-key", policy::hex(turn.key.hash, kKeyShown));
    headers.set("helicone-cache", isHit ? "HIT" : "MISS");
    if (turn.similarity)
        headers.set("x-pointsman-cache-similarity", similarityText(*turn.similarity));
    const std::string bucket = std::to_string(isHit ? turn.answer->slot : turn.slot);
    headers.set("x-pointsman-cache-bucket", bucket);
    headers.set("helicone-cache-bucket-idx", bucket);
    if (!isHit)
        return;
    headers.set("age", std::to_string(turn.age));
    headers.set("x-pointsman-provider", head.provider);
    headers.set("x-pointsman-model", head.model);
    headers.set("x-pointsman-cost", "0.000000");
}

} // namespace pm
