// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_source.h"

namespace pm::ui::sample {

namespace {

const char kAsked[] =
    R"({"model":"claude-sonnet-5","stream":true,"stream_options":{"include_usage":true},"messages":[)"
    R"({"role":"system","content":"You are a careful reviewer. Read before you judge."},)"
    R"({"role":"user","name":"ann","content":"Why is the cart total wrong when a coupon is used?"},)"
    R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":)"
    R"({"name":"search","arguments":"{\"text\": \"applyCoupon\"}"}}]},)"
    R"({"role":"tool","tool_call_id":"call_1","content":"src/cart.ts:41: total -= coupon;"},)"
    R"({"role":"user","name":"ann","content":"And with a gift card?"}],)"
    R"("tools":[{"type":"function","function":{"name":"search","description":"Finds text in the repository",)"
    R"("parameters":{"type":"object","properties":{"text":{"type":"string"},"seed":{"type":"integer"}},)"
    R"("required":["text"]}}}],"max_completion_tokens":4096,"temperature":0.2,"seed":7,)"
    R"("logit_bias":{"1734":-100},"service_tier":"flex","user":"ann"})";

const char kSent[] =
    R"({"model":"claude-sonnet-5","system":[{"type":"text","text":)"
    R"("You are a careful reviewer. Read before you judge."}],"messages":[{"role":"user","content":[{"type":"text",)"
    R"("text":"Why is the cart total wrong when a coupon is used?"}]},{"role":"assistant","content":[{"type":)"
    R"("tool_use","id":"call_1","name":"search","input":{"text":"applyCoupon"}}]},{"role":"user","content":)"
    R"([{"type":"tool_result","tool_use_id":"call_1","content":"src/cart.ts:41: total -= coupon;"},)"
    R"({"type":"text","text":"And with a gift card?"}]}],"tools":[{"name":"search","description":)"
    R"("Finds text in the repository","input_schema":{"type":"object","properties":{"text":{"type":"string"},)"
    R"("seed":{"type":"integer"}},"required":["text"]}}],"max_tokens":4096,"temperature":0.2,)"
    R"("metadata":{"user_id":"ann"},"stream":true})";

const char kReceived[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
    "\"role\":\"assistant\",\"model\":\"claude-sonnet-5\",\"content\":[],\"usage\":{\"input_tokens\":212,"
    "\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
    "\"text\",\"text\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
    "\"text_delta\",\"text\":\"The gift card is taken off \"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
    "\"text_delta\",\"text\":\"before the coupon.\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{"
    "\"output_tokens\":18}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

const char kAnswered[] =
    "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"claude-sonnet-5\","
    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"The gift card is taken off \"},"
    "\"finish_reason\":null}]}\n\n"
    "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"claude-sonnet-5\","
    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"before the coupon.\"},\"finish_reason\":\"stop\"}]}\n\n"
    "data: [DONE]\n\n";

void put(trace::Body &body, const char *text)
{
    body = {};
    body.bytes = text;
    body.fullSize = body.bytes.size();
}

} // namespace

trace::Record makeTranslatedRecord(std::int64_t startedAt)
{
    std::mt19937_64 rng(11);
    trace::Record record = makeRecord(rng, startedAt);
    trace::Head &head = record.head;
    head.path = "/v1/chat/completions";
    head.clientDialect = "openai";
    head.app = "sdk-js";
    head.router = "production";
    head.provider = "anthropic";
    head.model = head.requestedModel = "claude-sonnet-5";
    head.promptStart = "And with a gift card?";
    head.attempts = 1;
    trace::Detail &detail = record.detail;
    detail.plan = {{"anthropic/claude-sonnet-5", "first in order", false}};
    detail.attempts.resize(1);
    detail.attempts[0].provider = "anthropic";
    detail.attempts[0].model = head.model;
    detail.attempts[0].dialect = "anthropic";
    detail.losses = {"logit_bias", "seed", "service_tier", "messages: name", "a user turn put first"};
    put(detail.requestBody, kAsked);
    put(detail.upstreamRequestBody, kSent);
    put(detail.upstreamResponseBody, kReceived);
    put(detail.responseBody, kAnswered);
    return record;
}

} // namespace pm::ui::sample
