// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fault_client.h"

#include "base/json.h"
#include "dialects/framing/sse.h"
#include "support/gateway_fixture.h"
#include "support/stream_text.h"

namespace pm::test {

namespace {

std::string pathOf(DialectId format, std::string_view model, bool stream)
{
    switch (format) {
    case DialectId::AnthropicMessages:
        return "/v1/messages";
    case DialectId::OpenAiResponses:
        return "/v1/responses";
    case DialectId::OpenAiCompletions:
        return "/v1/completions";
    case DialectId::Gemini:
        return "/v1beta/models/" + std::string(model) +
               (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
    case DialectId::Ollama:
        return "/api/chat";
    default:
        return "/v1/chat/completions";
    }
}

std::string bodyOf(DialectId format, std::string_view model, bool stream)
{
    const std::string asked = stream ? "\"stream\":true" : "\"stream\":false";
    const std::string start = "{\"model\":\"" + std::string(model) + "\"," + asked;
    switch (format) {
    case DialectId::AnthropicMessages:
        return messagesBody(model, "Hello", asked);
    case DialectId::OpenAiResponses:
        return start + R"(,"input":"Hello","store":false})";
    case DialectId::OpenAiCompletions:
        return start + R"(,"prompt":"Hello"})";
    case DialectId::Gemini:
        return R"({"contents":[{"role":"user","parts":[{"text":"Hello"}]}]})";
    default:
        return chatBody(model, "Hello", asked);
    }
}

/// `text` and `more`, of which either may be empty.
std::string both(std::string text, std::string_view more)
{
    if (!more.empty() && more != text)
        text.append(text.empty() ? "" : " / ").append(more);
    return text;
}

/// The error that `body` is, by the format's words; empty when it is none.
std::string errorNameOf(std::string_view body)
{
    const auto parsed = json::Document::parse(body);
    if (!parsed || !parsed->root().is_object())
        return {};
    json::Element root = parsed->root();
    if (const auto response = json::findObject(root, "response"))
        root = *response; // Responses: "response.failed"
    if (json::findString(root, "error"))
        return "text"; // Ollama knows no types
    const auto error = json::findObject(root, "error");
    if (!error)
        return {};
    if (const auto status = json::findString(*error, "status"))
        return std::string(*status); // Gemini
    return both(std::string(json::findString(*error, "type").value_or("")),
                json::findString(*error, "code").value_or(""));
}

/// The first error among the events or lines of a stream.
std::string errorInStream(DialectId format, std::string_view body)
{
    std::string found;
    const auto take = [&](std::string_view data) {
        if (found.empty())
            found = errorNameOf(data);
    };
    if (dialect(format).framing() == StreamFraming::Ndjson) {
        for (std::size_t at = 0; at < body.size();) {
            const std::size_t end = std::min(body.find('\n', at), body.size());
            take(body.substr(at, end - at));
            at = end + 1;
        }
        return found;
    }
    SseFraming framing;
    (void)framing.feed(body, [&](const SseEvent &event) {
        take(event.data);
        return true;
    });
    return found;
}

Seen readStream(DialectId format, const Reply &reply)
{
    const Dialect &own = dialect(format);
    Seen seen;
    seen.isCut = !reply.isClean();
    const auto reader = own.makeReader();
    std::vector<ChatDelta> deltas;
    const bool isFed = reader->feed(reply.body, deltas).has_value();
    const bool isWhole = isFed && reader->finish(deltas).has_value();
    bool hasError = false;
    for (const ChatDelta &delta : deltas) {
        if (const auto *text = std::get_if<TextDelta>(&delta))
            seen.text += text->text;
        hasError = hasError || std::holds_alternative<StreamError>(delta);
    }
    seen.error = errorInStream(format, reply.body);
    seen.isAnswer = isWhole && !hasError && !seen.isCut;
    seen.isBroken = hasError || seen.isCut;
    seen.breach = protocolBreach(own, reply.body);
    return seen;
}

} // namespace

const std::vector<DialectId> &clientFormats()
{
    static const std::vector<DialectId> formats = {
        DialectId::OpenAiChat,        DialectId::OpenAiResponses, DialectId::OpenAiCompletions,
        DialectId::AnthropicMessages, DialectId::Gemini,          DialectId::Ollama};
    return formats;
}

Call questionOf(DialectId format, std::string_view router, std::string_view model, bool stream)
{
    Call call;
    call.url = "/router/" + std::string(router) + pathOf(format, model, stream);
    call.body = bodyOf(format, model, stream);
    call.headers.add("content-type", "application/json");
    return call;
}

Seen seenBy(DialectId format, const Reply &reply, bool stream)
{
    Seen seen;
    if (reply.status != 200) {
        seen.isCut = !reply.isClean();
        seen.error = errorNameOf(reply.body);
        seen.isBroken = true;
        return seen;
    }
    if (stream)
        return readStream(format, reply);
    const auto answer = dialect(format).readReply(reply.body);
    seen.isCut = !reply.isClean();
    seen.isAnswer = answer && !seen.isCut;
    seen.isBroken = !seen.isAnswer;
    for (std::size_t i = 0; answer && i < answer->parts.size(); ++i) {
        if (const auto *text = answer->parts[i].as<TextPart>())
            seen.text += text->text;
    }
    return seen;
}

} // namespace pm::test
