// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"
#include "dialects/shared/turns.h"

#include <optional>
#include <set>
#include <string>

// Writing of requests, by the part of the request. For the Bedrock dialect's own files only.
namespace pm::bedrock {

/// Hands out cache points. The models take four; of more the oldest, whose prefixes the later ones contain, go. Models
/// without prompt caching take none.
class CachePoints
{
public:
    CachePoints(const ChatRequest &request, const shared::Conversation &conversation, bool isTaken, Losses &losses);
    /// Writes a cache point for `mark`, behind the block that carries it: tools, system, messages, the request's own.
    void write(json::Writer &out, const std::optional<CacheMark> &mark);

private:
    std::size_t m_toDrop = 0;
};

/// The mark of a block: its own, or that of something within a tool result, where no cache point may stand.
std::optional<CacheMark> markOf(const Part &part);

/// What is the same for all blocks of a request.
struct BlockContext
{
    const ChatRequest &request;
    CachePoints &points;
    std::set<std::string> documentNames{}; ///< those given out: they must differ
};

/// The value of `messages`. Error: NotSupported for media that the API does not take, naming the part.
Result<void> writeTurns(json::Writer &out, const shared::Conversation &conversation, BlockContext &context);

/// {"image": …} and {"document": …}. `part` is the one that holds it.
Result<void> writeImage(json::Writer &out, const Part &part, const BlockContext &context);
Result<void> writeDocument(json::Writer &out, const Part &part, BlockContext &context);

/// What becomes of the tools of a request.
struct ToolPlan
{
    bool hasConfig = false;     ///< toolConfig is written
    bool fromHistory = false;   ///< none offered, but the history has calls: they must be declared
    bool forbidsCalls = false;  ///< no tool may be called, and only words can say so
    bool answersByTool = false; ///< a JSON Schema is asked for by a tool that must be called
};
ToolPlan planTools(const ChatRequest &request, bool answerByTool, Losses &losses);

/// The member toolConfig. Errors: BadRequest for a schema that is no JSON, NotSupported for a choice that cannot be
/// made.
Result<void> writeToolConfig(json::Writer &out, const ChatRequest &request, const ToolPlan &plan, CachePoints &points,
                             Losses &losses);

} // namespace pm::bedrock
