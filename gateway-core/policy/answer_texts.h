// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "policy/json_values.h"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Where an answer of each format says something: in whole bodies and in the events of a stream. Pure.
namespace pm::policy {

enum class Voice {
    None,
    Speech,    ///< what the user reads
    Thought,   ///< visible reasoning
    Arguments, ///< of a tool call, as JSON text
    Other,     ///< a string within a tool call's arguments where these are no text, code, quotations
    Tool,      ///< a tool's name
    Echo,      ///< a piece of the client's request that the answer repeats
};

struct AnswerText
{
    Voice voice = Voice::None;
    std::string
        channel{}; ///< of pieces that earlier events began: which text they go on with; empty for whole texts
    std::string_view group() const { return std::string_view(channel).substr(0, channel.find('/')); }
};

/// What one event, or a body, says of itself: needed before its texts can be told apart.
struct EventFacts
{
    std::string_view type;                             ///< Anthropic's and Responses' name of the event
    std::string_view blockType;                        ///< Anthropic: of the block that begins
    long index = 0;                                    ///< Anthropic: of the block
    long output = 0, content = 0, summary = 0;         ///< Responses
    std::vector<std::pair<std::size_t, long>> choices; ///< place in the list -> the choice's own number
    std::vector<std::array<long, 3>> tools; ///< choice's place, call's place -> the call's own number
    std::set<std::pair<std::size_t, std::size_t>> thoughts; ///< Gemini: candidate, part
    std::set<std::size_t> reasoning;      ///< Responses: items of the output that are reasoning
    bool isReasoningItem = false;         ///< Responses: the event's item is
    std::vector<std::string> endedGroups; ///< texts of these groups end with this event
    std::vector<std::string> endedChannels;
    bool endsAll = false;
    bool endsAnswer = false; ///< nothing of content follows
    std::pair<std::size_t, std::size_t>
        sequence{}; ///< Responses: where sequence_number stands; (0, 0): nowhere

    long choice(std::size_t place) const;
    long tool(std::size_t choicePlace, std::size_t place) const;
};

/// How a format's answers are read.
struct AnswerGrammar
{
    EventFacts (*facts)(std::string_view json);
    AnswerText (*event)(const JsonPath &path, const EventFacts &facts);
    AnswerText (*body)(const JsonPath &path, const EventFacts &facts);
    bool oneAtATime = true; ///< a text of a group ends where another of it goes on
    bool repeats = false;   ///< whole texts in streams were told in pieces before
};

const AnswerGrammar &answerGrammar(DialectId dialect);

} // namespace pm::policy
