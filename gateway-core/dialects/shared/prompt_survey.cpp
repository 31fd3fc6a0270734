// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/prompt_survey.h"

#include "base/text.h"
#include "dialects/shared/json_body.h"

#include <algorithm>

namespace pm {

namespace {

constexpr std::size_t kPromptTextMost = 8 * 1024;

} // namespace

std::size_t textBytes(json::Element element)
{
    std::size_t bytes = 0;
    switch (element.type()) {
    case simdjson::dom::element_type::STRING:
        return element.get_string().value_unsafe().size();
    case simdjson::dom::element_type::ARRAY:
        for (const json::Element item : items(element))
            bytes += textBytes(item);
        return bytes;
    case simdjson::dom::element_type::OBJECT:
        for (const auto &[key, value] : fields(element))
            bytes += key.size() + textBytes(value);
        return bytes;
    default:
        return 1;
    }
}

void PromptSurvey::text(Voice voice, std::string_view words)
{
    m_bytes += words.size();
    std::string *kept = voice == Voice::User ? &m_user : voice == Voice::System ? &m_system : nullptr;
    if (!kept || kept->size() >= kPromptTextMost || words.empty())
        return;
    *kept += kept->empty() ? "" : "\n";
    kept->append(clipUtf8(words, kPromptTextMost - std::min(kPromptTextMost, kept->size())));
}

void PromptSurvey::conclude(RequestFacts &facts) const
{
    facts.inputTokensEstimate = estimateTokens(m_bytes, m_images);
    facts.promptText = clipUtf8(m_user, kPromptTextMost);
    if (!m_system.empty() && facts.promptText.size() + 1 < kPromptTextMost) {
        facts.promptText += facts.promptText.empty() ? "" : "\n";
        facts.promptText += clipUtf8(m_system, kPromptTextMost - facts.promptText.size());
    }
}

} // namespace pm
