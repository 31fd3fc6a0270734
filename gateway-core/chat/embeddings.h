// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/usage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The vocabulary of embeddings between dialects. Values only; no dialect's spelling.
namespace pm {

/// One thing to embed: a text, or the token ids of one by the model's own tokenizer.
struct EmbeddingInput
{
    std::string text;
    std::vector<std::int64_t> tokens;
    bool isTokens = false;
    bool operator==(const EmbeddingInput &) const = default;
};

struct EmbeddingsRequest
{
    std::string model;
    std::vector<EmbeddingInput> inputs;
    std::optional<std::int64_t> dimensions;
    bool wantsBase64 = false;     ///< OpenAI's encoding_format
    std::string taskType;         ///< in Gemini's words: "RETRIEVAL_QUERY", "CLUSTERING"; empty when not said
    std::string title;            ///< of the document, for Gemini's RETRIEVAL_DOCUMENT
    std::string user;             ///< end-user id
    std::optional<bool> truncate; ///< may the server cut what is too long?

    /// Names of request fields the reader met and could not carry. They become losses when the request is translated.
    std::vector<std::string> uncarried;
};

/// Each vector is the text of a JSON array of numbers, as the provider wrote it: no digit is lost on the way.
struct EmbeddingsReply
{
    std::string model;
    std::vector<std::string> vectors; ///< in the order of the inputs
    Usage usage;
};

} // namespace pm
