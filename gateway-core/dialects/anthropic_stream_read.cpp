// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "dialects/anthropic_fields.h"
#include "dialects/anthropic_open_blocks.h"
#include "dialects/framing/parse_event.h"
#include "dialects/framing/sse.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/vendor_errors.h"

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

    Result<void> refuse(std::string message);
    Result<void> onEvent(const SseEvent &event, Deltas &out);
    Result<void> onData(std::string_view type, json::Element root, Deltas &out);
    Result<void> onBlock(std::string_view type, json::Element root, Deltas &out);
    void onMessageStart(json::Element root, Deltas &out);
    void onMessageDelta(json::Element root, Deltas &out);
    void onMessageStop(Deltas &out);
    void takeUsage(json::Element carrier, Deltas &out);

    SseFraming m_framing;
    State m_state = State::Waiting;
    std::string m_broken; ///< why it is dead
    OpenBlocks m_blocks;
    std::int64_t m_oneHourWrites = 0;
    bool m_marked = false; ///< the event at hand holds marks of lone surrogates
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
    const bool isRunning = m_state == State::Waiting || m_state == State::Running;
    if (isRunning && m_framing.hasPartial()) {
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
    const auto parsed = parseEvent(event.data, "an event");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    m_marked = parsed->isMarked;
    const auto type = json::findString(root, "type").value_or(event.name);
    if (type == "error" || (type.empty() && json::find(root, "error"))) {
        out.emplace_back(StreamError{readErrorBody(0, event.data)});
        m_state = State::Ended;
        return {};
    }
    if (auto vendor = type.empty() ? shared::baseRespError(root) : std::nullopt) {
        out.emplace_back(StreamError{std::move(*vendor)});
        m_state = State::Ended;
        return {};
    }
    return onData(type, root, out);
}

Result<void> EventReader::onData(std::string_view type, json::Element root, Deltas &out)
{
    const bool isBlock =
        type == "content_block_start" || type == "content_block_delta" || type == "content_block_stop";
    if (type == "message_start") {
        onMessageStart(root, out);
        return {};
    }
    if (!isBlock && type != "message_delta" && type != "message_stop")
        return {}; // kinds still to come
    if (m_state == State::Waiting)
        return refuse("the provider's stream has " + std::string(type) + " before message_start");
    if (isBlock)
        return onBlock(type, root, out);
    if (type == "message_delta")
        onMessageDelta(root, out);
    else
        onMessageStop(out);
    return {};
}

Result<void> EventReader::onBlock(std::string_view type, json::Element root, Deltas &out)
{
    Result<void> taken;
    if (type == "content_block_start")
        taken = m_blocks.start(root, out);
    else if (type == "content_block_delta")
        taken = m_blocks.add(root, m_marked, out);
    else
        m_blocks.stop(root, out);
    return taken ? taken : refuse(taken.error().message);
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

/// The last event repeats the total of cache writes without its split, which the first event gave.
void EventReader::takeUsage(json::Element carrier, Deltas &out)
{
    const auto found = json::findObject(carrier, "usage");
    if (!found)
        return;
    Usage usage = readUsage(*found);
    if (usage.cacheWrite1h)
        m_oneHourWrites = *usage.cacheWrite1h;
    else if (usage.cacheWrite5m)
        usage.cacheWrite5m = std::max<std::int64_t>(0, *usage.cacheWrite5m - m_oneHourWrites);
    out.emplace_back(UsageDelta{usage});
}

void EventReader::onMessageDelta(json::Element root, Deltas &out)
{
    takeUsage(root, out);
    const auto delta = json::findObject(root, "delta");
    const auto reason = delta ? json::findString(*delta, "stop_reason") : std::nullopt;
    if (!reason || m_hasFinish)
        return;
    m_blocks.stopAll(out);
    if (const auto details = json::findObject(*delta, "stop_details")) {
        const auto why = json::findString(*details, "explanation").value_or("");
        if (json::findString(*details, "type") == "refusal" && !why.empty())
            out.emplace_back(RefusalDelta{std::string(why)});
    }
    m_hasFinish = true;
    out.push_back(Finish{readFinish(*reason, m_blocks.hasCalls()),
                         std::string(json::findString(*delta, "stop_sequence").value_or(""))});
}

void EventReader::onMessageStop(Deltas &out)
{
    m_blocks.stopAll(out);
    if (!m_hasFinish)
        out.push_back(Finish{readFinish("", m_blocks.hasCalls()), {}});
    out.emplace_back(StreamEnd{});
    m_state = State::Ended;
}

} // namespace

} // namespace anthropic

std::unique_ptr<StreamReader> Anthropic::makeReader() const
{
    return std::make_unique<anthropic::EventReader>();
}

} // namespace pm
