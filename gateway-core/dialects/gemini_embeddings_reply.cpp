// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_embeddings.h"

#include "dialects/shared/embedding_vectors.h"

// Replies, both ways.
namespace pm {

namespace {

constexpr std::string_view kSingle = "embedContent";

Result<std::string> vectorOf(std::string_view embedding)
{
    const auto values = embeddings::member(embedding, "values");
    if (!values)
        return embeddings::broken("has an embedding without values");
    return embeddings::vectorText(*values);
}

} // namespace

Result<EmbeddingsReply> GeminiEmbeddings::readReply(std::string_view body) const
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
        auto vector = vectorOf(each);
        if (!vector)
            return fail(vector.error());
        reply.vectors.push_back(std::move(*vector));
    }
    reply.usage = usage(body);
    return reply;
}

std::string GeminiEmbeddings::writeReply(const EmbeddingsReply &reply, const EmbeddingsContext &context) const
{
    const auto writeVector = [](json::Writer &out, const std::string &vector) {
        out.beginObject();
        out.memberRaw("values", vector);
        out.endObject();
    };
    json::Writer out;
    out.beginObject();
    if (context.variant == kSingle && !reply.vectors.empty()) {
        out.key("embedding");
        writeVector(out, reply.vectors.front());
    } else {
        out.key("embeddings");
        out.beginArray();
        for (const std::string &vector : reply.vectors)
            writeVector(out, vector);
        out.endArray();
    }
    if (const auto tokens = reply.usage.totalInput()) {
        out.key("usageMetadata");
        out.beginObject();
        out.member("promptTokenCount", *tokens);
        out.member("totalTokenCount", *tokens);
        out.endObject();
    }
    out.endObject();
    return out.take();
}

Usage GeminiEmbeddings::usage(std::string_view replyBody) const
{
    Usage usage;
    const auto counts = embeddings::member(replyBody, "usageMetadata");
    const auto parsed = counts ? json::Document::parse(*counts) : Result<json::Document>(fail(Error{}));
    if (parsed)
        usage.uncachedInput = json::findInt(parsed->root(), "promptTokenCount");
    if (usage.uncachedInput)
        usage.output = 0; // embeddings have no completion
    return usage;
}

} // namespace pm
