// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/chat_reader.h"

#include "traces/chat_blocks.h"
#include "traces/chat_stream.h"

#include <QCoreApplication>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Kind = ChatBlock::Kind;

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::chat", text);
}

bool isMarkedForCache(const QJsonValue &content)
{
    for (const QJsonValue &part : content.toArray()) {
        if (part.toObject().contains(u"cache_control"))
            return true;
    }
    return false;
}

ChatMessage readMessage(const QJsonObject &object)
{
    ChatMessage message;
    message.role = object[u"role"].toString(u"user"_s);
    const QJsonValue content = object[u"content"];
    message.blocks = readContent(content);
    message.isCached = isMarkedForCache(content);
    if (message.role == u"tool"_s) {
        for (ChatBlock &block : message.blocks)
            block.kind = block.kind == Kind::Text ? Kind::ToolResult : block.kind;
    }
    appendOpenAiExtras(message.blocks, object);
    return message;
}

/// An item of the responses dialect's `input` or `output`.
ChatMessage readItem(const QJsonObject &item)
{
    const QString type = item[u"type"].toString();
    ChatMessage message;
    if (type == u"function_call"_s) {
        message.role = u"assistant"_s;
        message.blocks.push_back({Kind::ToolCall, item[u"name"].toString(), jsonText(item[u"arguments"])});
    } else if (type == u"function_call_output"_s) {
        message.role = u"tool"_s;
        message.blocks.push_back({Kind::ToolResult, {}, jsonText(item[u"output"])});
    } else if (type == u"reasoning"_s) {
        message.role = u"assistant"_s;
        for (const QJsonValue &part : item[u"summary"].toArray())
            message.blocks.push_back({Kind::Reasoning, {}, part[u"text"].toString()});
    } else {
        message = readMessage(item);
    }
    return message;
}

void readSystem(Conversation &conversation, const QJsonValue &system)
{
    ChatMessage message;
    message.role = u"system"_s;
    message.blocks = readContent(system);
    message.isCached = isMarkedForCache(system);
    if (!message.blocks.empty())
        conversation.messages.push_back(std::move(message));
}

void readTools(Conversation &conversation, const QJsonArray &tools)
{
    for (const QJsonValue &tool : tools) {
        QString name = tool[u"name"].toString();
        if (name.isEmpty())
            name = tool[u"function"][u"name"].toString();
        conversation.tools.append(name.isEmpty() ? tool[u"type"].toString() : name);
    }
}

ChatMessage readWholeAnswer(const QJsonObject &body)
{
    ChatMessage message;
    message.role = u"assistant"_s;
    message.isAnswer = true;
    const QJsonObject choice = body[u"choices"][0].toObject();
    if (!choice.isEmpty()) {
        ChatMessage read = readMessage(choice[u"message"].toObject());
        message.blocks = std::move(read.blocks);
    } else if (body[u"content"].isArray()) {
        message.blocks = readContent(body[u"content"]);
    } else {
        for (const QJsonValue &item : body[u"output"].toArray()) {
            ChatMessage read = readItem(item.toObject());
            message.blocks.insert(message.blocks.end(), read.blocks.begin(), read.blocks.end());
        }
    }
    if (message.blocks.empty() && body.contains(u"error"))
        message.blocks.push_back({Kind::Other, u"error"_s, jsonText(body[u"error"])});
    return message;
}

} // namespace

Conversation readRequest(const QByteArray &body)
{
    Conversation conversation;
    if (body.isEmpty()) {
        conversation.problem = tr("The body was not kept.");
        return conversation;
    }
    QJsonParseError error;
    const QJsonObject root = QJsonDocument::fromJson(body, &error).object();
    if (error.error != QJsonParseError::NoError) {
        conversation.problem = tr("The stored body is not whole JSON; see the Request tab.");
        return conversation;
    }
    readSystem(conversation, root[u"system"]);
    readSystem(conversation, root[u"instructions"]);
    for (const QJsonValue &message : root[u"messages"].toArray())
        conversation.messages.push_back(readMessage(message.toObject()));
    const QJsonValue input = root[u"input"];
    if (input.isString())
        conversation.messages.push_back({u"user"_s, {{Kind::Text, {}, input.toString()}}});
    for (const QJsonValue &item : input.toArray())
        conversation.messages.push_back(readItem(item.toObject()));
    if (root[u"prompt"].isString())
        conversation.messages.push_back({u"user"_s, {{Kind::Text, {}, root[u"prompt"].toString()}}});
    readTools(conversation, root[u"tools"].toArray());
    if (conversation.messages.empty())
        conversation.problem = tr("No messages in this request; see the Request tab.");
    return conversation;
}

ChatMessage readAnswer(const QByteArray &body)
{
    const QByteArray start = body.left(64).trimmed();
    if (start.startsWith("data:") || start.startsWith("event:") || start.startsWith(":"))
        return readStream(body);
    return readWholeAnswer(QJsonDocument::fromJson(body).object());
}

} // namespace pm::ui
