// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/embeddings.h"

namespace pm {

/// POST /embeddings of OpenAI (wire reference 1).
class OpenAiEmbeddings final : public EmbeddingsFormat
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
    /// OpenAI's JavaScript SDK asks for base64 and decodes nothing else; servers that never heard of it send
    /// numbers.
    Result<std::string> passReply(std::string_view replyBody, std::string_view requestBody) const override;
};

} // namespace pm
