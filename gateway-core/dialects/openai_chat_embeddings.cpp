// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_embeddings.h"

#include "dialects/openai_chat.h"
#include "dialects/shared/embedding_vectors.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"

#include <algorithm>
#include <array>

// Requests, both ways.
namespace pm {

using errors::badField;
using errors::note;
using errors::place;

namespace {

constexpr std::string_view kInputMust = "must be a string, token ids, or an array of either";
constexpr std::array<std::string_view, 5> kCarried{"model", "input", "dimensions", "encoding_format", "user"};

Result<EmbeddingInput> readTokens(json::Element list, const std::string &at)
{
    EmbeddingInput input;
    input.isTokens = true;
    for (const json::Element item : items(list)) {
        std::int64_t id = 0;
        if (item.get_int64().get(id))
            return fail(badField(at, kInputMust));
        input.tokens.push_back(id);
    }
    return input;
}

Result<void> readInputs(json::Element root, EmbeddingsRequest &request)
{
    const auto given = json::find(root, "input");
    if (given && given->is_string()) {
        request.inputs.push_back(
            {std::string(std::string_view(given->get_string().value_unsafe())), {}, false});
        return {};
    }
    if (!given || !given->is_array() || items(*given).size() == 0)
        return fail(badField("input", kInputMust));
    if (items(*given).at(0).value_unsafe().is_number()) {
        auto tokens = readTokens(*given, "input");
        if (!tokens)
            return fail(tokens.error());
        request.inputs.push_back(std::move(*tokens));
        return {};
    }
    for (const json::Element item : items(*given)) {
        const std::string at = place("input", request.inputs.size());
        if (item.is_string()) {
            request.inputs.push_back(
                {std::string(std::string_view(item.get_string().value_unsafe())), {}, false});
            continue;
        }
        if (!item.is_array())
            return fail(badField(at, kInputMust));
        auto tokens = readTokens(item, at);
        if (!tokens)
            return fail(tokens.error());
        request.inputs.push_back(std::move(*tokens));
    }
    return {};
}

void writeInput(json::Writer &out, const EmbeddingInput &input)
{
    if (!input.isTokens)
        return out.string(input.text);
    out.beginArray();
    for (const std::int64_t token : input.tokens)
        out.number(token);
    out.endArray();
}

} // namespace

const EmbeddingsFormat *OpenAiChat::embeddings() const
{
    static const OpenAiEmbeddings format;
    return &format;
}

std::string OpenAiEmbeddings::path(const TargetTraits &) const
{
    return "/embeddings";
}

Result<RequestFacts> OpenAiEmbeddings::facts(std::string_view body) const
{
    return OpenAiChat().facts(body);
}

Result<EmbeddingsRequest> OpenAiEmbeddings::readRequest(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    EmbeddingsRequest request;
    errors::FieldReader reader(root);
    std::string encoding;
    reader.string("model", request.model);
    reader.string("encoding_format", encoding);
    reader.string("user", request.user);
    reader.whole("dimensions", request.dimensions);
    if (reader.error())
        return fail(*reader.error());
    if (encoding != "" && encoding != "float" && encoding != "base64")
        return fail(badField("encoding_format", "must be float or base64"));
    request.wantsBase64 = encoding == "base64";
    if (auto read = readInputs(root, request); !read)
        return fail(read.error());
    for (const auto &[key, value] : fields(root)) {
        if (std::find(kCarried.begin(), kCarried.end(), key) == kCarried.end() && !value.is_null())
            note(request.uncarried, std::string(key));
    }
    return request;
}

Result<std::string> OpenAiEmbeddings::writeRequest(const EmbeddingsRequest &request,
                                                   const TargetTraits &target, Losses &losses) const
{
    for (const std::string &name : request.uncarried)
        note(losses, name);
    if (!request.taskType.empty())
        note(losses, "taskType");
    if (!request.title.empty())
        note(losses, "title");
    if (request.truncate.value_or(false))
        note(losses, "truncate");
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    out.key("input");
    out.beginArray();
    for (const EmbeddingInput &input : request.inputs)
        writeInput(out, input);
    out.endArray();
    if (request.dimensions)
        out.member("dimensions", *request.dimensions);
    if (!request.user.empty() && !target.strictFields)
        out.member("user", request.user);
    out.endObject();
    return out.take();
}

Result<std::string> OpenAiEmbeddings::retarget(std::string_view body, const TargetTraits &target) const
{
    return OpenAiChat().retarget(body, target, false);
}

} // namespace pm
