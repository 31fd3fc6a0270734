// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

namespace pm {

/// OpenAI Responses (wire reference 2). Stateless: previous_response_id and item_reference are resolved before a request
/// comes here, see pipeline/response_turn.h; what is left of them is refused by name.
class OpenAiResponses final : public Dialect
{
public:
    DialectId id() const override { return DialectId::OpenAiResponses; }
    std::string_view name() const override { return "responses"; }
    std::string path(Operation operation, const TargetTraits &target, bool stream) const override;

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

    std::unique_ptr<StreamReader> makeReader() const override;
    std::unique_ptr<StreamWriter> makeWriter(const ReplyContext &context) const override;
};

} // namespace pm
