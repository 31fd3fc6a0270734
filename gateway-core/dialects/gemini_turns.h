// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>
#include <vector>

// The conversation in the order that the API demands: user and model in turns, a user first, and behind each turn with
// calls one content with a response for each, in the same order. For the Gemini dialect's own files only.
namespace pm::gemini {

/// One part to write. Points into the request, which must outlive it.
struct TurnPart
{
    enum class Kind {
        Part,          ///< `part` as it is
        Text,          ///< `text`, made here
        Signature,     ///< an empty text that carries `text` as its signature
        Call,          ///< a ToolCallPart, with `text` as its signature where it has one
        Result,        ///< a ToolResultPart of the call `name`
        MissingResult  ///< a call `name` that nobody answered
    };
    Kind kind = Kind::Part;
    const Part *part = nullptr;
    std::string text;
    std::string id;
    std::string name;
};

struct Turn
{
    bool isUser = true;
    std::vector<TurnPart> parts;
};

struct Conversation
{
    std::vector<std::string_view> system; ///< texts of the leading system messages
    std::vector<Turn> turns;
};

Conversation arrange(const ChatRequest &request, const TargetTraits &target, Losses &losses);

} // namespace pm::gemini
