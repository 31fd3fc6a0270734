// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/shapes.h"

#include "policy/pattern_finder.h"

#include <algorithm>

namespace pm::policy {

namespace {

template <typename Has>
std::size_t run(std::string_view text, std::size_t at, std::size_t most, Has has)
{
    const std::size_t end = std::min(text.size(), at + most);
    std::size_t next = at;
    while (next < end && has(text[next]))
        ++next;
    return next - at;
}

std::size_t digits(std::string_view text, std::size_t at, std::size_t most)
{
    return run(text, at, most, isDigit);
}

constexpr bool isPhoneGap(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '/';
}

/// `(?:GAP[0-9]{2,8}){1,5}`, the gap left out where it may be; `at` when there is no group.
template <typename Gap>
std::size_t groups(std::string_view text, std::size_t at, bool mayLackGap, Gap isGap)
{
    for (int group = 0; group < 5; ++group) {
        const bool hasGap = isGap(behind(text, at)) && at < text.size();
        if (!hasGap && !mayLackGap)
            break;
        const std::size_t first = at + (hasGap ? 1 : 0);
        const std::size_t length = digits(text, first, 8);
        if (length < 2)
            break;
        at = first + length;
    }
    return at;
}

/// `\(0?[0-9]{0,4}\)[ .\-/]?`; `at` where it is not.
std::size_t trunkInParens(std::string_view text, std::size_t at)
{
    if (behind(text, at) != '(')
        return at;
    const std::size_t length = digits(text, at + 1, 6);
    const std::size_t close = at + 1 + length;
    if (length > 5 || (length == 5 && text[at + 1] != '0') || behind(text, close) != ')')
        return at;
    return close + (close + 1 < text.size() && isPhoneGap(text[close + 1]) ? 2 : 1);
}

} // namespace

std::size_t ibanShape(std::string_view text, std::size_t at)
{
    const char last = before(text, at);
    if (at + 4 > text.size() || isAlnum(last) || last == '_' || !isUpper(text[at]) || !isUpper(text[at + 1]) ||
        digits(text, at + 2, 2) < 2)
        return at;
    const auto isLetter = [](char c) { return isUpper(c) || isDigit(c); };
    std::size_t end = at + 4, count = 0;
    while (count < 30) {
        const std::size_t next = end + (behind(text, end) == ' ' ? 1 : 0);
        if (next >= text.size() || !isLetter(text[next]))
            break;
        end = next + 1;
        ++count;
    }
    return count >= 11 ? end : at;
}

std::size_t cardShape(std::string_view text, std::size_t at)
{
    if (digits(text, at, 1) == 0)
        return at;
    std::size_t end = at + 1, count = 1;
    while (count < 19) {
        const char c = behind(text, end);
        const std::size_t next = end + (c == ' ' || c == '-' ? 1 : 0);
        if (digits(text, next, 1) == 0)
            break;
        end = next + 1;
        ++count;
    }
    return count >= 13 ? end : at;
}

std::size_t ssnShape(std::string_view text, std::size_t at)
{
    if (at + 11 > text.size() || digits(text, at, 3) < 3)
        return at;
    const char gap = text[at + 3];
    const bool isOne = (gap == '-' || gap == ' ') && digits(text, at + 4, 2) == 2 && text[at + 6] == gap &&
                       digits(text, at + 7, 4) == 4;
    return isOne ? at + 11 : at;
}

std::size_t ipv4Shape(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && behind(text, end) != '.')
            return at;
        end += part > 0 ? 1 : 0;
        const std::size_t length = digits(text, end, 3);
        if (length == 0)
            return at;
        end += length;
    }
    return end;
}

std::size_t ipv6Shape(std::string_view text, std::size_t at)
{
    const auto isLetter = [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':'; };
    const std::size_t length = run(text, at, 39, isLetter);
    if (length < 2)
        return at;
    std::size_t end = at + length;
    const std::size_t zone =
        behind(text, end) == '%' ? run(text, end + 1, 32, [](char c) { return isDigit(c) || isLower(c); }) : 0;
    end += zone > 0 ? zone + 1 : 0;
    return end;
}

std::size_t internationalShape(std::string_view text, std::size_t at)
{
    if (behind(text, at) != '+')
        return at;
    for (std::size_t code = digits(text, at + 1, 3); code > 0; --code) {
        std::size_t first = at + 1 + code;
        first += first < text.size() && isPhoneGap(text[first]) ? 1 : 0;
        first = trunkInParens(text, first);
        for (std::size_t area = digits(text, first, 5); area > 0; --area) {
            const std::size_t end = groups(text, first + area, true, isPhoneGap);
            if (end > first + area)
                return end;
        }
    }
    return at;
}

std::size_t americanShape(std::string_view text, std::size_t at)
{
    const auto isGap = [](char c) { return c == ' ' || c == '.' || c == '-'; };
    const bool hasParens = behind(text, at) == '(';
    const std::size_t area = at + (hasParens ? 1 : 0);
    if (area + 3 > text.size() || digits(text, area, 3) < 3)
        return at;
    std::size_t next = area + 3;
    if (hasParens ? behind(text, next) != ')' : next >= text.size() || !isGap(text[next]))
        return at;
    ++next;
    next += hasParens && next < text.size() && text[next] == ' ' ? 1 : 0;
    const bool isOne = next + 8 <= text.size() && digits(text, next, 3) == 3 && isGap(text[next + 3]) &&
                       digits(text, next + 4, 4) == 4;
    return isOne ? next + 8 : at;
}

std::size_t nationalShape(std::string_view text, std::size_t at)
{
    std::size_t zero = at + (behind(text, at) == '(' ? 1 : 0);
    if (behind(text, zero) != '0')
        return at;
    const std::size_t length = digits(text, zero + 1, 4);
    if (length == 0)
        return at;
    const std::size_t first = zero + 1 + length + (behind(text, zero + 1 + length) == ')' ? 1 : 0);
    const std::size_t end = groups(text, first, false, [](char c) { return c == ' ' || c == '/' || c == '-'; });
    return end > first ? end : at;
}

std::size_t emailShape(std::string_view text, std::size_t at)
{
    const auto isLocal = [](char c) {
        return isAlnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '\'' || c == '-';
    };
    if (!isAlnum(behind(text, at)))
        return at;
    std::size_t next = at + 1 + run(text, at + 1, 63, isLocal);
    const std::size_t end = domainShape(text, next);
    return end > next ? end : at;
}

std::size_t domainShape(std::string_view text, std::size_t at)
{
    if (behind(text, at) != '@')
        return at;
    // Labels with a dot each, then letters: the last dot with two letters behind it ends the name.
    std::size_t end = at, next = at + 1;
    for (int labels = 0; labels < 8; ++labels) {
        const std::size_t length = run(text, next, 63, [](char c) { return isAlnum(c) || c == '-'; });
        if (length == 0 || behind(text, next + length) != '.')
            break;
        next += length + 1;
        const std::size_t top = run(text, next, 24, isAlpha);
        if (top >= 2)
            end = next + top;
    }
    return end;
}

std::size_t tokenShape(std::string_view text, std::size_t at)
{
    constexpr std::size_t kShortest = 24, kLongest = 200;
    if (!isAlnum(behind(text, at)))
        return at;
    std::size_t end = at + run(text, at, kLongest, [](char c) {
        return isAlnum(c) || c == '_' || c == '+' || c == '/' || c == '-';
    });
    while (end > at && !isAlnum(text[end - 1]))
        --end;
    return end - at >= kShortest ? end + run(text, end, 2, [](char c) { return c == '='; }) : at;
}

} // namespace pm::policy
