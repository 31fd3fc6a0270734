// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama_embeddings.h"

#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/embedding_vectors.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/prompt_survey.h"

#include <algorithm>
#include <array>

namespace pm {

using errors::badField;
using errors::note;
using errors::place;

namespace {

constexpr std::string_view kOldVariant = "embeddings";
constexpr std::string_view kInputMust = "must be a string or an array of strings";
constexpr std::array<std::string_view, 5> kCarried{"model", "input", "prompt", "dimensions", "truncate"};

Result<void> readInputs(json::Element root, EmbeddingsRequest &request)
{
    const char *key = json::find(root, "input") ? "input" : "prompt";
    const auto given = json::find(root, key);
    if (given && given->is_string()) {
        request.inputs.push_back(
            {std::string(std::string_view(given->get_string().value_unsafe())), {}, false});
        return {};
    }
    if (!given || !given->is_array())
        return fail(badField(given ? key : "input", kInputMust));
    for (const json::Element item : items(*given)) {
        if (!item.is_string())
            return fail(badField(place(key, request.inputs.size()), kInputMust));
        request.inputs.push_back(
            {std::string(std::string_view(item.get_string().value_unsafe())), {}, false});
    }
    return {};
}

std::string quotedOrEmpty(std::optional<std::string_view> text)
{
    return text && text->size() > 2 && text->front() == '"' ? std::string(text->substr(1, text->size() - 2))
                                                            : std::string();
}

} // namespace

const EmbeddingsFormat *Ollama::embeddings() const
{
    static const OllamaEmbeddings format;
    return &format;
}

std::string OllamaEmbeddings::path(const TargetTraits &target) const
{
    return Ollama().path(Operation::Embeddings, target, false);
}

Result<RequestFacts> OllamaEmbeddings::facts(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    errors::FieldReader reader(root);
    reader.string("model", facts.model);
    if (reader.error())
        return fail(*reader.error());
    PromptSurvey survey(facts);
    for (const char *key : {"input", "prompt"}) {
        if (const auto given = json::find(root, key))
            survey.input(*given);
    }
    survey.conclude();
    return facts;
}

Result<EmbeddingsRequest> OllamaEmbeddings::readRequest(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    EmbeddingsRequest request;
    errors::FieldReader reader(root);
    reader.string("model", request.model);
    reader.whole("dimensions", request.dimensions);
    reader.boolean("truncate", request.truncate);
    if (reader.error())
        return fail(*reader.error());
    if (auto read = readInputs(root, request); !read)
        return fail(read.error());
    if (request.inputs.empty())
        return fail(badField("input", "must hold at least one text"));
    for (const auto &[key, value] : fields(root)) {
        if (std::find(kCarried.begin(), kCarried.end(), key) == kCarried.end() && !value.is_null())
            note(request.uncarried, std::string(key));
    }
    return request;
}

Result<std::string> OllamaEmbeddings::writeRequest(const EmbeddingsRequest &request,
                                                   const TargetTraits &target, Losses &losses) const
{
    constexpr std::int64_t kOldWindow = 2048; // what older servers give by themselves
    for (const std::string &name : request.uncarried)
        note(losses, name);
    if (!request.taskType.empty())
        note(losses, "taskType");
    if (!request.title.empty())
        note(losses, "title");
    if (!request.user.empty())
        note(losses, "user");
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    out.key("input");
    out.beginArray();
    std::size_t longest = 0;
    for (std::size_t i = 0; i < request.inputs.size(); ++i) {
        const EmbeddingInput &input = request.inputs[i];
        if (input.isTokens)
            return fail(errors::unsupportedField(place("input", i), "Ollama takes texts, no token ids"));
        longest = std::max(longest, input.text.size());
        out.string(input.text);
    }
    out.endArray();
    // The server would cut what is too long and answer with the vector of the rest.
    out.member("truncate", request.truncate.value_or(false));
    if (request.dimensions)
        out.member("dimensions", *request.dimensions);
    if (const std::int64_t tokens = estimateTokens(longest, 0); tokens + tokens / 3 >= kOldWindow) {
        out.key("options");
        out.beginObject();
        out.member("num_ctx", ollama::contextWindow(tokens, 1, target.contextTokens));
        out.endObject();
    }
    out.endObject();
    return out.take();
}

Result<std::string> OllamaEmbeddings::retarget(std::string_view body, const TargetTraits &target) const
{
    return embeddings::withModel(body, target.model);
}

Result<EmbeddingsReply> OllamaEmbeddings::readReply(std::string_view body) const
{
    if (auto checked = embeddings::checkReply(body); !checked)
        return fail(checked.error());
    std::vector<std::string_view> found;
    if (const auto list = embeddings::member(body, "embeddings"))
        found = embeddings::elements(*list);
    else if (const auto one = embeddings::member(body, "embedding"))
        found.push_back(*one);
    else
        return embeddings::broken("has no embeddings");
    EmbeddingsReply reply;
    for (const std::string_view each : found) {
        auto vector = embeddings::vectorText(each);
        if (!vector)
            return fail(vector.error());
        reply.vectors.push_back(std::move(*vector));
    }
    reply.model = quotedOrEmpty(embeddings::member(body, "model"));
    reply.usage = usage(body);
    return reply;
}

std::string OllamaEmbeddings::writeReply(const EmbeddingsReply &reply, const EmbeddingsContext &context) const
{
    json::Writer out;
    out.beginObject();
    if (context.variant == kOldVariant) {
        out.memberRaw("embedding", reply.vectors.empty() ? std::string_view("[]")
                                                         : std::string_view(reply.vectors.front()));
        out.endObject();
        return out.take();
    }
    out.member("model", context.model.empty() ? reply.model : context.model);
    out.key("embeddings");
    out.beginArray();
    for (const std::string &vector : reply.vectors)
        out.raw(vector);
    out.endArray();
    out.member("total_duration", context.durationNs);
    out.member("load_duration", 0);
    if (const auto tokens = reply.usage.totalInput())
        out.member("prompt_eval_count", *tokens);
    out.endObject();
    return out.take();
}

Usage OllamaEmbeddings::usage(std::string_view replyBody) const
{
    Usage usage;
    const auto count = embeddings::member(replyBody, "prompt_eval_count");
    const auto parsed =
        json::Document::parse("{\"prompt_eval_count\":" + std::string(count.value_or("null")) + "}");
    if (parsed)
        usage = ollama::readUsage(parsed->root());
    if (usage.uncachedInput)
        usage.output = 0; // embeddings have no completion
    return usage;
}

} // namespace pm
