// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/embeddings.h"

namespace pm {

std::optional<Surface> embeddingsSurface(const Provider &provider, DialectId client)
{
    const auto embeds = [](const Surface &surface) { return dialect(surface.dialect).embeddings() != nullptr; };
    if (Surface own = surfaceFor(provider, client, {}, Operation::Embeddings); embeds(own))
        return own;
    for (const Surface &surface : provider.also) {
        if (embeds(surface))
            return surface;
    }
    return std::nullopt;
}

Result<std::string> embeddingsBody(const Dialect &from, const Dialect &to, std::string_view body,
                                   const TargetTraits &target, std::optional<EmbeddingsRequest> &request, Losses &losses)
{
    if (from.id() == to.id())
        return from.embeddings()->retarget(body, target);
    if (!request) {
        auto read = from.embeddings()->readRequest(body);
        if (!read)
            return fail(std::move(read.error()));
        request = std::move(*read);
    }
    return to.embeddings()->writeRequest(*request, target, losses);
}

Result<std::string> embeddingsAnswer(const Dialect &from, const Dialect &to, std::string_view reply,
                                     std::string_view requestBody, const std::optional<EmbeddingsRequest> &request,
                                     EmbeddingsContext context)
{
    if (from.id() == to.id())
        return from.embeddings()->passReply(reply, requestBody);
    const auto read = from.embeddings()->readReply(reply);
    if (!read)
        return fail(read.error());
    const std::size_t wanted = request ? request->inputs.size() : 0;
    if (read->vectors.size() != wanted) {
        return fail(ErrorKind::UpstreamBroken, "the provider answered " + std::to_string(read->vectors.size())
                                                   + " vectors to " + std::to_string(wanted) + " inputs");
    }
    context.wantsBase64 = request && request->wantsBase64;
    return to.embeddings()->writeReply(*read, context);
}

} // namespace pm
