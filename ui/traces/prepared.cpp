// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/prepared.h"

#include "format.h"
#include "traces/json_text.h"

#include <QCoreApplication>

namespace pm::ui {

namespace {

constexpr qsizetype kMostShown = 2'000'000; ///< characters; an editor takes 20 ms for that

BodyText bodyText(const trace::Body &body, const trace::HeaderList &headers)
{
    const std::string_view type = trace::contentTypeOf(headers);
    BodyText shown;
    shown.isBinary = trace::isBinary(body, type);
    shown.fullSize = std::max<std::int64_t>(body.fullSize, body.bytes.size());
    if (shown.isBinary) {
        shown.text = fromUtf8(trace::readable(body, type));
    } else {
        shown.isJson = looksLikeJson(body.bytes);
        shown.text = prettyJson(body.bytes);
    }
    shown.isCut = (body.isTruncated() && !shown.isBinary) || shown.text.size() > kMostShown;
    shown.text.truncate(kMostShown);
    return shown;
}

Conversation conversationOf(const trace::Detail &detail)
{
    if (!trace::isBinary(detail.requestBody, trace::contentTypeOf(detail.requestHeaders)))
        return readRequest(detail.requestBody.bytes);
    Conversation none;
    none.problem = QCoreApplication::translate("pm::ui::prepared", "No messages in this request; see the Request tab.");
    return none;
}

} // namespace

Prepared prepare(trace::Record record)
{
    Prepared prepared;
    const trace::Detail &detail = record.detail;
    prepared.conversation = conversationOf(detail);
    // What went to the client is what the tool saw; where it is the same as what came, only that is stored.
    const bool isSame = detail.responseBody.bytes.isEmpty();
    const trace::Body &answer = isSame ? detail.upstreamResponseBody : detail.responseBody;
    const trace::HeaderList &answerHeaders = isSame ? detail.upstreamResponseHeaders : detail.responseHeaders;
    if (!answer.bytes.isEmpty() && !trace::isBinary(answer, trace::contentTypeOf(answerHeaders))) {
        ChatMessage message = readAnswer(answer.bytes);
        message.isCut = message.isCut || answer.isTruncated();
        if (!message.blocks.empty())
            prepared.conversation.messages.push_back(std::move(message));
    }
    prepared.request = bodyText(detail.requestBody, detail.requestHeaders);
    prepared.answer = bodyText(answer, answerHeaders);
    prepared.translatedRequest = bodyText(detail.upstreamRequestBody, detail.upstreamRequestHeaders);
    if (!isSame)
        prepared.translatedAnswer = bodyText(detail.upstreamResponseBody, detail.upstreamResponseHeaders);
    prepared.record = std::move(record);
    return prepared;
}

} // namespace pm::ui
