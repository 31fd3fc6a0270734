// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/parse_event.h"
#include "dialects/framing/ndjson.h"
#include "dialects/framing/surrogates.h"
#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/json_body.h"

// Lines to deltas.
namespace pm {

using namespace ollama;

namespace {

class LineReader final : public StreamReader
{
public:
    Result<void> feed(std::string_view bytes, std::vector<ChatDelta> &out) override;
    Result<void> finish(std::vector<ChatDelta> &out) override;

private:
    enum class State { Reading, Ended, Failed };
    using Deltas = std::vector<ChatDelta>;

    Result<void> onLine(std::string_view line, Deltas &out);
    Result<void> onObject(json::Element root, bool marked, Deltas &out);
    Result<void> onCalls(json::Element carrier, Deltas &out);
    void onDone(json::Element root, Deltas &out);
    Result<void> refuse(std::string why);

    template <typename Delta>
    void text(SurrogateJoiner &joiner, std::string_view piece, bool marked, Deltas &out)
    {
        if (std::string whole = joiner.join(piece, marked); !whole.empty())
            out.push_back(Delta{std::move(whole)});
    }
    template <typename Delta>
    void flush(SurrogateJoiner &joiner, Deltas &out)
    {
        if (std::string held = joiner.flush(); !held.empty())
            out.push_back(Delta{std::move(held)});
    }

    NdjsonFraming m_framing;
    State m_state = State::Reading;
    bool m_hasStarted = false;
    std::string m_seed; ///< tells this answer from others of the same conversation
    int m_calls = 0;
    SurrogateJoiner m_content;
    SurrogateJoiner m_thinking;
};

Result<void> LineReader::refuse(std::string why)
{
    m_state = State::Failed;
    return fail(ErrorKind::UpstreamBroken, std::move(why));
}

Result<void> LineReader::feed(std::string_view bytes, Deltas &out)
{
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Ended)
        return {};
    Result<void> taken;
    const auto framed = m_framing.feed(bytes, [&](std::string_view line) {
        taken = onLine(line, out);
        return taken.has_value() && m_state == State::Reading;
    });
    if (!framed)
        return refuse(framed.error().message);
    return taken;
}

Result<void> LineReader::onLine(std::string_view line, Deltas &out)
{
    const auto parsed = parseEvent(line, "a line");
    if (!parsed)
        return refuse(parsed.error().message);
    const json::Element root = parsed->root;
    if (json::find(root, "error")) {
        out.emplace_back(StreamError{readErrorBody(200, line)});
        m_state = State::Ended;
        return {};
    }
    return onObject(root, parsed->isMarked, out);
}

Result<void> LineReader::onObject(json::Element root, bool marked, Deltas &out)
{
    const auto message = json::findObject(root, "message");
    const bool isDone = json::findBool(root, "done").value_or(false);
    if (!message && !json::find(root, "response") && !json::find(root, "done"))
        return refuse("the provider's stream has a line that is none of Ollama's");
    if (!m_hasStarted) {
        const std::string_view created = json::findString(root, "created_at").value_or("");
        const std::string_view model = json::findString(root, "model").value_or("");
        m_seed = std::string(model) + "/" + std::string(created);
        m_hasStarted = true;
        out.emplace_back(StreamStart{{}, std::string(model), unixSeconds(created)});
    }
    const json::Element carrier = message ? *message : root;
    text<ThinkingDelta>(m_thinking, json::findString(carrier, "thinking").value_or(""), marked, out);
    text<TextDelta>(m_content, json::findString(carrier, message ? "content" : "response").value_or(""),
                    marked, out);
    if (auto called = onCalls(carrier, out); !called)
        return called;
    if (isDone)
        onDone(root, out);
    return {};
}

Result<void> LineReader::onCalls(json::Element carrier, Deltas &out)
{
    constexpr int kMostCalls = 1024;
    const auto calls = json::findArray(carrier, "tool_calls");
    if (!calls)
        return {};
    for (const json::Element entry : *calls) {
        const auto function = json::findObject(entry, "function");
        const std::string_view name =
            function ? json::findString(*function, "name").value_or("") : std::string_view();
        if (name.empty())
            return refuse("the provider's answer has a tool call without a name");
        if (m_calls == kMostCalls)
            return refuse("the provider's answer has too many tool calls");
        std::string id(json::findString(entry, "id").value_or(""));
        if (id.empty())
            id = madeUpCallId(m_seed, static_cast<std::size_t>(m_calls));
        out.emplace_back(ToolCallStart{m_calls, std::move(id), std::string(name), {}});
        if (std::string arguments = readArguments(*function); !arguments.empty())
            out.emplace_back(ToolCallDelta{m_calls, std::move(arguments)});
        ++m_calls;
    }
    return {};
}

void LineReader::onDone(json::Element root, Deltas &out)
{
    flush<ThinkingDelta>(m_thinking, out);
    flush<TextDelta>(m_content, out);
    if (const Usage usage = readUsage(root); usage.isKnown())
        out.emplace_back(UsageDelta{usage});
    out.emplace_back(Finish{readFinish(json::findString(root, "done_reason").value_or(""), m_calls > 0), {}});
    out.emplace_back(StreamEnd{});
    m_state = State::Ended;
}

Result<void> LineReader::finish(Deltas &out)
{
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Reading && m_framing.hasPartial()) {
        // The last line may lack its end. When it was cut within, it does not parse.
        if (!feed("\n", out))
            return refuse("the provider's stream was cut within a line");
    }
    if (m_state == State::Ended)
        return {};
    return refuse(m_hasStarted ? "the provider's stream was cut before its last line"
                               : "the provider's stream was empty");
}

} // namespace

std::unique_ptr<StreamReader> Ollama::makeReader() const
{
    return std::make_unique<LineReader>();
}

} // namespace pm
