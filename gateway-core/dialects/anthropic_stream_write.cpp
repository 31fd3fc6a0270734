// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"
#include "dialects/anthropic_fields.h"
#include "dialects/anthropic_write.h"
#include "dialects/framing/sse.h"

#include <deque>

namespace pm {

namespace anthropic {

namespace {

/// Tells when the text of a JSON object, coming in pieces, is complete: its outermost bracket has closed.
class ObjectProgress
{
public:
    void take(std::string_view piece)
    {
        for (const char c : piece)
            step(c);
    }
    bool isComplete() const { return m_isComplete; }

private:
    void step(char c)
    {
        if (m_isComplete)
            return;
        if (m_isEscaped) {
            m_isEscaped = false;
        } else if (m_inString) {
            m_isEscaped = c == '\\';
            m_inString = c != '"';
        } else if (c == '"') {
            m_inString = true;
        } else if (c == '{' || c == '[') {
            ++m_depth;
        } else if (c == '}' || c == ']') {
            m_isComplete = --m_depth <= 0;
        }
    }

    int m_depth = 0;
    bool m_inString = false;
    bool m_isEscaped = false;
    bool m_isComplete = false;
};

/// Writes the named events. Blocks of this format never interleave and never reopen, so blocks stand in a
/// queue: the first is live and streams, later ones gather their pieces until it is complete. Where calls
/// come one after the other, as nearly always, nothing waits. Owned by one exchange, used on its thread.
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
    }
    std::string keepAlive() const override { return "event: ping\ndata: {\"type\":\"ping\"}\n\n"; }

private:
    enum class Kind { Text, Thinking, Redacted, ToolUse };
    struct Block
    {
        Kind kind = Kind::Text;
        int call = -1;         ///< for ToolUse
        std::string id;        ///< for ToolUse
        std::string name;      ///< for ToolUse
        std::string waiting;   ///< pieces that came before the block was live; the data of Redacted
        std::string signature; ///< that came before the block was live
        bool isClosed = false; ///< nothing more will come
        ObjectProgress progress;
    };

    void take(const StreamStart &start, std::string &out);
    void take(const TextDelta &delta, std::string &out) { addText(Kind::Text, delta.text, out); }
    void take(const RefusalDelta &delta, std::string &out) { addText(Kind::Text, delta.text, out); }
    void take(const ThinkingDelta &delta, std::string &out) { addText(Kind::Thinking, delta.text, out); }
    void take(const SignatureDelta &delta, std::string &out);
    void take(const RedactedThinkingDelta &delta, std::string &out);
    void take(const ToolCallStart &start, std::string &out);
    void take(const ToolCallDelta &delta, std::string &out);
    void take(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void take(const Finish &finish, std::string &out);
    void take(const StreamEnd &, std::string &out);
    void take(const StreamError &error, std::string &out);

    void ensureStarted(std::string &out);
    void addText(Kind kind, const std::string &text, std::string &out);
    void push(Block block, std::string &out);
    void addPiece(Block &block, std::string_view piece, std::string &out);
    void writePiece(Kind kind, std::string_view piece, std::string &out);
    void advance(std::string &out);
    void drain(std::string &out);
    void openLive(std::string &out);
    void closeLive(std::string &out);
    void writeDelta(std::string_view type, std::string_view member, std::string_view value, std::string &out);
    bool isLive(const Block &block) const { return &block == &m_queue.front(); }
    static bool isDone(const Block &block)
    {
        return block.kind != Kind::ToolUse || block.progress.isComplete();
    }

    /// Pieces waiting behind an unfinished call; over it the stream fails rather than grow.
    static constexpr std::size_t kMostWaiting = 16 * 1024 * 1024;

    ReplyContext m_context;
    StreamStart m_start;
    std::deque<Block> m_queue; ///< the first is live
    std::size_t m_waiting = 0;
    std::int64_t m_index = 0; ///< of the live block
    std::size_t m_calls = 0;
    Usage m_usage;
    Finish m_finish;
    bool m_hasStarted = false;
    bool m_isOver = false;
};

void EventWriter::take(const StreamStart &start, std::string &out)
{
    if (!m_hasStarted)
        m_start = start;
    ensureStarted(out);
}

void EventWriter::ensureStarted(std::string &out)
{
    if (m_hasStarted)
        return;
    m_hasStarted = true;
    json::Writer data;
    data.beginObject();
    data.member("type", "message_start");
    data.key("message");
    data.beginObject();
    data.member("id", messageId(m_start.id, m_context.requestId));
    data.member("type", "message");
    data.member("role", "assistant");
    data.member("model", m_context.model.empty() ? m_start.model : m_context.model);
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
    if (text.empty())
        return;
    if (m_queue.empty() || m_queue.back().kind != kind || m_queue.back().isClosed) {
        Block block;
        block.kind = kind;
        push(std::move(block), out);
    }
    addPiece(m_queue.back(), text, out);
}

void EventWriter::take(const SignatureDelta &delta, std::string &out)
{
    // With the display of thinking off, a signature comes without any text; it must still reach the client.
    if (m_queue.empty() || m_queue.back().kind != Kind::Thinking || m_queue.back().isClosed) {
        Block block;
        block.kind = Kind::Thinking;
        push(std::move(block), out);
    }
    Block &block = m_queue.back();
    block.isClosed = true;
    if (isLive(block))
        writeDelta("signature_delta", "signature", delta.signature, out);
    else
        block.signature = delta.signature;
}

void EventWriter::take(const RedactedThinkingDelta &delta, std::string &out)
{
    Block block;
    block.kind = Kind::Redacted;
    block.waiting = delta.data;
    block.isClosed = true;
    push(std::move(block), out);
}

void EventWriter::take(const ToolCallStart &start, std::string &out)
{
    Block block;
    block.kind = Kind::ToolUse;
    block.call = start.index;
    block.id = start.id.empty() ? madeUpCallId(m_context.requestId, m_calls) : start.id;
    block.name = start.name;
    ++m_calls;
    push(std::move(block), out);
}

void EventWriter::take(const ToolCallDelta &delta, std::string &out)
{
    for (Block &block : m_queue) {
        if (block.kind != Kind::ToolUse || block.call != delta.index)
            continue;
        addPiece(block, delta.arguments, out);
        return advance(out);
    }
}

void EventWriter::push(Block block, std::string &out)
{
    ensureStarted(out);
    m_queue.push_back(std::move(block));
    if (m_queue.size() == 1)
        openLive(out);
    advance(out);
}

void EventWriter::addPiece(Block &block, std::string_view piece, std::string &out)
{
    if (piece.empty() || m_isOver)
        return;
    if (block.kind == Kind::ToolUse)
        block.progress.take(piece);
    if (isLive(block))
        return writePiece(block.kind, piece, out);
    block.waiting.append(piece);
    m_waiting += piece.size();
    if (m_waiting <= kMostWaiting)
        return;
    Error error;
    error.kind = ErrorKind::UpstreamBroken;
    error.message = "the provider mixes the pieces of several tool calls, and too much waits for the first";
    take(StreamError{std::move(error)}, out);
}

void EventWriter::writePiece(Kind kind, std::string_view piece, std::string &out)
{
    switch (kind) {
    case Kind::Text:
        return writeDelta("text_delta", "text", piece, out);
    case Kind::Thinking:
        return writeDelta("thinking_delta", "thinking", piece, out);
    case Kind::ToolUse:
        return writeDelta("input_json_delta", "partial_json", piece, out);
    case Kind::Redacted:
        return;
    }
}

void EventWriter::advance(std::string &out)
{
    while (!m_isOver && m_queue.size() > 1 && isDone(m_queue.front()))
        closeLive(out);
}

void EventWriter::drain(std::string &out)
{
    while (!m_queue.empty())
        closeLive(out);
}

void EventWriter::openLive(std::string &out)
{
    Block &block = m_queue.front();
    json::Writer data;
    data.beginObject();
    data.member("type", "content_block_start");
    data.member("index", m_index);
    data.key("content_block");
    std::string waiting = std::move(block.waiting);
    block.waiting.clear();
    switch (block.kind) {
    case Kind::Text:
        writeTextBlock(data, "");
        break;
    case Kind::Thinking:
        writeThinkingBlock(data, {});
        break;
    case Kind::Redacted:
        writeRedactedBlock(data, {std::exchange(waiting, {})});
        break;
    case Kind::ToolUse:
        beginToolUseBlock(data, block.id, block.name, {});
        data.endObject();
        break;
    }
    data.endObject();
    appendSse(out, "content_block_start", data.text());
    m_waiting -= std::min(m_waiting, waiting.size());
    if (!waiting.empty())
        writePiece(block.kind, waiting, out);
    if (!block.signature.empty())
        writeDelta("signature_delta", "signature", block.signature, out);
}

void EventWriter::closeLive(std::string &out)
{
    json::Writer data;
    data.beginObject();
    data.member("type", "content_block_stop");
    data.member("index", m_index);
    data.endObject();
    appendSse(out, "content_block_stop", data.text());
    ++m_index;
    m_queue.pop_front();
    if (!m_queue.empty())
        openLive(out);
}

void EventWriter::writeDelta(std::string_view type, std::string_view member, std::string_view value,
                             std::string &out)
{
    json::Writer data;
    data.beginObject();
    data.member("type", "content_block_delta");
    data.member("index", m_index);
    data.key("delta");
    data.beginObject();
    data.member("type", type);
    data.member(member, value);
    data.endObject();
    data.endObject();
    appendSse(out, "content_block_delta", data.text());
}

void EventWriter::take(const Finish &finish, std::string &out)
{
    m_finish = finish;
    drain(out);
}

void EventWriter::take(const StreamEnd &, std::string &out)
{
    ensureStarted(out);
    drain(out);
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

} // namespace

} // namespace anthropic

std::unique_ptr<StreamWriter> Anthropic::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<anthropic::EventWriter>(context);
}

} // namespace pm
