// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/json_values.h"

#include <algorithm>
#include <charconv>

namespace pm::policy {

namespace {

constexpr std::size_t kMostNesting = 512; // of what was validated there are fewer

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Behind the quote that closes the string that begins at `at`.
std::size_t endOfString(std::string_view text, std::size_t at)
{
    std::size_t quote = text.find('"', ++at);
    while (at < text.size()) {
        if (quote < at)
            quote = text.find('"', at);
        const std::size_t escape = text.substr(at, std::min(quote, text.size()) - at).find('\\');
        if (escape == std::string_view::npos)
            break;
        at += escape + 2;
    }
    return at < text.size() && quote < text.size() ? quote + 1 : text.size();
}

class Walk
{
public:
    Walk(std::string_view text, const std::function<void(const JsonPath &, const JsonValue &)> &onValue)
        : m_text(text)
        , m_onValue(onValue)
    {
    }

    void run()
    {
        while (step()) {
        }
    }

private:
    struct Level
    {
        bool isList = false;
        bool hasPart = false; ///< the path ends with this level's part
    };

    bool step()
    {
        while (m_at < m_text.size() && isSpace(m_text[m_at]))
            ++m_at;
        if (m_at >= m_text.size())
            return false;
        const char c = m_text[m_at];
        switch (c) {
        case ',':
            ++m_at;
            return nextPart();
        case '}':
        case ']':
            ++m_at;
            return close();
        case '{':
        case '[':
            return open(c);
        case '"':
            return string();
        default:
            return word();
        }
    }

    bool nextPart()
    {
        if (m_levels.empty())
            return false;
        if (m_levels.back().isList)
            ++m_path.last().index;
        m_isKey = !m_levels.back().isList;
        return true;
    }

    bool close()
    {
        if (m_levels.empty())
            return false;
        if (m_levels.back().hasPart)
            m_path.pop();
        m_levels.pop_back();
        m_isKey = false;
        return !m_levels.empty();
    }

    bool open(char c)
    {
        if (m_levels.size() >= kMostNesting)
            return false;
        if (m_path.size() > 0)
            m_onValue(m_path, {c, m_at, m_at + 1});
        ++m_at;
        m_levels.push_back({c == '[', c == '['});
        if (c == '[')
            m_path.push({{}, 0});
        m_isKey = c == '{';
        return true;
    }

    bool string()
    {
        const std::size_t begin = m_at;
        m_at = endOfString(m_text, m_at);
        if (!m_isKey) {
            if (m_path.size() > 0)
                m_onValue(m_path, {'"', begin, m_at});
            return true;
        }
        if (m_levels.empty() || m_at < begin + 2)
            return false;
        const JsonPath::Part part{m_text.substr(begin + 1, m_at - begin - 2), 0};
        if (m_levels.back().hasPart)
            m_path.last() = part;
        else
            m_path.push(part);
        m_levels.back().hasPart = true;
        m_isKey = false;
        while (m_at < m_text.size() && (isSpace(m_text[m_at]) || m_text[m_at] == ':'))
            ++m_at;
        return true;
    }

    bool word()
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && !isSpace(m_text[m_at]) &&
               std::string_view(",]}[{\"").find(m_text[m_at]) == std::string_view::npos)
            ++m_at;
        if (m_path.size() > 0)
            m_onValue(m_path, {0, begin, m_at});
        return true;
    }

    std::string_view m_text;
    const std::function<void(const JsonPath &, const JsonValue &)> &m_onValue;
    JsonPath m_path;
    std::vector<Level> m_levels;
    std::size_t m_at = 0;
    bool m_isKey = false;
};

void appendUtf8(std::string &out, unsigned code)
{
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

/// The code unit of "\uXXXX" at `at`; above 0xFFFF when there is none.
unsigned unitAt(std::string_view text, std::size_t at)
{
    unsigned unit = 0x10000;
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u')
        return unit;
    const auto [end, failed] = std::from_chars(text.data() + at + 2, text.data() + at + 6, unit, 16);
    return failed == std::errc() && end == text.data() + at + 6 ? unit : 0x10000;
}

char plainOf(char escape)
{
    switch (escape) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    default:
        return escape;
    }
}

void appendHexEscape(std::string &out, unsigned unit)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += kHex[unit >> shift & 0xF];
}

} // namespace

std::string_view JsonPath::name() const
{
    const auto found =
        std::find_if(m_parts.rbegin(), m_parts.rend(), [](const Part &part) { return !part.key.empty(); });
    return found == m_parts.rend() ? std::string_view() : found->key;
}

bool JsonPath::passes(std::string_view key, std::size_t from) const
{
    return std::any_of(m_parts.begin() + static_cast<std::ptrdiff_t>(std::min(from, m_parts.size())),
                       m_parts.end(), [&](const Part &part) { return part.key == key; });
}

std::string JsonPath::text() const
{
    std::string text;
    for (const Part &part : m_parts) {
        if (part.key.empty())
            text += "[" + std::to_string(part.index) + "]";
        else
            text.append(text.empty() ? "" : ".").append(part.key.substr(0, 64));
    }
    return text;
}

void visitValues(std::string_view json,
                 const std::function<void(const JsonPath &, const JsonValue &)> &onValue)
{
    Walk(json, onValue).run();
}

std::string unescaped(std::string_view inside)
{
    std::string out;
    out.reserve(inside.size());
    for (std::size_t at = 0; at < inside.size();) {
        const std::size_t escape = std::min(inside.find('\\', at), inside.size());
        out.append(inside.substr(at, escape - at));
        at = escape;
        if (at + 1 >= inside.size())
            break;
        const unsigned unit = unitAt(inside, at);
        if (unit > 0xFFFF) {
            out += plainOf(inside[at + 1]);
            at += 2;
            continue;
        }
        at += 6;
        const unsigned low = unit >= 0xD800 && unit < 0xDC00 ? unitAt(inside, at) : 0;
        const bool isPair = low >= 0xDC00 && low < 0xE000;
        appendUtf8(out, isPair ? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) : unit);
        at += isPair ? 6 : 0;
    }
    return out;
}

void appendEscaped(std::string &out, std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += text[i];
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c < 0x20) {
            appendHexEscape(out, c);
        } else if (c == 0xED && i + 2 < text.size() &&
                   (static_cast<unsigned char>(text[i + 1]) & 0xE0) == 0xA0) {
            const unsigned unit = 0xD000 | (static_cast<unsigned char>(text[i + 1]) & 0x3FU) << 6 |
                                  (static_cast<unsigned char>(text[i + 2]) & 0x3FU);
            appendHexEscape(out, unit);
            i += 2;
        } else {
            out += text[i];
        }
    }
}

std::string quotedJson(std::string_view text)
{
    std::string out = "\"";
    appendEscaped(out, text);
    return out + "\"";
}

} // namespace pm::policy
