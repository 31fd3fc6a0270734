// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere.h"

#include "dialects/cohere_fields.h"
#include "dialects/framing/sse.h"

#include <map>

namespace pm {

namespace cohere {

namespace {

/// Writes the typed events. Calls cannot interleave in this format: those behind the first wait until it is whole.
/// Owned by one exchange, used on its thread.
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
    std::string keepAlive() const override { return ": keep-alive\n\n"; }

private:
    enum class Kind { None, Text, Thinking, Call };
    struct Call
    {
        std::string id;
        std::string name;
        std::string arguments; ///< those that wait
    };

    void take(const StreamStart &start, std::string &out)
    {
        m_id = start.id;
        begin(out);
    }
    void take(const TextDelta &delta, std::string &out) { text(Kind::Text, "text", delta.text, out); }
    void take(const RefusalDelta &delta, std::string &out) { text(Kind::Text, "text", delta.text, out); }
    void take(const ThinkingDelta &delta, std::string &out) { text(Kind::Thinking, "thinking", delta.text, out); }
    void take(const SignatureDelta &, std::string &) {} // the format has none
    void take(const RedactedThinkingDelta &, std::string &) {}
    void take(const CitationDelta &delta, std::string &out);
    void take(const ToolCallStart &start, std::string &out);
    void take(const ToolCallDelta &delta, std::string &out);
    void take(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void take(const Finish &finish, std::string &out);
    void take(const StreamEnd &, std::string &out);
    void take(const StreamError &error, std::string &out);

    /// {"type": name, "index": index, "delta": {"message": {…fill…}}}
    template <typename Fill>
    static void event(std::string_view name, int index, std::string &out, Fill fill)
    {
        json::Writer json;
        json.beginObject();
        json.member("type", name);
        json.member("index", index);
        json.key("delta");
        json.beginObject();
        json.key("message");
        json.beginObject();
        fill(json);
        json.endObject();
        json.endObject();
        json.endObject();
        appendSse(out, name, json.text());
    }
    static void endEvent(std::string_view name, int index, std::string &out)
    {
        json::Writer json;
        json.beginObject();
        json.member("type", name);
        json.member("index", index);
        json.endObject();
        appendSse(out, name, json.text());
    }
    static void contentEvent(std::string_view name, int index, std::string_view member, std::string_view text,
                             std::string &out);
    void argumentsEvent(std::string_view text, std::string &out) const;
    void begin(std::string &out);
    void text(Kind kind, std::string_view member, const std::string &piece, std::string &out);
    void close(std::string &out);
    void openCall(int number, std::string &out);
    void openNext(std::string &out);

    ReplyContext m_context;
    std::string m_id;
    Usage m_usage;
    Kind m_open = Kind::None;
    int m_index = -1;            ///< of content blocks
    int m_call = -1;             ///< the call that is open or was last
    std::map<int, Call> m_calls; ///< all of them, in order
    bool m_hasBegun = false;
    bool m_hasFinished = false;
    std::string m_late; ///< text that came behind calls
    bool m_isOver = false;
    std::string_view m_reason = "COMPLETE";
};

void EventWriter::begin(std::string &out)
{
    if (m_hasBegun)
        return;
    m_hasBegun = true;
    json::Writer json;
    json.beginObject();
    json.member("type", "message-start");
    json.member("id", m_id.empty() ? m_context.requestId : m_id);
    json.memberRaw("delta",
                   R"({"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}})");
    json.endObject();
    appendSse(out, "message-start", json.text());
}

void EventWriter::contentEvent(std::string_view name, int index, std::string_view member, std::string_view text,
                               std::string &out)
{
    event(name, index, out, [&](json::Writer &json) {
        json.key("content");
        json.beginObject();
        if (name == "content-start")
            json.member("type", member);
        json.member(member, text);
        json.endObject();
    });
}

void EventWriter::close(std::string &out)
{
    if (m_open == Kind::Call)
        endEvent("tool-call-end", m_call, out);
    else if (m_open != Kind::None)
        endEvent("content-end", m_index, out);
    m_open = Kind::None;
}

void EventWriter::text(Kind kind, std::string_view member, const std::string &piece, std::string &out)
{
    if (piece.empty())
        return;
    if (!m_calls.empty() && !m_hasFinished) { // behind calls the format has no place for it until they are whole
        m_late += kind == Kind::Text ? piece : "";
        return;
    }
    begin(out);
    if (m_open != kind) {
        close(out);
        m_open = kind;
        contentEvent("content-start", ++m_index, member, "", out);
    }
    contentEvent("content-delta", m_index, member, piece, out);
}

void EventWriter::take(const CitationDelta &delta, std::string &out)
{
    begin(out);
    event("citation-start", m_index, out, [&](json::Writer &json) {
        json.key("citations");
        writeCitation(json, delta.citation);
    });
    endEvent("citation-end", m_index, out);
}

void EventWriter::openCall(int number, std::string &out)
{
    close(out);
    m_open = Kind::Call;
    m_call = number;
    Call &call = m_calls[number];
    event("tool-call-start", number, out, [&](json::Writer &json) {
        json.key("tool_calls");
        json.beginObject();
        json.member("id", call.id);
        json.member("type", "function");
        json.key("function");
        json.beginObject();
        json.member("name", call.name);
        json.member("arguments", "");
        json.endObject();
        json.endObject();
    });
    if (!call.arguments.empty())
        argumentsEvent(call.arguments, out);
    call.arguments.clear();
}

void EventWriter::argumentsEvent(std::string_view text, std::string &out) const
{
    event("tool-call-delta", m_call, out, [&](json::Writer &json) {
        json.key("tool_calls");
        json.beginObject();
        json.key("function");
        json.beginObject();
        json.member("arguments", text);
        json.endObject();
        json.endObject();
    });
}

void EventWriter::take(const ToolCallStart &start, std::string &out)
{
    begin(out);
    const std::string made = "call_" + m_context.requestId + "_" + std::to_string(start.index);
    m_calls[start.index] = {start.id.empty() ? made : start.id, start.name, {}};
    if (m_open != Kind::Call)
        openCall(start.index, out);
}

void EventWriter::take(const ToolCallDelta &delta, std::string &out)
{
    const auto call = m_calls.find(delta.index);
    if (call == m_calls.end() || delta.arguments.empty())
        return;
    if (delta.index == m_call && m_open == Kind::Call)
        argumentsEvent(delta.arguments, out);
    else
        call->second.arguments += delta.arguments;
}

void EventWriter::openNext(std::string &out)
{
    for (auto next = m_calls.upper_bound(m_call); next != m_calls.end(); next = m_calls.upper_bound(m_call))
        openCall(next->first, out);
}

void EventWriter::take(const Finish &finish, std::string &out)
{
    begin(out);
    openNext(out);
    close(out);
    m_hasFinished = true;
    text(Kind::Text, "text", m_late, out);
    close(out);
    m_reason = finishName(finish.reason, !m_calls.empty());
}

void EventWriter::take(const StreamEnd &, std::string &out)
{
    json::Writer json;
    json.beginObject();
    json.member("type", "message-end");
    json.key("delta");
    json.beginObject();
    json.member("finish_reason", m_reason);
    if (m_usage.isKnown()) {
        json.key("usage");
        writeUsage(json, m_usage);
    }
    json.endObject();
    json.endObject();
    appendSse(out, "message-end", json.text());
    m_isOver = true;
}

void EventWriter::take(const StreamError &error, std::string &out)
{
    json::Writer json;
    json.beginObject();
    json.member("type", "message-end");
    json.key("delta");
    json.beginObject();
    json.member("finish_reason", error.error.kind == ErrorKind::UpstreamTimeout ? "TIMEOUT" : "ERROR");
    json.member("error", error.error.message);
    json.endObject();
    json.endObject();
    appendSse(out, "message-end", json.text());
    m_isOver = true;
}

} // namespace

} // namespace cohere

std::unique_ptr<StreamWriter> Cohere::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<cohere::EventWriter>(context);
}

} // namespace pm
