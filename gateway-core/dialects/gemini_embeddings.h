// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/embeddings.h"

namespace pm {

/// models/M:batchEmbedContents of Gemini and, as variant "embedContent", models/M:embedContent for one
/// content (wire reference 4). Base URLs end with the version.
class GeminiEmbeddings final : public EmbeddingsFormat
{
public:
    std::string path(const TargetTraits &target) const override;
    Result<RequestFacts> facts(std::string_view body) const override;
    Result<EmbeddingsRequest> readRequest(std::string_view body) const override;
    Result<std::string> writeRequest(const EmbeddingsRequest &request, const TargetTraits &target,
                                     Losses &losses) const override;
    Result<std::string> retarget(std::string_view body, const TargetTraits &target) const override;
    Result<EmbeddingsReply> readReply(std::string_view body) const override;
    std::string writeReply(const EmbeddingsReply &reply, const EmbeddingsContext &context) const override;
    Usage usage(std::string_view replyBody) const override;
};

} // namespace pm
