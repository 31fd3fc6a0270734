// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/surrogates.h"

#include <charconv>

namespace pm {

namespace {

// Surrogates D800..DFFF travel as U+10F800..U+10FFFF, the last plane's private use, which no text uses.
constexpr unsigned kMarkBase = 0x10F800;
constexpr unsigned kFirst = 0xD800;
constexpr unsigned kFirstLow = 0xDC00;
constexpr unsigned kLast = 0xDFFF;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The value of a \uXXXX escape at `at`, 0 when there is none.
unsigned escapeAt(std::string_view json, std::size_t at)
{
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
        return 0;
    unsigned value = 0;
    const char *end = json.data() + at + 6;
    const auto read = std::from_chars(json.data() + at + 2, end, value, 16);
    return read.ec == std::errc() && read.ptr == end ? value : 0;
}

/// Copies `json` and lets `replace(out, unit)` write each lone surrogate escape. Empty when there is none.
template <typename Replace>
std::string rewriteLone(std::string_view json, Replace replace)
{
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
        const unsigned unit = escapeAt(json, at);
        if (unit < kFirst || unit > kLast) {
            at += 2;
            continue;
        }
        const unsigned next = escapeAt(json, at + 6);
        if (unit < kFirstLow && next >= kFirstLow && next <= kLast) {
            at += 12;
            continue;
        }
        out.append(json.substr(copied, at - copied));
        replace(out, unit);
        copied = at += 6;
    }
    if (copied > 0)
        out.append(json.substr(copied));
    return out;
}

void appendUtf8(std::string &out, unsigned codePoint) // of planes 1 to 16
{
    out += static_cast<char>(0xF0 | (codePoint >> 18));
    out += static_cast<char>(0x80 | ((codePoint >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((codePoint >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (codePoint & 0x3F));
}

/// The surrogate that the marked character at `at` stands for, 0 when it stands for itself.
unsigned markAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[at + k]); };
    if (at + 4 > text.size() || byte(0) != 0xF4)
        return 0;
    const unsigned codePoint =
        (0x4u << 18) | ((byte(1) & 0x3Fu) << 12) | ((byte(2) & 0x3Fu) << 6) | (byte(3) & 0x3Fu);
    return codePoint >= kMarkBase ? codePoint - kMarkBase + kFirst : 0;
}

} // namespace

Result<json::Document> parseLenient(std::string_view text)
{
    auto parsed = json::Document::parse(text);
    if (parsed || text.find("\\u") == std::string_view::npos)
        return parsed;
    const std::string repaired = rewriteLone(text, [](std::string &out, unsigned) { out += "\\ufffd"; });
    return repaired.empty() ? std::move(parsed) : json::Document::parse(repaired);
}

std::string markLoneSurrogates(std::string_view json)
{
    return rewriteLone(json,
                       [](std::string &out, unsigned unit) { appendUtf8(out, kMarkBase + unit - kFirst); });
}

std::string SurrogateJoiner::join(std::string_view piece, bool marked)
{
    if (piece.empty())
        return {};
    if (!marked && m_high == 0)
        return std::string(piece);
    std::string out;
    std::size_t at = 0;
    if (m_high != 0) {
        const unsigned low = marked ? markAt(piece, 0) : 0;
        if (low >= kFirstLow) {
            appendUtf8(out, 0x10000 + ((m_high - kFirst) << 10) + (low - kFirstLow));
            at = 4;
        } else {
            out += kReplacement;
        }
        m_high = 0;
    }
    while (marked && at < piece.size()) {
        const std::size_t mark = piece.find('\xF4', at);
        if (mark == std::string_view::npos)
            break;
        out.append(piece.substr(at, mark - at));
        const unsigned unit = markAt(piece, mark);
        at = mark + 4;
        if (unit == 0)
            out.append(piece.substr(mark, 4));
        else if (unit < kFirstLow && at >= piece.size())
            m_high = unit;
        else
            out += kReplacement;
    }
    if (at < piece.size())
        out.append(piece.substr(at));
    return out;
}

std::string SurrogateJoiner::flush()
{
    const bool held = m_high != 0;
    m_high = 0;
    return held ? std::string(kReplacement) : std::string();
}

} // namespace pm
