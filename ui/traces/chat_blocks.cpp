// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/chat_blocks.h"

#include "format.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Kind = ChatBlock::Kind;

ChatBlock imageOf(const QJsonObject &part)
{
    const QJsonObject source = part[u"source"].toObject();
    QString type = source[u"media_type"].toString();
    qsizetype size = source[u"data"].toString().size();
    if (const qint64 bytes = source[u"bytes"].toInteger(); bytes > 0) // the common form
        size = bytes / 3 * 4;
    if (const QString place = source[u"url"].toString(); !place.isEmpty())
        return {Kind::Image, u"image"_s, place};
    const QJsonValue url = part[u"image_url"];
    const QString address = url.isObject() ? url[u"url"].toString() : url.toString();
    if (address.startsWith(u"data:"_s)) {
        type = address.mid(5, address.indexOf(u';') - 5);
        size = address.size() - address.indexOf(u',') - 1;
    } else if (!address.isEmpty()) {
        return {Kind::Image, u"image"_s, address};
    }
    return {Kind::Image, type.isEmpty() ? u"image"_s : type, size > 0 ? bytesText(size / 4 * 3) : QString()};
}

QString joinedText(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QStringList lines;
    for (const ChatBlock &block : readContent(content))
        lines.append(block.kind == Kind::Image ? u"[%1 %2]"_s.arg(block.name, block.text) : block.text);
    return lines.join(u'\n');
}

} // namespace

QString jsonText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return value.isUndefined() || value.isNull() ? QString() : value.toVariant().toString();
}

void appendPart(std::vector<ChatBlock> &blocks, const QJsonObject &part)
{
    const QString type = part[u"type"].toString();
    if (type == u"text"_s || type == u"input_text"_s || type == u"output_text"_s || type == u"refusal"_s) {
        QString text = part[u"text"].toString();
        if (text.isEmpty() && type == u"refusal"_s)
            text = part[u"refusal"].toString();
        if (!text.isEmpty())
            blocks.push_back({Kind::Text, {}, text});
    } else if (type == u"thinking"_s || type == u"redacted_thinking"_s) {
        const QString text = part[u"thinking"].toString();
        blocks.push_back({Kind::Reasoning, {}, text.isEmpty() ? part[u"text"].toString() : text});
    } else if (type == u"tool_call"_s) {
        blocks.push_back({Kind::ToolCall, part[u"name"].toString(), jsonText(part[u"arguments"])});
    } else if (type == u"tool_use"_s || type == u"server_tool_use"_s) {
        blocks.push_back({Kind::ToolCall, part[u"name"].toString(), jsonText(part[u"input"])});
    } else if (type == u"tool_result"_s) {
        blocks.push_back({Kind::ToolResult, part[u"is_error"].toBool() ? u"error"_s : QString(),
                          joinedText(part[u"content"])});
    } else if (type == u"image"_s || type == u"image_url"_s || type == u"input_image"_s) {
        blocks.push_back(imageOf(part));
    } else {
        blocks.push_back({Kind::Other, type, jsonText(part)});
    }
}

std::vector<ChatBlock> readContent(const QJsonValue &content)
{
    std::vector<ChatBlock> blocks;
    if (content.isString() && !content.toString().isEmpty())
        blocks.push_back({Kind::Text, {}, content.toString()});
    for (const QJsonValue &part : content.toArray()) {
        if (part.isString())
            blocks.push_back({Kind::Text, {}, part.toString()});
        else
            appendPart(blocks, part.toObject());
    }
    return blocks;
}

void appendOpenAiExtras(std::vector<ChatBlock> &blocks, const QJsonObject &message)
{
    QString reasoning = message[u"reasoning_content"].toString();
    if (reasoning.isEmpty())
        reasoning = message[u"reasoning"].toString();
    if (!reasoning.isEmpty())
        blocks.insert(blocks.begin(), {Kind::Reasoning, {}, reasoning});
    if (const QString refusal = message[u"refusal"].toString(); !refusal.isEmpty())
        blocks.push_back({Kind::Text, {}, refusal});
    for (const QJsonValue &call : message[u"tool_calls"].toArray()) {
        const QJsonObject function = call[u"function"].toObject();
        blocks.push_back({Kind::ToolCall, function[u"name"].toString(), jsonText(function[u"arguments"])});
    }
}

} // namespace pm::ui
