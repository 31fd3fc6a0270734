// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fault_wire.h"

namespace pm::test {

namespace {

/// The pieces `from` to `to` (not included) of a ready-made stream.
std::string joined(const Scenario &stream, std::size_t from, std::size_t to)
{
    std::string out;
    for (std::size_t i = from; i < to && i < stream.chunks.size(); ++i)
        out += stream.chunks[i].bytes;
    return out;
}

Wire openAiWire()
{
    const Scenario stream = openAiStream({std::string(kFirstWord)}); // role, word, reason, counts, [DONE]
    Wire wire;
    wire.opening = joined(stream, 0, 1);
    wire.word = joined(stream, 1, 2);
    wire.finish = joined(stream, 2, 4);
    wire.last = joined(stream, 4, 5);
    wire.halfCall =
        R"(data: {"id":"chatcmpl-fake1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini",)"
        R"("choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":)"
        R"({"name":"weather","arguments":"{\"city\":\"Pa"}}]},"finish_reason":null}]})"
        "\n\n";
    wire.error = R"(data: {"error":{"message":"no luck","type":"server_error","code":null}})"
                 "\n\n";
    wire.message = openAiReply(kFirstWord).body;
    return wire;
}

Wire anthropicWire()
{
    // message_start, block_start, ping, word, block_stop, message_delta, message_stop
    const Scenario stream = anthropicStream({std::string(kFirstWord)});
    Wire wire;
    wire.opening = joined(stream, 0, 1) + joined(stream, 2, 3);
    wire.word = joined(stream, 1, 2) + joined(stream, 3, 4);
    wire.wordEnd = joined(stream, 4, 5);
    wire.finish = joined(stream, 5, 6);
    wire.last = joined(stream, 6, 7);
    wire.halfCall = "event: content_block_start\n"
                    R"(data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use",)"
                    R"("id":"toolu_1","name":"weather","input":{}}})"
                    "\n\n"
                    "event: content_block_delta\n"
                    R"(data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",)"
                    R"("partial_json":"{\"city\":\"Pa"}})"
                    "\n\n";
    wire.error = "event: error\n"
                 R"(data: {"type":"error","error":{"type":"api_error","message":"no luck"}})"
                 "\n\n";
    wire.message = anthropicReply(kFirstWord).body;
    return wire;
}

Wire geminiWire()
{
    const auto candidate = [](const std::string &parts, const std::string &more) {
        return R"({"candidates":[{"content":{"role":"model","parts":[)" + parts + "]}" + more +
               R"(,"index":0}],"modelVersion":"gemini-fake"})";
    };
    const std::string word = R"({"text":")" + std::string(kFirstWord) + "\"}";
    Wire wire;
    wire.opening = ": \n\n"; // a comment: every event is content
    wire.word = "data: " + candidate(word, "") + "\n\n";
    wire.finish = "data: " + candidate(R"({"text":""})", R"(,"finishReason":"STOP")") + "\n\n";
    wire.finish.insert(
        wire.finish.size() - 3,
        R"(,"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1,"totalTokenCount":11})");
    // A call comes in one event here: only that can break off.
    wire.halfCall =
        R"(data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"weather","ar)";
    wire.error = R"(data: {"error":{"code":500,"message":"no luck","status":"INTERNAL"}})"
                 "\n\n";
    wire.message = candidate(word, R"(,"finishReason":"STOP")");
    return wire;
}

} // namespace

Wire wireOf(DialectId format)
{
    switch (format) {
    case DialectId::AnthropicMessages:
        return anthropicWire();
    case DialectId::Gemini:
        return geminiWire();
    default:
        return openAiWire();
    }
}

Scenario streamOf(std::vector<std::string> pieces, Scenario::Ending ending)
{
    std::vector<Chunk> chunks;
    for (std::string &piece : pieces)
        chunks.push_back({{}, std::move(piece)});
    Scenario scenario = eventStream(std::move(chunks));
    scenario.body.clear(); // where there are no chunks
    scenario.ending = ending;
    return scenario;
}

} // namespace pm::test
