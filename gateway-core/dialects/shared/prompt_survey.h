// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "dialects/dialect.h"
#include "dialects/shared/token_tally.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace pm {

/// Takes a request's size, its kinds of content, and the words to find it by, while a dialect walks its turns. One
/// thread, used once.
class PromptSurvey
{
public:
    enum class Voice { User, System, Other };

    explicit PromptSurvey(RequestFacts &facts)
        : m_facts(facts)
    {
    }

    /// A message begins. The prompt to find a request by is that of the last user's message that says something.
    void message(Voice voice);
    void text(Voice voice, std::string_view words);
    /// Words, or a value with keys, that are counted only.
    void uncited(std::string_view words) { m_tally.text(words); }
    void value(json::Element element) { m_tally.value(element); }
    /// The tools on offer: a list, or an object that holds them.
    void tools(json::Element offered);
    void image();
    /// `bytes` as they stand in the request, base64 and all; 0 when it only points to them.
    void document(std::size_t bytes);
    void audio(std::size_t bytes);
    /// Embedding inputs: a text, token ids, or lists of them.
    void input(json::Element value);
    /// Fills the estimate and the prompt's text.
    void conclude();

private:
    RequestFacts &m_facts;
    TokenTally m_tally;
    std::string m_user;
    std::string m_system;
    bool m_beginsTurn = false;
};

} // namespace pm
