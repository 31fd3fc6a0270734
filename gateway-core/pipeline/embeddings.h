// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/embeddings.h"
#include "dialects/embeddings.h"
#include "providers/provider.h"

#include <optional>
#include <string>
#include <string_view>

// Embeddings on their way from one wire format to another and back. Plain functions.
namespace pm {

/// Where a client of that format is served: in its own format where the provider has embeddings in it, else in the
/// first of the provider's formats that has some. Nothing when none has.
std::optional<Surface> embeddingsSurface(const Provider &provider, DialectId client);

/// The body for a provider of format `to`, and in `request` what the client asked when it had to be read for that. Errors:
/// BadRequest, NotSupported.
Result<std::string> embeddingsBody(const Dialect &from, const Dialect &to, std::string_view body,
                                   const TargetTraits &target, std::optional<EmbeddingsRequest> &request, Losses &losses);

/// The answer of a provider of format `from` for a client of format `to`. `request` is what embeddingsBody read. Error:
/// UpstreamBroken, also when there are not as many vectors as inputs.
Result<std::string> embeddingsAnswer(const Dialect &from, const Dialect &to, std::string_view reply,
                                     std::string_view requestBody, const std::optional<EmbeddingsRequest> &request,
                                     EmbeddingsContext context);

} // namespace pm
