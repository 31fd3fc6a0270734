// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/injection_forms.h"

#include "base/text.h"
#include "policy/pattern_finder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>

namespace pm::policy {

namespace {

constexpr std::size_t kLeastApart = 12;
constexpr std::size_t kLeastEncoded = 24;
constexpr std::size_t kMostEncoded = 16 * 1024;
constexpr int kCase = 0x20; ///< the bit by which ASCII's capitals differ

constexpr char disguised(char c)
{
    if (isAlpha(c))
        return isUpper(c) ? static_cast<char>(c + 32) : c;
    switch (c) {
    case '0':
        return 'o';
    case '1':
    case '!':
    case '|':
        return 'i';
    case '3':
        return 'e';
    case '4':
    case '@':
        return 'a';
    case '5':
    case '$':
        return 's';
    case '7':
        return 't';
    default:
        return 0;
    }
}

/// One look a byte at tables, since every byte of every request comes by.
template <typename Value, Value (*Of)(char)>
constexpr std::array<Value, 256> tableOf()
{
    std::array<Value, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = Of(static_cast<char>(i));
    return table;
}

constexpr auto kLetters = tableOf<char, disguised>();
/// What stands for a letter in disguise; 0 for what does not.
constexpr char letterOf(char c)
{
    return kLetters[static_cast<unsigned char>(c)];
}

constexpr ByteSet kGaps([](char c) { return std::string_view(" .-_*\n,").find(c) != std::string_view::npos; });
constexpr bool isGap(char c)
{
    return kGaps.has(c);
}
constexpr ByteSet kAlphas(isAlpha);
constexpr ByteSet kStandIns([](char c) { return !isAlpha(c) && disguised(c) != 0; });

constexpr std::array<std::string_view, 12> kOrders{"ignore",   "disregard", "forget",       "bypass",
                                                   "override", "reveal",    "previous",     "system",
                                                   "prompt",   "prompts",   "instructions", "instruction"};

std::string sorted(std::string_view word)
{
    std::string letters(word);
    std::sort(letters.begin(), letters.end());
    return letters;
}

/// 2 for a word of orders with its letters mixed up, 1 for the word itself, 0 for others.
int orderliness(std::string_view word)
{
    for (const std::string_view order : kOrders) {
        if (order.size() != word.size() || (order.front() ^ word.front()) & ~kCase ||
            (order.back() ^ word.back()) & ~kCase)
            continue;
        const std::string lower = lowerAscii(word);
        if (lower == order)
            return 1;
        if (sorted(lower) == sorted(order))
            return 2;
    }
    return 0;
}

constexpr std::int8_t base64Of(char c)
{
    if (isUpper(c))
        return static_cast<std::int8_t>(c - 'A');
    if (isLower(c))
        return static_cast<std::int8_t>(c - 'a' + 26);
    if (isDigit(c))
        return static_cast<std::int8_t>(c - '0' + 52);
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}
constexpr auto kBase64 = tableOf<std::int8_t, base64Of>();
/// 0 to 63; -1 for other letters.
constexpr int base64Value(char c)
{
    return kBase64[static_cast<unsigned char>(c)];
}

constexpr ByteSet kBase64Letters([](char c) { return base64Of(c) >= 0; });

std::string fromBase64(std::string_view run)
{
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : run) {
        bits = (bits << 6 | static_cast<unsigned>(base64Value(c))) & 0xFFFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xFF);
        }
    }
    return out;
}

int hexValue(char c)
{
    return isDigit(c)             ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

std::string fromHex(std::string_view run)
{
    std::string out;
    for (std::size_t i = 0; i + 1 < run.size(); i += 2)
        out += static_cast<char>(hexValue(run[i]) << 4 | hexValue(run[i + 1]));
    return out;
}

bool isText(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t' || c == '\r';
    });
}

} // namespace

std::vector<Squashed> lettersApart(std::string_view text)
{
    std::vector<Squashed> found;
    std::size_t at = 0;
    while (at < text.size()) {
        if (at + 1 < text.size() && !isGap(text[at + 1])) { // most of all bytes
            ++at;
            continue;
        }
        // One letter, a gap of one or two, one letter: the sign of words written apart.
        Squashed run{at, at, {}};
        std::size_t next = at;
        while (next < text.size() && letterOf(text[next]) != 0 &&
               (next + 1 >= text.size() || isGap(text[next + 1])) &&
               (run.letters.empty() ? next == 0 || isGap(text[next - 1]) : true)) {
            run.letters += letterOf(text[next]);
            run.end = next + 1;
            ++next;
            for (int gap = 0; gap < 3 && next < text.size() && isGap(text[next]); ++gap)
                ++next;
        }
        if (run.letters.size() >= kLeastApart)
            found.push_back(run);
        at = std::max(next, at + 1);
    }
    // Digits for letters: the whole text once more, where it has any between letters.
    bool isMixed = false;
    for (std::size_t i = 1; i + 1 < text.size() && !isMixed; ++i)
        isMixed = kStandIns.has(text[i]) && isAlpha(text[i - 1]) && isAlpha(text[i + 1]);
    for (std::size_t line = 0; isMixed && line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        Squashed whole{line, end, {}};
        for (const char c : text.substr(line, end - line)) {
            if (const char letter = letterOf(c))
                whole.letters += letter;
        }
        // Plain letters alone are for the phrases.
        const std::string_view piece = text.substr(line, end - line);
        if (std::any_of(piece.begin(), piece.end(), isDigit) && whole.letters.size() >= kLeastApart)
            found.push_back(std::move(whole));
        line = end + 1;
    }
    return found;
}

std::vector<Find> scrambled(std::string_view text)
{
    constexpr std::size_t kWithin = 8; // words
    struct Seen
    {
        std::size_t number, begin, end;
        bool isMixed;
    };
    std::vector<Find> found;
    std::deque<Seen> near;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size(); ++number) {
        while (at < text.size() && !kAlphas.has(text[at]))
            ++at;
        const std::size_t begin = at;
        while (at < text.size() && kAlphas.has(text[at]))
            ++at;
        const std::size_t length = at - begin;
        const int order = length >= 6 && length <= 12 ? orderliness(text.substr(begin, length)) : 0;
        if (order == 0)
            continue;
        while (!near.empty() && number - near.front().number > kWithin)
            near.pop_front();
        near.push_back({number, begin, at, order == 2});
        const bool hasMixed =
            std::any_of(near.begin(), near.end(), [](const Seen &seen) { return seen.isMixed; });
        if (near.size() >= 3 && hasMixed) {
            found.push_back({near.front().begin, at, {}});
            near.clear();
        }
    }
    return found;
}

std::vector<Squashed> encoded(std::string_view text)
{
    std::vector<Squashed> found;
    for (Run run = nextRun(text, 0, kLeastEncoded, kBase64Letters); run.begin < run.end;
         run = nextRun(text, run.end, kLeastEncoded, kBase64Letters)) {
        const std::string_view whole = text.substr(run.begin, run.end - run.begin);
        const bool isHex = std::all_of(whole.begin(), whole.end(), [](char c) { return hexValue(c) >= 0; });
        const std::string_view begin = whole.substr(0, kMostEncoded);
        std::string said = isHex ? fromHex(begin) : fromBase64(begin);
        if (isText(said))
            found.push_back({run.begin, run.end, std::move(said)});
    }
    return found;
}

std::vector<Find> invisible(std::string_view text)
{
    constexpr std::size_t kLeast = 4; // flags of regions have up to six behind a flag sign; orders have many
    constexpr std::size_t kFlag = 7;
    std::vector<Find> found;
    const auto isTag = [&](std::size_t at) {
        return text.substr(at, 3) == "\xF3\xA0\x80" || text.substr(at, 3) == "\xF3\xA0\x81";
    };
    for (std::size_t at = text.find('\xF3'); at != std::string_view::npos; at = text.find('\xF3', at)) {
        const std::size_t begin = at;
        while (at + 4 <= text.size() && isTag(at))
            at += 4;
        const bool isFlag = begin >= 4 && text.substr(begin - 4, 4) == "\xF0\x9F\x8F\xB4";
        if ((at - begin) / 4 >= (isFlag ? kFlag : kLeast))
            found.push_back({begin, at, {}});
        at = std::max(at, begin + 1);
    }
    return found;
}

} // namespace pm::policy
