// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/demo_parts.h"

#include "base/hash.h"
#include "base/json.h"

#include <algorithm>

namespace pm::demo {

namespace {

constexpr std::size_t kArgumentPiece = 12; // bytes of tool arguments a chunk

void writeUsage(json::Writer &out, const Answer &answer)
{
    out.key("usage");
    out.beginObject();
    out.member("prompt_tokens", answer.promptTokens);
    out.member("completion_tokens", answer.completionTokens());
    out.member("total_tokens", answer.promptTokens + answer.completionTokens());
    out.endObject();
}

std::string callId(const Answer &answer, std::size_t index)
{
    return "call_demo" + hexOf(fnv1a(answer.id + std::to_string(index)));
}

void beginAnswer(json::Writer &out, const Answer &answer, std::string_view object)
{
    out.beginObject();
    out.member("id", answer.id);
    out.member("object", object);
    out.member("created", kCreated);
    out.member("model", answer.model);
    out.key("choices");
    out.beginArray();
}

void writeCall(json::Writer &out, const Call &call, const std::string &id)
{
    out.member("id", id);
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", call.name);
    out.member("arguments", call.arguments);
    out.endObject();
}

void writeMessage(json::Writer &out, const Answer &answer)
{
    std::string content;
    for (const std::string &word : answer.words)
        content += word;
    out.beginObject();
    out.member("role", "assistant");
    if (answer.calls.empty())
        out.member("content", content);
    else
        out.memberNull("content");
    out.memberNull("refusal");
    if (!answer.calls.empty()) {
        out.key("tool_calls");
        out.beginArray();
        for (std::size_t i = 0; i < answer.calls.size(); ++i) {
            out.beginObject();
            writeCall(out, answer.calls[i], callId(answer, i));
            out.endObject();
        }
        out.endArray();
    }
    out.endObject();
}

/// One chunk of a stream; `writeDelta` fills the delta object.
template <typename WriteDelta>
std::string chunk(const Answer &answer, std::string_view finish, WriteDelta writeDelta)
{
    json::Writer out(std::string("data: "));
    beginAnswer(out, answer, "chat.completion.chunk");
    out.beginObject();
    out.member("index", 0);
    out.key("delta");
    out.beginObject();
    writeDelta(out);
    out.endObject();
    if (finish.empty())
        out.memberNull("finish_reason");
    else
        out.member("finish_reason", finish);
    out.endObject();
    out.endArray();
    if (answer.includeUsage)
        out.memberNull("usage");
    out.endObject();
    return out.take() + "\n\n";
}

std::string argumentsChunk(const Answer &answer, std::size_t index, std::string_view piece)
{
    return chunk(answer, {}, [&](json::Writer &out) {
        out.key("tool_calls");
        out.beginArray();
        out.beginObject();
        out.member("index", static_cast<std::int64_t>(index));
        out.key("function");
        out.beginObject();
        out.member("arguments", piece);
        out.endObject();
        out.endObject();
        out.endArray();
    });
}

std::string openingChunk(const Answer &answer, std::size_t index)
{
    return chunk(answer, {}, [&](json::Writer &out) {
        out.key("tool_calls");
        out.beginArray();
        out.beginObject();
        out.member("index", static_cast<std::int64_t>(index));
        writeCall(out, {answer.calls[index].name, ""}, callId(answer, index));
        out.endObject();
        out.endArray();
    });
}

void streamCalls(const Answer &answer, http::Script &script)
{
    for (std::size_t index = 0; index < answer.calls.size(); ++index) {
        script.pieces.push_back({answer.pace, openingChunk(answer, index)});
        std::string_view rest = answer.calls[index].arguments;
        while (!rest.empty()) {
            std::size_t end = std::min(kArgumentPiece, rest.size());
            while (end < rest.size() && (static_cast<unsigned char>(rest[end]) & 0xC0) == 0x80)
                ++end; // characters stay whole
            script.pieces.push_back({answer.pace, argumentsChunk(answer, index, rest.substr(0, end))});
            rest.remove_prefix(end);
        }
    }
}

/// The finishing chunk, usage when it was asked for, and the end marker.
std::string ending(const Answer &answer)
{
    std::string bytes = chunk(answer, answer.finish, [](json::Writer &) {});
    if (answer.includeUsage) {
        json::Writer out(std::string("data: "));
        beginAnswer(out, answer, "chat.completion.chunk");
        out.endArray();
        writeUsage(out, answer);
        out.endObject();
        bytes += out.take() + "\n\n";
    }
    return bytes + "data: [DONE]\n\n";
}

} // namespace

http::Script whole(const Answer &answer)
{
    json::Writer out;
    beginAnswer(out, answer, "chat.completion");
    out.beginObject();
    out.member("index", 0);
    out.key("message");
    writeMessage(out, answer);
    out.memberNull("logprobs");
    out.member("finish_reason", answer.finish);
    out.endObject();
    out.endArray();
    writeUsage(out, answer);
    out.endObject();
    http::Script script = answerJson(200, out.take());
    script.pieces.front().pause = answer.pace * static_cast<int>(answer.words.size() + answer.calls.size());
    return script;
}

http::Script streamed(const Answer &answer)
{
    http::Script script;
    script.headers.add("content-type", "text/event-stream");
    script.headers.add("cache-control", "no-cache");
    script.pieces.push_back({std::chrono::milliseconds(0), chunk(answer, {}, [](json::Writer &out) {
                                 out.member("role", "assistant");
                                 out.member("content", "");
                             })});
    for (const std::string &word : answer.words) {
        script.pieces.push_back(
            {answer.pace, chunk(answer, {}, [&word](json::Writer &out) { out.member("content", word); })});
    }
    streamCalls(answer, script);
    script.pieces.push_back({std::chrono::milliseconds(0), ending(answer)});
    return script;
}

} // namespace pm::demo
