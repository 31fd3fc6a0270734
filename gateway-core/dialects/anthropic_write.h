// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "chat/chat.h"
#include "dialects/dialect.h"
#include "dialects/shared/claude_thinking.h"
#include "dialects/shared/object_schema.h"
#include "dialects/shared/turns.h"

#include <string>
#include <string_view>

// Writing, by the part of the text. For the Anthropic dialect's own files only.
namespace pm::anthropic {

using shared::answerSchema;
using shared::arrange;
using shared::Conversation;
using shared::decideThinking;
using shared::inputSchema;
using shared::Thinking;
using shared::Turn;
using shared::TurnBlock;

// --- blocks of answers and requests

/// Each optional mark is written as cache_control.
void writeTextBlock(json::Writer &out, std::string_view text, const std::optional<CacheMark> &mark = {});
void writeThinkingBlock(json::Writer &out, const ThinkingPart &thinking);
void writeRedactedBlock(json::Writer &out, const RedactedThinkingPart &redacted);
/// Opens the block and leaves it open. Arguments that are no JSON object, which models do write, are wrapped:
/// {"input": "what it wrote"}.
void beginToolUseBlock(json::Writer &out, std::string_view id, std::string_view name,
                       std::string_view arguments);

/// The id of an answer: the provider's own when it has this dialect's form, else one made from the request's.
std::string messageId(std::string_view providerId, std::string_view requestId);
/// An id for a call whose provider gave none; the same for the same request and place.
std::string madeUpCallId(std::string_view requestId, std::size_t index);

// --- requests

/// Hands out cache marks. The API takes four; of more the oldest, whose prefixes the later ones contain, go.
class CacheMarks
{
public:
    CacheMarks(const ChatRequest &request, const Conversation &conversation, bool isTaken, Losses &losses);
    /// The mark to write for `mark`, in the order of the prompt: tools, system, messages, the request's own.
    std::optional<CacheMark> pass(const std::optional<CacheMark> &mark);

private:
    std::size_t m_toDrop = 0;
};

/// The value of `messages`. Error: NotSupported for media that the API does not take.
Result<void> writeTurns(json::Writer &out, const Conversation &conversation, const TargetTraits &target,
                        CacheMarks &marks);

/// The source of an image or document. `at` is the sort of block, for errors.
Result<void> writeImage(json::Writer &out, const ImagePart &image, const TargetTraits &target,
                        const std::optional<CacheMark> &mark);
Result<void> writeDocument(json::Writer &out, const DocumentPart &document, const TargetTraits &target,
                           const std::optional<CacheMark> &mark);

/// tools. Error: BadRequest for a schema that is no JSON.
Result<void> writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                        CacheMarks &marks, Losses &losses);
/// tool_choice. Error: NotSupported when it names a tool that is not offered.
Result<void> writeToolChoice(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                             Losses &losses);

} // namespace pm::anthropic
