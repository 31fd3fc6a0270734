// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/foreign_fields.h"

#include "dialects/shared/names.h"

#include <algorithm>

namespace pm::shared {

namespace {

template <typename Predicate>
bool anyOf(const std::vector<Part> &parts, Predicate is)
{
    return std::any_of(parts.begin(), parts.end(), [&](const Part &part) {
        const auto *result = part.as<ToolResultPart>();
        return is(part) || (result && std::any_of(result->content.begin(), result->content.end(), is));
    });
}

template <typename Predicate>
bool anyPart(const ChatRequest &request, Predicate is)
{
    return std::any_of(request.messages.begin(), request.messages.end(),
                       [&](const Message &message) { return anyOf(message.parts, is); });
}

} // namespace

bool asksForDetail(const ChatRequest &request)
{
    return anyPart(request, [](const Part &part) {
        const auto *image = part.as<ImagePart>();
        return image && !image->detail.empty() && image->detail != "auto";
    });
}

bool hasDocumentTitle(const ChatRequest &request)
{
    return anyPart(request, [](const Part &part) {
        const auto *document = part.as<DocumentPart>();
        return document && document->source.kind != MediaSource::Kind::Text && !document->title.empty();
    });
}

bool hasCacheMark(const ChatRequest &request)
{
    const auto isMarked = [](const auto &each) { return each.cache.has_value(); };
    return request.cache || anyPart(request, isMarked) ||
           std::any_of(request.tools.begin(), request.tools.end(), isMarked);
}

bool hasThinkingSignature(const ChatRequest &request)
{
    return anyPart(request, [](const Part &part) {
        const auto *thinking = part.as<ThinkingPart>();
        return thinking && !thinking->signature.empty();
    });
}

void noteUnknownToClaude(const ChatRequest &request, Losses &losses)
{
    const auto drop = [&](bool isAsked, const char *name) {
        if (isAsked)
            note(losses, name);
    };
    drop(request.seed.has_value(), "seed");
    drop(request.presencePenalty.has_value(), "presence_penalty");
    drop(request.frequencyPenalty.has_value(), "frequency_penalty");
    drop(!request.logitBias.empty(), "logit_bias");
    drop(request.logprobs.value_or(false), "logprobs");
    drop(request.topLogprobs.has_value(), "top_logprobs");
    drop(!request.verbosity.empty(), "verbosity");
    drop(!request.promptCacheKey.empty(), "prompt_cache_key");
    drop(!request.metadata.empty(), "metadata");
}

} // namespace pm::shared
