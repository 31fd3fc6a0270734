// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_dictionary.h"

namespace pm::trace {

namespace {

// What comes back most often stands last: near references are the shortest. First requests and answers as the
// dialects have them, then the details of a record as encodeDetail() writes them.
constexpr std::string_view kText =
    R"t({"model":"","stream":true,"stream_options":{"include_usage":true},"temperature":0,"max_tokens":1024,)t"
    R"t("max_completion_tokens":,"tool_choice":"auto","parallel_tool_calls":true,"tools":[{"type":"function",)t"
    R"t("function":{"name":"","description":"","parameters":{"type":"object","properties":{"":{"type":"string",)t"
    R"t("description":""}},"required":[""],"additionalProperties":false},"strict":true}}],"system":[{"type":)t"
    R"t("text","text":"You are a helpful assistant.","cache_control":{"type":"ephemeral"}}],"messages":[)t"
    R"t({"role":"system","content":""},{"role":"user","content":[{"type":"text","text":""}]},)t"
    R"t({"role":"assistant","content":null,"tool_calls":[{"id":"call_","type":"function","function":)t"
    R"t({"name":"","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_","content":""}]})t"
    R"t({"id":"msg_","type":"message","role":"assistant","model":"claude-","content":[{"type":"tool_use","id":)t"
    R"t("toolu_","name":"","input":{}}],"stop_reason":"end_turn","stop_sequence":null,"usage":)t"
    R"t({"input_tokens":,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":}})t"
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_\"\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
    "{\"type\":\"text\",\"text\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
    "{\"type\":\"text_delta\",\"text\":\"\"}}\n\n"
    "data: {\"id\":\"chatcmpl-\",\"object\":\"chat.completion.chunk\",\"created\":17,\"model\":\"gpt-\","
    "\"system_fingerprint\":\"fp_\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,"
    "\"finish_reason\":null}]}\n\ndata: [DONE]\n\n"
    R"t({"error":{"message":"","type":"invalid_request_error","param":null,"code":null}})t"
    R"t({"id":"chatcmpl-","object":"chat.completion","created":17,"model":"","choices":[{"index":0,"message":)t"
    R"t({"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":)t"
    R"t({"prompt_tokens":,"completion_tokens":,"total_tokens":,"prompt_tokens_details":{"cached_tokens":0},)t"
    R"t("completion_tokens_details":{"reasoning_tokens":0}}}{"model":"","messages":[{"role":"user","content":")t"
    R"t({"route":"latency: ","plan":[{"target":"openai/gpt-","reason":"not measured yet","excluded":false},)t"
    R"t({"target":"anthropic/claude-","reason":"first in order","excluded":true}],"attempts":[{"text":[)t"
    R"t("anthropic","claude-","https://api.anthropic.com/v1/messages","anthropic","","","answered"],"us":[)t"
    R"t(0,0,0,-1,0,0,0,-1,0],"reused":true,"status":200}],"losses":[],"headers":[["host","127.0.0.1:8080",)t"
    R"t("connection","keep-alive","user-agent","","accept","application/json","accept-encoding","gzip, deflate, br",)t"
    R"t("authorization","****","x-stainless-lang","js","x-stainless-package-version","6.0.0","x-stainless-os","Linux",)t"
    R"t("x-stainless-arch","x64","x-stainless-runtime","node","x-stainless-runtime-version","v20.","x-stainless-retry-count","0",)t"
    R"t("anthropic-version","2023-06-01","anthropic-beta","","x-api-key","****","content-length","","content-type",)t"
    R"t("application/json"],["user-agent","pointsman","via","1.1 pointsman","content-type","application/json",)t"
    R"t("accept","application/json","authorization","****"],["date","","content-type","text/event-stream; )t"
    R"t(charset=utf-8","cache-control","no-cache","transfer-encoding","chunked","connection","keep-alive",)t"
    R"t("content-type","application/json","content-length",""],["x-request-id","01","x-pointsman-router","",)t"
    R"t("x-pointsman-provider","openai","x-pointsman-model","","x-pointsman-attempts","1","x-pointsman-cache",)t"
    R"t("bypass","x-pointsman-route","priority: ","content-type","application/json"]],"bodies":[0,0,0,0,0,0,0,0],)t"
    R"t("chunks":[],"prompt":"")t";

} // namespace

std::string_view traceDictionary()
{
    return kText;
}

} // namespace pm::trace
