// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/chat_stream.h"

#include "traces/chat_blocks.h"

#include <QJsonDocument>

#include <map>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Kind = ChatBlock::Kind;

/// Collects the pieces. Blocks are kept by a key that sorts as they are to be shown: where the dialect
/// numbers its blocks, by that number; in OpenAI chat: reasoning, text, then the calls by their index.
class Assembly
{
public:
    void take(const QJsonObject &event)
    {
        const QString type = event[u"type"].toString();
        if (event.contains(u"choices"))
            takeOpenAi(event[u"choices"][0].toObject());
        else if (type.startsWith(u"response."_s))
            takeResponses(type, event);
        else if (!type.isEmpty())
            takeAnthropic(type, event);
        if (event.contains(u"error")) {
            m_blocks[1'000'000] = {Kind::Other, u"error"_s, jsonText(event[u"error"])};
            m_isOver = true;
        }
    }
    void finish() { m_isOver = true; }

    ChatMessage message() const
    {
        ChatMessage message;
        message.role = u"assistant"_s;
        message.isAnswer = true;
        message.isCut = !m_isOver;
        for (const auto &[key, block] : m_blocks) {
            if (!block.text.isEmpty() || block.kind == Kind::ToolCall)
                message.blocks.push_back(block);
        }
        return message;
    }

private:
    ChatBlock &at(int key, Kind kind)
    {
        ChatBlock &block = m_blocks[key];
        block.kind = kind;
        return block;
    }

    void takeOpenAi(const QJsonObject &choice)
    {
        const QJsonObject delta = choice[u"delta"].toObject();
        for (const auto name : {u"reasoning_content", u"reasoning"}) {
            if (const QString text = delta[name].toString(); !text.isEmpty())
                at(0, Kind::Reasoning).text += text;
        }
        if (const QString text = delta[u"content"].toString(); !text.isEmpty())
            at(1, Kind::Text).text += text;
        for (const QJsonValue &call : delta[u"tool_calls"].toArray()) {
            ChatBlock &block = at(2 + call[u"index"].toInt(), Kind::ToolCall);
            block.name += call[u"function"][u"name"].toString();
            block.text += call[u"function"][u"arguments"].toString();
        }
        if (choice[u"finish_reason"].isString())
            m_isOver = true;
    }

    void takeAnthropic(const QString &type, const QJsonObject &event)
    {
        const int index = event[u"index"].toInt();
        if (type == u"content_block_start"_s) {
            const QJsonObject start = event[u"content_block"].toObject();
            const QString kind = start[u"type"].toString();
            const bool call = kind.endsWith(u"tool_use"_s);
            ChatBlock &block = at(index, call                    ? Kind::ToolCall
                                         : kind == u"thinking"_s ? Kind::Reasoning
                                                                 : Kind::Text);
            block.name = start[u"name"].toString();
            block.text += start[u"text"].toString();
        } else if (type == u"content_block_delta"_s) {
            const QJsonObject delta = event[u"delta"].toObject();
            ChatBlock &block = m_blocks[index];
            block.text +=
                delta[u"text"].toString() + delta[u"thinking"].toString() + delta[u"partial_json"].toString();
        } else if (type == u"message_stop"_s) {
            m_isOver = true;
        }
    }

    void takeResponses(const QString &type, const QJsonObject &event)
    {
        const int key = event[u"output_index"].toInt();
        if (type == u"response.output_item.added"_s &&
            event[u"item"][u"type"].toString() == u"function_call"_s)
            at(key, Kind::ToolCall).name = event[u"item"][u"name"].toString();
        else if (type == u"response.output_text.delta"_s)
            at(key, Kind::Text).text += event[u"delta"].toString();
        else if (type == u"response.reasoning_summary_text.delta"_s)
            at(key, Kind::Reasoning).text += event[u"delta"].toString();
        else if (type == u"response.function_call_arguments.delta"_s)
            at(key, Kind::ToolCall).text += event[u"delta"].toString();
        else if (type == u"response.completed"_s || type == u"response.failed"_s ||
                 type == u"response.incomplete"_s)
            m_isOver = true;
    }

    std::map<int, ChatBlock> m_blocks;
    bool m_isOver = false;
};

} // namespace

ChatMessage readStream(const QByteArray &events)
{
    Assembly assembly;
    QByteArray data;
    const auto dispatch = [&] {
        if (data == "[DONE]")
            assembly.finish();
        else if (!data.isEmpty())
            assembly.take(QJsonDocument::fromJson(data).object());
        data.clear();
    };
    for (qsizetype from = 0; from < events.size();) {
        qsizetype end = events.indexOf('\n', from);
        end = end < 0 ? events.size() : end;
        QByteArray line = events.mid(from, end - from);
        from = end + 1;
        if (line.endsWith('\r'))
            line.chop(1);
        if (line.isEmpty())
            dispatch();
        else if (line.startsWith("data:"))
            data += (data.isEmpty() ? "" : "\n") + line.mid(line.startsWith("data: ") ? 6 : 5);
    }
    dispatch();
    return assembly.message();
}

} // namespace pm::ui
