// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/parse_event.h"
#include "dialects/framing/sse.h"

#include "base/json.h"
#include "dialects/framing/surrogates.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_calls.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_reasoning.h"
#include "dialects/shared/vendor_errors.h"

// Chunks to deltas. Takes what servers of this dialect really send, see wire reference 1.3.
namespace pm {

using namespace openai;

namespace {

class ChunkReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, std::vector<ChatDelta> &out) override;
    Result<void> finish(std::vector<ChatDelta> &out) override;

private:
    enum class State { Reading, Ended, Failed };
    using Deltas = std::vector<ChatDelta>;

    Result<void> onData(std::string_view data, Deltas &out);
    Result<void> onChunk(json::Element root, bool marked, Deltas &out);
    Result<void> onChoice(json::Element choice, bool marked, Deltas &out);
    Result<void> onDelta(json::Element delta, bool marked, Deltas &out);
    void onContent(json::Element content, bool marked, Deltas &out);
    void onAnnotations(json::Array annotations);
    void giveCitations(Deltas &out);
    void onUsage(json::Element root, Deltas &out);
    void onError(std::string_view data, Deltas &out);
    void start(Deltas &out);
    void giveDetails(Deltas &out);
    Result<void> end(Deltas &out);
    Result<void> refuse(std::string why);
    Result<void> endWithoutMark(Deltas &out);
    /// What tells this answer from others of the same conversation; local servers repeat their ids.
    std::string callSeed() const { return m_start.id + "/" + std::to_string(m_start.created); }

    template <typename Delta>
    void text(SurrogateJoiner &joiner, std::string_view piece, bool marked, Deltas &out)
    {
        std::string whole = joiner.join(piece, marked);
        if (whole.empty())
            return;
        m_hasText = m_hasText || std::is_same_v<Delta, TextDelta>;
        out.push_back(Delta{std::move(whole)});
    }
    template <typename Delta>
    void flush(SurrogateJoiner &joiner, Deltas &out)
    {
        if (std::string held = joiner.flush(); !held.empty())
            out.push_back(Delta{std::move(held)});
    }

    SseFraming m_framing;
    State m_state = State::Reading;
    StreamStart m_start;
    bool m_hasStarted = false;
    bool m_hasEvent = false;
    bool m_hasChoice = false;
    bool m_hasRefusal = false;
    std::string m_finish; ///< the last finish_reason that was not empty
    std::string m_head;   ///< first bytes, for the message when nothing of it was an event
    StreamedCalls m_calls;
    ReasoningDetails m_details;
    bool m_hasThought = false; ///< and nothing else has come yet
    bool m_hasText = false;
    std::vector<Citation> m_citations; ///< wait for words of the answer
    SurrogateJoiner m_content;
    SurrogateJoiner m_thinking;
    SurrogateJoiner m_refusal;
};

Result<void> ChunkReader::refuse(std::string why)
{
    m_state = State::Failed;
    return fail(ErrorKind::UpstreamBroken, std::move(why));
}

Result<void> ChunkReader::feed(std::string_view bytes, Deltas &out)
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
        taken = onData(event.data, out);
        return taken.has_value() && m_state == State::Reading;
    });
    if (!framed)
        return refuse(framed.error().message);
    return taken;
}

Result<void> ChunkReader::onData(std::string_view data, Deltas &out)
{
    if (data.empty())
        return {};
    if (data == "[DONE]")
        return end(out);
    const auto parsed = parseEvent(data, "a chunk");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    const auto failure = json::find(root, "error");
    const bool isEmpty = failure && failure->is_string() && failure->get_string().value_unsafe().empty();
    if ((failure && !isEmpty) || json::findString(root, "object") == "error") {
        onError(data, out);
        return {};
    }
    if (auto vendor = shared::baseRespError(root)) {
        out.emplace_back(StreamError{std::move(*vendor)});
        m_state = State::Ended;
        return {};
    }
    return onChunk(root, parsed->isMarked, out);
}

void ChunkReader::onError(std::string_view data, Deltas &out)
{
    out.emplace_back(StreamError{readErrorBody(200, data)});
    m_state = State::Ended;
}

Result<void> ChunkReader::onChunk(json::Element root, bool marked, Deltas &out)
{
    if (!m_hasStarted) {
        if (m_start.id.empty())
            m_start.id = json::findString(root, "id").value_or("");
        if (m_start.model.empty())
            m_start.model = json::findString(root, "model").value_or("");
        if (m_start.created == 0)
            m_start.created = json::findInt(root, "created").value_or(0);
    }
    if (const auto choices = json::findArray(root, "choices")) {
        for (const json::Element choice : *choices) {
            if (!choice.is_object() || json::findInt(choice, "index").value_or(0) != 0)
                continue; // only the first of several answers has a place in the vocabulary
            if (auto taken = onChoice(choice, marked, out); !taken)
                return refuse(taken.error().message);
        }
    }
    onUsage(root, out);
    return {};
}

void ChunkReader::start(Deltas &out)
{
    // Not with the very first chunk: Azure's has neither id nor model.
    if (!m_hasStarted)
        out.push_back(m_start);
    m_hasStarted = true;
}

Result<void> ChunkReader::onChoice(json::Element choice, bool marked, Deltas &out)
{
    m_hasChoice = true;
    start(out);
    if (const auto reason = json::findString(choice, "finish_reason"); reason && !reason->empty())
        m_finish = *reason;
    const auto delta = json::findObject(choice, "delta");
    return delta ? onDelta(*delta, marked, out) : Result<void>();
}

Result<void> ChunkReader::onDelta(json::Element delta, bool marked, Deltas &out)
{
    const std::string_view thought = reasoningText(delta);
    text<ThinkingDelta>(m_thinking, thought, marked, out);
    m_hasThought = m_hasThought || !thought.empty();
    m_details.take(delta);
    const bool hasContent = !json::findString(delta, "content").value_or("").empty() || json::findArray(delta, "tool_calls");
    if (hasContent && m_hasThought)
        giveDetails(out);
    if (const auto content = json::find(delta, "content"))
        onContent(*content, marked, out);
    if (const auto annotations = json::findArray(delta, "annotations"))
        onAnnotations(*annotations);
    giveCitations(out);
    if (const auto refusal = json::findString(delta, "refusal"); refusal && !refusal->empty()) {
        m_hasRefusal = true;
        text<RefusalDelta>(m_refusal, *refusal, marked, out);
    }
    if (const auto calls = json::findArray(delta, "tool_calls")) {
        for (const json::Element entry : *calls) {
            if (auto taken = m_calls.take(entry, marked, callSeed(), out); !taken)
                return taken;
        }
    }
    if (const auto old = json::findObject(delta, "function_call"))
        return m_calls.takeOld(*old, marked, callSeed(), out);
    return {};
}

void ChunkReader::onContent(json::Element content, bool marked, Deltas &out)
{
    if (content.is_string())
        return text<TextDelta>(m_content, content.get_string().value_unsafe(), marked, out);
    if (!content.is_array())
        return;
    for (const json::Element part : items(content)) { // Mistral's reasoning models
        if (const std::string thought = thinkingInPart(part); !thought.empty())
            text<ThinkingDelta>(m_thinking, thought, marked, out);
        else
            text<TextDelta>(m_content, json::findString(part, "text").value_or(""), marked, out);
    }
}

void ChunkReader::onAnnotations(json::Array annotations)
{
    constexpr std::size_t kMost = 512;
    for (const json::Element annotation : annotations) {
        auto citation = readCitation(annotation);
        if (citation && m_citations.size() < kMost)
            m_citations.push_back(std::move(*citation));
    }
}

void ChunkReader::giveCitations(Deltas &out)
{
    if (!m_hasText)
        return;
    for (Citation &citation : m_citations)
        out.emplace_back(CitationDelta{std::move(citation)});
    m_citations.clear();
}

void ChunkReader::onUsage(json::Element root, Deltas &out)
{
    auto usage = json::findObject(root, "usage");
    if (!usage) {
        const auto groq = json::findObject(root, "x_groq");
        usage = groq ? json::findObject(*groq, "usage") : std::nullopt;
    }
    if (!usage)
        return;
    const Usage read = readUsage(*usage);
    if (!read.isKnown())
        return;
    start(out);
    out.emplace_back(UsageDelta{read});
}

/// Directly behind the thoughts they sign them; later ones stand for themselves.
void ChunkReader::giveDetails(Deltas &out)
{
    flush<ThinkingDelta>(m_thinking, out);
    if (m_details.isOpaque() && !m_details.isEmpty()) {
        if (m_hasThought)
            out.emplace_back(SignatureDelta{m_details.give()});
        else
            out.emplace_back(RedactedThinkingDelta{m_details.give()});
    }
    m_hasThought = false;
}

Result<void> ChunkReader::end(Deltas &out)
{
    if (auto error = brokenOff(m_finish)) {
        out.emplace_back(StreamError{std::move(*error)});
        m_state = State::Ended;
        return {};
    }
    if (!m_hasChoice)
        return refuse("the provider's stream ended without an answer in it");
    giveDetails(out);
    flush<TextDelta>(m_content, out);
    flush<RefusalDelta>(m_refusal, out);
    if (auto closed = m_calls.close(callSeed(), out); !closed)
        return refuse(closed.error().message);
    // Only here: some servers send content or usage after the finish_reason.
    out.push_back(Finish{readFinish(m_finish, m_calls.hasOpened(), m_hasRefusal), {}});
    out.emplace_back(StreamEnd{});
    m_state = State::Ended;
    return {};
}

Result<void> ChunkReader::finish(Deltas &out)
{
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Reading && m_framing.hasPartial()) {
        // The last event often lacks its blank line. When it was cut within, it does not parse.
        auto last = feed("\n\n", out);
        if (!last && m_finish.empty())
            return refuse("the provider's stream was cut within a chunk");
        m_state = last ? m_state : State::Reading;
    }
    return m_state == State::Ended ? Result<void>() : endWithoutMark(out);
}

Result<void> ChunkReader::endWithoutMark(Deltas &out)
{
    if (!m_finish.empty())
        return end(out);
    if (m_hasEvent)
        return refuse("the provider's stream was cut before its finish_reason");
    m_state = State::Failed;
    if (m_head.find("\"error\"") != std::string::npos) // an error answer in place of a stream
        return fail(readErrorBody(200, m_head));
    return fail(ErrorKind::UpstreamBroken,
                m_head.empty() ? "the provider's stream was empty"
                               : "the provider sent no event stream but: " + plainText(m_head));
}

} // namespace

std::unique_ptr<StreamReader> OpenAiChat::makeReader() const
{
    return std::make_unique<ChunkReader>();
}

} // namespace pm
