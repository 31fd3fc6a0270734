// SPDX-License-Identifier: GPL-3.0-or-later
#include "mock_upstream_replies.h"

#include <cstdio>

namespace mock {

namespace {

std::string reply(const std::string &body)
{
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string streamHead()
{
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
           "transfer-encoding: chunked\r\n\r\n";
}

std::string chunk(const std::string &bytes)
{
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return size + bytes + "\r\n";
}

std::string event(const std::string &name, const std::string &data)
{
    return "event: " + name + "\ndata: {\"type\":\"" + name + "\"" + data + "}\n\n";
}

std::string chatEvent(const std::string &choices)
{
    return "data: {\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
           "\"model\":\"mock\",\"choices\":" +
           choices + "}\n\n";
}

} // namespace

const Replies &openAi()
{
    static const Replies replies{
        .reply = reply(
            "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion\",\"created\":1700000000,"
            "\"model\":\"mock\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
            "\"content\":\"The quick brown fox jumps over the lazy dog.\"},\"finish_reason\":\"stop\"}],"
            "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":10,\"total_tokens\":22}}"),
        .streamHead = streamHead() +
                      chunk(chatEvent("[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                                      "\"finish_reason\":null}]")),
        .streamEvent =
            chunk(chatEvent("[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]")),
        .streamEnd = chunk(chatEvent("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]")) +
                     chunk(chatEvent("[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":10,"
                                     "\"total_tokens\":22}")) +
                     chunk("data: [DONE]\n\n") + "0\r\n\r\n",
    };
    return replies;
}

const Replies &anthropic()
{
    static const Replies replies{
        .reply = reply(
            "{\"id\":\"msg_mock\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"mock\","
            "\"content\":[{\"type\":\"text\",\"text\":\"The quick brown fox jumps over the lazy dog.\"}],"
            "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
            "\"usage\":{\"input_tokens\":12,\"output_tokens\":10}}"),
        .streamHead =
            streamHead() +
            chunk(event("message_start",
                        ",\"message\":{\"id\":\"msg_mock\",\"type\":\"message\",\"role\":\"assistant\","
                        "\"model\":\"mock\",\"content\":[],\"stop_reason\":null,"
                        "\"stop_sequence\":null,\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}")) +
            chunk(event("content_block_start",
                        ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")),
        .streamEvent = chunk(event("content_block_delta",
                                   ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"word \"}")),
        .streamEnd =
            chunk(event("content_block_stop", ",\"index\":0")) +
            chunk(event("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                                         "\"usage\":{\"output_tokens\":10}")) +
            chunk(event("message_stop", "")) + "0\r\n\r\n",
    };
    return replies;
}

} // namespace mock
