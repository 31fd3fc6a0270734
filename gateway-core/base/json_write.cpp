// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <array>
#include <charconv>
#include <cmath>

namespace pm::json {

namespace {

/// Length of the valid UTF-8 sequence that starts at `i`, 0 when there is none (RFC 3629).
std::size_t utf8Length(std::string_view text, std::size_t i)
{
    const auto byte = [&](std::size_t k) {
        return k < text.size() ? static_cast<unsigned char>(text[k]) : static_cast<unsigned char>(0);
    };
    const auto continues = [&](std::size_t k) { return (byte(k) & 0xC0) == 0x80; };
    const unsigned char lead = byte(i);
    if (lead >= 0xC2 && lead <= 0xDF)
        return continues(i + 1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(i + 1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(i + 1) > 0x9F;
        return continues(i + 1) && continues(i + 2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(i + 1) < 0x90;
        const bool tooHigh = lead == 0xF4 && byte(i + 1) > 0x8F;
        return continues(i + 1) && continues(i + 2) && continues(i + 3) && !overlong && !tooHigh ? 4 : 0;
    }
    return 0;
}

void appendEscaped(std::string &out, unsigned char c)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    case '\b': // as simdjson writes it: one text has one spelling, whoever writes it
        out += "\\b";
        break;
    case '\f':
        out += "\\f";
        break;
    default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
}

} // namespace

namespace {

/// Room for `more` bytes and what follows them. A string that is larger than all before it (a picture) gets what it needs:
/// grown by doubling it would lie in memory three times.
void makeRoom(std::string &out, std::size_t more)
{
    constexpr std::size_t kLarge = 64 * 1024;
    if (more > kLarge && more > out.size() && out.capacity() - out.size() < more)
        out.reserve(out.size() + more + more / 64 + kLarge);
}

void appendEscapedText(std::string &out, std::string_view value)
{
    std::size_t copied = 0;
    const auto flush = [&](std::size_t upTo) { out.append(value.substr(copied, upTo - copied)); };
    for (std::size_t i = 0; i < value.size();) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        const std::size_t sequence = c >= 0x80 ? utf8Length(value, i) : 0;
        if (sequence > 0) {
            i += sequence;
            continue;
        }
        flush(i);
        if (c >= 0x80)
            out += "\xEF\xBF\xBD";
        else
            appendEscaped(out, c);
        copied = ++i;
    }
    flush(value.size());
}

} // namespace

void appendQuoted(std::string &out, std::string_view value)
{
    makeRoom(out, value.size());
    out += '"';
    appendEscapedText(out, value);
    out += '"';
}

void Writer::separate()
{
    if (m_needsComma)
        m_out += ',';
    m_needsComma = true;
}

void Writer::open(char bracket)
{
    separate();
    m_out += bracket;
    m_needsComma = false;
}

void Writer::close(char bracket)
{
    m_out += bracket;
    m_needsComma = true;
}

void Writer::key(std::string_view name)
{
    separate();
    appendQuoted(m_out, name);
    m_out += ':';
    m_needsComma = false;
}

void Writer::string(std::string_view value)
{
    separate();
    appendQuoted(m_out, value);
}

void Writer::joined(std::initializer_list<std::string_view> pieces)
{
    separate();
    std::size_t size = 0;
    for (const std::string_view piece : pieces)
        size += piece.size();
    makeRoom(m_out, size);
    m_out += '"';
    for (const std::string_view piece : pieces)
        appendEscapedText(m_out, piece);
    m_out += '"';
}

void Writer::number(std::int64_t value)
{
    separate();
    m_out += std::to_string(value);
}

void Writer::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    m_out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void Writer::boolean(bool value)
{
    separate();
    m_out += value ? "true" : "false";
}

void Writer::null()
{
    separate();
    m_out += "null";
}

void Writer::raw(std::string_view jsonText)
{
    separate();
    m_out += jsonText;
}

} // namespace pm::json
