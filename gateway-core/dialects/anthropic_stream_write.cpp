// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "dialects/anthropic_block_queue.h"
#include "dialects/anthropic_fields.h"
#include "dialects/anthropic_write.h"
#include "dialects/framing/sse.h"

namespace pm {

namespace anthropic {

namespace {

/// Writes the named events: message_start, the blocks, message_delta, message_stop. Owned by one exchange,
/// used on its thread.
class EventWriter final : public StreamWriter
{
public:
    explicit EventWriter(ReplyContext context)
        : m_context(std::move(context))
    {
    }

    void write(const ChatDelta &delta, std::string &out) override
    {
        if (m_isOver)
            return;
        std::visit([&](const auto &value) { take(value, out); }, delta);
        if (!m_isOver && m_blocks.isOverfull())
            failOverfull(out);
    }
    std::string keepAlive() const override { return "event: ping\ndata: {\"type\":\"ping\"}\n\n"; }

private:
    using Kind = BlockQueue::Kind;

    void take(const StreamStart &start, std::string &out) { ensureStarted(start, out); }
    void take(const TextDelta &delta, std::string &out) { addText(Kind::Text, delta.text, out); }
    void take(const RefusalDelta &delta, std::string &out) { addText(Kind::Text, delta.text, out); }
    void take(const CitationDelta &, std::string &) {} // its kinds of citation name blocks of this dialect
    void take(const ThinkingDelta &delta, std::string &out) { addText(Kind::Thinking, delta.text, out); }
    void take(const SignatureDelta &delta, std::string &out)
    {
        ensureStarted({}, out);
        m_blocks.addSignature(sealed(delta.signature, kFamily), out);
    }
    void take(const RedactedThinkingDelta &delta, std::string &out)
    {
        ensureStarted({}, out);
        m_blocks.addRedacted(sealed(delta.data, kFamily), out);
    }
    void take(const ToolCallStart &start, std::string &out);
    void take(const ToolCallDelta &delta, std::string &out)
    {
        m_blocks.addArguments(delta.index, delta.arguments, out);
    }
    void take(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void take(const Finish &finish, std::string &out)
    {
        m_finish = finish;
        m_blocks.drain(out);
    }
    void take(const StreamEnd &, std::string &out);
    void take(const StreamError &error, std::string &out);

    void addText(Kind kind, const std::string &text, std::string &out);
    void ensureStarted(const StreamStart &start, std::string &out);
    void failOverfull(std::string &out);

    ReplyContext m_context;
    BlockQueue m_blocks;
    std::size_t m_calls = 0;
    Usage m_usage;
    Finish m_finish;
    bool m_hasStarted = false;
    bool m_isOver = false;
};

void EventWriter::ensureStarted(const StreamStart &start, std::string &out)
{
    if (m_hasStarted)
        return;
    m_hasStarted = true;
    json::Writer data;
    data.beginObject();
    data.member("type", "message_start");
    data.key("message");
    data.beginObject();
    data.member("id", messageId(start.id, m_context.requestId));
    data.member("type", "message");
    data.member("role", "assistant");
    data.member("model", m_context.model.empty() ? start.model : m_context.model);
    data.memberRaw("content", "[]");
    data.memberNull("stop_reason");
    data.memberNull("stop_sequence");
    data.key("usage");
    Usage usage = m_usage;
    usage.output = usage.output.value_or(1);
    writeUsage(data, usage, m_context.inputTokensEstimate);
    data.endObject();
    data.endObject();
    appendSse(out, "message_start", data.text());
}

void EventWriter::addText(Kind kind, const std::string &text, std::string &out)
{
    ensureStarted({}, out);
    m_blocks.addText(kind, text, out);
}

void EventWriter::take(const ToolCallStart &start, std::string &out)
{
    ensureStarted({}, out);
    const std::string id = start.id.empty() ? madeUpCallId(m_context.requestId, m_calls) : start.id;
    ++m_calls;
    // What another provider signed its call with has no place there, but before it: clients send thinking back.
    if (!start.signature.empty())
        m_blocks.addSignature(sealed(start.signature, kFamily), out);
    m_blocks.startCall(start.index, id, start.name, out);
}

void EventWriter::take(const StreamEnd &, std::string &out)
{
    ensureStarted({}, out);
    m_blocks.drain(out);
    json::Writer data;
    data.beginObject();
    data.member("type", "message_delta");
    data.key("delta");
    data.beginObject();
    data.member("stop_reason", stopReason(m_finish.reason, m_calls > 0));
    if (m_finish.stopSequence.empty())
        data.memberNull("stop_sequence");
    else
        data.member("stop_sequence", m_finish.stopSequence);
    data.endObject();
    data.key("usage");
    writeUsage(data, m_usage, m_context.inputTokensEstimate);
    data.endObject();
    appendSse(out, "message_delta", data.text());
    appendSse(out, "message_stop", R"({"type":"message_stop"})");
    m_isOver = true;
}

void EventWriter::take(const StreamError &error, std::string &out)
{
    appendSse(out, "error", writeErrorBody(error.error, m_context.requestId));
    m_isOver = true;
}

void EventWriter::failOverfull(std::string &out)
{
    Error error;
    error.kind = ErrorKind::UpstreamBroken;
    error.message = "the provider mixes the pieces of several tool calls, and too much waits for the first";
    take(StreamError{std::move(error)}, out);
}

} // namespace

} // namespace anthropic

std::unique_ptr<StreamWriter> Anthropic::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<anthropic::EventWriter>(context);
}

} // namespace pm
