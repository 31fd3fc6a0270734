// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_completions.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/framing/sse.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_error.h"
#include "dialects/shared/openai_fields.h"
#include "dialects/shared/openai_usage.h"

// Streams of text_completion chunks, both ways.
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

    Result<void> onData(std::string_view data, std::vector<ChatDelta> &out);
    void onChoice(json::Element choice, std::vector<ChatDelta> &out);
    Result<void> end(std::vector<ChatDelta> &out);
    Result<void> refuse(std::string why)
    {
        m_state = State::Failed;
        return fail(ErrorKind::UpstreamBroken, std::move(why));
    }

    SseFraming m_framing;
    State m_state = State::Reading;
    bool m_hasStarted = false;
    std::string m_finish;
};

Result<void> ChunkReader::feed(std::string_view bytes, std::vector<ChatDelta> &out)
{
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Ended)
        return {};
    Result<void> taken;
    const auto framed = m_framing.feed(bytes, [&](const SseEvent &event) {
        taken = onData(event.data, out);
        return taken.has_value() && m_state == State::Reading;
    });
    if (!framed)
        return refuse(framed.error().message);
    return taken;
}

Result<void> ChunkReader::onData(std::string_view data, std::vector<ChatDelta> &out)
{
    if (data.empty())
        return {};
    if (data == "[DONE]")
        return end(out);
    const auto parsed = parseLenient(data);
    if (!parsed || !parsed->root().is_object())
        return refuse("the provider's stream has a chunk that is no JSON object: " +
                      std::string(clipUtf8(data, 120)));
    const json::Element root = parsed->root();
    if (json::find(root, "error")) {
        out.emplace_back(StreamError{readErrorBody(200, data)});
        m_state = State::Ended;
        return {};
    }
    const auto choices = json::findArray(root, "choices");
    if (!m_hasStarted && choices && choices->size() > 0) {
        out.emplace_back(StreamStart{std::string(json::findString(root, "id").value_or("")),
                                     std::string(json::findString(root, "model").value_or("")),
                                     json::findInt(root, "created").value_or(0)});
        m_hasStarted = true;
    }
    if (choices) {
        for (const json::Element choice : *choices) {
            if (json::findInt(choice, "index").value_or(0) == 0)
                onChoice(choice, out);
        }
    }
    const auto usage = json::findObject(root, "usage");
    if (const Usage read = usage ? readUsage(*usage) : Usage(); read.isKnown() && m_hasStarted)
        out.emplace_back(UsageDelta{read});
    return {};
}

void ChunkReader::onChoice(json::Element choice, std::vector<ChatDelta> &out)
{
    if (const auto text = json::findString(choice, "text"); text && !text->empty())
        out.emplace_back(TextDelta{std::string(*text)});
    if (const auto reason = json::findString(choice, "finish_reason"); reason && !reason->empty())
        m_finish = *reason;
}

Result<void> ChunkReader::end(std::vector<ChatDelta> &out)
{
    if (!m_hasStarted)
        return refuse("the provider's stream ended without an answer in it");
    out.emplace_back(Finish{readFinish(m_finish, false, false), {}});
    out.emplace_back(StreamEnd{});
    m_state = State::Ended;
    return {};
}

Result<void> ChunkReader::finish(std::vector<ChatDelta> &out)
{
    if (m_state == State::Failed)
        return fail(ErrorKind::UpstreamBroken, "the stream was broken before");
    if (m_state == State::Reading && m_framing.hasPartial()) { // the last event often lacks its blank line
        if (auto last = feed("\n\n", out); !last)
            return refuse("the provider's stream was cut within a chunk");
    }
    if (m_state == State::Ended)
        return {};
    return m_finish.empty() ? refuse("the provider's stream was cut before its finish_reason") : end(out);
}

class ChunkWriter final : public StreamWriter
{
public:
    explicit ChunkWriter(ReplyContext context)
        : m_context(std::move(context))
    {
    }
    void write(const ChatDelta &delta, std::string &out) override
    {
        std::visit([&](const auto &each) { on(each, out); }, delta);
    }
    std::string keepAlive() const override { return ": keep-alive\n\n"; }

private:
    void on(const StreamStart &start, std::string &)
    {
        if (m_head.empty())
            m_head = head(start);
    }
    void on(const TextDelta &delta, std::string &out) { text(delta.text, out); }
    void on(const RefusalDelta &delta, std::string &out) { text(delta.text, out); }
    void on(const UsageDelta &delta, std::string &) { m_usage.mergeFrom(delta.usage); }
    void on(const Finish &finish, std::string &out)
    {
        if (!m_isFinished)
            chunk({}, finishName(finish.reason, false), out);
        m_isFinished = true;
    }
    void on(const StreamEnd &, std::string &out);
    void on(const StreamError &error, std::string &out) { appendSse(out, {}, writeErrorBody(error.error)); }
    template <typename Other>
    void on(const Other &, std::string &)
    {
        // Thinking, calls and sources have no place beside one text.
    }

    std::string head(const StreamStart &start) const;
    void text(const std::string &piece, std::string &out)
    {
        if (!piece.empty())
            chunk(piece, {}, out);
    }
    void chunk(std::string_view piece, std::string_view finish, std::string &out);

    ReplyContext m_context;
    std::string m_head; ///< of every chunk, up to the choices
    Usage m_usage;
    bool m_isFinished = false;
};

std::string ChunkWriter::head(const StreamStart &start) const
{
    json::Writer head;
    head.beginObject();
    head.member("id", start.id.empty() ? "cmpl-" + m_context.requestId : start.id);
    head.member("object", "text_completion");
    head.member("created", start.created != 0 ? start.created : m_context.created);
    head.member("model", m_context.model.empty() ? start.model : m_context.model);
    head.key("choices");
    return head.take();
}

void ChunkWriter::chunk(std::string_view piece, std::string_view finish, std::string &out)
{
    if (m_head.empty())
        m_head = head({});
    json::Writer choice;
    choice.beginObject();
    choice.member("text", piece);
    choice.member("index", 0);
    choice.memberNull("logprobs");
    if (finish.empty())
        choice.memberNull("finish_reason");
    else
        choice.member("finish_reason", finish);
    choice.endObject();
    appendSse(out, {}, m_head + "[" + choice.text() + "]" + (m_context.includeUsage ? ",\"usage\":null}" : "}"));
}

void ChunkWriter::on(const StreamEnd &, std::string &out)
{
    on(Finish{}, out);
    if (m_context.includeUsage && m_usage.isKnown()) {
        json::Writer usage;
        writeUsage(usage, m_usage);
        appendSse(out, {}, m_head + R"([],"usage":)" + usage.text() + "}");
    }
    appendSse(out, {}, "[DONE]");
}

} // namespace

std::unique_ptr<StreamReader> OpenAiCompletions::makeReader() const
{
    return std::make_unique<ChunkReader>();
}

std::unique_ptr<StreamWriter> OpenAiCompletions::makeWriter(const ReplyContext &context) const
{
    return std::make_unique<ChunkWriter>(context);
}

} // namespace pm
