// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <string>
#include <string_view>

// Tools that take free text (OpenAI's custom tools). In the vocabulary, and for targets that have none, they are
// functions with the one string "input". Pure functions and a value.
namespace pm {

/// The schema of a tool that takes free text.
inline constexpr std::string_view kCustomSchema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false})";

/// {"input": text}.
std::string customArguments(std::string_view input);

/// The text in the arguments {"input": TEXT}; what has another form is its own text.
std::string customInput(std::string_view arguments);

/// The tool's description, followed by its grammar in words: what a target without custom tools is told.
std::string describedWithGrammar(const Tool &tool);

/// The piece of JSON text that stands for `text` inside a string: escaped, without quotes.
std::string jsonInside(std::string_view text);

/// Takes the arguments {"input": TEXT} of one streamed call apart while they come. Each piece of TEXT goes out as soon
/// as it is whole; arguments of another form come out as they are, at the end. Copyable; one thread.
class CustomInputStream
{
public:
    /// What of the text `fragment` completes.
    std::string feed(std::string_view fragment);
    /// The rest: nothing when all was in order.
    std::string finish();

private:
    enum class State { Opening, Inside, Closed, Foreign };

    void takeOpening(std::string &out);
    void takeInside(std::string &out);

    State m_state = State::Opening;
    std::string m_held; ///< not yet taken: the opening, or an escape that is not whole
};

} // namespace pm
