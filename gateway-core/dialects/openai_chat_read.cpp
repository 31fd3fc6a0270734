// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_read.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"

#include <algorithm>
#include <array>

// The fields of a request that stand beside its messages and tools.
namespace pm {

using namespace openai;

namespace {

// Fields that are read; any other top-level field is named in ChatRequest::uncarried.
constexpr std::array<std::string_view, 37> kCarried{"model",
                                                    "messages",
                                                    "max_tokens",
                                                    "max_completion_tokens",
                                                    "temperature",
                                                    "top_p",
                                                    "top_k",
                                                    "presence_penalty",
                                                    "frequency_penalty",
                                                    "n",
                                                    "stop",
                                                    "seed",
                                                    "logit_bias",
                                                    "logprobs",
                                                    "top_logprobs",
                                                    "stream",
                                                    "stream_options",
                                                    "tools",
                                                    "tool_choice",
                                                    "parallel_tool_calls",
                                                    "response_format",
                                                    "reasoning_effort",
                                                    "reasoning",
                                                    "verbosity",
                                                    "modalities",
                                                    "audio",
                                                    "user",
                                                    "safety_identifier",
                                                    "service_tier",
                                                    "functions",
                                                    "function_call",
                                                    "cache_control",
                                                    "prompt_cache_key",
                                                    "metadata",
                                                    "input",
                                                    "prompt",
                                                    "suffix"};

class Fields
{
public:
    explicit Fields(json::Element root)
        : m_root(root)
    {
    }

    template <typename T, typename Find>
    void take(std::string_view key, std::optional<T> &into, Find find, std::string_view must)
    {
        if (m_error || !json::find(m_root, key))
            return;
        into = find(m_root, key);
        if (!into)
            m_error = badField(std::string(key), must);
    }
    void whole(std::string_view key, std::optional<std::int64_t> &into)
    {
        take(key, into, json::findInt, "must be a whole number");
    }
    void real(std::string_view key, std::optional<double> &into)
    {
        take(key, into, json::findDouble, "must be a number");
    }
    void boolean(std::string_view key, std::optional<bool> &into)
    {
        take(key, into, json::findBool, "must be true or false");
    }
    void string(std::string_view key, std::string &into)
    {
        std::optional<std::string_view> found;
        take(key, found, json::findString, "must be a string");
        if (found)
            into = *found;
    }
    Result<void> result() const { return m_error ? Result<void>(fail(*m_error)) : Result<void>(); }

private:
    json::Element m_root;
    std::optional<Error> m_error;
};

Result<void> readScalars(json::Element root, ChatRequest &request)
{
    Fields fields(root);
    fields.string("model", request.model);
    fields.whole("max_tokens", request.maxTokens);
    fields.whole("max_completion_tokens", request.maxTokens);
    fields.real("temperature", request.temperature);
    fields.real("top_p", request.topP);
    fields.whole("top_k", request.topK);
    fields.whole("seed", request.seed);
    fields.real("presence_penalty", request.presencePenalty);
    fields.real("frequency_penalty", request.frequencyPenalty);
    fields.whole("n", request.n);
    fields.boolean("logprobs", request.logprobs);
    fields.whole("top_logprobs", request.topLogprobs);
    fields.string("user", request.user);
    if (request.user.empty())
        fields.string("safety_identifier", request.user);
    fields.string("service_tier", request.serviceTier);
    fields.string("verbosity", request.verbosity);
    fields.string("prompt_cache_key", request.promptCacheKey);
    if (const auto metadata = json::findObject(root, "metadata"))
        request.metadata = json::text(*metadata);
    std::optional<bool> stream;
    fields.boolean("stream", stream);
    request.stream = stream.value_or(false);
    if (const auto options = json::findObject(root, "stream_options"))
        request.includeUsage = json::findBool(*options, "include_usage").value_or(false);
    if (const auto bias = json::findObject(root, "logit_bias"))
        request.logitBias = json::text(*bias);
    request.cache = readCacheMark(root);
    return fields.result();
}

Result<void> readStop(json::Element root, ChatRequest &request)
{
    constexpr std::string_view kMust = "must be a string or an array of strings";
    const auto stop = json::find(root, "stop");
    if (!stop)
        return {};
    if (stop->is_string()) {
        request.stop.emplace_back(std::string_view(stop->get_string().value_unsafe()));
        return {};
    }
    if (!stop->is_array())
        return fail(badField("stop", kMust));
    for (const json::Element item : items(*stop)) {
        if (!item.is_string())
            return fail(badField("stop", kMust));
        request.stop.emplace_back(std::string_view(item.get_string().value_unsafe()));
    }
    return {};
}

Result<void> readResponseFormat(json::Element root, ChatRequest &request)
{
    if (!json::find(root, "response_format"))
        return {};
    const auto format = json::findObject(root, "response_format");
    const auto type = format ? json::findString(*format, "type") : std::nullopt;
    if (type == "text")
        return {};
    if (type == "json_object") {
        request.responseFormat.kind = ResponseFormat::Kind::JsonObject;
        return {};
    }
    if (type != "json_schema")
        return fail(badField("response_format.type", "must be text, json_object or json_schema"));
    const auto schema = json::findObject(*format, "json_schema");
    if (!schema)
        return fail(badField("response_format.json_schema", "must be an object"));
    request.responseFormat.kind = ResponseFormat::Kind::JsonSchema;
    request.responseFormat.name = json::findString(*schema, "name").value_or("");
    request.responseFormat.description = json::findString(*schema, "description").value_or("");
    request.responseFormat.strict = json::findBool(*schema, "strict");
    if (const auto text = json::find(*schema, "schema")) {
        if (!text->is_object())
            return fail(badField("response_format.json_schema.schema", "must be an object"));
        request.responseFormat.schema = json::text(*text);
    }
    return {};
}

Result<void> readReasoning(json::Element root, ChatRequest &request)
{
    Fields fields(root);
    Reasoning &reasoning = request.reasoning;
    fields.string("reasoning_effort", reasoning.effort);
    if (const auto object = json::findObject(root, "reasoning")) { // OpenRouter
        if (const auto effort = json::findString(*object, "effort"))
            reasoning.effort = *effort;
        reasoning.budgetTokens = json::findInt(*object, "max_tokens");
        if (json::findBool(*object, "enabled") == false)
            reasoning.mode = Reasoning::Mode::Off;
    }
    if (reasoning.effort == "none" || reasoning.mode == Reasoning::Mode::Off)
        reasoning.mode = Reasoning::Mode::Off;
    else if (reasoning.budgetTokens)
        reasoning.mode = Reasoning::Mode::Budget;
    else if (!reasoning.effort.empty())
        reasoning.mode = Reasoning::Mode::Adaptive;
    return fields.result();
}

/// Spoken answers are an answer of another kind: they cannot be left out in silence.
Result<void> refuseAudioOutput(json::Element root)
{
    bool asked = json::findObject(root, "audio").has_value();
    if (const auto modalities = json::findArray(root, "modalities")) {
        for (const json::Element item : *modalities)
            asked = asked || (item.is_string() && item.get_string().value_unsafe() == "audio");
    }
    if (!asked)
        return {};
    Error error{
        ErrorKind::NotSupported,
        "modalities asks for audio, which only a provider of the openai dialect can answer; ask for text"};
    error.param = "modalities";
    return fail(std::move(error));
}

void noteUnknown(json::Element root, ChatRequest &request)
{
    for (const auto &[key, value] : fields(root)) {
        const bool known = std::find(kCarried.begin(), kCarried.end(), key) != kCarried.end();
        if (!known && !value.is_null())
            note(request.uncarried, std::string(key));
    }
}

} // namespace

std::optional<CacheMark> openai::readCacheMark(json::Element carrier)
{
    if (const auto mark = json::findObject(carrier, "cache_control"))
        return CacheMark{std::string(json::findString(*mark, "ttl").value_or(""))};
    if (json::findObject(carrier, "prompt_cache_breakpoint"))
        return CacheMark{};
    return std::nullopt;
}

Result<ChatRequest> OpenAiChat::readRequest(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    ChatRequest request;
    for (const auto read : {readScalars, readStop, readResponseFormat, readReasoning, readTools}) {
        if (auto done = read(root, request); !done)
            return fail(std::move(done.error()));
    }
    if (auto possible = refuseAudioOutput(root); !possible)
        return fail(std::move(possible.error()));
    noteUnknown(root, request);
    const auto list = json::find(root, "messages");
    if (!list || !list->is_array())
        return fail(badField("messages", "must be an array"));
    auto messages = readMessages(*list, request.uncarried);
    if (!messages)
        return fail(std::move(messages.error()));
    request.messages = std::move(*messages);
    return request;
}

} // namespace pm
