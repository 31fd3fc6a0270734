// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/custom_tools.h"

#include "base/json.h"
#include "dialects/framing/surrogates.h"

namespace pm {

namespace {

constexpr std::string_view kOpening = "{\"input\":\"";
constexpr std::string_view kBlanks = " \t\r\n";

/// The length of the whole escapes and characters at the start of `text`, up to a closing quote. An escape that may go
/// on in what follows is left out: the second half of a pair belongs to the first.
std::size_t wholeLength(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size() && text[at] != '"') {
        std::size_t length = 1;
        if (text[at] == '\\') {
            const bool isUnicode = at + 1 < text.size() && text[at + 1] == 'u';
            length = isUnicode ? 6 : 2;
            const bool isHigh = isUnicode && at + 3 < text.size() && (text[at + 2] == 'd' || text[at + 2] == 'D')
                                && std::string_view("89abAB").find(text[at + 3]) != std::string_view::npos;
            const bool goesOn = isHigh && (at + 6 >= text.size() || text[at + 6] == '\\');
            if (goesOn && (at + 7 >= text.size() || text[at + 7] == 'u'))
                length = 12;
        }
        if (at + length > text.size())
            break;
        at += length;
    }
    return at;
}

/// The inside of a JSON string as text.
std::string unescaped(std::string_view inside)
{
    if (inside.find('\\') == std::string_view::npos)
        return std::string(inside);
    const auto parsed = parseLenient("[\"" + std::string(inside) + "\"]");
    if (!parsed || !parsed->root().is_array())
        return std::string(inside);
    const auto first = parsed->root().get_array().value_unsafe().at(0);
    return first.is_string() ? std::string(std::string_view(first.get_string().value_unsafe())) : std::string();
}

} // namespace

std::string customArguments(std::string_view input)
{
    json::Writer out;
    out.beginObject();
    out.member("input", input);
    out.endObject();
    return out.take();
}

std::string customInput(std::string_view arguments)
{
    const auto parsed = parseLenient(arguments);
    const auto input = parsed ? json::findString(parsed->root(), "input") : std::nullopt;
    return std::string(input.value_or(arguments));
}

std::string describedWithGrammar(const Tool &tool)
{
    const auto format = tool.grammar.empty() ? Result<json::Document>(fail(ErrorKind::BadRequest, ""))
                                             : json::Document::parse(tool.grammar);
    const auto definition = format ? json::findString(format->root(), "definition") : std::nullopt;
    if (!definition)
        return tool.description;
    std::string text = tool.description;
    text += text.empty() ? "" : "\n";
    text += "The input must match this ";
    text += json::findString(format->root(), "syntax").value_or("");
    text += " grammar:\n";
    text += *definition;
    return text;
}

std::string jsonInside(std::string_view text)
{
    std::string quoted;
    json::appendQuoted(quoted, text);
    return quoted.substr(1, quoted.size() - 2);
}

std::string CustomInputStream::feed(std::string_view fragment)
{
    std::string out;
    if (m_state == State::Closed)
        return out;
    m_held.append(fragment);
    if (m_state == State::Opening)
        takeOpening(out);
    if (m_state == State::Inside)
        takeInside(out);
    return out;
}

/// White space may stand between the signs of the opening.
void CustomInputStream::takeOpening(std::string &)
{
    std::size_t at = 0;
    std::size_t met = 0;
    for (; at < m_held.size() && met < kOpening.size(); ++at) {
        const bool mayBeBlank = met <= 1 || met >= 8; // not within the name
        if (m_held[at] == kOpening[met])
            ++met;
        else if (!mayBeBlank || kBlanks.find(m_held[at]) == std::string_view::npos) {
            m_state = State::Foreign;
            return;
        }
    }
    if (met < kOpening.size())
        return;
    m_held.erase(0, at);
    m_state = State::Inside;
}

void CustomInputStream::takeInside(std::string &out)
{
    const std::size_t length = wholeLength(m_held);
    out += unescaped(std::string_view(m_held).substr(0, length));
    if (length < m_held.size() && m_held[length] == '"') {
        m_state = State::Closed;
        m_held.clear();
        return;
    }
    m_held.erase(0, length);
}

std::string CustomInputStream::finish()
{
    std::string rest;
    if (m_state == State::Foreign || m_state == State::Opening)
        rest = m_held.empty() ? std::string() : customInput(m_held);
    else if (m_state == State::Inside)
        rest = unescaped(m_held);
    m_held.clear();
    m_state = State::Closed;
    return rest;
}

} // namespace pm
