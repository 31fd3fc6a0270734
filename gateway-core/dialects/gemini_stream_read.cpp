// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"

#include "base/text.h"
#include "dialects/framing/parse_event.h"
#include "dialects/framing/json_array.h"
#include "dialects/framing/sse.h"
#include "dialects/framing/surrogates.h"
#include "dialects/gemini_fields.h"

#include <utility>

// Chunks to deltas. Each event, or element of the array form, is a whole response with what is new in it.
namespace pm {

namespace gemini {

namespace {

class ChunkReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, std::vector<ChatDelta> &out) override;
    Result<void> finish(std::vector<ChatDelta> &out) override;

private:
    enum class State { Reading, Ended, Failed };
    enum class Form { Unknown, Events, Array };
    using Deltas = std::vector<ChatDelta>;

    Result<void> frame(std::string_view bytes, Deltas &out);
    Result<void> onData(std::string_view data, Deltas &out);
    void onRoot(json::Element root, bool marked, Deltas &out);
    void onCandidate(json::Element candidate, bool marked, Deltas &out);
    void onPart(json::Element part, bool marked, Deltas &out);
    void onText(json::Element part, bool marked, Deltas &out);
    void onCall(json::Element part, json::Element call, Deltas &out);
    void onFeedback(json::Element root, Deltas &out);
    void text(std::string words, Deltas &out);
    void flush(Deltas &out);
    void start(Deltas &out);
    void end(Deltas &out);
    Result<void> refuse(std::string why);

    SseFraming m_events;
    JsonArrayFraming m_array;
    State m_state = State::Reading;
    Form m_form = Form::Unknown;
    StreamStart m_start;
    bool m_hasStarted = false;
    bool m_hasData = false;
    bool m_hasContent = false;
    std::string m_finish; ///< the last finishReason
    bool m_isBlocked = false;
    std::string m_seed;   ///< goes into made-up ids
    std::string m_text;   ///< so far, for the places of citations; empty when it grew too long
    bool m_isTextLong = false;
    std::string m_blank;  ///< white space before the form showed
    std::string m_head;   ///< first bytes, for the message when nothing of it was a chunk
    std::size_t m_calls = 0;
    SurrogateJoiner m_content;
    SurrogateJoiner m_thinking;
};

Result<void> ChunkReader::refuse(std::string why)
{
    m_state = State::Failed;
    return fail(ErrorKind::UpstreamBroken, std::move(why));
}

Result<void> ChunkReader::feed(std::string_view bytes, Deltas &out)
{
    constexpr std::size_t kMostHead = 2 * 1024;
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Ended)
        return {};
    if (!m_hasData && m_head.size() < kMostHead)
        m_head.append(bytes.substr(0, kMostHead - m_head.size()));
    if (m_form != Form::Unknown)
        return frame(bytes, out);
    constexpr std::size_t kMostBlank = 64 * 1024;
    m_blank.append(bytes);
    const std::size_t first = m_blank.find_first_not_of(" \t\r\n");
    if (first == std::string::npos && m_blank.size() < kMostBlank)
        return {};
    const char begin = first == std::string::npos ? ' ' : m_blank[first];
    m_form = begin == '[' || begin == '{' ? Form::Array : Form::Events;
    return frame(std::exchange(m_blank, {}), out);
}

Result<void> ChunkReader::frame(std::string_view bytes, Deltas &out)
{
    Result<void> taken;
    const auto take = [&](std::string_view data) {
        taken = onData(data, out);
        return taken.has_value() && m_state == State::Reading;
    };
    const auto framed = m_form == Form::Array
                            ? m_array.feed(bytes, take)
                            : m_events.feed(bytes, [&](const SseEvent &event) { return take(event.data); });
    if (!framed)
        return refuse(framed.error().message);
    return taken;
}

Result<void> ChunkReader::onData(std::string_view data, Deltas &out)
{
    if (data.empty() || data == "[DONE]") // not Google's, but of servers that speak several formats
        return {};
    m_hasData = true;
    const auto parsed = parseEvent(data, "a chunk");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    if (findObject(root, "error")) {
        out.emplace_back(StreamError{readErrorBody(0, data)});
        m_state = State::Ended;
        return {};
    }
    if (m_seed.empty()) {
        m_seed = findString(root, "responseId");
        if (m_seed.empty())
            m_seed = stableHash(data);
    }
    onRoot(root, parsed->isMarked, out);
    return {};
}

void ChunkReader::start(Deltas &out)
{
    if (!m_hasStarted)
        out.emplace_back(m_start);
    m_hasStarted = true;
}

void ChunkReader::onRoot(json::Element root, bool marked, Deltas &out)
{
    if (!m_hasStarted) {
        m_start.id = findString(root, "responseId");
        m_start.model = findString(root, "modelVersion");
        start(out);
    }
    if (const auto candidates = findArray(root, "candidates")) {
        for (const json::Element candidate : *candidates) {
            if (candidate.is_object() && findInt(candidate, "index").value_or(0) == 0)
                onCandidate(candidate, marked, out);
        }
    }
    onFeedback(root, out);
    if (const auto usage = findObject(root, "usageMetadata")) {
        if (const Usage read = readUsage(*usage); read.isKnown())
            out.emplace_back(UsageDelta{read});
    }
}

void ChunkReader::onFeedback(json::Element root, Deltas &out)
{
    const auto feedback = findObject(root, "promptFeedback");
    if (!feedback || findString(*feedback, "blockReason").empty())
        return;
    m_isBlocked = true;
    if (const auto why = findString(*feedback, "blockReasonMessage"); !why.empty())
        out.emplace_back(RefusalDelta{std::string(why)});
}

void ChunkReader::onCandidate(json::Element candidate, bool marked, Deltas &out)
{
    const auto content = findObject(candidate, "content");
    if (const auto parts = content ? findArray(*content, "parts") : std::nullopt) {
        for (const json::Element part : *parts) {
            if (part.is_object())
                onPart(part, marked, out);
        }
    }
    for (Citation &citation : readCitations(candidate, m_text))
        out.emplace_back(CitationDelta{std::move(citation)});
    const std::string_view reason = findString(candidate, "finishReason");
    if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED")
        return;
    m_finish = reason;
    if (isBrokenCall(reason) && !m_hasContent) {
        out.emplace_back(StreamError{brokenCall(candidate, reason)});
        m_state = State::Ended;
    }
}

void ChunkReader::onPart(json::Element part, bool marked, Deltas &out)
{
    if (const auto call = findObject(part, "functionCall"))
        return onCall(part, *call, out);
    if (std::string odd = textOfOddPart(part); !odd.empty())
        return text(std::move(odd), out);
    onText(part, marked, out);
}

void ChunkReader::text(std::string words, Deltas &out)
{
    constexpr std::size_t kMostText = 1024 * 1024;
    if (words.empty())
        return;
    m_hasContent = true;
    m_isTextLong = m_isTextLong || m_text.size() + words.size() > kMostText;
    if (m_isTextLong)
        m_text.clear();
    else
        m_text += words;
    out.emplace_back(TextDelta{std::move(words)});
}

void ChunkReader::onText(json::Element part, bool marked, Deltas &out)
{
    const std::string_view words = findString(part, "text");
    if (json::findBool(part, "thought").value_or(false)) {
        if (std::string whole = m_thinking.join(words, marked); !whole.empty())
            out.emplace_back(ThinkingDelta{std::move(whole)});
    } else {
        text(m_content.join(words, marked), out);
    }
    if (const auto signature = findString(part, "thoughtSignature"); !signature.empty()) {
        flush(out);
        out.emplace_back(SignatureDelta{{std::string(signature), {}}});
    }
}

void ChunkReader::onCall(json::Element part, json::Element call, Deltas &out)
{
    flush(out);
    m_hasContent = true;
    const auto args = findObject(call, "args");
    ToolCallStart opened{static_cast<int>(m_calls), std::string(findString(call, "id")),
                         std::string(findString(call, "name")),
                         {std::string(findString(part, "thoughtSignature")), {}}};
    const std::string arguments = args ? json::text(*args) : "{}";
    if (opened.id.empty())
        opened.id = madeUpCallId(m_seed, m_calls, opened.name, arguments);
    ++m_calls;
    const int index = opened.index;
    out.emplace_back(std::move(opened));
    out.emplace_back(ToolCallDelta{index, arguments});
}

void ChunkReader::flush(Deltas &out)
{
    if (std::string held = m_thinking.flush(); !held.empty())
        out.emplace_back(ThinkingDelta{std::move(held)});
    text(m_content.flush(), out);
}

void ChunkReader::end(Deltas &out)
{
    flush(out);
    const FinishReason reason = m_finish.empty() && m_isBlocked ? FinishReason::ContentFilter
                                                                : readFinish(m_finish, m_calls > 0);
    out.emplace_back(Finish{reason, {}});
    out.emplace_back(StreamEnd{});
    m_state = State::Ended;
}

Result<void> ChunkReader::finish(Deltas &out)
{
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Reading && m_form == Form::Events && m_events.hasPartial()) {
        // The last event often lacks its blank line. When it was cut within, it does not parse.
        const bool hadFinish = !m_finish.empty();
        if (auto last = feed("\n\n", out); !last && !hadFinish)
            return refuse("the provider's stream was cut within a chunk");
        if (m_state == State::Failed)
            m_state = State::Reading;
    }
    if (m_state == State::Ended)
        return {};
    // There is no end mark: a stream with its finishReason is whole.
    if (!m_finish.empty() || m_isBlocked) {
        end(out);
        return {};
    }
    if (m_hasData)
        return refuse("the provider's stream was cut before its finishReason");
    m_state = State::Failed;
    m_head.resize(m_head.find_last_not_of(" \t\r\n") + 1);
    return fail(ErrorKind::UpstreamBroken,
                m_head.empty() ? "the provider's stream was empty"
                               : "the provider sent no stream of answers but: " + std::string(clipUtf8(m_head, 300)));
}

} // namespace

} // namespace gemini

std::unique_ptr<StreamReader> Gemini::makeReader() const
{
    return std::make_unique<gemini::ChunkReader>();
}

} // namespace pm
