// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"
#include "dialects/anthropic_fields.h"
#include "dialects/framing/sse.h"
#include "dialects/framing/surrogates.h"

#include <algorithm>

namespace pm {

namespace anthropic {

namespace {

using Deltas = std::vector<ChatDelta>;

/// Reads the named events. The data's own "type" counts; the event's name only where that is missing. Owned
/// by one exchange, used on its thread.
class EventReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, Deltas &out) override;
    Result<void> finish(Deltas &out) override;

private:
    enum class State { Waiting, Running, Ended, Dead };
    enum class Kind { Text, Thinking, ToolUse, Other };
    struct Block
    {
        std::int64_t index = 0;
        Kind kind = Kind::Other;
        int call = 0;              ///< for ToolUse
        bool hasArguments = false; ///< for ToolUse
        std::string input;         ///< for ToolUse: what came whole with the start, "{}" when nothing
        SurrogateJoiner joiner;
    };

    Result<void> refuse(std::string message);
    Result<void> onEvent(const SseEvent &event, Deltas &out);
    Result<void> onData(std::string_view type, json::Element root, Deltas &out);
    void onMessageStart(json::Element root, Deltas &out);
    Result<void> onBlockStart(json::Element root, Deltas &out);
    Result<void> onBlockDelta(json::Element root, Deltas &out);
    void onBlockStop(json::Element root, Deltas &out);
    void onMessageDelta(json::Element root, Deltas &out);
    void onMessageStop(Deltas &out);

    void openCall(Block &block, json::Element content, Deltas &out);
    void closeBlock(Block &block, Deltas &out);
    void addPiece(Block &block, std::string piece, Deltas &out);
    Block *find(std::int64_t index);
    Block &blockFor(std::int64_t index, Kind kind);
    void takeUsage(json::Element carrier, Deltas &out);

    static constexpr std::size_t kMostOpenBlocks = 256;

    SseFraming m_framing;
    simdjson::dom::parser m_parser; ///< kept for its buffers; an event's elements live until the next parse
    State m_state = State::Waiting;
    std::string m_broken;
    std::vector<Block> m_blocks; ///< open ones
    bool m_marked = false;       ///< the event at hand went through markLoneSurrogates
    int m_calls = 0;
    bool m_hasFinish = false;
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
    if (!framed)
        return refuse(framed.error().message);
    return taken;
}

Result<void> EventReader::finish(Deltas &out)
{
    if (m_state != State::Dead && m_state != State::Ended && m_framing.hasPartial()) {
        // Some servers leave out the empty line after the last event.
        if (auto last = feed("\n\n", out); !last)
            return refuse("the provider's stream was cut inside an event");
    }
    if (m_state == State::Ended)
        return {};
    if (m_state == State::Dead)
        return fail(ErrorKind::UpstreamBroken, m_broken);
    return refuse(m_state == State::Waiting ? "the provider's stream ended before it began"
                                            : "the provider's stream was cut: it ended before message_stop");
}

Result<void> EventReader::onEvent(const SseEvent &event, Deltas &out)
{
    if (event.data.empty() || event.name == "ping" || event.data == "[DONE]")
        return {};
    json::Element root;
    auto error = m_parser.parse(event.data.data(), event.data.size()).get(root);
    std::string repaired;
    if (error) {
        repaired = markLoneSurrogates(event.data);
        if (!repaired.empty())
            error = m_parser.parse(repaired.data(), repaired.size()).get(root);
    }
    m_marked = !repaired.empty();
    if (error || !root.is_object()) {
        return refuse("the provider's stream has an event that is no JSON object: " +
                      std::string(clip(event.data, 120)));
    }
    const auto type = json::findString(root, "type").value_or(event.name);
    if (type == "error" || (type.empty() && json::find(root, "error"))) {
        out.push_back(StreamError{readErrorBody(0, event.data)});
        m_state = State::Ended;
        return {};
    }
    return onData(type, root, out);
}

Result<void> EventReader::onData(std::string_view type, json::Element root, Deltas &out)
{
    if (type == "message_start") {
        onMessageStart(root, out);
        return {};
    }
    const bool isOurs =
        type.rfind("content_block_", 0) == 0 || type == "message_delta" || type == "message_stop";
    if (!isOurs)
        return {};
    if (m_state == State::Waiting)
        return refuse("the provider's stream has " + std::string(type) + " before message_start");
    if (type == "content_block_start")
        return onBlockStart(root, out);
    if (type == "content_block_delta")
        return onBlockDelta(root, out);
    if (type == "content_block_stop")
        onBlockStop(root, out);
    else if (type == "message_delta")
        onMessageDelta(root, out);
    else if (type == "message_stop")
        onMessageStop(out);
    return {};
}

void EventReader::onMessageStart(json::Element root, Deltas &out)
{
    if (m_state != State::Waiting)
        return;
    m_state = State::Running;
    StreamStart start;
    const auto message = json::findObject(root, "message");
    if (message) {
        start.id = json::findString(*message, "id").value_or("");
        start.model = json::findString(*message, "model").value_or("");
    }
    out.push_back(std::move(start));
    if (message)
        takeUsage(*message, out);
}

void EventReader::takeUsage(json::Element carrier, Deltas &out)
{
    if (const auto usage = json::findObject(carrier, "usage"))
        out.push_back(UsageDelta{readUsage(*usage)});
}

EventReader::Block *EventReader::find(std::int64_t index)
{
    const auto found = std::find_if(m_blocks.begin(), m_blocks.end(),
                                    [&](const Block &block) { return block.index == index; });
    return found == m_blocks.end() ? nullptr : &*found;
}

EventReader::Block &EventReader::blockFor(std::int64_t index, Kind kind)
{
    if (Block *open = find(index))
        return *open;
    Block block;
    block.index = index;
    block.kind = kind;
    m_blocks.push_back(std::move(block));
    return m_blocks.back();
}

Result<void> EventReader::onBlockStart(json::Element root, Deltas &out)
{
    const auto content = json::findObject(root, "content_block");
    if (!content)
        return refuse("the provider's stream has a content_block_start without content_block");
    if (m_blocks.size() >= kMostOpenBlocks)
        return refuse("the provider's stream has too many open blocks");
    const std::int64_t index = json::findInt(root, "index").value_or(0);
    if (Block *left = find(index)) // never stopped
        closeBlock(*left, out);
    const auto type = json::findString(*content, "type").value_or("");
    if (type == "text") {
        addPiece(blockFor(index, Kind::Text), std::string(json::findString(*content, "text").value_or("")),
                 out);
    } else if (type == "thinking") {
        Block &block = blockFor(index, Kind::Thinking);
        addPiece(block, std::string(json::findString(*content, "thinking").value_or("")), out);
        if (const auto signature = json::findString(*content, "signature"); signature && !signature->empty())
            out.push_back(SignatureDelta{std::string(*signature)});
    } else if (type == "redacted_thinking") {
        blockFor(index, Kind::Other);
        out.push_back(RedactedThinkingDelta{std::string(json::findString(*content, "data").value_or(""))});
    } else if (type == "tool_use") {
        openCall(blockFor(index, Kind::ToolUse), *content, out);
    } else {
        blockFor(index, Kind::Other); // a server's own tool, or a kind still to come
    }
    return {};
}

void EventReader::openCall(Block &block, json::Element content, Deltas &out)
{
    block.call = m_calls++;
    const auto input = json::findObject(content, "input");
    block.input = input ? json::text(*input) : "{}";
    out.push_back(ToolCallStart{block.call, std::string(json::findString(content, "id").value_or("")),
                                std::string(json::findString(content, "name").value_or(""))});
}

void EventReader::addPiece(Block &block, std::string piece, Deltas &out)
{
    if (piece.empty())
        return;
    switch (block.kind) {
    case Kind::Text:
        out.push_back(TextDelta{std::move(piece)});
        break;
    case Kind::Thinking:
        out.push_back(ThinkingDelta{std::move(piece)});
        break;
    case Kind::ToolUse:
        block.hasArguments = true;
        out.push_back(ToolCallDelta{block.call, std::move(piece)});
        break;
    case Kind::Other:
        break;
    }
}

Result<void> EventReader::onBlockDelta(json::Element root, Deltas &out)
{
    const auto delta = json::findObject(root, "delta");
    if (!delta)
        return refuse("the provider's stream has a content_block_delta without delta");
    const std::int64_t index = json::findInt(root, "index").value_or(0);
    const auto type = json::findString(*delta, "type").value_or("");
    const auto text = [&](std::string_view name) { return json::findString(*delta, name).value_or(""); };
    Block *open = find(index);
    if (type == "text_delta" || type == "thinking_delta") {
        const bool isText = type == "text_delta";
        if (!open && m_blocks.size() >= kMostOpenBlocks)
            return refuse("the provider's stream has too many open blocks");
        Block &block = open ? *open : blockFor(index, isText ? Kind::Text : Kind::Thinking);
        addPiece(block, block.joiner.join(text(isText ? "text" : "thinking"), m_marked), out);
    } else if (type == "input_json_delta") {
        if (!open)
            return refuse("the provider's stream has tool input for a block that was never started");
        addPiece(*open, open->joiner.join(text("partial_json"), m_marked), out);
    } else if (type == "signature_delta") {
        out.push_back(SignatureDelta{std::string(text("signature"))});
    }
    return {};
}

void EventReader::closeBlock(Block &block, Deltas &out)
{
    addPiece(block, block.joiner.flush(), out);
    if (block.kind == Kind::ToolUse && !block.hasArguments)
        addPiece(block, block.input, out);
    const std::int64_t index = block.index;
    m_blocks.erase(std::remove_if(m_blocks.begin(), m_blocks.end(),
                                  [&](const Block &other) { return other.index == index; }),
                   m_blocks.end());
}

void EventReader::onBlockStop(json::Element root, Deltas &out)
{
    if (Block *open = find(json::findInt(root, "index").value_or(0)))
        closeBlock(*open, out);
}

void EventReader::onMessageDelta(json::Element root, Deltas &out)
{
    takeUsage(root, out);
    const auto delta = json::findObject(root, "delta");
    const auto reason = delta ? json::findString(*delta, "stop_reason") : std::nullopt;
    if (!reason || m_hasFinish)
        return;
    while (!m_blocks.empty()) // never stopped
        closeBlock(m_blocks.front(), out);
    if (const auto details = json::findObject(*delta, "stop_details")) {
        const auto why = json::findString(*details, "explanation").value_or("");
        if (json::findString(*details, "type") == "refusal" && !why.empty())
            out.push_back(RefusalDelta{std::string(why)});
    }
    m_hasFinish = true;
    out.push_back(Finish{readFinish(*reason, m_calls > 0),
                         std::string(json::findString(*delta, "stop_sequence").value_or(""))});
}

void EventReader::onMessageStop(Deltas &out)
{
    while (!m_blocks.empty())
        closeBlock(m_blocks.front(), out);
    if (!m_hasFinish)
        out.push_back(Finish{readFinish("", m_calls > 0), {}});
    out.push_back(StreamEnd{});
    m_state = State::Ended;
}

} // namespace

} // namespace anthropic

std::unique_ptr<StreamReader> Anthropic::makeReader() const
{
    return std::make_unique<anthropic::EventReader>();
}

} // namespace pm
