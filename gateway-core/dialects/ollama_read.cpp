// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama_read.h"

#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"

#include <algorithm>
#include <array>

// The fields of a request that stand beside its messages.
namespace pm {

using namespace ollama;
using errors::badField;
using errors::note;

namespace {

// Fields that are read; any other top-level field, and any other option, is named in ChatRequest::uncarried.
constexpr std::array<std::string_view, 14> kCarried{
    "model",    "messages", "tools",  "stream", "format",       "think",  "options",
    "logprobs", "prompt",   "images", "system", "top_logprobs", "suffix", "raw",
};
constexpr std::array<std::string_view, 8> kCarriedOptions{
    "num_predict", "temperature", "top_p", "top_k", "seed", "stop", "presence_penalty", "frequency_penalty",
};

template <std::size_t N>
bool isIn(const std::array<std::string_view, N> &names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> readStop(json::Element options, ChatRequest &request)
{
    constexpr std::string_view kMust = "must be an array of strings";
    const auto stop = json::find(options, "stop");
    if (!stop)
        return {};
    if (stop->is_string()) {
        request.stop.emplace_back(std::string_view(stop->get_string().value_unsafe()));
        return {};
    }
    if (!stop->is_array())
        return fail(badField("options.stop", kMust));
    for (const json::Element item : items(*stop)) {
        if (!item.is_string())
            return fail(badField("options.stop", kMust));
        request.stop.emplace_back(std::string_view(item.get_string().value_unsafe()));
    }
    return {};
}

Result<void> readOptions(json::Element root, ChatRequest &request)
{
    const auto found = json::find(root, "options");
    if (!found)
        return {};
    if (!found->is_object())
        return fail(badField("options", "must be an object"));
    errors::FieldReader options(*found);
    options.whole("num_predict", request.maxTokens);
    options.real("temperature", request.temperature);
    options.real("top_p", request.topP);
    options.whole("top_k", request.topK);
    options.whole("seed", request.seed);
    options.real("presence_penalty", request.presencePenalty);
    options.real("frequency_penalty", request.frequencyPenalty);
    if (options.error())
        return fail(errors::below("options", *options.error()));
    if (request.maxTokens && *request.maxTokens <= 0)
        request.maxTokens.reset(); // -1 is no limit, -2 is what the window has room for
    for (const auto &[key, value] : fields(*found)) {
        if (!isIn(kCarriedOptions, key) && !value.is_null())
            note(request.uncarried, "options." + std::string(key));
    }
    return readStop(*found, request);
}

Result<void> readFormat(json::Element root, ChatRequest &request)
{
    const auto format = json::find(root, "format");
    if (!format)
        return {};
    if (format->is_object()) {
        request.responseFormat.kind = ResponseFormat::Kind::JsonSchema;
        request.responseFormat.schema = json::text(*format);
        return {};
    }
    const auto word = json::findString(root, "format");
    if (word == "json")
        request.responseFormat.kind = ResponseFormat::Kind::JsonObject;
    else if (word != "")
        return fail(badField("format", "must be \"json\" or a JSON Schema"));
    return {};
}

Result<void> readThink(json::Element root, ChatRequest &request)
{
    constexpr std::string_view kMust = "must be true, false, \"low\", \"medium\" or \"high\"";
    constexpr std::array<std::string_view, 4> kLevels{"low", "medium", "high", "max"};
    const auto think = json::find(root, "think");
    if (!think)
        return {};
    if (const auto isOn = json::findBool(root, "think")) {
        request.reasoning.mode = *isOn ? Reasoning::Mode::Adaptive : Reasoning::Mode::Off;
        request.reasoning.effort = *isOn ? "medium" : "none";
        return {};
    }
    const auto level = json::findString(root, "think");
    if (!level || !isIn(kLevels, *level))
        return fail(badField("think", kMust));
    request.reasoning.mode = Reasoning::Mode::Adaptive;
    request.reasoning.effort = *level;
    return {};
}

Result<void> readScalars(json::Element root, ChatRequest &request)
{
    errors::FieldReader reader(root);
    std::optional<bool> stream;
    reader.string("model", request.model);
    reader.boolean("stream", stream);
    reader.boolean("logprobs", request.logprobs);
    reader.whole("top_logprobs", request.topLogprobs);
    if (reader.error())
        return fail(*reader.error());
    request.stream = stream.value_or(true);
    request.includeUsage = true; // the last line has it
    for (const auto &[key, value] : fields(root)) {
        if (!isIn(kCarried, key) && !value.is_null())
            note(request.uncarried, std::string(key));
    }
    return {};
}

} // namespace

Result<void> ollama::readTools(json::Element root, ChatRequest &request)
{
    const auto list = json::find(root, "tools");
    if (!list)
        return {};
    if (!list->is_array())
        return fail(badField("tools", "must be an array"));
    std::size_t index = 0;
    for (const json::Element item : items(*list)) {
        const std::string at = errors::place("tools", index++);
        const auto function = json::findObject(item, "function");
        const auto name = function ? json::findString(*function, "name") : std::nullopt;
        if (!name || name->empty())
            return fail(badField(at + ".function.name", "must be a string that is not empty"));
        Tool tool;
        tool.name = *name;
        tool.description = json::findString(*function, "description").value_or("");
        if (const auto schema = json::find(*function, "parameters")) {
            if (!schema->is_object())
                return fail(badField(at + ".function.parameters", "must be an object"));
            tool.schema = json::text(*schema);
        }
        request.tools.push_back(std::move(tool));
    }
    return {};
}

Result<ChatRequest> Ollama::readRequest(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    ChatRequest request;
    for (const auto read : {readScalars, readOptions, readFormat, readThink, readTools}) {
        if (auto done = read(root, request); !done)
            return fail(std::move(done.error()));
    }
    const auto list = json::find(root, "messages");
    if (list && !list->is_array())
        return fail(badField("messages", "must be an array"));
    auto messages = list ? readMessages(*list) : readPrompt(root);
    if (!messages)
        return fail(std::move(messages.error()));
    if (messages->empty()) {
        return fail(errors::unsupportedField(
            list ? "messages" : "prompt",
            "without one the request only loads a model, and this provider has none to load"));
    }
    request.messages = std::move(*messages);
    return request;
}

} // namespace pm
