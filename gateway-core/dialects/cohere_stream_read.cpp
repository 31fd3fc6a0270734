// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere.h"

#include "base/text.h"
#include "dialects/cohere_fields.h"
#include "dialects/framing/parse_event.h"
#include "dialects/framing/sse.h"
#include "dialects/framing/surrogates.h"

namespace pm {

namespace cohere {

namespace {

using Deltas = std::vector<ChatDelta>;

/// Reads the typed events. Owned by one exchange, used on its thread.
class EventReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, Deltas &out) override;
    Result<void> finish(Deltas &out) override;

private:
    enum class State { Waiting, Running, Ended, Dead };

    Result<void> refuse(std::string message);
    Result<void> onEvent(const SseEvent &event, Deltas &out);
    Result<void> onType(std::string_view type, json::Element root, Deltas &out);
    void onContent(json::Element message, Deltas &out);
    Result<void> onCallStart(json::Element message, Deltas &out);
    Result<void> onCallDelta(json::Element message, Deltas &out);
    void closeCall(Deltas &out);
    void onEnd(json::Element root, Deltas &out);
    void start(json::Element root, Deltas &out);
    template <typename Delta>
    void piece(SurrogateJoiner &joiner, std::string_view text, Deltas &out)
    {
        if (std::string whole = joiner.join(text, m_marked); !whole.empty())
            out.emplace_back(Delta{std::move(whole)});
    }
    template <typename Delta>
    static void flush(SurrogateJoiner &joiner, Deltas &out)
    {
        if (std::string held = joiner.flush(); !held.empty())
            out.emplace_back(Delta{std::move(held)});
    }

    static constexpr int kMostCalls = 1024;

    SseFraming m_framing;
    State m_state = State::Waiting;
    std::string m_broken; ///< why it is dead
    std::string m_id;
    int m_calls = 0;
    bool m_isCallOpen = false;
    bool m_hasArguments = false;
    bool m_marked = false; ///< the event at hand holds marks of lone surrogates
    SurrogateJoiner m_text;
    SurrogateJoiner m_thinking;
    SurrogateJoiner m_arguments;
};

Result<void> EventReader::refuse(std::string message)
{
    m_state = State::Dead;
    m_broken = std::move(message);
    return fail(ErrorKind::UpstreamBroken, m_broken);
}

Result<void> EventReader::feed(std::string_view bytes, Deltas &out)
{
    if (m_state == State::Dead)
        return fail(ErrorKind::UpstreamBroken, m_broken);
    if (m_state == State::Ended)
        return {};
    Result<void> taken;
    const auto framed = m_framing.feed(bytes, [&](const SseEvent &event) {
        taken = onEvent(event, out);
        return taken.has_value() && m_state != State::Ended;
    });
    return framed ? taken : refuse(framed.error().message);
}

Result<void> EventReader::finish(Deltas &out)
{
    const bool isOpen = m_state == State::Waiting || m_state == State::Running;
    if (isOpen && m_framing.hasPartial()) {
        if (auto last = feed("\n\n", out); !last)
            return refuse("the provider's stream was cut inside an event");
    }
    if (m_state == State::Ended)
        return {};
    if (m_state == State::Dead)
        return fail(ErrorKind::UpstreamBroken, m_broken);
    return refuse(m_state == State::Waiting ? "the provider's stream ended before it began"
                                            : "the provider's stream was cut: it ended before message-end");
}

Result<void> EventReader::onEvent(const SseEvent &event, Deltas &out)
{
    if (event.data.empty() || event.data == "[DONE]")
        return {};
    const auto parsed = parseEvent(event.data, "an event");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    m_marked = parsed->isMarked;
    const auto type = json::findString(root, "type").value_or(event.name);
    if (type.empty() && json::find(root, "message")) { // an error in place of an event
        out.emplace_back(StreamError{readErrorBody(0, event.data)});
        m_state = State::Ended;
        return {};
    }
    return onType(type, root, out);
}

void EventReader::start(json::Element root, Deltas &out)
{
    if (m_state != State::Waiting)
        return;
    m_state = State::Running;
    m_id = json::findString(root, "id").value_or("");
    out.emplace_back(StreamStart{m_id, {}, 0});
}

Result<void> EventReader::onType(std::string_view type, json::Element root, Deltas &out)
{
    if (type == "message-start") {
        start(root, out);
        return {};
    }
    if (type == "message-end") {
        start(root, out);
        onEnd(root, out);
        return {};
    }
    if (type == "tool-call-end") {
        closeCall(out);
        return {};
    }
    const auto delta = json::findObject(root, "delta");
    const auto message = delta ? json::findObject(*delta, "message") : std::nullopt;
    if (!message)
        return {}; // ends of blocks, and kinds still to come
    start(root, out);
    if (type == "content-start" || type == "content-delta")
        onContent(*message, out);
    else if (type == "tool-plan-delta")
        piece<TextDelta>(m_text, json::findString(*message, "tool_plan").value_or(""), out);
    else if (type == "tool-call-start")
        return onCallStart(*message, out);
    else if (type == "tool-call-delta")
        return onCallDelta(*message, out);
    else if (const auto citation = json::findObject(*message, "citations"); citation && type == "citation-start")
        out.emplace_back(CitationDelta{readCitation(*citation)});
    return {};
}

void EventReader::onContent(json::Element message, Deltas &out)
{
    const auto content = json::findObject(message, "content");
    if (!content)
        return;
    piece<ThinkingDelta>(m_thinking, json::findString(*content, "thinking").value_or(""), out);
    piece<TextDelta>(m_text, json::findString(*content, "text").value_or(""), out);
}

Result<void> EventReader::onCallStart(json::Element message, Deltas &out)
{
    closeCall(out);
    const auto call = json::findObject(message, "tool_calls");
    const auto function = call ? json::findObject(*call, "function") : std::nullopt;
    if (!function)
        return refuse("the provider's stream has a tool call without a function");
    if (m_calls >= kMostCalls)
        return refuse("the provider's answer has too many tool calls");
    std::string id(json::findString(*call, "id").value_or(""));
    if (id.empty())
        id = "call_" + stableHash(m_id) + "_" + std::to_string(m_calls);
    out.emplace_back(
        ToolCallStart{m_calls++, std::move(id), std::string(json::findString(*function, "name").value_or(""))});
    m_isCallOpen = true;
    m_hasArguments = false;
    return onCallDelta(message, out);
}

Result<void> EventReader::onCallDelta(json::Element message, Deltas &out)
{
    if (!m_isCallOpen)
        return refuse("the provider's stream has tool arguments for a call that was never started");
    const auto call = json::findObject(message, "tool_calls");
    const auto function = call ? json::findObject(*call, "function") : std::nullopt;
    if (!function)
        return {};
    std::string text = m_arguments.join(json::findString(*function, "arguments").value_or(""), m_marked);
    if (text.empty())
        return {};
    m_hasArguments = true;
    out.emplace_back(ToolCallDelta{m_calls - 1, std::move(text)});
    return {};
}

void EventReader::closeCall(Deltas &out)
{
    if (!m_isCallOpen)
        return;
    m_isCallOpen = false;
    std::string held = m_arguments.flush();
    if (held.empty() && !m_hasArguments)
        held = "{}";
    if (!held.empty())
        out.emplace_back(ToolCallDelta{m_calls - 1, std::move(held)});
}

void EventReader::onEnd(json::Element root, Deltas &out)
{
    m_state = State::Ended;
    closeCall(out);
    flush<ThinkingDelta>(m_thinking, out);
    flush<TextDelta>(m_text, out);
    const auto delta = json::findObject(root, "delta");
    const auto reason = delta ? json::findString(*delta, "finish_reason").value_or("") : std::string_view();
    if (const auto usage = delta ? json::findObject(*delta, "usage") : std::nullopt)
        out.emplace_back(UsageDelta{readUsage(*usage)});
    if (isFailure(reason)) {
        out.emplace_back(StreamError{failureOf(reason, json::findString(*delta, "error").value_or(""))});
        return;
    }
    out.emplace_back(Finish{readFinish(reason, m_calls > 0), {}});
    out.emplace_back(StreamEnd{});
}

} // namespace

} // namespace cohere

std::unique_ptr<StreamReader> Cohere::makeReader() const
{
    return std::make_unique<cohere::EventReader>();
}

} // namespace pm
