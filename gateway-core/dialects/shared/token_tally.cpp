// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/token_tally.h"

#include "base/text.h"
#include "dialects/shared/json_body.h"

#include <algorithm>
#include <array>

namespace pm {

namespace {

/// What a character belongs to, as far as tokenizers care.
enum class Script : std::uint8_t {
    Continuation, ///< not the first byte of a character
    Letter,
    Digit,
    Punctuation,
    Space,
    LineBreak,
    Cyrillic,
    TwoByte, ///< Greek, Armenian, Hebrew, Arabic
    Han,
    Kana,
    Hangul,
    ThreeByte, ///< Indic scripts, Thai and their neighbours
    Symbol,    ///< dashes, quotes, arrows, full-width forms
    Emoji,
};

// Thousandths of a token.
constexpr std::int64_t kWord = 950; ///< the space before it goes with it
constexpr std::int64_t kLetterPastFour = 90;
constexpr std::int64_t kLetterPastSeven = 65;
constexpr std::int64_t kJoinedWord = 750; ///< behind a bracket, a quote, or in camelCase
constexpr std::int64_t kLetterPastTwelve = 450;
constexpr std::int64_t kMarkedLetter = 740;
constexpr std::int64_t kThreeDigits = 1000;
constexpr std::int64_t kSpaceBeforeDigits = 1000;
constexpr std::int64_t kPunctuation = 620;
constexpr std::int64_t kMorePunctuation = 550;
constexpr std::int64_t kWideSpace = 2300;
constexpr std::int64_t kLineBreak = 1900;
constexpr std::int64_t kArrayItem = 500;
constexpr std::int64_t kMember = 1500; ///< quotes, colon and comma

std::int64_t costOfCharacter(Script script)
{
    switch (script) {
    case Script::Cyrillic: return 290;
    case Script::TwoByte: return 385;
    case Script::Han: return 770;
    case Script::Kana: return 640;
    case Script::Hangul: return 690;
    case Script::ThreeByte: return 400;
    case Script::Symbol: return 600;
    case Script::Emoji: return 2000;
    default: return 0; // by the run
    }
}

std::int64_t costOfWord(std::int64_t length, bool isJoined)
{
    const auto past = [length](std::int64_t limit) { return std::max<std::int64_t>(0, length - limit); };
    const std::int64_t odd = kLetterPastTwelve * past(12);
    return isJoined ? kJoinedWord + odd : kWord + kLetterPastFour * past(4) + kLetterPastSeven * past(7) + odd;
}

std::int64_t costOfRun(Script script, std::int64_t length, bool isJoined)
{
    switch (script) {
    case Script::Letter: return costOfWord(length, isJoined);
    case Script::Digit: return kThreeDigits * ((length + 2) / 3);
    case Script::Punctuation: return kPunctuation + kMorePunctuation * (length - 1);
    case Script::Space: return length > 1 ? kWideSpace : 0;
    case Script::LineBreak: return kLineBreak;
    default: return 0; // by the character
    }
}

constexpr Script scriptOfLead(unsigned byte)
{
    if (byte < 0x80) {
        if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'))
            return Script::Letter;
        if (byte >= '0' && byte <= '9')
            return Script::Digit;
        if (byte == '\n' || byte == '\r')
            return Script::LineBreak;
        return byte == ' ' || byte == '\t' ? Script::Space : Script::Punctuation;
    }
    if (byte < 0xC0)
        return Script::Continuation;
    if (byte == 0xC2 || byte == 0xE2 || byte == 0xEF)
        return Script::Symbol;
    if (byte < 0xCD)
        return Script::Letter;
    if (byte < 0xE0)
        return byte >= 0xD0 && byte <= 0xD3 ? Script::Cyrillic : Script::TwoByte;
    if (byte <= 0xE1)
        return Script::ThreeByte;
    if (byte <= 0xE9)
        return Script::Han;
    return byte <= 0xED ? Script::Hangul : Script::Emoji;
}

constexpr std::array<Script, 256> kScripts = [] {
    std::array<Script, 256> scripts{};
    for (unsigned byte = 0; byte < scripts.size(); ++byte)
        scripts[byte] = scriptOfLead(byte);
    return scripts;
}();

/// The script of the character that begins with `lead`, by its second byte where the first does not say.
Script scriptOf(unsigned char lead, unsigned char second)
{
    if (lead == 0xE1 && (second == 0xBA || second == 0xBB)) // U+1E80 to U+1EFF: Vietnamese
        return Script::Letter;
    if (lead == 0xE3 && second <= 0x83)
        return second == 0x80 ? Script::Symbol : Script::Kana;
    return kScripts[lead];
}

/// Adds up one text, run by run.
class Runs
{
public:
    void add(unsigned char lead, unsigned char second)
    {
        Script script = scriptOf(lead, second);
        if (script == Script::Continuation)
            return;
        if (script == Script::Space && m_script == Script::LineBreak)
            return; // indentation
        if (script == Script::LineBreak && m_script == Script::Space)
            m_script = script;
        const bool isCamelCase = script == Script::Letter && lead >= 'A' && lead <= 'Z' && m_last >= 'a' && m_last <= 'z';
        if (script != m_script || isCamelCase)
            begin(script);
        // "-----" costs hardly more than "-".
        if (script != Script::Punctuation || m_length == 0 || lead != m_last)
            ++m_length;
        m_sum += costOfCharacter(script) + (script == Script::Letter && lead >= 0x80 ? kMarkedLetter : 0);
        m_last = lead;
    }
    std::int64_t end()
    {
        begin(Script::Continuation);
        return m_sum;
    }

private:
    void begin(Script script)
    {
        if (m_length > 0)
            m_sum += costOfRun(m_script, m_length, m_isJoined);
        if (script == Script::Digit && m_script == Script::Space && m_length == 1)
            m_sum += kSpaceBeforeDigits;
        m_isJoined = m_script != Script::Space && m_script != Script::LineBreak && m_script != Script::Continuation;
        m_script = script;
        m_length = 0;
    }

    Script m_script = Script::Continuation;
    unsigned char m_last = 0;
    bool m_isJoined = false;
    std::int64_t m_length = 0;
    std::int64_t m_sum = 0;
};

std::int64_t milliTokens(std::string_view text)
{
    Runs runs;
    for (std::size_t i = 0; i < text.size(); ++i)
        runs.add(static_cast<unsigned char>(text[i]), i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0);
    return runs.end();
}

} // namespace

void TokenTally::text(std::string_view utf8)
{
    constexpr std::size_t kLeastSample = 64;
    constexpr std::size_t kSampledPart = 8;
    const std::size_t room = kScannedWhole - std::min(kScannedWhole, m_scanned);
    if (room == 0 && m_texts++ % kSampledTexts != 0) {
        m_passedOver += utf8.size();
        return;
    }
    const std::string_view sample = utf8.substr(0, std::max({room, kLeastSample, utf8.size() / kSampledPart}));
    const std::int64_t cost = milliTokens(sample);
    m_scanned += sample.size();
    m_scannedCost += cost;
    m_milliTokens += cost;
    m_passedOver += utf8.size() - sample.size();
}

std::int64_t TokenTally::tokens() const
{
    const auto passedOver = static_cast<double>(m_passedOver) * static_cast<double>(m_scannedCost) /
                            static_cast<double>(std::max<std::size_t>(1, m_scanned));
    return (m_milliTokens + static_cast<std::int64_t>(passedOver) + 999) / 1000;
}

void TokenTally::value(json::Element element)
{
    if (element.is_string())
        return text(element.get_string().value_unsafe());
    if (element.is_array()) {
        for (const json::Element item : items(element)) {
            m_milliTokens += kArrayItem;
            value(item);
        }
    } else if (element.is_object()) {
        for (const auto member : fields(element)) {
            m_milliTokens += kMember;
            text(member.key);
            value(member.value);
        }
    } else {
        m_milliTokens += 1000; // a number or a word
    }
}

} // namespace pm
