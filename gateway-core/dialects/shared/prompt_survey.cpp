// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/prompt_survey.h"

#include "base/text.h"
#include "dialects/shared/json_body.h"

#include <utility>

namespace pm {

namespace {

constexpr std::size_t kPromptTextMost = 8 * 1024;

void appendLine(std::string &to, std::string_view words)
{
    if (words.empty() || to.size() + 1 >= kPromptTextMost)
        return;
    to += to.empty() ? "" : "\n";
    to += clipUtf8(words, kPromptTextMost - to.size());
}

} // namespace

void PromptSurvey::message(Voice voice)
{
    m_tally.message();
    m_beginsTurn = m_beginsTurn || voice == Voice::User;
}

void PromptSurvey::text(Voice voice, std::string_view words)
{
    m_tally.text(words);
    if (words.empty())
        return;
    if (voice == Voice::System)
        appendLine(m_system, words);
    if (voice != Voice::User)
        return;
    if (std::exchange(m_beginsTurn, false))
        m_user.clear();
    appendLine(m_user, words);
}

void PromptSurvey::tools(json::Element offered)
{
    const bool isSome = offered.is_object() || (offered.is_array() && items(offered).size() > 0);
    m_facts.hasTools = m_facts.hasTools || isSome;
    m_tally.value(offered);
}

void PromptSurvey::image()
{
    m_facts.hasImages = true;
    m_tally.image();
}

void PromptSurvey::document(std::size_t bytes)
{
    m_facts.hasDocuments = true;
    m_tally.file(bytes);
}

void PromptSurvey::audio(std::size_t bytes)
{
    m_facts.hasAudio = true;
    m_tally.file(bytes);
}

void PromptSurvey::input(json::Element value)
{
    if (value.is_string()) {
        text(Voice::User, value.get_string().value_unsafe());
    } else if (value.is_array()) {
        for (const json::Element item : items(value))
            input(item);
    } else {
        m_tally.tokens(1); // an id that a tokenizer made
    }
}

void PromptSurvey::conclude()
{
    m_facts.inputTokensEstimate = m_tally.tokens();
    m_facts.promptText = std::move(m_user);
    appendLine(m_facts.promptText, m_system);
}

} // namespace pm
