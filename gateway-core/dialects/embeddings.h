// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "chat/usage.h"

#include <string>
#include <string_view>

// The OpenAI shape of embeddings (POST /embeddings).
namespace pm {

/// True when the request asks for base64; OpenAI's JavaScript SDK does so by default and decodes it.
bool wantsBase64Embeddings(std::string_view requestBody);

/// The reply with each vector in the encoding that was asked for, whatever the provider sent: base64 of little-endian
/// float32, or numbers. Untouched when it is right already. Error: UpstreamBroken for what is not an embeddings reply.
Result<std::string> encodeEmbeddings(std::string_view replyBody, bool asBase64);

/// Usage of an embeddings reply; unknown counts when there is none.
Usage embeddingsUsage(std::string_view replyBody);

} // namespace pm
