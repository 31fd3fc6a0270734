// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_upstream.h"

#include "base/json.h"

namespace pm::test {

namespace {

std::string inQuotes(std::string_view text)
{
    std::string out;
    json::appendQuoted(out, text);
    return out;
}

std::string chatChunk(const std::string &delta, const std::string &finish, const std::string &usage = {})
{
    const std::string choices = delta.empty() ? "[]"
                                              : "[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null," +
                                                    "\"finish_reason\":" + finish + "}]";
    return "data: {\"id\":\"chatcmpl-fake1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
           "\"model\":\"gpt-4o-mini\",\"choices\":" +
           choices + (usage.empty() ? "" : ",\"usage\":" + usage) + "}\n\n";
}

std::string event(std::string_view name, const std::string &data)
{
    return "event: " + std::string(name) + "\ndata: " + data + "\n\n";
}

std::string chatUsage(std::size_t output)
{
    return "{\"prompt_tokens\":10,\"completion_tokens\":" + std::to_string(output) +
           ",\"total_tokens\":" + std::to_string(10 + output) + "}";
}

} // namespace

Scenario openAiReply(std::string_view text, std::string_view model)
{
    Scenario scenario;
    scenario.body =
        "{\"id\":\"chatcmpl-fake1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":" +
        inQuotes(model) +
        ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":" + inQuotes(text) +
        ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" + chatUsage(5) + "}";
    return scenario;
}

Scenario openAiStream(const std::vector<std::string> &words, std::chrono::milliseconds pause)
{
    std::vector<Chunk> chunks;
    chunks.push_back({{}, chatChunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")});
    for (const std::string &word : words)
        chunks.push_back({pause, chatChunk("{\"content\":" + inQuotes(word) + "}", "null")});
    chunks.push_back({{}, chatChunk("{}", "\"stop\"")});
    chunks.push_back({{}, chatChunk({}, {}, chatUsage(words.size()))});
    chunks.push_back({{}, "data: [DONE]\n\n"});
    return eventStream(std::move(chunks));
}

Scenario openAiError(int status, std::string_view message, std::string_view type, std::string_view code)
{
    Scenario scenario;
    scenario.status = status;
    scenario.body = "{\"error\":{\"message\":" + inQuotes(message) + ",\"type\":" + inQuotes(type) +
                    ",\"param\":null,\"code\":" + (code.empty() ? "null" : inQuotes(code)) + "}}";
    return scenario;
}

Scenario openAiEmbeddings(std::size_t inputs, std::size_t dimensions)
{
    Scenario scenario;
    std::string data;
    for (std::size_t i = 0; i < inputs; ++i) {
        std::string vector;
        for (std::size_t d = 0; d < dimensions; ++d)
            vector += (d ? "," : "") + std::string("0.") + std::to_string(d + 1);
        data += (i ? "," : "") + std::string("{\"object\":\"embedding\",\"index\":") + std::to_string(i) +
                ",\"embedding\":[" + vector + "]}";
    }
    scenario.body =
        "{\"object\":\"list\",\"data\":[" + data +
        "],\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}";
    return scenario;
}

Scenario openAiModels(const std::vector<std::string> &ids)
{
    Scenario scenario;
    std::string data;
    for (const std::string &id : ids)
        data += (data.empty() ? "" : ",") + std::string("{\"id\":") + inQuotes(id) +
                ",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"fake\"}";
    scenario.body = "{\"object\":\"list\",\"data\":[" + data + "]}";
    return scenario;
}

Scenario anthropicReply(std::string_view text, std::string_view model)
{
    Scenario scenario;
    scenario.body =
        "{\"id\":\"msg_fake1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":" + inQuotes(model) +
        ",\"content\":[{\"type\":\"text\",\"text\":" + inQuotes(text) +
        "}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
        "\"usage\":{\"input_tokens\":10,\"output_tokens\":5}}";
    return scenario;
}

Scenario anthropicStream(const std::vector<std::string> &words, std::chrono::milliseconds pause)
{
    std::vector<Chunk> chunks;
    chunks.push_back(
        {{},
         event("message_start",
               "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_fake1\",\"type\":\"message\","
               "\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"stop_reason\":null,"
               "\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}")});
    chunks.push_back({{},
                      event("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,"
                                                   "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")});
    chunks.push_back({{}, event("ping", "{\"type\":\"ping\"}")});
    for (const std::string &word : words) {
        chunks.push_back({pause, event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,"
                                                              "\"delta\":{\"type\":\"text_delta\",\"text\":" +
                                                                  inQuotes(word) + "}}")});
    }
    chunks.push_back({{}, event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")});
    chunks.push_back(
        {{},
         event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                                "\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" +
                                    std::to_string(words.size()) + "}}")});
    chunks.push_back({{}, event("message_stop", "{\"type\":\"message_stop\"}")});
    return eventStream(std::move(chunks));
}

Scenario anthropicError(int status, std::string_view type, std::string_view message)
{
    Scenario scenario;
    scenario.status = status;
    scenario.body = "{\"type\":\"error\",\"error\":{\"type\":" + inQuotes(type) +
                    ",\"message\":" + inQuotes(message) + "},\"request_id\":\"req_fake1\"}";
    return scenario;
}

Scenario eventStream(std::vector<Chunk> chunks)
{
    Scenario scenario;
    scenario.contentType = "text/event-stream";
    scenario.chunks = std::move(chunks);
    return scenario;
}

} // namespace pm::test
