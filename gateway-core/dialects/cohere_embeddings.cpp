// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere_embeddings.h"

#include "dialects/cohere.h"
#include "dialects/shared/embedding_vectors.h"
#include "dialects/shared/field_errors.h"

#include <algorithm>
#include <array>

namespace pm {

using errors::note;

namespace {

/// input_type, which newer models insist on, from Gemini's words for the same.
std::string_view inputTypeOf(const EmbeddingsRequest &request, Losses &losses)
{
    struct Row
    {
        std::string_view taskType;
        std::string_view inputType;
    };
    constexpr std::array kTypes{
        Row{"RETRIEVAL_QUERY", "search_query"},
        Row{"CODE_RETRIEVAL_QUERY", "search_query"},
        Row{"QUESTION_ANSWERING", "search_query"},
        Row{"FACT_VERIFICATION", "search_query"},
        Row{"RETRIEVAL_DOCUMENT", "search_document"},
        Row{"CLASSIFICATION", "classification"},
        Row{"CLUSTERING", "clustering"},
    };
    const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                    [&](const Row &row) { return row.taskType == request.taskType; });
    if (found != kTypes.end())
        return found->inputType;
    note(losses, request.taskType.empty() ? "input_type: search_document assumed"
                                          : "taskType: search_document taken instead");
    return "search_document";
}

} // namespace

const EmbeddingsFormat *Cohere::embeddings() const
{
    static const CohereEmbeddings format;
    return &format;
}

std::string CohereEmbeddings::path(const TargetTraits &) const
{
    return "/embed";
}

Result<RequestFacts> CohereEmbeddings::facts(std::string_view) const
{
    return fail(ErrorKind::NotSupported, "this gateway takes no embeddings requests in Cohere's format");
}

Result<EmbeddingsRequest> CohereEmbeddings::readRequest(std::string_view) const
{
    return fail(ErrorKind::NotSupported, "this gateway takes no embeddings requests in Cohere's format");
}

Result<std::string> CohereEmbeddings::writeRequest(const EmbeddingsRequest &request,
                                                   const TargetTraits &target, Losses &losses) const
{
    for (const std::string &name : request.uncarried)
        note(losses, name);
    if (!request.title.empty())
        note(losses, "title");
    if (!request.user.empty())
        note(losses, "user");
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    out.key("texts");
    out.beginArray();
    for (std::size_t i = 0; i < request.inputs.size(); ++i) {
        if (request.inputs[i].isTokens)
            return fail(
                errors::unsupportedField(errors::place("input", i), "Cohere takes texts, no token ids"));
        out.string(request.inputs[i].text);
    }
    out.endArray();
    out.member("input_type", inputTypeOf(request, losses));
    out.memberRaw("embedding_types", R"(["float"])");
    if (request.dimensions)
        out.member("output_dimension", *request.dimensions);
    // Otherwise what is too long is cut without a word.
    out.member("truncate", request.truncate.value_or(false) ? "END" : "NONE");
    out.endObject();
    return out.take();
}

Result<std::string> CohereEmbeddings::retarget(std::string_view body, const TargetTraits &target) const
{
    return embeddings::withModel(body, target.model);
}

Result<EmbeddingsReply> CohereEmbeddings::readReply(std::string_view body) const
{
    if (auto checked = embeddings::checkReply(body); !checked)
        return fail(checked.error());
    auto list = embeddings::member(body, "embeddings");
    if (list && list->starts_with('{'))
        list = embeddings::member(*list, "float");
    if (!list || !list->starts_with('['))
        return embeddings::broken("has no embeddings of floats");
    EmbeddingsReply reply;
    for (const std::string_view each : embeddings::elements(*list)) {
        auto vector = embeddings::vectorText(each);
        if (!vector)
            return fail(vector.error());
        reply.vectors.push_back(std::move(*vector));
    }
    reply.usage = usage(body);
    return reply;
}

std::string CohereEmbeddings::writeReply(const EmbeddingsReply &reply, const EmbeddingsContext &) const
{
    json::Writer out;
    out.beginObject();
    out.key("embeddings");
    out.beginObject();
    out.key("float");
    out.beginArray();
    for (const std::string &vector : reply.vectors)
        out.raw(vector);
    out.endArray();
    out.endObject();
    out.endObject();
    return out.take();
}

Usage CohereEmbeddings::usage(std::string_view replyBody) const
{
    Usage usage;
    const auto meta = embeddings::member(replyBody, "meta");
    const auto parsed = meta ? json::Document::parse(*meta) : Result<json::Document>(fail(Error{}));
    const auto billed = parsed ? json::findObject(parsed->root(), "billed_units") : std::nullopt;
    if (billed)
        usage.uncachedInput = json::findInt(*billed, "input_tokens");
    if (usage.uncachedInput)
        usage.output = 0; // embeddings have no completion
    return usage;
}

} // namespace pm
