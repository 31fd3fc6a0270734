// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "dialects/bedrock_fields.h"
#include "dialects/framing/aws_event_stream.h"

#include <map>

namespace pm {

namespace bedrock {

namespace {

/// Writes the events of ConverseStream: text and reasoning open with their first delta, tool calls with a start, and
/// all that is open stops before the message does. Owned by one exchange, used on its thread.
class EventWriter final : public StreamWriter
{
public:
    explicit EventWriter(ReplyContext context)
        : m_context(std::move(context))
    {
    }

    void write(const ChatDelta &delta, std::string &out) override
    {
        if (!m_isOver)
            std::visit([&](const auto &value) { take(value, out); }, delta);
    }
    std::string keepAlive() const override { return {}; }
    std::string_view contentType() const override { return mediaType(StreamFraming::AwsEventStream); }

private:
    enum class Kind { None, Text, Reasoning };

    void take(const StreamStart &, std::string &out) { begin(out); }
    void take(const TextDelta &delta, std::string &out) { text(delta.text, out); }
    void take(const RefusalDelta &delta, std::string &out) { text(delta.text, out); }
    void take(const CitationDelta &delta, std::string &out)
    {
        open(Kind::Text, out);
        deltaEvent(m_index, out, [&](json::Writer &json) {
            json.key("citation");
            writeCitation(json, delta.citation);
        });
    }
    void take(const ThinkingDelta &delta, std::string &out)
    {
        if (delta.text.empty())
            return;
        open(Kind::Reasoning, out);
        reasoning("text", delta.text, out);
    }
    void take(const SignatureDelta &delta, std::string &out)
    {
        open(Kind::Reasoning, out);
        reasoning("signature", sealed(delta.signature, kFamily), out);
        closeOpen(out); // it ends the block
    }
    void take(const RedactedThinkingDelta &delta, std::string &out)
    {
        closeOpen(out);
        open(Kind::Reasoning, out);
        reasoning("redactedContent", sealed(delta.data, kFamily), out);
        closeOpen(out);
    }
    void take(const ToolCallStart &start, std::string &out);
    void take(const ToolCallDelta &delta, std::string &out);
    void take(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void take(const Finish &finish, std::string &out);
    void take(const StreamEnd &, std::string &out);
    void take(const StreamError &error, std::string &out);

    template <typename Fill>
    static void event(std::string_view name, std::string &out, Fill fill)
    {
        json::Writer json;
        json.beginObject();
        fill(json);
        json.endObject();
        appendAwsMessage(out, {"event", name, {}, json.text()});
    }
    template <typename Fill>
    static void deltaEvent(int index, std::string &out, Fill fill)
    {
        event("contentBlockDelta", out, [&](json::Writer &json) {
            json.member("contentBlockIndex", index);
            json.key("delta");
            json.beginObject();
            fill(json);
            json.endObject();
        });
    }
    static void stopEvent(int index, std::string &out)
    {
        event("contentBlockStop", out, [&](json::Writer &json) { json.member("contentBlockIndex", index); });
    }

    void begin(std::string &out);
    void open(Kind kind, std::string &out);
    void closeOpen(std::string &out);
    void text(const std::string &piece, std::string &out);
    void reasoning(std::string_view member, std::string_view value, std::string &out);

    ReplyContext m_context;
    Usage m_usage;
    Kind m_open = Kind::None;
    int m_index = -1;           ///< of the block opened last
    std::map<int, int> m_calls; ///< call -> its block, which is open
    bool m_hasCalls = false;
    bool m_hasBegun = false;
    bool m_hasFinished = false;
    bool m_isOver = false;
};

void EventWriter::begin(std::string &out)
{
    if (m_hasBegun)
        return;
    m_hasBegun = true;
    event("messageStart", out, [](json::Writer &json) { json.member("role", "assistant"); });
}

void EventWriter::open(Kind kind, std::string &out)
{
    begin(out);
    if (m_open == kind)
        return;
    closeOpen(out);
    m_open = kind;
    ++m_index;
}

void EventWriter::closeOpen(std::string &out)
{
    if (m_open != Kind::None)
        stopEvent(m_index, out);
    m_open = Kind::None;
}

void EventWriter::text(const std::string &piece, std::string &out)
{
    if (piece.empty())
        return;
    open(Kind::Text, out);
    deltaEvent(m_index, out, [&](json::Writer &json) { json.member("text", piece); });
}

void EventWriter::reasoning(std::string_view member, std::string_view value, std::string &out)
{
    deltaEvent(m_index, out, [&](json::Writer &json) {
        json.key("reasoningContent");
        json.beginObject();
        json.member(member, value);
        json.endObject();
    });
}

void EventWriter::take(const ToolCallStart &start, std::string &out)
{
    begin(out);
    closeOpen(out);
    m_hasCalls = true;
    const int index = m_calls[start.index] = ++m_index;
    event("contentBlockStart", out, [&](json::Writer &json) {
        json.member("contentBlockIndex", index);
        json.key("start");
        json.beginObject();
        json.key("toolUse");
        json.beginObject();
        json.member("toolUseId", start.id.empty()
                                     ? toolUseId("tooluse_" + m_context.requestId + "_" + std::to_string(start.index))
                                     : toolUseId(start.id));
        json.member("name", start.name);
        json.endObject();
        json.endObject();
    });
}

void EventWriter::take(const ToolCallDelta &delta, std::string &out)
{
    const auto call = m_calls.find(delta.index);
    if (call == m_calls.end() || delta.arguments.empty())
        return;
    deltaEvent(call->second, out, [&](json::Writer &json) {
        json.key("toolUse");
        json.beginObject();
        json.member("input", delta.arguments);
        json.endObject();
    });
}

void EventWriter::take(const Finish &finish, std::string &out)
{
    if (m_hasFinished)
        return;
    m_hasFinished = true;
    begin(out);
    closeOpen(out);
    for (const auto &[call, index] : m_calls)
        stopEvent(index, out);
    m_calls.clear();
    event("messageStop", out, [&](json::Writer &json) {
        json.member("stopReason", stopReason(finish.reason, m_hasCalls));
        if (finish.stopSequence.empty())
            return;
        json.key("additionalModelResponseFields");
        json.beginObject();
        json.member("stop_sequence", finish.stopSequence);
        json.endObject();
    });
}

void EventWriter::take(const StreamEnd &, std::string &out)
{
    take(Finish{}, out);
    event("metadata", out, [&](json::Writer &json) {
        json.key("usage");
        writeUsage(json, m_usage);
    });
    m_isOver = true;
}

void EventWriter::take(const StreamError &error, std::string &out)
{
    std::string name(errorName(error.error.kind));
    name.front() = static_cast<char>(name.front() - 'A' + 'a'); // as events spell it
    json::Writer json;
    json.beginObject();
    json.member("message", error.error.message);
    json.endObject();
    appendAwsMessage(out, {"exception", name, {}, json.text()});
    m_isOver = true;
}

} // namespace

} // namespace bedrock

std::unique_ptr<StreamWriter> Bedrock::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<bedrock::EventWriter>(context);
}

} // namespace pm
