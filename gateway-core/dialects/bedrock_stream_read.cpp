// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "dialects/bedrock_fields.h"
#include "dialects/framing/parse_event.h"
#include "dialects/framing/aws_event_stream.h"
#include "dialects/framing/surrogates.h"

#include <algorithm>
#include <map>

namespace pm {

namespace bedrock {

namespace {

using Deltas = std::vector<ChatDelta>;

/// Reads the events of ConverseStream. Text and reasoning blocks have no start event; the usage comes after the end of
/// the message, so the end is held until then. Owned by one exchange, used on its thread.
class EventReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, Deltas &out) override;
    Result<void> finish(Deltas &out) override;

private:
    enum class State { Waiting, Running, Stopped, Ended, Dead };
    struct Block
    {
        int call = -1;         ///< of tool calls
        bool isAnswer = false; ///< a call that stands for the answer's text
        bool hasInput = false;
        bool isReasoning = false;
        SurrogateJoiner joiner;
    };

    Result<void> refuse(std::string message);
    Result<void> onMessage(const AwsMessage &message, Deltas &out);
    Result<void> onEvent(std::string_view name, json::Element root, Deltas &out);
    Result<void> onStart(json::Element root, Deltas &out);
    Result<void> onDelta(json::Element root, Deltas &out);
    Result<void> onInput(std::int64_t index, json::Element use, Deltas &out);
    void onReasoning(Block &block, json::Element reasoning, Deltas &out);
    void onStop(json::Element root, Deltas &out);
    void onMetadata(json::Element root, Deltas &out);
    void start(Deltas &out);
    void end(Deltas &out);
    void close(Block &block, Deltas &out);
    void closeAll(Deltas &out);
    Block *put(std::int64_t index);

    static constexpr std::size_t kMostBlocks = 256;

    AwsEventStreamFraming m_framing;
    State m_state = State::Waiting;
    std::string m_broken; ///< why it is dead
    std::map<std::int64_t, Block> m_blocks;
    int m_calls = 0;
    bool m_marked = false; ///< the event at hand holds marks of lone surrogates
    std::string m_reason;
    std::string m_stopSequence;
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
    const auto framed = m_framing.feed(bytes, [&](const AwsMessage &message) {
        taken = onMessage(message, out);
        return taken.has_value() && m_state != State::Ended;
    });
    return framed ? taken : refuse(framed.error().message);
}

Result<void> EventReader::finish(Deltas &out)
{
    switch (m_state) {
    case State::Ended:
        return {};
    case State::Dead:
        return fail(ErrorKind::UpstreamBroken, m_broken);
    case State::Stopped: // the usage is missing, the answer is whole
        end(out);
        return {};
    case State::Waiting:
        return refuse(m_framing.hasPartial() ? "the provider's stream was cut inside an event"
                                             : "the provider's stream ended before it began");
    case State::Running:
        break;
    }
    return refuse("the provider's stream was cut: it ended before messageStop");
}

Result<void> EventReader::onMessage(const AwsMessage &message, Deltas &out)
{
    if (message.type == "exception" || message.type == "error") {
        Error error = readErrorBody(0, message.name, message.payload);
        if (!message.reason.empty())
            error.message = message.reason;
        out.emplace_back(StreamError{std::move(error)});
        m_state = State::Ended;
        return {};
    }
    const auto parsed = parseEvent(message.payload, "an event");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    m_marked = parsed->isMarked;
    return onEvent(message.name, root, out);
}

Result<void> EventReader::onEvent(std::string_view name, json::Element root, Deltas &out)
{
    if (name == "metadata") {
        onMetadata(root, out);
        return {};
    }
    if (m_state == State::Stopped)
        return {};
    if (name == "messageStart") {
        start(out);
    } else if (name == "contentBlockStart") {
        return onStart(root, out);
    } else if (name == "contentBlockDelta") {
        return onDelta(root, out);
    } else if (name == "contentBlockStop") {
        onStop(root, out);
    } else if (name == "messageStop") {
        start(out);
        closeAll(out);
        m_reason = json::findString(root, "stopReason").value_or("");
        if (const auto fields = json::findObject(root, "additionalModelResponseFields"))
            m_stopSequence = json::findString(*fields, "stop_sequence").value_or("");
        m_state = State::Stopped;
    }
    return {}; // kinds still to come
}

void EventReader::start(Deltas &out)
{
    if (m_state != State::Waiting)
        return;
    m_state = State::Running;
    out.emplace_back(StreamStart{});
}

EventReader::Block *EventReader::put(std::int64_t index)
{
    if (m_blocks.size() >= kMostBlocks && !m_blocks.contains(index))
        return nullptr;
    return &m_blocks[index];
}

Result<void> EventReader::onStart(json::Element root, Deltas &out)
{
    start(out);
    const std::int64_t index = json::findInt(root, "contentBlockIndex").value_or(0);
    if (const auto left = m_blocks.find(index); left != m_blocks.end()) { // never stopped
        close(left->second, out);
        m_blocks.erase(left);
    }
    Block *block = put(index);
    if (!block)
        return refuse("the provider's stream has too many open blocks");
    const auto opened = json::findObject(root, "start");
    const auto use = opened ? json::findObject(*opened, "toolUse") : std::nullopt;
    if (!use)
        return {};
    const std::string name(json::findString(*use, "name").value_or(""));
    block->isAnswer = name == kAnswerTool;
    if (block->isAnswer)
        return {};
    block->call = m_calls++;
    out.emplace_back(ToolCallStart{block->call, std::string(json::findString(*use, "toolUseId").value_or("")), name});
    return {};
}

Result<void> EventReader::onDelta(json::Element root, Deltas &out)
{
    start(out);
    const std::int64_t index = json::findInt(root, "contentBlockIndex").value_or(0);
    const auto delta = json::findObject(root, "delta");
    if (!delta)
        return {};
    if (const auto use = json::findObject(*delta, "toolUse"))
        return onInput(index, *use, out);
    Block *block = put(index);
    if (!block)
        return refuse("the provider's stream has too many open blocks");
    if (const auto text = json::findString(*delta, "text")) {
        if (std::string piece = block->joiner.join(*text, m_marked); !piece.empty())
            out.emplace_back(TextDelta{std::move(piece)});
    } else if (const auto reasoning = json::findObject(*delta, "reasoningContent")) {
        onReasoning(*block, *reasoning, out);
    } else if (const auto citation = json::findObject(*delta, "citation")) {
        out.emplace_back(CitationDelta{readCitation(*citation)});
    }
    return {};
}

Result<void> EventReader::onInput(std::int64_t index, json::Element use, Deltas &out)
{
    const auto found = m_blocks.find(index);
    if (found == m_blocks.end() || (found->second.call < 0 && !found->second.isAnswer))
        return refuse("the provider's stream has tool input for a block that was never started");
    Block &block = found->second;
    std::string piece = block.joiner.join(json::findString(use, "input").value_or(""), m_marked);
    if (piece.empty())
        return {};
    block.hasInput = true;
    if (block.isAnswer)
        out.emplace_back(TextDelta{std::move(piece)});
    else
        out.emplace_back(ToolCallDelta{block.call, std::move(piece)});
    return {};
}

void EventReader::onReasoning(Block &block, json::Element reasoning, Deltas &out)
{
    block.isReasoning = true;
    if (const auto text = json::findString(reasoning, "text")) {
        if (std::string piece = block.joiner.join(*text, m_marked); !piece.empty())
            out.emplace_back(ThinkingDelta{std::move(piece)});
    }
    if (const auto signature = json::findString(reasoning, "signature"); signature && !signature->empty())
        out.emplace_back(SignatureDelta{{std::string(*signature), {}}});
    if (const auto redacted = json::findString(reasoning, "redactedContent"); redacted && !redacted->empty())
        out.emplace_back(RedactedThinkingDelta{{std::string(*redacted), {}}});
}

void EventReader::close(Block &block, Deltas &out)
{
    if (std::string held = block.joiner.flush(); !held.empty()) {
        if (block.call >= 0)
            out.emplace_back(ToolCallDelta{block.call, std::move(held)});
        else if (block.isReasoning)
            out.emplace_back(ThinkingDelta{std::move(held)});
        else
            out.emplace_back(TextDelta{std::move(held)});
        block.hasInput = true;
    }
    if (block.call >= 0 && !block.hasInput)
        out.emplace_back(ToolCallDelta{block.call, "{}"});
}

void EventReader::onStop(json::Element root, Deltas &out)
{
    const auto found = m_blocks.find(json::findInt(root, "contentBlockIndex").value_or(0));
    if (found == m_blocks.end())
        return;
    close(found->second, out);
    m_blocks.erase(found);
}

void EventReader::closeAll(Deltas &out)
{
    for (auto &[index, block] : m_blocks)
        close(block, out);
    m_blocks.clear();
}

void EventReader::onMetadata(json::Element root, Deltas &out)
{
    start(out);
    if (const auto usage = json::findObject(root, "usage"))
        out.emplace_back(UsageDelta{readUsage(*usage)});
    if (m_state == State::Stopped)
        end(out);
}

void EventReader::end(Deltas &out)
{
    out.emplace_back(Finish{readFinish(m_reason, m_calls > 0), m_stopSequence});
    out.emplace_back(StreamEnd{});
    m_state = State::Ended;
}

} // namespace

} // namespace bedrock

std::unique_ptr<StreamReader> Bedrock::makeReader() const
{
    return std::make_unique<bedrock::EventReader>();
}

} // namespace pm
