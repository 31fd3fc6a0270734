// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

namespace pm {

/// Ollama's own API (wire reference 5): /api/chat and, as variant "generate", /api/generate. Streams are
/// lines of JSON and are the default. Providers are always asked by /api/chat, but for a client's own bytes.
class Ollama final : public Dialect
{
public:
    DialectId id() const override { return DialectId::Ollama; }
    std::string_view name() const override { return "ollama"; }
    std::string path(Operation operation, const TargetTraits &target, bool stream) const override;
    StreamFraming framing() const override { return StreamFraming::Ndjson; }

    Result<RequestFacts> facts(std::string_view body) const override;
    Result<ChatRequest> readRequest(std::string_view body) const override;
    Result<std::string> writeRequest(const ChatRequest &request, const TargetTraits &target,
                                     Losses &losses) const override;
    /// Also sets options.num_ctx where the client leaves it out and the prompt would not fit the server's
    /// default, which cuts prompts without a word.
    Result<std::string> retarget(std::string_view body, const TargetTraits &target,
                                 bool forceStreamUsage) const override;

    Result<ChatReply> readReply(std::string_view body) const override;
    std::string writeReply(const ChatReply &reply, const ReplyContext &context) const override;

    Error readError(int status, std::string_view body) const override;
    std::string writeError(const Error &error, std::string_view requestId) const override;

    std::unique_ptr<StreamReader> makeReader() const override;
    std::unique_ptr<StreamWriter> makeWriter(const ReplyContext &context) const override;

    const EmbeddingsFormat *embeddings() const override;
};

} // namespace pm
