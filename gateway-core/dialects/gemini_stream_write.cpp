// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"

#include "base/json.h"
#include "dialects/framing/json_array.h"
#include "dialects/framing/sse.h"
#include "dialects/gemini_fields.h"

#include <deque>

namespace pm {

namespace gemini {

namespace {

/// Writes a response for each piece of an answer, as events or as the elements of one array. A call is written when its
/// arguments are whole, in the order in which calls were opened. Owned by one exchange, used on its thread.
class ResponseWriter final : public StreamWriter
{
public:
    explicit ResponseWriter(ReplyContext context)
        : m_context(std::move(context))
    {
    }

    void write(const ChatDelta &delta, std::string &out) override
    {
        if (!m_isOver)
            std::visit([&](const auto &value) { take(value, out); }, delta);
    }
    /// White space is nothing in an array, and a comment is nothing among events.
    std::string keepAlive() const override { return m_context.asArray ? "\n" : ": keep-alive\n\n"; }
    std::string_view contentType() const override
    {
        return m_context.asArray ? "application/json; charset=utf-8" : "text/event-stream; charset=utf-8";
    }

private:
    struct Call
    {
        int index = 0;
        ToolCallPart part;
        JsonProgress progress;
    };

    void take(const StreamStart &start, std::string &)
    {
        m_id = start.id;
        m_model = start.model;
    }
    void take(const TextDelta &delta, std::string &out) { text(delta.text, false, {}, out); }
    void take(const RefusalDelta &delta, std::string &out) { text(delta.text, false, {}, out); }
    void take(const ThinkingDelta &delta, std::string &out) { text(delta.text, true, {}, out); }
    void take(const SignatureDelta &delta, std::string &out)
    {
        text({}, true, sealed(delta.signature, kFamily), out);
    }
    void take(const RedactedThinkingDelta &delta, std::string &out) { text({}, true, sealedRedacted(delta.data), out); }
    void take(const CitationDelta &delta, std::string &)
    {
        constexpr std::size_t kMost = 512;
        Citation citation = delta.citation;
        citation.start = citation.end = -1; // these count characters, Google's bytes
        if (m_citations.size() < kMost)
            m_citations.push_back(std::move(citation));
    }
    void take(const ToolCallStart &start, std::string &out)
    {
        writeWholeCalls(out);
        m_calls.push_back({start.index, {start.id, start.name, {}, start.signature}, {}});
    }
    void take(const ToolCallDelta &delta, std::string &out);
    void take(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void take(const Finish &finish, std::string &out)
    {
        m_finish = finish.reason;
        writeCalls(out);
    }
    void take(const StreamEnd &, std::string &out)
    {
        writeCalls(out);
        response({}, true, out);
        if (m_context.asArray)
            m_array.end(out);
        m_isOver = true;
    }
    void take(const StreamError &error, std::string &out)
    {
        send(writeErrorBody(error.error, m_context.requestId), out);
        if (m_context.asArray)
            m_array.end(out);
        m_isOver = true;
    }

    void text(std::string_view words, bool isThought, std::string_view signature, std::string &out);
    void writeWholeCalls(std::string &out);
    void writeCalls(std::string &out);
    void writeCall(std::string &out);
    void response(std::string_view part, bool isLast, std::string &out);
    void send(std::string_view json, std::string &out)
    {
        if (m_context.asArray)
            m_array.element(json, out);
        else
            appendSse(out, {}, json);
    }

    ReplyContext m_context;
    std::string m_id;
    std::string m_model;
    std::deque<Call> m_calls; ///< not written yet
    std::size_t m_waiting = 0;
    std::vector<Citation> m_citations;
    Usage m_usage;
    FinishReason m_finish = FinishReason::Unknown;
    JsonArrayWriter m_array;
    bool m_isOver = false;
};

void ResponseWriter::text(std::string_view words, bool isThought, std::string_view signature, std::string &out)
{
    if (words.empty() && signature.empty())
        return;
    writeWholeCalls(out);
    json::Writer part;
    writeTextPart(part, words, isThought, signature);
    response(part.text(), false, out);
}

void ResponseWriter::take(const ToolCallDelta &delta, std::string &out)
{
    constexpr std::size_t kMostWaiting = 16 * 1024 * 1024;
    for (Call &call : m_calls) {
        if (call.index != delta.index)
            continue;
        call.progress.take(delta.arguments);
        call.part.arguments += delta.arguments;
        m_waiting += delta.arguments.size();
        break;
    }
    if (m_waiting > kMostWaiting)
        return take(StreamError{{ErrorKind::UpstreamBroken, "the arguments of the tool calls are larger than 16 MiB"}},
                    out);
    writeWholeCalls(out);
}

void ResponseWriter::writeWholeCalls(std::string &out)
{
    while (!m_calls.empty() && m_calls.front().progress.isComplete())
        writeCall(out);
}

void ResponseWriter::writeCalls(std::string &out)
{
    while (!m_calls.empty())
        writeCall(out);
}

void ResponseWriter::writeCall(std::string &out)
{
    json::Writer part;
    writeCallPart(part, m_calls.front().part);
    m_waiting -= m_calls.front().part.arguments.size();
    m_calls.pop_front();
    response(part.text(), false, out);
}

void ResponseWriter::response(std::string_view part, bool isLast, std::string &out)
{
    json::Writer body;
    body.beginObject();
    body.key("candidates");
    body.beginArray();
    body.beginObject();
    body.key("content");
    body.beginObject();
    body.key("parts");
    body.beginArray();
    if (part.empty())
        writeTextPart(body, {}, false, {});
    else
        body.raw(part);
    body.endArray();
    body.member("role", "model");
    body.endObject();
    if (isLast)
        body.member("finishReason", finishName(m_finish));
    body.member("index", 0);
    if (isLast)
        writeCitations(body, m_citations);
    body.endObject();
    body.endArray();
    if (isLast && m_usage.isKnown()) {
        body.key("usageMetadata");
        writeUsage(body, m_usage);
    }
    body.member("modelVersion", m_context.model.empty() ? m_model : m_context.model);
    body.member("responseId", m_id.empty() ? m_context.requestId : m_id);
    body.endObject();
    send(body.text(), out);
}

} // namespace

} // namespace gemini

std::unique_ptr<StreamWriter> Gemini::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<gemini::ResponseWriter>(context);
}

} // namespace pm
