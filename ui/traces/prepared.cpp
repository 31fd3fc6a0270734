// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/prepared.h"

#include "traces/json_text.h"

namespace pm::ui {

namespace {

constexpr qsizetype kMostShown = 2'000'000; ///< characters; an editor takes 20 ms for that

BodyText bodyText(const trace::Body &body)
{
    BodyText shown;
    shown.isJson = looksLikeJson(body.bytes);
    shown.fullSize = std::max<std::int64_t>(body.fullSize, body.bytes.size());
    shown.text = prettyJson(body.bytes);
    shown.isCut = body.isTruncated() || shown.text.size() > kMostShown;
    shown.text.truncate(kMostShown);
    return shown;
}

} // namespace

Prepared prepare(trace::Record record)
{
    Prepared prepared;
    const trace::Detail &detail = record.detail;
    prepared.conversation = readRequest(detail.requestBody.bytes);
    // What went to the client is what the tool saw; where it is the same as what came, only that is stored.
    const trace::Body &answer =
        detail.responseBody.bytes.isEmpty() ? detail.upstreamResponseBody : detail.responseBody;
    if (!answer.bytes.isEmpty()) {
        ChatMessage message = readAnswer(answer.bytes);
        message.isCut = message.isCut || answer.isTruncated();
        if (!message.blocks.empty())
            prepared.conversation.messages.push_back(std::move(message));
    }
    prepared.request = bodyText(detail.requestBody);
    prepared.answer = bodyText(answer);
    prepared.translatedRequest = bodyText(detail.upstreamRequestBody);
    if (!detail.responseBody.bytes.isEmpty())
        prepared.translatedAnswer = bodyText(detail.upstreamResponseBody);
    prepared.record = std::move(record);
    return prepared;
}

} // namespace pm::ui
