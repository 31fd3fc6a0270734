// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/text_event_shape.h"

#include <simdjson.h>

#include <algorithm>

namespace pm {

namespace {

/// The text that is all of `deltas`; empty when there is more, or something else.
std::string_view onlyText(const std::vector<ChatDelta> &deltas)
{
    if (deltas.size() != 1)
        return {};
    if (const auto *text = std::get_if<TextDelta>(&deltas.front()))
        return text->text;
    if (const auto *thinking = std::get_if<ThinkingDelta>(&deltas.front()))
        return thinking->text;
    return {};
}

/// The inside of a JSON string whose escapes stand for one character each. \u may be half of a character
/// whose other half comes with the next event, so it is left to the reader.
bool isPlainString(std::string_view text)
{
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    bool isAscii = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        isAscii = isAscii && c < 0x80;
        if (c < 0x20 || c == '"')
            return false;
        if (c == '\\' && (++i == text.size() || kEscapes.find(text[i]) == std::string_view::npos))
            return false;
    }
    return isAscii || simdjson::validate_utf8(text.data(), text.size());
}

} // namespace

void TextEventShape::learn(std::string_view event, const std::vector<ChatDelta> &deltas)
{
    m_before.clear();
    m_behind.clear();
    const std::string_view text = onlyText(deltas);
    // With an escape somewhere, what was read need not be what stands there.
    if (text.empty() || event.find('\\') != std::string_view::npos)
        return;
    const std::string quoted = '"' + std::string(text) + '"';
    const std::size_t at = event.find(quoted);
    if (at == std::string_view::npos || event.find(quoted, at + 1) != std::string_view::npos)
        return;
    m_before = event.substr(0, at + 1);
    m_behind = event.substr(at + quoted.size() - 1);
}

bool TextEventShape::matches(std::string_view event) const
{
    if (m_before.empty() || event.size() <= m_before.size() + m_behind.size())
        return false;
    if (!event.starts_with(m_before) || !event.ends_with(m_behind))
        return false;
    event.remove_prefix(m_before.size());
    event.remove_suffix(m_behind.size());
    return isPlainString(event);
}

} // namespace pm
