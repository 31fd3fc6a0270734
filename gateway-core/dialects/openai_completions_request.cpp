// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_completions.h"

#include "base/json.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/openai_error.h"
#include "dialects/shared/openai_fields.h"
#include "dialects/shared/prompt_survey.h"
#include "dialects/shared/splice_model.h"

#include <algorithm>
#include <array>

namespace pm {

using namespace openai;

namespace {

constexpr std::array<std::string_view, 12> kCarried{"model", "prompt", "max_tokens",        "temperature",
                                                    "top_p", "stream", "stream_options",    "stop",
                                                    "seed",  "user",   "frequency_penalty", "presence_penalty"};
/// Fields whose named value is what leaving them out means; any other would change the answer.
struct Plain
{
    std::string_view name;
    std::string_view value;
};
constexpr std::array kPlain{Plain{"n", "1"}, Plain{"best_of", "1"}, Plain{"echo", "false"}, Plain{"suffix", "\"\""},
                            Plain{"logprobs", "0"}};

/// The one prompt. Lists of one are taken; token ids mean nothing to another model.
Result<std::string> readPrompt(json::Element root)
{
    const auto prompt = json::find(root, "prompt");
    if (!prompt)
        return fail(badField("prompt", "must be a string"));
    if (prompt->is_string())
        return std::string(std::string_view(prompt->get_string().value_unsafe()));
    if (!prompt->is_array() || items(*prompt).size() == 0)
        return fail(badField("prompt", "must be a string or an array with one string"));
    const json::Element first = items(*prompt).at(0).value_unsafe();
    if (!first.is_string())
        return fail(unsupported("prompt", "token ids are known to their own model only; send text"));
    if (items(*prompt).size() > 1)
        return fail(unsupported("prompt", "this provider takes one prompt at a time"));
    return std::string(std::string_view(first.get_string().value_unsafe()));
}

Result<void> readStop(json::Element root, ChatRequest &request)
{
    const auto stop = json::find(root, "stop");
    if (!stop)
        return {};
    if (stop->is_string()) {
        request.stop.emplace_back(std::string_view(stop->get_string().value_unsafe()));
        return {};
    }
    if (!stop->is_array())
        return fail(badField("stop", "must be a string or an array of strings"));
    for (const json::Element item : items(*stop)) {
        if (!item.is_string())
            return fail(badField("stop", "must be a string or an array of strings"));
        request.stop.emplace_back(std::string_view(item.get_string().value_unsafe()));
    }
    return {};
}

Result<void> readNumbers(json::Element root, ChatRequest &request)
{
    const auto whole = [&](std::string_view key, std::optional<std::int64_t> &into) {
        into = json::findInt(root, key);
        return into || !json::find(root, key);
    };
    const auto real = [&](std::string_view key, std::optional<double> &into) {
        into = json::findDouble(root, key);
        return into || !json::find(root, key);
    };
    if (!whole("max_tokens", request.maxTokens))
        return fail(badField("max_tokens", "must be a whole number"));
    if (!whole("seed", request.seed))
        return fail(badField("seed", "must be a whole number"));
    if (!real("temperature", request.temperature))
        return fail(badField("temperature", "must be a number"));
    if (!real("top_p", request.topP))
        return fail(badField("top_p", "must be a number"));
    if (!real("presence_penalty", request.presencePenalty))
        return fail(badField("presence_penalty", "must be a number"));
    if (!real("frequency_penalty", request.frequencyPenalty))
        return fail(badField("frequency_penalty", "must be a number"));
    return {};
}

Result<void> refuseOthers(json::Element root, ChatRequest &request)
{
    for (const auto &[key, value] : fields(root)) {
        const auto plain =
            std::find_if(kPlain.begin(), kPlain.end(), [key = key](const Plain &each) { return each.name == key; });
        if (plain != kPlain.end()) {
            if (!value.is_null() && json::text(value) != plain->value)
                return fail(unsupported(std::string(key), "a chat model cannot be asked for it; leave it out"));
            continue;
        }
        if (std::find(kCarried.begin(), kCarried.end(), key) == kCarried.end() && !value.is_null())
            note(request.uncarried, std::string(key));
    }
    return {};
}

} // namespace

std::string OpenAiCompletions::path(Operation operation, const TargetTraits &, bool) const
{
    return operation == Operation::Chat ? "/completions" : "";
}

Result<RequestFacts> OpenAiCompletions::facts(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    const auto model = json::find(root, "model");
    if (model && !model->is_string())
        return fail(badField("model", "must be a string"));
    const auto prompt = json::find(root, "prompt");
    if (!prompt || (!prompt->is_string() && !prompt->is_array()))
        return fail(badField("prompt", "must be a string or an array"));
    const auto stream = json::find(root, "stream");
    if (stream && !stream->is_bool())
        return fail(badField("stream", "must be true or false"));
    RequestFacts facts;
    facts.model = json::findString(root, "model").value_or("");
    facts.stream = json::findBool(root, "stream").value_or(false);
    if (const auto options = json::findObject(root, "stream_options"))
        facts.includeUsage = json::findBool(*options, "include_usage").value_or(false);
    facts.maxTokens = json::findInt(root, "max_tokens").value_or(0);
    PromptSurvey survey(facts);
    survey.input(*prompt);
    survey.conclude();
    return facts;
}

Result<ChatRequest> OpenAiCompletions::readRequest(std::string_view body) const
{
    const auto seen = facts(body);
    if (!seen)
        return fail(seen.error());
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    ChatRequest request;
    request.model = seen->model;
    request.stream = seen->stream;
    request.includeUsage = seen->includeUsage;
    request.user = json::findString(root, "user").value_or("");
    for (const auto read : {readNumbers, readStop, refuseOthers}) {
        if (auto done = read(root, request); !done)
            return fail(std::move(done.error()));
    }
    auto prompt = readPrompt(root);
    if (!prompt)
        return fail(std::move(prompt.error()));
    Message turn;
    turn.parts.push_back({TextPart{std::move(*prompt), {}}, {}});
    request.messages.push_back(std::move(turn));
    return request;
}

Result<std::string> OpenAiCompletions::writeRequest(const ChatRequest &, const TargetTraits &, Losses &) const
{
    return fail(ErrorKind::NotSupported, "legacy completions take one prompt, not a conversation");
}

Result<std::string> OpenAiCompletions::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    spliceModel(body, *members, target.model, splice);
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

Error OpenAiCompletions::readError(int status, std::string_view body) const
{
    return readErrorBody(status, body);
}

std::string OpenAiCompletions::writeError(const Error &error, std::string_view) const
{
    return writeErrorBody(error);
}

} // namespace pm
