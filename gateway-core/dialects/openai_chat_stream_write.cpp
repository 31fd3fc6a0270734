// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/sse.h"

#include "base/json.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/shared/custom_tools.h"

// Deltas to chunks, in the order that clients of this dialect expect: role, content, finish, usage, [DONE].
namespace pm {

using namespace openai;

namespace {

class ChunkWriter final : public StreamWriter
{
public:
    explicit ChunkWriter(ReplyContext context)
        : m_context(std::move(context))
    {
    }

    void write(const ChatDelta &delta, std::string &out) override
    {
        std::visit([&](const auto &each) { on(each, out); }, delta);
    }
    std::string keepAlive() const override { return ": keep-alive\n\n"; }

private:
    void on(const StreamStart &start, std::string &out);
    void on(const TextDelta &delta, std::string &out) { text("content", delta.text, out); }
    void on(const RefusalDelta &delta, std::string &out) { text("refusal", delta.text, out); }
    void on(const ThinkingDelta &delta, std::string &out) { text("reasoning_content", delta.text, out); }
    void on(const CitationDelta &delta, std::string &out);
    void on(const SignatureDelta &, std::string &) {}        // no field in this dialect can carry it
    void on(const RedactedThinkingDelta &, std::string &) {} // nor this
    void on(const ToolCallStart &start, std::string &out);
    void on(const ToolCallDelta &delta, std::string &out);
    void on(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void on(const Finish &finish, std::string &out);
    void on(const StreamEnd &, std::string &out);
    void on(const StreamError &error, std::string &out);

    void text(std::string_view field, const std::string &value, std::string &out);
    void arguments(std::size_t index, std::string_view piece, std::string &out);
    void chunk(std::string_view delta, std::string_view finish, std::string &out);
    void ensureStarted(std::string &out)
    {
        if (m_head.empty())
            on(StreamStart{}, out);
    }

    ReplyContext m_context;
    std::string m_head;               ///< of every chunk, up to the choices
    /// What was written of a tool call.
    struct Call
    {
        bool isOpen = false;
        bool hasArguments = false;
        std::optional<CustomInputStream> input; ///< of a tool that takes free text
    };

    std::vector<Call> m_calls; ///< by index of the tool call
    Usage m_usage;
    bool m_isFinished = false;
};

void ChunkWriter::on(const StreamStart &start, std::string &out)
{
    if (!m_head.empty())
        return;
    json::Writer head;
    head.beginObject();
    head.member("id", start.id.empty() ? "chatcmpl-" + m_context.requestId : start.id);
    head.member("object", "chat.completion.chunk");
    head.member("created", start.created != 0 ? start.created : m_context.created);
    head.member("model", m_context.model.empty() ? start.model : m_context.model);
    head.key("choices");
    m_head = head.take();
    chunk(R"({"role":"assistant","content":""})", {}, out);
}

void ChunkWriter::chunk(std::string_view delta, std::string_view finish, std::string &out)
{
    out += "data: ";
    out += m_head;
    out += R"([{"index":0,"delta":)";
    out += delta;
    out += R"(,"logprobs":null,"finish_reason":)";
    if (finish.empty()) {
        out += "null";
    } else {
        out += '"';
        out += finish;
        out += '"';
    }
    out += "}]";
    if (m_context.includeUsage)
        out += R"(,"usage":null)";
    out += "}\n\n";
}

void ChunkWriter::text(std::string_view field, const std::string &value, std::string &out)
{
    if (value.empty())
        return;
    ensureStarted(out);
    json::Writer delta;
    delta.beginObject();
    delta.member(field, value);
    delta.endObject();
    chunk(delta.text(), {}, out);
}

void ChunkWriter::on(const CitationDelta &delta, std::string &out)
{
    ensureStarted(out);
    json::Writer annotations;
    annotations.beginObject();
    annotations.key("annotations");
    annotations.beginArray();
    writeCitation(annotations, delta.citation);
    annotations.endArray();
    annotations.endObject();
    chunk(annotations.text(), {}, out);
}

void ChunkWriter::on(const ToolCallStart &start, std::string &out)
{
    if (start.index < 0)
        return;
    ensureStarted(out);
    const auto index = static_cast<std::size_t>(start.index);
    const bool isCustom = m_context.customTools.count(start.name) > 0;
    const std::string_view kind = isCustom ? "custom" : "function";
    if (index >= m_calls.size())
        m_calls.resize(index + 1);
    m_calls[index].isOpen = true;
    if (isCustom)
        m_calls[index].input.emplace();
    json::Writer delta;
    delta.beginObject();
    delta.key("tool_calls");
    delta.beginArray();
    delta.beginObject();
    delta.member("index", start.index);
    delta.member("id", start.id);
    delta.member("type", kind);
    delta.key(kind);
    delta.beginObject();
    delta.member("name", start.name);
    delta.member(isCustom ? "input" : "arguments", "");
    delta.endObject();
    writeCallSignature(delta, start.signature);
    delta.endObject();
    delta.endArray();
    delta.endObject();
    chunk(delta.text(), {}, out);
}

void ChunkWriter::on(const ToolCallDelta &delta, std::string &out)
{
    const auto index = static_cast<std::size_t>(delta.index);
    if (delta.index < 0 || index >= m_calls.size() || !m_calls[index].isOpen || delta.arguments.empty())
        return; // a piece of a call that never started would break clients
    if (auto &input = m_calls[index].input)
        arguments(index, input->feed(delta.arguments), out);
    else
        arguments(index, delta.arguments, out);
}

void ChunkWriter::arguments(std::size_t index, std::string_view piece, std::string &out)
{
    if (piece.empty())
        return;
    m_calls[index].hasArguments = true;
    const bool isCustom = m_calls[index].input.has_value();
    json::Writer delta;
    delta.beginObject();
    delta.key("tool_calls");
    delta.beginArray();
    delta.beginObject();
    delta.member("index", static_cast<std::int64_t>(index));
    delta.key(isCustom ? "custom" : "function");
    delta.beginObject();
    delta.member(isCustom ? "input" : "arguments", piece);
    delta.endObject();
    delta.endObject();
    delta.endArray();
    delta.endObject();
    chunk(delta.text(), {}, out);
}

void ChunkWriter::on(const Finish &finish, std::string &out)
{
    if (m_isFinished)
        return;
    ensureStarted(out);
    for (std::size_t i = 0; i < m_calls.size(); ++i) {
        Call &call = m_calls[i];
        // Clients parse the arguments; of a call that was cut they are as they are.
        if (call.input)
            arguments(i, call.input->finish(), out);
        else if (call.isOpen && !call.hasArguments && finish.reason != FinishReason::Length)
            arguments(i, "{}", out);
    }
    m_isFinished = true;
    chunk("{}", finishName(finish.reason, !m_calls.empty()), out);
}

void ChunkWriter::on(const StreamEnd &, std::string &out)
{
    on(Finish{}, out);
    if (m_context.includeUsage && m_usage.isKnown()) {
        json::Writer usage;
        writeUsage(usage, m_usage);
        appendSse(out, {}, m_head + R"([],"usage":)" + usage.text() + "}");
    }
    appendSse(out, {}, "[DONE]");
}

void ChunkWriter::on(const StreamError &error, std::string &out)
{
    appendSse(out, {}, writeErrorBody(error.error));
}

} // namespace

std::unique_ptr<StreamWriter> OpenAiChat::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<ChunkWriter>(context);
}

} // namespace pm
