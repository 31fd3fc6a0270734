// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>
#include <vector>

// The conversation in the order that Anthropic's and Amazon's APIs demand: user and assistant in turns, a user first,
// tool results before all else and one for each call.
namespace pm::shared {

/// One block to write. Points into the request, which must outlive it.
struct TurnBlock
{
    enum class Kind {
        Part,         ///< `part` as it is
        Text,         ///< `text`, made here
        Call,         ///< a ToolCallPart under `id`
        Result,       ///< a ToolResultPart under `id`
        MissingResult ///< a call that nobody answered, `id`
    };
    Kind kind = Kind::Part;
    const Part *part = nullptr;
    std::string id;
    std::string text;
};

struct Turn
{
    bool isUser = true;
    std::vector<TurnBlock> blocks;
};

struct Conversation
{
    std::vector<const Part *> system; ///< text parts of the leading system messages
    std::vector<Turn> turns;
    /// A tool loop is open and the turn that called has no thinking of Anthropic's at its start: the API
    /// would refuse the request with thinking on.
    bool loopLacksThinking = false;
};

/// Error: NotSupported for sound; `format` names the format that has none.
Result<Conversation> arrange(const ChatRequest &request, const TargetTraits &target, std::string_view format,
                             Losses &losses);

} // namespace pm::shared
