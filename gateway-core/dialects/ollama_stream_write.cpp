// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"

// Deltas to lines: text as it comes, tool calls when they are complete, and the figures on the last line.
namespace pm {

using namespace ollama;

namespace {

class LineWriter final : public StreamWriter
{
public:
    explicit LineWriter(ReplyContext context)
        : m_context(std::move(context))
        , m_isGenerate(m_context.variant == kGenerate)
        , m_model(m_context.model)
        , m_created(m_context.created)
    {
    }

    void write(const ChatDelta &delta, std::string &out) override
    {
        if (!m_hasEnded)
            std::visit([&](const auto &each) { on(each, out); }, delta);
    }
    /// A line that says nothing would have to be parsed by clients as one that does.
    std::string keepAlive() const override { return {}; }
    std::string_view contentType() const override { return "application/x-ndjson"; }

private:
    void on(const StreamStart &start, std::string &)
    {
        if (m_model.empty())
            m_model = start.model;
        if (start.created != 0)
            m_created = start.created;
    }
    void on(const TextDelta &delta, std::string &out) { text(delta.text, {}, out); }
    void on(const RefusalDelta &delta, std::string &out) { text(delta.text, {}, out); }
    void on(const ThinkingDelta &delta, std::string &out) { text({}, delta.text, out); }
    // No field of this format can carry these.
    void on(const CitationDelta &, std::string &) {}
    void on(const SignatureDelta &, std::string &) {}
    void on(const RedactedThinkingDelta &, std::string &) {}
    void on(const ToolCallStart &start, std::string &)
    {
        content();
        if (ToolCallPart *call = callAt(start.index)) {
            call->id = start.id;
            call->name = start.name;
        }
    }
    void on(const ToolCallDelta &delta, std::string &out);
    void on(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void on(const Finish &finish, std::string &) { m_finish = finish.reason; }
    void on(const StreamEnd &, std::string &out);
    void on(const StreamError &error, std::string &out)
    {
        out += writeErrorBody(error.error.message) + "\n";
        m_hasEnded = true;
    }

    void text(std::string_view content, std::string_view thinking, std::string &out);
    void line(std::string_view content, std::string_view thinking, json::Writer &out);
    ToolCallPart *callAt(int index);
    void content()
    {
        if (m_firstNs < 0 && m_context.elapsedNs)
            m_firstNs = m_context.elapsedNs();
    }

    ReplyContext m_context;
    bool m_isGenerate;
    std::string m_model;
    std::int64_t m_created;
    std::string m_stamp; ///< m_created as text, the same on every line
    std::vector<ToolCallPart> m_calls;
    std::size_t m_argumentBytes = 0;
    std::int64_t m_firstNs = -1; ///< when the first content came
    Usage m_usage;
    FinishReason m_finish = FinishReason::Unknown;
    bool m_hasEnded = false;
};

ToolCallPart *LineWriter::callAt(int index)
{
    constexpr std::size_t kMostCalls = 1024;
    const auto at = static_cast<std::size_t>(index);
    if (index < 0 || at >= kMostCalls)
        return nullptr;
    if (at >= m_calls.size())
        m_calls.resize(at + 1);
    return &m_calls[at];
}

void LineWriter::on(const ToolCallDelta &delta, std::string &out)
{
    constexpr std::size_t kMostArguments = 64 * 1024 * 1024;
    m_argumentBytes += delta.arguments.size();
    if (m_argumentBytes > kMostArguments) {
        on(StreamError{{ErrorKind::UpstreamBroken, "the provider sends tool arguments without end"}}, out);
        return;
    }
    if (ToolCallPart *call = callAt(delta.index))
        call->arguments += delta.arguments;
}

/// Begins a line, up to `done`.
void LineWriter::line(std::string_view content, std::string_view thinking, json::Writer &out)
{
    if (m_stamp.empty())
        m_stamp = timestamp(m_created);
    out.beginObject();
    out.member("model", m_model);
    out.member("created_at", m_stamp);
    if (!m_isGenerate) {
        out.key("message");
        out.beginObject();
        out.member("role", "assistant");
    }
    out.member(m_isGenerate ? "response" : "content", content);
    if (!thinking.empty())
        out.member("thinking", thinking);
}

void LineWriter::text(std::string_view content, std::string_view thinking, std::string &out)
{
    if (content.empty() && thinking.empty())
        return;
    this->content();
    json::Writer writer;
    line(content, thinking, writer);
    if (!m_isGenerate)
        writer.endObject();
    writer.member("done", false);
    writer.endObject();
    out += writer.text();
    out += '\n';
}

void LineWriter::on(const StreamEnd &, std::string &out)
{
    m_hasEnded = true;
    std::erase_if(m_calls, [](const ToolCallPart &call) { return call.name.empty(); });
    dropCutCalls(m_calls, m_finish);
    if (!m_calls.empty()) {
        json::Writer writer;
        line({}, {}, writer);
        writer.key("tool_calls");
        writeCalls(writer, m_calls);
        if (!m_isGenerate)
            writer.endObject();
        writer.member("done", false);
        writer.endObject();
        out += writer.text();
        out += '\n';
    }
    const std::int64_t total = m_context.elapsedNs ? m_context.elapsedNs() : 0;
    json::Writer last;
    line({}, {}, last);
    if (!m_isGenerate)
        last.endObject();
    last.member("done", true);
    writeFigures(last, m_finish, m_usage, {total, m_firstNs < 0 ? total : m_firstNs});
    last.endObject();
    out += last.text();
    out += '\n';
}

} // namespace

std::unique_ptr<StreamWriter> Ollama::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<LineWriter>(context);
}

} // namespace pm
