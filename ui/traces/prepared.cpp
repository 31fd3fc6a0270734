// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/prepared.h"

#include "gateway.h"

#include <QCoreApplication>

namespace pm::ui {

namespace {

/// What the tool saw: where it is the same as what came, or began so, only that is stored.
const trace::Body &seenAnswer(const trace::Record &record)
{
    const trace::Detail &detail = record.detail;
    const bool isPassedOn = isSameFormat(record) && !detail.upstreamResponseBody.bytes.isEmpty();
    return isPassedOn || detail.responseBody.bytes.isEmpty() ? detail.upstreamResponseBody : detail.responseBody;
}

/// The formats that tools speak most are read as they stand, also when they are cut; all others in the common form.
Conversation conversationOf(const trace::Record &record)
{
    const trace::Detail &detail = record.detail;
    if (trace::isBinary(detail.requestBody, trace::contentTypeOf(detail.requestHeaders))) {
        Conversation none;
        none.problem =
            QCoreApplication::translate("pm::ui::prepared", "No messages in this request; see the Request tab.");
        return none;
    }
    Conversation conversation = readRequest(detail.requestBody.bytes);
    if (conversation.messages.empty()) {
        const std::string json = understoodRequest(record).json;
        if (Conversation common = readRequest(QByteArray::fromStdString(json)); !common.messages.empty())
            conversation = std::move(common);
    }
    const trace::Body &answer = seenAnswer(record);
    if (answer.bytes.isEmpty())
        return conversation;
    ChatMessage message = readAnswer(answer.bytes);
    if (message.blocks.empty()) {
        const pm::Understood understood = understoodAnswer(record);
        message = readAnswer(QByteArray::fromStdString(understood.json));
        message.isCut = record.head.stream && !understood.problem.empty();
    }
    message.isCut = message.isCut || answer.isTruncated();
    if (!message.blocks.empty())
        conversation.messages.push_back(std::move(message));
    return conversation;
}

} // namespace

Prepared prepare(trace::Record record)
{
    Prepared prepared;
    prepared.conversation = conversationOf(record);
    prepared.request = requestStages(record);
    prepared.answer = answerStages(record);
    prepared.record = std::move(record);
    return prepared;
}

} // namespace pm::ui
