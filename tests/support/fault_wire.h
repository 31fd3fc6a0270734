// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "support/fake_upstream.h"

#include <string>
#include <string_view>

namespace pm::test {

/// What the target that fails says, and the one behind it. Neither word occurs anywhere else.
constexpr std::string_view kFirstWord = "wallflower";
constexpr std::string_view kSecondWord = "marigold";

/// The pieces of a provider's stream, as text on the wire; empty where the format has no such piece. A whole
/// answer is opening, word, wordEnd, finish, last.
struct Wire
{
    std::string opening;  ///< before any content
    std::string word;     ///< kFirstWord
    std::string wordEnd;  ///< closes the block of text
    std::string halfCall; ///< of a tool, with arguments that break off
    std::string finish;   ///< the reason and the counts
    std::string last;     ///< the format's own end
    std::string error;    ///< an error event
    std::string message;  ///< kFirstWord as an answer that is no stream
};

/// Of OpenAiChat, AnthropicMessages and Gemini.
Wire wireOf(DialectId format);

/// A stream of `pieces`, each sent on its own.
Scenario streamOf(std::vector<std::string> pieces, Scenario::Ending ending = Scenario::Ending::Complete);

} // namespace pm::test
