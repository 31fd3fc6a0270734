// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/stream_relay.h"

#include "dialects/framing/ndjson.h"
#include "dialects/framing/sse.h"
#include "dialects/openai_usage_event.h"

#include <algorithm>

namespace pm {

namespace {

/// Where the event that is under way at `from` ends; npos when it is not whole.
std::size_t endOfEvent(StreamFraming framing, std::string_view text, std::size_t from)
{
    return framing == StreamFraming::Ndjson ? endOfLine(text, from) : endOfSseEvent(text, from);
}

std::int64_t textBytesOf(const ChatDelta &delta)
{
    std::size_t bytes = 0;
    if (const auto *text = std::get_if<TextDelta>(&delta))
        bytes = text->text.size();
    else if (const auto *thinking = std::get_if<ThinkingDelta>(&delta))
        bytes = thinking->text.size();
    else if (const auto *call = std::get_if<ToolCallDelta>(&delta))
        bytes = call->arguments.size();
    return static_cast<std::int64_t>(bytes);
}

} // namespace

StreamRelay::StreamRelay(Options options)
    : m_options(std::move(options))
    , m_reader(m_options.provider->makeReader())
    , m_writer(m_options.client->makeWriter(m_options.reply))
    , m_isSame(m_options.provider->id() == m_options.client->id())
{
}

Result<void> StreamRelay::take(std::string &out)
{
    for (ChatDelta &delta : m_deltas) {
        if (auto *call = std::get_if<ToolCallStart>(&delta)) {
            if (const auto own = m_options.shortenedTools.find(call->name);
                own != m_options.shortenedTools.end())
                call->name = own->second;
            call->signature.family = m_options.family;
            if (m_options.signatures)
                m_options.signatures->remember(call->id, call->signature);
        }
        if (auto *signature = std::get_if<SignatureDelta>(&delta); signature && signature->signature.family.empty())
            signature->signature.family = m_options.family;
        if (auto *redacted = std::get_if<RedactedThinkingDelta>(&delta); redacted && redacted->data.family.empty())
            redacted->data.family = m_options.family;
        ++m_events;
        m_textBytes += textBytesOf(delta);
        if (m_options.assembly)
            m_options.assembly->take(delta);
        if (const auto *broken = std::get_if<StreamError>(&delta))
            return tl::unexpected(broken->error);
        if (const auto *start = std::get_if<StreamStart>(&delta))
            m_model = start->model;
        if (const auto *usage = std::get_if<UsageDelta>(&delta))
            m_usage.mergeFrom(usage->usage);
        if (const auto *finish = std::get_if<Finish>(&delta))
            m_finish = finish->reason;
        m_hasEnded = m_hasEnded || std::holds_alternative<StreamEnd>(delta);
        m_hasContent = m_hasContent || isContent(delta);
        if (!m_isSame)
            m_writer->write(delta, out);
    }
    return {};
}

Result<void> StreamRelay::feed(std::string_view bytes, std::string &out)
{
    if (!m_options.isInvoke)
        return feedEvents(bytes, out);
    std::string events;
    const auto unwrapped = m_unwrapper.feed(bytes, events);
    const auto fed = feedEvents(events, out); // what came whole before a break counts
    return fed ? unwrapped : fed;
}

Result<void> StreamRelay::feedEvents(std::string_view bytes, std::string &out)
{
    const std::size_t before = out.size();
    Result<void> fed;
    if (m_isSame) {
        fed = feedSame(bytes, out);
    } else {
        m_deltas.clear();
        const auto read = m_reader->feed(bytes, m_deltas);
        fed = take(out);
        if (fed)
            fed = read;
    }
    if (!fed && !m_hasContent)
        out.resize(before);
    return fed;
}

Result<void> StreamRelay::feedSame(std::string_view bytes, std::string &out)
{
    // Without a held piece the usual case, whole events, costs no copy but the one into `out`. What is held has no end
    // in it, except that one may have begun in its last bytes: a large event is looked through once, not with each piece.
    constexpr std::size_t kLongestEnd = 4; // "\r\n\r\n"
    const bool isJoined = !m_held.empty();
    const std::size_t from = m_held.size() - std::min(m_held.size(), kLongestEnd);
    if (isJoined)
        m_held.append(bytes);
    const std::string_view text = isJoined ? std::string_view(m_held) : bytes;
    const StreamFraming framing = m_options.provider->framing();
    std::size_t at = 0;
    for (std::size_t end = endOfEvent(framing, text, from); end != std::string_view::npos;
         end = endOfEvent(framing, text, at)) {
        if (auto passed = passEvent(text.substr(at, end - at), out); !passed)
            return passed;
        at = end;
    }
    if (!isJoined)
        m_held.assign(text.substr(at));
    else
        m_held.erase(0, at);
    if (m_held.size() <= SseFraming::kMaxEvent)
        return {};
    return passEvent(m_held, out); // the reader says what is wrong with it
}

Result<void> StreamRelay::passEvent(std::string_view event, std::string &out)
{
    if (!m_options.assembly && m_shape.matches(event)) {
        ++m_events;
        m_textBytes += static_cast<std::int64_t>(event.size() - std::min(event.size(), m_shapeBytes));
        out.append(event);
        return {};
    }
    m_deltas.clear();
    const auto read = m_reader->feed(event, m_deltas);
    m_shape.learn(event, m_deltas);
    const std::int64_t before = m_textBytes;
    if (auto taken = take(out); !taken)
        return taken;
    m_shapeBytes = event.size() - std::min(event.size(), static_cast<std::size_t>(m_textBytes - before));
    if (!m_options.dropUsageEvent || !isUsageOnlyEvent(event))
        passOn(event, out);
    return read;
}

void StreamRelay::passOn(std::string_view event, std::string &out)
{
    if (!m_options.reply.asArray) {
        out.append(event);
        return;
    }
    // The reader has judged the event already; what is no event gives no element.
    (void)m_framing.feed(event, [&](const SseEvent &each) {
        if (!each.data.empty())
            m_array.element(each.data, out);
        return true;
    });
}

Result<void> StreamRelay::finish(std::string &out)
{
    if (m_isSame && !m_held.empty()) {
        if (auto passed = passEvent(m_held, out); !passed)
            return passed;
        m_held.clear();
    }
    m_deltas.clear();
    const auto read = m_reader->finish(m_deltas);
    if (auto taken = take(out); !taken)
        return taken;
    if (read && m_isSame && m_options.reply.asArray)
        m_array.end(out);
    return read;
}

std::string StreamRelay::errorEvent(const Error &error)
{
    std::string out;
    if (m_isSame && m_options.reply.asArray) { // the writer has not seen what was passed on
        m_array.element(m_options.client->writeError(error, m_options.reply.requestId), out);
        m_array.end(out);
    } else {
        m_writer->write(StreamError{error}, out);
    }
    // It may have written the end already, of a piece that a guardrail held back: the client has not seen that.
    if (out.empty())
        m_options.client->makeWriter(m_options.reply)->write(StreamError{error}, out);
    return out;
}

} // namespace pm
