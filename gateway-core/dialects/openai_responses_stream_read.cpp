// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "dialects/framing/parse_event.h"
#include "dialects/framing/sse.h"
#include "dialects/framing/surrogates.h"
#include "dialects/openai_responses_fields.h"

#include <map>
#include <set>

// Events to deltas. The pieces are taken as they come; what came in none is taken from the events that end a part, an
// item or the answer, which repeat all of it.
namespace pm {

using namespace responses;

namespace {

class EventReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, std::vector<ChatDelta> &out) override;
    Result<void> finish(std::vector<ChatDelta> &out) override;

private:
    using Deltas = std::vector<ChatDelta>;
    enum class State { Reading, Ended, Failed };
    /// What came of the item at one output index.
    struct Item
    {
        int call = -1; ///< our index of its tool call
        bool isCustom = false;
        bool isDone = false;
        bool hasInput = false;          ///< a piece of the call's arguments came
        bool hasThought = false;
        std::set<std::int64_t> texts;   ///< content indices of which text came
        std::set<std::int64_t> summaries;
        SurrogateJoiner joiner;
        std::string waiting; ///< arguments that came before the call's name
    };

    Result<void> onData(std::string_view name, std::string_view data, Deltas &out);
    Result<void> onEvent(std::string_view type, json::Element root, bool marked, Deltas &out);
    Result<void> onItemEvent(std::string_view type, json::Element root, bool marked, Deltas &out);
    void onText(Item &item, json::Element root, bool marked, Deltas &out);
    void onRefusal(Item &item, json::Element root, bool marked, Deltas &out);
    void onThought(Item &item, json::Element root, std::string_view index, bool marked, Deltas &out);
    Result<void> onInput(Item &item, json::Element root, bool marked, Deltas &out);
    void openCall(Item &item, json::Element call, Deltas &out);
    Result<void> itemAdded(Item &item, json::Element whole, Deltas &out);
    void itemDone(Item &item, json::Element whole, Deltas &out);
    void messageDone(Item &item, json::Element whole, Deltas &out);
    void reasoningDone(Item &item, json::Element whole, Deltas &out);
    void callDone(Item &item, json::Element whole, Deltas &out);
    void foreignDone(json::Element whole, Deltas &out);
    Result<void> end(json::Element root, Deltas &out);
    void onError(json::Element root, Deltas &out);
    void start(Deltas &out)
    {
        if (!m_hasStarted)
            out.push_back(m_start);
        m_hasStarted = true;
    }
    Result<void> refuse(std::string why)
    {
        m_state = State::Failed;
        return fail(ErrorKind::UpstreamBroken, std::move(why));
    }
    template <typename Delta>
    void emit(Item &item, std::string_view piece, bool marked, Deltas &out)
    {
        if (std::string whole = item.joiner.join(piece, marked); !whole.empty())
            out.push_back(Delta{std::move(whole)});
    }
    template <typename Delta>
    void flush(Item &item, Deltas &out)
    {
        if (std::string held = item.joiner.flush(); !held.empty())
            out.push_back(Delta{std::move(held)});
    }
    void arguments(Item &item, std::string text, Deltas &out)
    {
        if (!text.empty())
            out.push_back(ToolCallDelta{item.call, item.isCustom ? jsonInside(text) : std::move(text)});
    }

    SseFraming m_framing;
    State m_state = State::Reading;
    StreamStart m_start;
    bool m_hasStarted = false;
    bool m_hasEvent = false;
    bool m_hasRefusal = false;
    int m_calls = 0;
    std::int64_t m_lastIndex = 0;
    std::map<std::int64_t, Item> m_items;
    std::string m_head; ///< first bytes, for the message when nothing of it was an event
};

Result<void> EventReader::feed(std::string_view bytes, Deltas &out)
{
    constexpr std::size_t kMostHead = 8 * 1024;
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Ended)
        return {};
    if (!m_hasEvent && m_head.size() < kMostHead)
        m_head.append(bytes.substr(0, kMostHead - m_head.size()));
    Result<void> taken;
    const auto framed = m_framing.feed(bytes, [&](const SseEvent &event) {
        m_hasEvent = true;
        taken = onData(event.name, event.data, out);
        return taken.has_value() && m_state == State::Reading;
    });
    if (!framed)
        return refuse(framed.error().message);
    return taken;
}

Result<void> EventReader::onData(std::string_view name, std::string_view data, Deltas &out)
{
    if (data.empty() || data == "[DONE]") // some servers end with it as chat streams do
        return {};
    const auto parsed = parseEvent(data, "an event");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    const std::string_view type = json::findString(root, "type").value_or(name);
    if (type == "error" || (!type.starts_with("response.") && json::find(root, "error"))) {
        onError(root, out);
        return {};
    }
    if (auto taken = onEvent(type, root, parsed->isMarked, out); !taken)
        return refuse(taken.error().message);
    return {};
}

void EventReader::onError(json::Element root, Deltas &out)
{
    // Bare members in the API's own streams, an object in those of others.
    const auto inner = json::findObject(root, "error");
    json::Writer body;
    body.beginObject();
    body.memberRaw("error", json::text(inner ? *inner : root));
    body.endObject();
    out.emplace_back(StreamError{openai::readErrorBody(200, body.text())});
    m_state = State::Ended;
}

Result<void> EventReader::onEvent(std::string_view type, json::Element root, bool marked, Deltas &out)
{
    if (type == "response.created" || type == "response.in_progress" || type == "response.queued") {
        const auto response = json::findObject(root, "response");
        if (response && !m_hasStarted) {
            m_start.id = json::findString(*response, "id").value_or("");
            m_start.model = json::findString(*response, "model").value_or("");
            m_start.created = json::findInt(*response, "created_at").value_or(0);
        }
        start(out);
        return {};
    }
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed" ||
        type == "response.cancelled")
        return end(root, out);
    return onItemEvent(type, root, marked, out);
}

Result<void> EventReader::onItemEvent(std::string_view type, json::Element root, bool marked, Deltas &out)
{
    constexpr std::size_t kMostItems = 4096;
    m_lastIndex = json::findInt(root, "output_index").value_or(m_lastIndex);
    Item &item = m_items[m_lastIndex];
    if (m_items.size() > kMostItems)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer has too many items");
    if (type == "response.output_text.delta" || type == "response.output_text.done")
        onText(item, root, marked, out);
    else if (type == "response.refusal.delta" || type == "response.refusal.done")
        onRefusal(item, root, marked, out);
    else if (type.starts_with("response.reasoning_summary_text."))
        onThought(item, root, "summary_index", marked, out);
    else if (type.starts_with("response.reasoning_text."))
        onThought(item, root, "content_index", marked, out);
    else if (type.starts_with("response.function_call_arguments.") ||
             type.starts_with("response.custom_tool_call_input."))
        return onInput(item, root, marked, out);
    else if (type == "response.output_text.annotation.added") {
        const auto annotation = json::findObject(root, "annotation");
        if (auto citation = annotation ? readAnnotation(*annotation) : std::nullopt)
            out.push_back(CitationDelta{std::move(*citation)});
    } else if (const auto whole = json::findObject(root, "item")) {
        if (type == "response.output_item.added")
            return itemAdded(item, *whole, out);
        if (type == "response.output_item.done")
            itemDone(item, *whole, out);
    }
    return {}; // parts begin and end, hosted tools report: nothing of it is content
}

void EventReader::onText(Item &item, json::Element root, bool marked, Deltas &out)
{
    const std::int64_t index = json::findInt(root, "content_index").value_or(0);
    const auto piece = json::findString(root, "delta");
    if (!piece)
        flush<TextDelta>(item, out);
    if (!piece && item.texts.count(index) > 0)
        return;
    const std::string_view text = piece ? *piece : json::findString(root, "text").value_or("");
    if (text.empty())
        return;
    start(out);
    item.texts.insert(index);
    emit<TextDelta>(item, text, marked, out);
}

void EventReader::onRefusal(Item &item, json::Element root, bool marked, Deltas &out)
{
    const std::int64_t index = json::findInt(root, "content_index").value_or(0);
    const auto piece = json::findString(root, "delta");
    if (!piece)
        flush<RefusalDelta>(item, out);
    if (!piece && item.texts.count(index) > 0)
        return;
    const std::string_view text = piece ? *piece : json::findString(root, "refusal").value_or("");
    if (text.empty())
        return;
    start(out);
    item.texts.insert(index);
    m_hasRefusal = true;
    emit<RefusalDelta>(item, text, marked, out);
}

void EventReader::onThought(Item &item, json::Element root, std::string_view key, bool marked, Deltas &out)
{
    const std::int64_t index = json::findInt(root, key).value_or(0);
    const auto piece = json::findString(root, "delta");
    if (!piece)
        flush<ThinkingDelta>(item, out);
    if (!piece && item.summaries.count(index) > 0)
        return;
    const std::string_view text = piece ? *piece : json::findString(root, "text").value_or("");
    if (text.empty())
        return;
    start(out);
    if (item.summaries.insert(index).second && item.hasThought) {
        flush<ThinkingDelta>(item, out);
        out.push_back(ThinkingDelta{"\n\n"});
    }
    item.hasThought = true;
    emit<ThinkingDelta>(item, text, marked, out);
}

void EventReader::openCall(Item &item, json::Element call, Deltas &out)
{
    start(out);
    item.call = m_calls++;
    std::string id(json::findString(call, "call_id").value_or(""));
    if (id.empty())
        id = openai::madeUpCallId(m_start.id + "/" + std::to_string(m_start.created),
                                  static_cast<std::size_t>(item.call));
    out.push_back(ToolCallStart{item.call, std::move(id), calledName(call), {}});
    if (item.isCustom)
        out.push_back(ToolCallDelta{item.call, R"({"input":")"});
    arguments(item, std::move(item.waiting), out);
    item.waiting.clear();
}

Result<void> EventReader::onInput(Item &item, json::Element root, bool marked, Deltas &out)
{
    constexpr std::size_t kMostWaiting = 16 * 1024 * 1024;
    auto piece = json::findString(root, "delta");
    if (!piece && item.hasInput)
        return {};
    if (!piece)
        piece = json::findString(root, item.isCustom ? "input" : "arguments");
    if (!piece || piece->empty())
        return {};
    item.hasInput = true;
    std::string text = item.joiner.join(*piece, marked);
    if (item.call >= 0) {
        arguments(item, std::move(text), out);
        return {};
    }
    item.waiting += text;
    if (item.waiting.size() > kMostWaiting)
        return fail(ErrorKind::UpstreamBroken, "the provider sends tool arguments without end and no tool name");
    return {};
}

Result<void> EventReader::itemAdded(Item &item, json::Element whole, Deltas &out)
{
    const std::string_view type = json::findString(whole, "type").value_or("");
    start(out);
    if (item.call >= 0 || (type != "function_call" && type != "custom_tool_call"))
        return {};
    item.isCustom = type == "custom_tool_call";
    if (!calledName(whole).empty())
        openCall(item, whole, out);
    return {};
}

void EventReader::itemDone(Item &item, json::Element whole, Deltas &out)
{
    if (item.isDone)
        return;
    item.isDone = true;
    start(out);
    const std::string_view type = json::findString(whole, "type").value_or("");
    if (type == "message")
        messageDone(item, whole, out);
    else if (type == "reasoning")
        reasoningDone(item, whole, out);
    else if (type == "function_call" || type == "custom_tool_call")
        callDone(item, whole, out);
    else
        foreignDone(whole, out);
}

void EventReader::messageDone(Item &item, json::Element whole, Deltas &out)
{
    const auto content = json::findArray(whole, "content");
    if (!content)
        return;
    std::int64_t index = 0;
    for (const json::Element part : *content) {
        if (!item.texts.insert(index++).second)
            continue;
        const std::string text(json::findString(part, "text").value_or(""));
        const std::string refusal(json::findString(part, "refusal").value_or(""));
        if (!text.empty())
            out.push_back(TextDelta{text});
        if (!refusal.empty())
            out.push_back(RefusalDelta{refusal});
        m_hasRefusal = m_hasRefusal || !refusal.empty();
    }
}

void EventReader::reasoningDone(Item &item, json::Element whole, Deltas &out)
{
    flush<ThinkingDelta>(item, out);
    const auto part = responses::readReasoning(whole, false);
    const auto *thinking = part ? part->as<ThinkingPart>() : nullptr;
    if (!thinking)
        return;
    if (!item.hasThought && !thinking->text.empty())
        out.push_back(ThinkingDelta{thinking->text});
    if (!thinking->signature.empty())
        out.push_back(SignatureDelta{thinking->signature});
}

void EventReader::callDone(Item &item, json::Element whole, Deltas &out)
{
    item.isCustom = json::findString(whole, "type") == "custom_tool_call";
    if (calledName(whole).empty() && item.call < 0)
        return; // nothing that anybody could call
    if (item.call < 0)
        openCall(item, whole, out);
    if (!item.hasInput)
        arguments(item, std::string(json::findString(whole, item.isCustom ? "input" : "arguments").value_or("")), out);
    arguments(item, item.joiner.flush(), out);
    if (item.isCustom)
        out.push_back(ToolCallDelta{item.call, "\"}"});
}

void EventReader::foreignDone(json::Element whole, Deltas &out)
{
    const Foreign kind = kindOfForeign(whole);
    if (kind == Foreign::Shows)
        out.push_back(TextDelta{foreignNote(whole)});
    if (kind != Foreign::Calls)
        return;
    ToolCallPart call = foreignCall(whole);
    const int index = m_calls++;
    out.push_back(ToolCallStart{index, std::move(call.id), std::move(call.name), {}});
    out.push_back(ToolCallDelta{index, std::move(call.arguments)});
}

Result<void> EventReader::end(json::Element root, Deltas &out)
{
    const auto response = json::findObject(root, "response");
    if (!response)
        return fail(ErrorKind::UpstreamBroken, "the provider's stream ended without an answer in it");
    if (m_start.id.empty()) {
        m_start.id = json::findString(*response, "id").value_or("");
        m_start.model = json::findString(*response, "model").value_or("");
        m_start.created = json::findInt(*response, "created_at").value_or(0);
    }
    const std::string_view status = json::findString(*response, "status").value_or("");
    if (json::findObject(*response, "error") || status == "failed" || status == "cancelled") {
        out.emplace_back(StreamError{openai::readErrorBody(200, json::text(*response))});
        m_state = State::Ended;
        return {};
    }
    start(out);
    if (const auto output = json::findArray(*response, "output")) {
        std::int64_t index = 0;
        for (const json::Element item : *output) // those that no event told of
            itemDone(m_items[index++], item, out);
    }
    if (const auto usage = json::findObject(*response, "usage"))
        out.push_back(UsageDelta{responses::readUsage(*usage)});
    out.push_back(Finish{responses::readFinish(*response, m_calls > 0, m_hasRefusal), {}});
    out.push_back(StreamEnd{});
    m_state = State::Ended;
    return {};
}

Result<void> EventReader::finish(Deltas &out)
{
    if (m_state == State::Reading && m_framing.hasPartial()) { // the last event often lacks its blank line
        if (auto last = feed("\n\n", out); !last)
            return refuse("the provider's stream was cut within an event");
    }
    if (m_state == State::Ended)
        return {};
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    m_state = State::Failed;
    if (m_hasEvent)
        return fail(ErrorKind::UpstreamBroken, "the provider's stream was cut before response.completed");
    if (m_head.find("\"error\"") != std::string::npos) // an error answer in place of a stream
        return fail(openai::readErrorBody(200, m_head));
    return fail(ErrorKind::UpstreamBroken,
                m_head.empty() ? "the provider's stream was empty"
                               : "the provider sent no event stream but: " + openai::plainText(m_head));
}

} // namespace

std::unique_ptr<StreamReader> OpenAiResponses::makeReader() const
{
    return std::make_unique<EventReader>();
}

} // namespace pm
