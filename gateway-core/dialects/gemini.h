// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

namespace pm {

/// Google's Gemini API (generateContent), as it stands at Google AI and on Vertex. The model and whether the answer
/// is a stream are said by the path, not by the body.
class Gemini final : public Dialect
{
public:
    DialectId id() const override { return DialectId::Gemini; }
    std::string_view name() const override { return "gemini"; }
    std::string path(Operation operation, const TargetTraits &target, bool stream) const override;
    std::string toolName(std::string_view name) const override;

    Result<RequestFacts> facts(std::string_view body) const override;
    Result<ChatRequest> readRequest(std::string_view body) const override;
    Result<std::string> writeRequest(const ChatRequest &request, const TargetTraits &target,
                                     Losses &losses) const override;
    Result<std::string> retarget(std::string_view body, const TargetTraits &target,
                                 bool forceStreamUsage) const override;

    Result<ChatReply> readReply(std::string_view body) const override;
    std::string writeReply(const ChatReply &reply, const ReplyContext &context) const override;
    std::string writeTokenCount(std::int64_t tokens) const override;

    Error readError(int status, std::string_view body) const override;
    std::string writeError(const Error &error, std::string_view requestId) const override;

    const EmbeddingsFormat *embeddings() const override;

    std::unique_ptr<StreamReader> makeReader() const override;
    std::unique_ptr<StreamWriter> makeWriter(const ReplyContext &context) const override;
};

} // namespace pm
