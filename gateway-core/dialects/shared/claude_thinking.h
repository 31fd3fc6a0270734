// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "dialects/dialect.h"

#include <string>

// How Claude models are asked to reason, whoever serves them.
namespace pm::shared {

/// What to ask of reasoning, and the room it needs.
struct Thinking
{
    enum class Mode { Unset, Off, Adaptive, Budget };
    Mode mode = Mode::Unset;
    std::int64_t budget = 0;    ///< for Budget
    std::string effort;         ///< for output_config, may be empty
    std::int64_t maxTokens = 0; ///< of the whole answer, always above the budget
    bool isOn() const { return mode == Mode::Adaptive || mode == Mode::Budget; }
};

Thinking decideThinking(const ChatRequest &request, const TargetTraits &target, bool loopLacksThinking, Losses &losses);

} // namespace pm::shared
