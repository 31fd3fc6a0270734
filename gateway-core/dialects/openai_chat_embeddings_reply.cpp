// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_embeddings.h"

#include "dialects/shared/embedding_vectors.h"

#include <algorithm>
#include <charconv>
#include <utility>

// Replies, both ways.
namespace pm {

namespace {

/// A vector in either encoding as text.
Result<std::string> readVector(std::string_view value)
{
    if (!value.starts_with('"'))
        return embeddings::vectorText(value);
    return embeddings::vectorFromBase64(value.substr(1, value.size() - 2));
}

/// Members of an item with its vector in the other encoding.
Result<std::string> reencoded(std::string_view item, bool asBase64)
{
    const auto members = json::members(item);
    if (!members)
        return fail(members.error());
    json::Splice splice(item);
    for (const json::Member &each : *members) {
        const std::string_view value = item.substr(each.value.begin, each.value.end - each.value.begin);
        if (each.name(item) != "embedding" || value.starts_with('"') == asBase64)
            continue;
        auto vector = readVector(value);
        if (!vector)
            return fail(vector.error());
        splice.replace(each.value,
                       asBase64 ? "\"" + embeddings::base64FromVector(*vector) + "\"" : std::move(*vector));
    }
    return splice.isEmpty() ? std::string(item) : splice.apply();
}

} // namespace

Result<EmbeddingsReply> OpenAiEmbeddings::readReply(std::string_view body) const
{
    if (auto checked = embeddings::checkReply(body); !checked)
        return fail(checked.error());
    const auto data = embeddings::member(body, "data");
    if (!data || !data->starts_with('['))
        return embeddings::broken("has no data array");
    EmbeddingsReply reply;
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string_view item : embeddings::elements(*data)) {
        const auto value = embeddings::member(item, "embedding");
        if (!value)
            return embeddings::broken("has an item without an embedding");
        auto vector = readVector(*value);
        if (!vector)
            return fail(vector.error());
        std::size_t index = found.size();
        if (const auto given = embeddings::member(item, "index"))
            (void)std::from_chars(given->data(), given->data() + given->size(), index);
        found.emplace_back(index, std::move(*vector));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto &[index, vector] : found)
        reply.vectors.push_back(std::move(vector));
    if (const auto model = embeddings::member(body, "model"))
        reply.model = model->substr(1, model->size() - 2);
    reply.usage = usage(body);
    return reply;
}

std::string OpenAiEmbeddings::writeReply(const EmbeddingsReply &reply, const EmbeddingsContext &context) const
{
    json::Writer out;
    out.beginObject();
    out.member("object", "list");
    out.key("data");
    out.beginArray();
    for (std::size_t i = 0; i < reply.vectors.size(); ++i) {
        out.beginObject();
        out.member("object", "embedding");
        out.member("index", static_cast<std::int64_t>(i));
        if (context.wantsBase64)
            out.member("embedding", embeddings::base64FromVector(reply.vectors[i]));
        else
            out.memberRaw("embedding", reply.vectors[i]);
        out.endObject();
    }
    out.endArray();
    out.member("model", context.model.empty() ? reply.model : context.model);
    // Typed clients cannot do without; the trace keeps what the provider said, or that it said nothing.
    const std::int64_t tokens = reply.usage.totalInput().value_or(context.inputTokensEstimate);
    out.key("usage");
    out.beginObject();
    out.member("prompt_tokens", tokens);
    out.member("total_tokens", tokens);
    out.endObject();
    out.endObject();
    return out.take();
}

Usage OpenAiEmbeddings::usage(std::string_view replyBody) const
{
    Usage usage;
    const auto counts = embeddings::member(replyBody, "usage");
    const auto parsed = counts ? json::Document::parse(*counts) : Result<json::Document>(fail(Error{}));
    if (parsed)
        usage.uncachedInput = json::findInt(parsed->root(), "prompt_tokens");
    if (usage.uncachedInput)
        usage.output = 0; // embeddings have no completion
    return usage;
}

Result<std::string> OpenAiEmbeddings::passReply(std::string_view replyBody,
                                                std::string_view requestBody) const
{
    const auto asked = json::Document::parse(requestBody);
    const bool asBase64 = asked && json::findString(asked->root(), "encoding_format") == "base64";
    if (auto checked = embeddings::checkReply(replyBody); !checked)
        return fail(checked.error());
    const auto members = json::members(replyBody);
    if (!members)
        return fail(members.error());
    const auto isData = [&](const json::Member &member) { return member.name(replyBody) == "data"; };
    const auto data = std::find_if(members->begin(), members->end(), isData);
    if (data == members->end() || replyBody[data->value.begin] != '[')
        return embeddings::broken("has no data array");
    std::string items = "[";
    bool isRight = true;
    for (const std::string_view item :
         embeddings::elements(replyBody.substr(data->value.begin, data->value.end - data->value.begin))) {
        auto other = reencoded(item, asBase64);
        if (!other)
            return fail(other.error());
        isRight = isRight && *other == item;
        items += items.size() > 1 ? "," : "";
        items += *other;
    }
    if (isRight)
        return std::string(replyBody);
    json::Splice splice(replyBody);
    splice.replace(data->value, items + "]");
    return splice.apply();
}

} // namespace pm
