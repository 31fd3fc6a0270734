// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "dialects/openai_responses_fields.h"
#include "dialects/openai_responses_read.h"

#include <algorithm>
#include <array>

// The fields of a request that stand beside its items and tools.
namespace pm {

using namespace responses;

namespace {

// Fields that are read; any other top-level field is named in ChatRequest::uncarried.
constexpr std::array<std::string_view, 26> kCarried{
    "model",          "input",        "instructions",        "max_output_tokens",    "metadata",
    "stream",         "store",        "parallel_tool_calls", "previous_response_id", "prompt_cache_key",
    "reasoning",      "service_tier", "temperature",         "text",                 "tool_choice",
    "tools",          "top_logprobs", "top_p",               "user",                 "safety_identifier",
    "background",     "conversation", "prompt",              "include",              "stream_options",
    "client_metadata",
};

/// Fields that only the API's own servers can honour, and what to do without.
struct Stateful
{
    std::string_view name;
    std::string_view why;
};
constexpr std::array kStateful{
    Stateful{"conversation", "is kept by a provider that speaks Responses only; send the items as input"},
    Stateful{"prompt", "names a template that a provider keeps; send its text as instructions"},
};

template <typename T, typename Find>
Result<void> take(json::Element root, std::string_view key, Find find, std::string_view must, std::optional<T> &into)
{
    if (!json::find(root, key))
        return {};
    const auto found = find(root, key);
    if (!found)
        return fail(badField(std::string(key), must));
    into = *found;
    return {};
}

Result<void> readNumbers(json::Element root, ChatRequest &request)
{
    constexpr std::string_view kWhole = "must be a whole number";
    constexpr std::string_view kReal = "must be a number";
    std::optional<bool> stream;
    std::optional<std::int64_t> logprobs;
    for (auto &&taken : {take(root, "max_output_tokens", json::findInt, kWhole, request.maxTokens),
                         take(root, "temperature", json::findDouble, kReal, request.temperature),
                         take(root, "top_p", json::findDouble, kReal, request.topP),
                         take(root, "top_logprobs", json::findInt, kWhole, logprobs),
                         take(root, "stream", json::findBool, "must be true or false", stream)}) {
        if (!taken)
            return taken;
    }
    request.stream = stream.value_or(false);
    request.includeUsage = true;
    if (logprobs.value_or(0) > 0)
        return fail(unsupported("top_logprobs", "log probabilities cannot be carried between formats; leave it out"));
    return {};
}

Result<void> readStrings(json::Element root, ChatRequest &request)
{
    std::optional<std::string_view> model;
    if (auto taken = take(root, "model", json::findString, "must be a string", model); !taken)
        return taken;
    request.model = model.value_or("");
    request.user = json::findString(root, "user").value_or("");
    if (request.user.empty())
        request.user = json::findString(root, "safety_identifier").value_or("");
    request.serviceTier = json::findString(root, "service_tier").value_or("");
    request.promptCacheKey = json::findString(root, "prompt_cache_key").value_or("");
    if (const auto metadata = json::findObject(root, "metadata"))
        request.metadata = json::text(*metadata);
    return {};
}

Result<void> readText(json::Element root, ChatRequest &request)
{
    const auto text = json::findObject(root, "text");
    if (!text)
        return {};
    request.verbosity = json::findString(*text, "verbosity").value_or("");
    const auto format = json::findObject(*text, "format");
    if (!format)
        return {};
    const std::string_view type = json::findString(*format, "type").value_or("");
    if (type == "text")
        return {};
    ResponseFormat &wanted = request.responseFormat;
    if (type == "json_object") {
        wanted.kind = ResponseFormat::Kind::JsonObject;
        return {};
    }
    if (type != "json_schema")
        return fail(badField("text.format.type", "must be text, json_object or json_schema"));
    wanted.kind = ResponseFormat::Kind::JsonSchema;
    wanted.name = json::findString(*format, "name").value_or("");
    wanted.description = json::findString(*format, "description").value_or("");
    wanted.strict = json::findBool(*format, "strict");
    if (const auto schema = json::find(*format, "schema")) {
        if (!schema->is_object())
            return fail(badField("text.format.schema", "must be an object"));
        wanted.schema = json::text(*schema);
    }
    return {};
}

Result<void> readReasoningWish(json::Element root, ChatRequest &request)
{
    const auto asked = json::findObject(root, "reasoning");
    if (!asked)
        return {};
    Reasoning &reasoning = request.reasoning;
    reasoning.effort = json::findString(*asked, "effort").value_or("");
    if (reasoning.effort == "none")
        reasoning.mode = Reasoning::Mode::Off;
    else if (!reasoning.effort.empty())
        reasoning.mode = Reasoning::Mode::Adaptive;
    auto summary = json::findString(*asked, "summary");
    if (!summary)
        summary = json::findString(*asked, "generate_summary");
    if (summary && reasoning.mode == Reasoning::Mode::Adaptive)
        reasoning.display = "summarized";
    else if (summary && reasoning.mode == Reasoning::Mode::Unset)
        note(request.uncarried, "reasoning.summary");
    for (const std::string_view key : {"mode", "context"}) {
        if (json::find(*asked, key))
            note(request.uncarried, "reasoning." + std::string(key));
    }
    return {};
}

Result<void> refuseState(json::Element root, ChatRequest &)
{
    if (json::findBool(root, "background").value_or(false))
        return fail(unsupported("background", "is offered by providers that speak Responses only; ask without it"));
    for (const Stateful &each : kStateful) {
        if (json::find(root, each.name))
            return fail(unsupported(std::string(each.name), each.why));
    }
    if (const auto id = json::findString(root, "previous_response_id")) {
        Error error = badField("previous_response_id",
                               "names an answer that is not kept here; send its items as input");
        error.code = "previous_response_not_found";
        return fail(std::move(error));
    }
    return {};
}

void noteUnknown(json::Element root, ChatRequest &request)
{
    for (const auto &[key, value] : fields(root)) {
        const bool known = std::find(kCarried.begin(), kCarried.end(), key) != kCarried.end();
        const bool isDefault = key == "truncation" && json::findString(root, key) == "disabled";
        if (!known && !isDefault && !value.is_null())
            note(request.uncarried, std::string(key));
    }
    const auto include = json::findArray(root, "include");
    if (!include)
        return;
    for (const json::Element item : *include) {
        const std::string_view name = item.is_string() ? std::string_view(item.get_string().value_unsafe()) : "";
        if (name != "reasoning.encrypted_content") // comes whenever there is any
            note(request.uncarried, "include: " + std::string(name));
    }
}

} // namespace

Result<ChatRequest> OpenAiResponses::readRequest(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    ChatRequest request;
    for (const auto read : {refuseState, readNumbers, readStrings, readText, readReasoningWish}) {
        if (auto done = read(root, request); !done)
            return fail(std::move(done.error()));
    }
    noteUnknown(root, request);
    const auto names = readTools(root, request);
    if (!names)
        return fail(names.error());
    if (auto done = readInput(root, *names, request); !done)
        return fail(std::move(done.error()));
    return request;
}

} // namespace pm
