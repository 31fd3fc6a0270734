// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "dialects/framing/sse.h"
#include "dialects/openai_responses_fields.h"
#include "dialects/openai_responses_items.h"

#include <optional>

// Deltas to events: the envelope, each item with its beginning, pieces and end, and the whole answer in the last event.
namespace pm {

using namespace responses;

namespace {

/// The whole answer is repeated in the last event, so that it is kept up to here.
constexpr std::size_t kMostKept = 64 * 1024 * 1024;

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
        std::visit([&](const auto &each) { on(each, out); }, delta);
        if (!m_isOver && m_kept > kMostKept)
            on(StreamError{{ErrorKind::UpstreamBroken, "the answer is larger than 64 MiB"}}, out);
    }
    std::string keepAlive() const override { return ": keep-alive\n\n"; }

private:
    enum class Part { None, Text, Refusal };
    /// The message or reasoning item under way.
    struct Item
    {
        std::size_t index = 0;
        std::string id;
        bool isReasoning = false;
        Part part = Part::None;
        std::string text; ///< of the part, or the summary
        std::vector<Citation> citations;
        std::vector<std::string> content; ///< parts that are done
    };
    struct Call
    {
        std::size_t index = 0;
        std::string id;
        ToolCallPart call;
        std::optional<CustomInputStream> input; ///< of a tool that takes free text
    };

    void on(const StreamStart &start, std::string &out);
    void on(const TextDelta &delta, std::string &out) { said(Part::Text, delta.text, out); }
    void on(const RefusalDelta &delta, std::string &out) { said(Part::Refusal, delta.text, out); }
    void on(const CitationDelta &delta, std::string &out);
    void on(const ThinkingDelta &delta, std::string &out);
    void on(const SignatureDelta &delta, std::string &out)
    {
        endReasoning(sealedForClient(delta.signature), out);
    }
    void on(const RedactedThinkingDelta &delta, std::string &out)
    {
        closeItem("completed", out);
        endReasoning(sealedRedacted(delta.data), out);
    }
    void on(const ToolCallStart &start, std::string &out);
    void on(const ToolCallDelta &delta, std::string &out);
    void on(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void on(const Finish &finish, std::string &) { m_finish = finish.reason; }
    void on(const StreamEnd &, std::string &out);
    void on(const StreamError &error, std::string &out);

    void ensureStarted(std::string &out)
    {
        if (!m_envelope)
            on(StreamStart{}, out);
    }
    void said(Part part, const std::string &piece, std::string &out);
    void openItem(bool isReasoning, std::string &out);
    void openPart(Part part, std::string &out);
    void closePart(std::string &out);
    void closeItem(std::string_view status, std::string &out);
    void endReasoning(const std::string &encrypted, std::string &out);
    void finishReasoning(const std::string &encrypted, std::string &out);
    void inputDelta(Call &call, const std::string &piece, std::string &out);
    void closeCall(Call &call, std::string_view status, std::string &out);
    std::string outputSoFar() const;

    json::Writer begin(std::string_view type);
    void end(json::Writer &event, std::string_view type, std::string &out);
    void itemEvent(std::string_view type, std::size_t index, const std::string &item, std::string &out);
    json::Writer beginPart(std::string_view type);
    void envelopeEvent(std::string_view type, const std::string &response, std::string &out);

    ReplyContext m_context;
    std::optional<Envelope> m_envelope;
    std::int64_t m_sequence = 0;
    std::size_t m_nextIndex = 0;
    std::optional<Item> m_item;
    std::vector<std::optional<Call>> m_calls; ///< by index of the tool call
    std::vector<std::string> m_done;          ///< items by output index; empty while they are under way
    std::size_t m_kept = 0;
    Usage m_usage;
    FinishReason m_finish = FinishReason::Unknown;
    bool m_hasRefusal = false;
    bool m_isOver = false;
};

// -- events

json::Writer EventWriter::begin(std::string_view type)
{
    json::Writer event;
    event.beginObject();
    event.member("type", type);
    event.member("sequence_number", m_sequence++);
    return event;
}

void EventWriter::end(json::Writer &event, std::string_view type, std::string &out)
{
    event.endObject();
    appendSse(out, type, event.text());
}

void EventWriter::envelopeEvent(std::string_view type, const std::string &response, std::string &out)
{
    json::Writer event = begin(type);
    event.memberRaw("response", response);
    end(event, type, out);
}

void EventWriter::itemEvent(std::string_view type, std::size_t index, const std::string &item, std::string &out)
{
    json::Writer event = begin(type);
    event.member("output_index", static_cast<std::int64_t>(index));
    event.memberRaw("item", item);
    end(event, type, out);
}

/// Of the message under way: item_id, output_index, content_index.
json::Writer EventWriter::beginPart(std::string_view type)
{
    json::Writer event = begin(type);
    event.member("item_id", m_item->id);
    event.member("output_index", static_cast<std::int64_t>(m_item->index));
    const char *key = m_item->isReasoning ? "summary_index" : "content_index";
    event.member(key, static_cast<std::int64_t>(m_item->content.size()));
    return event;
}

// -- the envelope

void EventWriter::on(const StreamStart &start, std::string &out)
{
    if (m_envelope)
        return;
    m_envelope.emplace(m_context, start.id, start.created, start.model);
    const std::string response = m_envelope->response("in_progress", "[]", nullptr);
    envelopeEvent("response.created", response, out);
    envelopeEvent("response.in_progress", response, out);
}

std::string EventWriter::outputSoFar() const
{
    std::vector<std::string> done;
    for (const std::string &item : m_done) {
        if (!item.empty())
            done.push_back(item);
    }
    return arrayOf(done);
}

void EventWriter::on(const StreamEnd &, std::string &out)
{
    ensureStarted(out);
    const std::string_view incomplete = m_hasRefusal ? std::string_view() : incompleteReason(m_finish);
    const std::string_view status = incomplete.empty() ? "completed" : "incomplete";
    closeItem(status, out);
    for (std::optional<Call> &call : m_calls) {
        if (call)
            closeCall(*call, status, out);
    }
    envelopeEvent(incomplete.empty() ? "response.completed" : "response.incomplete",
                  m_envelope->response(status, outputSoFar(), &m_usage, incomplete), out);
    m_isOver = true;
}

void EventWriter::on(const StreamError &error, std::string &out)
{
    if (!m_envelope) { // nothing was said yet, or another's stream broke: no answer can fail here
        json::Writer event = begin("error");
        event.member("code", failureCode(error.error));
        event.member("message", error.error.message);
        event.memberNull("param");
        end(event, "error", out);
        m_isOver = true;
        return;
    }
    envelopeEvent("response.failed",
                  m_envelope->response("failed", outputSoFar(), &m_usage, {}, &error.error), out);
    m_isOver = true;
}

// -- messages and reasoning

void EventWriter::openItem(bool isReasoning, std::string &out)
{
    ensureStarted(out);
    if (m_item && m_item->isReasoning == isReasoning)
        return;
    closeItem("completed", out);
    m_item = Item{};
    m_item->index = m_nextIndex++;
    m_done.resize(m_nextIndex);
    m_item->isReasoning = isReasoning;
    m_item->id = itemId(isReasoning ? "rs_" : "msg_", m_context, m_item->index);
    itemEvent("response.output_item.added", m_item->index,
              isReasoning ? reasoningItem(m_item->id, {}, {}) : messageItem(m_item->id, "in_progress", {}), out);
}

void EventWriter::openPart(Part part, std::string &out)
{
    if (m_item->part == part)
        return;
    closePart(out);
    m_item->part = part;
    json::Writer event = beginPart("response.content_part.added");
    event.memberRaw("part", part == Part::Text ? textContent({}, {}) : refusalContent({}));
    end(event, "response.content_part.added", out);
}

void EventWriter::said(Part part, const std::string &piece, std::string &out)
{
    if (piece.empty())
        return;
    openItem(false, out);
    openPart(part, out);
    m_hasRefusal = m_hasRefusal || part == Part::Refusal;
    m_item->text += piece;
    m_kept += piece.size();
    const std::string_view type =
        part == Part::Text ? "response.output_text.delta" : "response.refusal.delta";
    json::Writer event = beginPart(type);
    event.member("delta", piece);
    if (part == Part::Text)
        event.memberRaw("logprobs", "[]");
    end(event, type, out);
}

void EventWriter::on(const CitationDelta &delta, std::string &out)
{
    openItem(false, out);
    openPart(Part::Text, out);
    json::Writer event = beginPart("response.output_text.annotation.added");
    event.member("annotation_index", static_cast<std::int64_t>(m_item->citations.size()));
    event.key("annotation");
    writeAnnotation(event, delta.citation);
    end(event, "response.output_text.annotation.added", out);
    m_item->citations.push_back(delta.citation);
    m_kept += delta.citation.url.size() + delta.citation.title.size() + sizeof(Citation);
}

void EventWriter::closePart(std::string &out)
{
    if (m_item->part == Part::None)
        return;
    const bool isText = m_item->part == Part::Text;
    const std::string_view type = isText ? "response.output_text.done" : "response.refusal.done";
    json::Writer done = beginPart(type);
    done.member(isText ? "text" : "refusal", m_item->text);
    if (isText)
        done.memberRaw("logprobs", "[]");
    end(done, type, out);
    const std::string part =
        isText ? textContent(m_item->text, m_item->citations) : refusalContent(m_item->text);
    json::Writer whole = beginPart("response.content_part.done");
    whole.memberRaw("part", part);
    end(whole, "response.content_part.done", out);
    m_item->content.push_back(part);
    m_item->text.clear();
    m_item->citations.clear();
    m_item->part = Part::None;
}

void EventWriter::closeItem(std::string_view status, std::string &out)
{
    if (!m_item)
        return;
    if (m_item->isReasoning)
        return finishReasoning({}, out);
    closePart(out);
    std::string item = messageItem(m_item->id, status, m_item->content);
    itemEvent("response.output_item.done", m_item->index, item, out);
    m_done[m_item->index] = std::move(item);
    m_item.reset();
}

void EventWriter::on(const ThinkingDelta &delta, std::string &out)
{
    if (delta.text.empty())
        return;
    openItem(true, out);
    if (m_item->text.empty()) {
        json::Writer added = beginPart("response.reasoning_summary_part.added");
        added.memberRaw("part", R"({"type":"summary_text","text":""})");
        end(added, "response.reasoning_summary_part.added", out);
    }
    m_item->text += delta.text;
    m_kept += delta.text.size();
    json::Writer event = beginPart("response.reasoning_summary_text.delta");
    event.member("delta", delta.text);
    end(event, "response.reasoning_summary_text.delta", out);
}

void EventWriter::endReasoning(const std::string &encrypted, std::string &out)
{
    openItem(true, out);
    m_kept += encrypted.size();
    finishReasoning(encrypted, out);
}

void EventWriter::finishReasoning(const std::string &encrypted, std::string &out)
{
    if (!m_item->text.empty()) {
        json::Writer done = beginPart("response.reasoning_summary_text.done");
        done.member("text", m_item->text);
        end(done, "response.reasoning_summary_text.done", out);
        json::Writer whole = beginPart("response.reasoning_summary_part.done");
        whole.key("part");
        whole.beginObject();
        whole.member("type", "summary_text");
        whole.member("text", m_item->text);
        whole.endObject();
        end(whole, "response.reasoning_summary_part.done", out);
    }
    std::string item = reasoningItem(m_item->id, m_item->text, encrypted);
    itemEvent("response.output_item.done", m_item->index, item, out);
    m_done[m_item->index] = std::move(item);
    m_item.reset();
}

// -- calls

void EventWriter::on(const ToolCallStart &start, std::string &out)
{
    if (start.index < 0)
        return;
    ensureStarted(out);
    closeItem("completed", out);
    const auto number = static_cast<std::size_t>(start.index);
    if (number >= m_calls.size())
        m_calls.resize(number + 1);
    const bool isCustom = m_context.customTools.count(start.name) > 0;
    Call call;
    call.index = m_nextIndex++;
    m_done.resize(m_nextIndex);
    call.id = itemId(isCustom ? "ctc_" : "fc_", m_context, call.index);
    call.call.id = start.id;
    call.call.name = start.name;
    if (isCustom)
        call.input.emplace();
    itemEvent("response.output_item.added", call.index, callItem(call.id, "in_progress", call.call, m_context), out);
    m_calls[number] = std::move(call);
}

void EventWriter::on(const ToolCallDelta &delta, std::string &out)
{
    const auto number = static_cast<std::size_t>(delta.index);
    if (delta.index < 0 || number >= m_calls.size() || !m_calls[number] || delta.arguments.empty())
        return; // a piece of a call that never started would break clients
    Call &call = *m_calls[number];
    inputDelta(call, call.input ? call.input->feed(delta.arguments) : delta.arguments, out);
}

void EventWriter::inputDelta(Call &call, const std::string &piece, std::string &out)
{
    if (piece.empty())
        return;
    call.call.arguments += piece;
    m_kept += piece.size();
    const std::string_view type =
        call.input ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta";
    json::Writer event = begin(type);
    event.member("item_id", call.id);
    event.member("output_index", static_cast<std::int64_t>(call.index));
    event.member("delta", piece);
    end(event, type, out);
}

void EventWriter::closeCall(Call &call, std::string_view status, std::string &out)
{
    if (call.input)
        inputDelta(call, call.input->finish(), out);
    else if (call.call.arguments.empty() && status == "completed")
        inputDelta(call, "{}", out); // clients parse it
    const std::string_view type =
        call.input ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done";
    json::Writer event = begin(type);
    event.member("item_id", call.id);
    event.member("output_index", static_cast<std::int64_t>(call.index));
    if (!call.input)
        writeCalledName(event, call.call.name, m_context);
    event.member(call.input ? "input" : "arguments", call.call.arguments);
    end(event, type, out);
    std::string item = callItem(call.id, status, call.call, m_context);
    itemEvent("response.output_item.done", call.index, item, out);
    m_done[call.index] = std::move(item);
}

} // namespace

std::unique_ptr<StreamWriter> OpenAiResponses::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<EventWriter>(context);
}

} // namespace pm
