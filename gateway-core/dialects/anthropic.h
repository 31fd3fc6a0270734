// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

namespace pm {

/// Anthropic Messages, versions 2023-06-01 and 2026-10-21.
class Anthropic final : public Dialect
{
public:
    DialectId id() const override { return DialectId::AnthropicMessages; }
    std::string_view name() const override { return "anthropic"; }
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

    Error readError(int status, std::string_view body) const override;
    std::string writeError(const Error &error, std::string_view requestId) const override;

    std::unique_ptr<StreamReader> makeReader() const override;
    std::unique_ptr<StreamWriter> makeWriter(const ReplyContext &context) const override;
};

} // namespace pm
