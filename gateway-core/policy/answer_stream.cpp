// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/answer_stream.h"

#include "base/json.h"
#include "dialects/framing/ndjson.h"
#include "dialects/framing/sse.h"

#include <algorithm>
#include <charconv>

namespace pm::policy {

namespace {

constexpr std::string_view kData = "data:";

/// Where the JSON object of an event stands; empty where it has none. Of SSE the one line of data; a writer
/// that breaks its data into lines is made one line first.
std::optional<json::Span> objectIn(std::string_view event, bool isSse)
{
    std::size_t begin = 0;
    if (isSse) {
        const std::size_t data = event.starts_with(kData) ? 0 : event.find("\ndata:");
        if (data == std::string_view::npos)
            return std::nullopt;
        begin = event.find(':', data) + 1;
    }
    begin = event.find('{', begin);
    const std::size_t end = event.rfind('}');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
        return std::nullopt;
    return json::Span{begin, end + 1};
}

/// An event whose data come in lines, with a space for each break: JSON is the same with it.
std::string onOneLine(std::string_view event)
{
    std::string out(event);
    for (std::size_t at = out.find("\ndata:"); at != std::string::npos; at = out.find("\ndata:", at)) {
        const std::size_t before = out.rfind('\n', at - 1);
        const std::size_t line = before == std::string::npos || at == 0 ? 0 : before + 1;
        const std::size_t end = at > 0 && out[at - 1] == '\r' ? at - 1 : at;
        if (out.compare(line, kData.size(), kData) == 0)
            out.replace(end, at - end + 1 + kData.size(), " ");
        else
            ++at;
    }
    return out;
}

std::string_view inside(std::string_view text, const JsonValue &value)
{
    return value.end >= value.begin + 2 ? text.substr(value.begin + 1, value.end - value.begin - 2)
                                        : std::string_view();
}

bool isIn(const std::vector<std::string> &list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::string_view groupOf(std::string_view channel)
{
    return channel.substr(0, channel.find('/'));
}

bool isEnding(std::string_view channel, const EventFacts &facts)
{
    return facts.endsAll || isIn(facts.endedChannels, channel) || isIn(facts.endedGroups, groupOf(channel));
}

} // namespace

AnswerStream::AnswerStream(DialectId dialect, bool asArray, const AnswerLook &look)
    : m_grammar(answerGrammar(dialect))
    , m_framing(pm::dialect(dialect).framing())
    , m_asArray(asArray)
    , m_look(look)
{
}

std::size_t AnswerStream::endOfEvent(std::size_t from) const
{
    return m_framing == StreamFraming::Ndjson ? endOfLine(m_held, from) : endOfSseEvent(m_held, from);
}

Result<void> AnswerStream::feed(std::string_view bytes, std::string &out)
{
    m_held.append(bytes);
    std::size_t at = 0;
    Result<void> passed;
    for (std::size_t end = endOfEvent(0); passed && end != std::string::npos; end = endOfEvent(at)) {
        passed = event(std::string_view(m_held).substr(at, end - at), out);
        at = end;
    }
    m_held.erase(0, at);
    return passed;
}

Result<void> AnswerStream::finish(std::string &out)
{
    Result<void> passed;
    if (!m_held.empty())
        passed = event(std::exchange(m_held, {}), out);
    while (passed && !m_channels.empty())
        passed = close(0, out);
    return passed;
}

Result<void> AnswerStream::event(std::string_view event, std::string &out)
{
    const bool isSse = m_framing == StreamFraming::Sse && !m_asArray;
    std::string joined;
    if (isSse && event.find("\ndata:") != event.rfind("\ndata:")) {
        joined = onOneLine(event);
        event = joined;
    }
    const auto place = objectIn(event, isSse);
    if (place && json::Document::parse(event.substr(place->begin, place->end - place->begin)))
        return passJson(event, *place, out);
    const bool isEnd =
        event.find("[DONE]") != std::string_view::npos || (m_asArray && event.starts_with(']'));
    while (isEnd && !m_channels.empty()) {
        if (auto closed = close(0, out); !closed)
            return closed;
    }
    if (isEnd && m_look.judge) {
        if (auto judged = m_look.judge->end(); !judged)
            return judged;
    }
    emit(event, out);
    return {};
}

Result<void> AnswerStream::passJson(std::string_view event, json::Span place, std::string &out)
{
    const std::string_view text = event.substr(place.begin, place.end - place.begin);
    const EventFacts facts = m_grammar.facts(text);
    json::Splice splice(event);
    std::set<std::string> inEvent;
    std::string before; // what must be sent first
    Result<void> passed;
    visitValues(text, [&](const JsonPath &path, const JsonValue &value) {
        if (!passed || value.kind != '"')
            return;
        const AnswerText kind = m_grammar.event(path, facts);
        // An empty piece goes on with nothing, but may carry the rest of what ends.
        const bool isEmpty =
            value.end - value.begin == 2 && !kind.channel.empty() && !isEnding(kind.channel, facts);
        if (kind.voice == Voice::None || isEmpty)
            return;
        if (!kind.channel.empty()) {
            inEvent.insert(kind.channel);
            passed = endOthers(kind, before);
        }
        if (!passed)
            return;
        const std::string said = unescaped(inside(text, value));
        std::string into;
        passed = rewritten(said, kind, facts, into);
        if (into != said)
            splice.replace({place.begin + value.begin, place.begin + value.end}, quotedJson(into));
    });
    out.append(before);
    if (passed)
        passed = endChannels(facts, inEvent, out);
    if (passed && facts.endsAnswer && m_look.judge)
        passed = m_look.judge->end();
    if (!passed)
        return passed;
    const std::string changed = splice.isEmpty() ? std::string(event) : splice.apply();
    for (Channel &each : m_channels) {
        const bool isHolding = (each.text && each.text->isHolding()) || (each.json && each.json->isHolding());
        if (isHolding && inEvent.count(each.name) > 0)
            each.model = event;
    }
    emit(changed, out);
    return {};
}

Result<void> AnswerStream::rewritten(std::string_view text, const AnswerText &kind, const EventFacts &facts,
                                     std::string &into)
{
    if (kind.channel.empty())
        return whole(kind.voice, text, into);
    Channel &own = channel(kind);
    if (auto heard = hear(&own, kind.voice, text); !heard)
        return heard;
    if (!m_look.acting) {
        into = text;
        return {};
    }
    auto fed = own.json ? own.json->feed(text, into) : own.text->feed(text, into);
    if (fed && isEnding(own.name, facts))
        fed = drain(own, into);
    return fed;
}

Result<void> AnswerStream::whole(Voice voice, std::string_view text, std::string &into)
{
    into = text;
    if (voice == Voice::Echo && !m_look.readsEchoes)
        return {};
    if (!m_grammar.repeats || voice == Voice::Tool) {
        if (auto heard = hear(nullptr, voice, text); !heard)
            return heard;
    }
    if (voice == Voice::Tool || !m_look.acting)
        return {};
    m_look.acting->setSilent(m_grammar.repeats);
    auto changed = filtered(*m_look.acting, text, voice == Voice::Arguments);
    m_look.acting->setSilent(false);
    if (!changed)
        return tl::unexpected(changed.error());
    if (*changed)
        into = std::move(**changed);
    return {};
}

Result<void> AnswerStream::hear(Channel *channel, Voice voice, std::string_view text)
{
    std::string ignored;
    if (m_look.noting && voice != Voice::Tool && voice != Voice::Echo) {
        if (!channel)
            (void)filtered(*m_look.noting, text, voice == Voice::Arguments);
        else if (channel->notedJson)
            (void)channel->notedJson->feed(text, ignored);
        else
            (void)channel->notedText->feed(text, ignored);
    }
    return m_look.judge && voice != Voice::Echo ? m_look.judge->hear(voice, text) : Result<void>();
}

AnswerStream::Channel &AnswerStream::channel(const AnswerText &kind)
{
    const auto found = std::find_if(m_channels.begin(), m_channels.end(),
                                    [&](const Channel &each) { return each.name == kind.channel; });
    if (found != m_channels.end())
        return *found;
    Channel fresh;
    fresh.name = kind.channel;
    fresh.voice = kind.voice;
    const bool isJson = kind.voice == Voice::Arguments;
    if (m_look.acting && isJson)
        fresh.json = std::make_unique<JsonTextFilter>(*m_look.acting);
    else if (m_look.acting)
        fresh.text = std::make_unique<TextFilter>(*m_look.acting);
    if (m_look.noting && isJson)
        fresh.notedJson = std::make_unique<JsonTextFilter>(*m_look.noting);
    else if (m_look.noting)
        fresh.notedText = std::make_unique<TextFilter>(*m_look.noting);
    m_channels.push_back(std::move(fresh));
    return m_channels.back();
}

/// Texts that end with this event. What they hold goes before it, or has gone into it.
Result<void> AnswerStream::endChannels(const EventFacts &facts, const std::set<std::string> &inEvent,
                                       std::string &out)
{
    for (std::size_t at = 0; at < m_channels.size();) {
        if (!isEnding(m_channels[at].name, facts)) {
            ++at;
            continue;
        }
        if (inEvent.count(m_channels[at].name) > 0)
            m_channels[at].model.clear(); // drained into the event
        if (auto closed = close(at, out); !closed)
            return closed;
    }
    if (m_channels.size() > kMostChannels)
        return close(0, out);
    return {};
}

/// Where a format tells its texts one after the other, one that goes on ends the others of its group.
Result<void> AnswerStream::endOthers(const AnswerText &kind, std::string &out)
{
    for (std::size_t at = 0; m_grammar.oneAtATime && at < m_channels.size();) {
        const Channel &each = m_channels[at];
        if (each.name == kind.channel || groupOf(each.name) != kind.group()) {
            ++at;
            continue;
        }
        if (auto closed = close(at, out); !closed)
            return closed;
    }
    return {};
}

Result<void> AnswerStream::drain(Channel &channel, std::string &rest)
{
    if (channel.json)
        return channel.json->finish(rest);
    return channel.text ? channel.text->finish(rest) : Result<void>();
}

Result<void> AnswerStream::close(std::size_t at, std::string &out)
{
    Channel ended = std::move(m_channels[at]);
    m_channels.erase(m_channels.begin() + static_cast<std::ptrdiff_t>(at));
    std::string ignored;
    if (ended.notedJson)
        (void)ended.notedJson->finish(ignored);
    if (ended.notedText)
        (void)ended.notedText->finish(ignored);
    std::string rest;
    const auto drained = drain(ended, rest);
    if (!rest.empty() && !ended.model.empty())
        carry(ended, rest, out);
    return drained;
}

/// A copy of the text's last event with the rest in it, and nothing of other texts.
void AnswerStream::carry(const Channel &channel, std::string_view rest, std::string &out)
{
    const std::string_view event = channel.model;
    const auto place = objectIn(event, m_framing == StreamFraming::Sse && !m_asArray);
    if (!place)
        return;
    const std::string_view text = event.substr(place->begin, place->end - place->begin);
    const EventFacts facts = m_grammar.facts(text);
    if (facts.type == "content_block_start") { // a block begins once
        const bool isText = channel.voice == Voice::Speech;
        emit("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" +
                 std::to_string(facts.index) + ",\"delta\":{\"type\":" +
                 (isText ? "\"text_delta\",\"text\":" : "\"thinking_delta\",\"thinking\":") +
                 quotedJson(rest) + "}}\n\n",
             out);
        return;
    }
    json::Splice splice(event);
    bool isCarried = false;
    visitValues(text, [&](const JsonPath &path, const JsonValue &value) {
        const AnswerText kind = value.kind == '"' ? m_grammar.event(path, facts) : AnswerText();
        if (kind.channel.empty())
            return;
        const bool isHere = !isCarried && kind.channel == channel.name;
        isCarried = isCarried || isHere;
        splice.replace({place->begin + value.begin, place->begin + value.end},
                       isHere ? quotedJson(rest) : "\"\"");
    });
    if (isCarried)
        emit(splice.apply(), out);
}

/// Elements of an array get their comma, numbered events their number.
void AnswerStream::emit(std::string_view event, std::string &out)
{
    if (m_asArray) {
        const bool isElement = !event.starts_with(']') && !event.starts_with("[]");
        if (isElement && (event.starts_with('[') || event.starts_with(',')))
            event.remove_prefix(1);
        if (isElement)
            out += m_hasBegun ? ',' : '[';
        m_hasBegun = m_hasBegun || isElement;
        out.append(event);
        return;
    }
    const auto place = m_grammar.repeats ? objectIn(event, true) : std::nullopt;
    const auto facts =
        place ? m_grammar.facts(event.substr(place->begin, place->end - place->begin)) : EventFacts();
    if (facts.sequence.second == 0) {
        out.append(event);
        return;
    }
    const std::size_t begin = place->begin + facts.sequence.first;
    const std::size_t end = place->begin + facts.sequence.second;
    long number = 0;
    std::from_chars(event.data() + begin, event.data() + end, number);
    m_sequence = std::max(number, m_sequence + 1);
    out.append(event.substr(0, begin)).append(std::to_string(m_sequence)).append(event.substr(end));
}

Result<std::string> guardedBody(DialectId dialect, std::string_view body, const AnswerLook &look)
{
    const AnswerGrammar &grammar = answerGrammar(dialect);
    if (!json::Document::parse(body))
        return std::string(body); // not an answer that says anything
    const EventFacts facts = grammar.facts(body);
    json::Splice splice(body);
    Result<void> passed;
    visitValues(body, [&](const JsonPath &path, const JsonValue &value) {
        const AnswerText kind = passed && value.kind == '"' ? grammar.body(path, facts) : AnswerText();
        if (kind.voice == Voice::None || (kind.voice == Voice::Echo && !look.readsEchoes))
            return;
        const std::string said = unescaped(inside(body, value));
        if (look.judge && kind.voice != Voice::Echo)
            passed = look.judge->hear(kind.voice, said);
        if (!passed || kind.voice == Voice::Tool)
            return;
        const bool isJson = kind.voice == Voice::Arguments;
        if (look.noting && kind.voice != Voice::Echo)
            (void)filtered(*look.noting, said, isJson);
        if (!look.acting)
            return;
        auto changed = filtered(*look.acting, said, isJson);
        if (!changed)
            passed = tl::unexpected(changed.error());
        else if (*changed)
            splice.replace({value.begin, value.end}, quotedJson(**changed));
    });
    if (passed && look.judge)
        passed = look.judge->end();
    if (!passed)
        return tl::unexpected(passed.error());
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm::policy
