// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/check_numbers.h"

#include "base/text.h"
#include "policy/pattern_finder.h"

#include <algorithm>
#include <array>
#include <string>

namespace pm::policy {

namespace {

std::string digitsOf(std::string_view text)
{
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), isDigit);
    return digits;
}

bool passesLuhn(std::string_view digits)
{
    int sum = 0;
    bool doubles = false;
    for (auto c = digits.rbegin(); c != digits.rend(); ++c, doubles = !doubles) {
        const int digit = (*c - '0') * (doubles ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

/// By the issuers' ranges and lengths (ISO/IEC 7812).
bool isCardNumber(std::string_view digits)
{
    const auto starts = [&](int length, int least, int most) {
        const int prefix = std::stoi(std::string(digits.substr(0, static_cast<std::size_t>(length))));
        return prefix >= least && prefix <= most;
    };
    const std::size_t n = digits.size();
    if (digits[0] == '4')
        return n == 13 || n == 16 || n == 19;
    if (starts(2, 51, 55) || starts(4, 2221, 2720))
        return n == 16;
    if (starts(2, 34, 34) || starts(2, 37, 37))
        return n == 15;
    if (starts(3, 300, 305) || starts(2, 36, 36) || starts(2, 38, 39))
        return n == 14;
    if (starts(4, 3528, 3589))
        return n == 16;
    return (starts(4, 6011, 6011) || starts(2, 65, 65) || starts(3, 644, 649) || starts(2, 62, 62)) &&
           n >= 16;
}

/// The wrong half of identifiers and decimals: "a1234…", "0.1234…".
bool isWithinMore(std::string_view text, std::size_t begin)
{
    const char c = before(text, begin);
    const bool isFraction = (c == '.' || c == ',') && begin > 1 && isDigit(text[begin - 2]);
    return isAlnum(c) || c == '_' || isFraction || (c == '-' && begin > 1 && isAlnum(text[begin - 2]));
}

/// A number that goes on: "…1234-5", "…1234.5", "…1234a".
bool goesOn(std::string_view text, std::size_t end)
{
    const char c = behind(text, end);
    const bool isJoint = c == '-' || c == '.' || c == ',' || c == '/' || c == ':';
    return isAlnum(c) || c == '_' || (isJoint && isDigit(behind(text, end + 1)));
}

struct Country
{
    char name[3];
    std::size_t length;
};
// SWIFT's registry of IBANs.
constexpr std::array kCountries{
    Country{"AD", 24}, Country{"AE", 23}, Country{"AL", 28}, Country{"AT", 20}, Country{"AZ", 28},
    Country{"BA", 20}, Country{"BE", 16}, Country{"BG", 22}, Country{"BH", 22}, Country{"BR", 29},
    Country{"BY", 28}, Country{"CH", 21}, Country{"CR", 22}, Country{"CY", 28}, Country{"CZ", 24},
    Country{"DE", 22}, Country{"DK", 18}, Country{"DO", 28}, Country{"EE", 20}, Country{"EG", 29},
    Country{"ES", 24}, Country{"FI", 18}, Country{"FO", 18}, Country{"FR", 27}, Country{"GB", 22},
    Country{"GE", 22}, Country{"GI", 23}, Country{"GL", 18}, Country{"GR", 27}, Country{"GT", 28},
    Country{"HR", 21}, Country{"HU", 28}, Country{"IE", 22}, Country{"IL", 23}, Country{"IQ", 23},
    Country{"IS", 26}, Country{"IT", 27}, Country{"JO", 30}, Country{"KW", 30}, Country{"KZ", 20},
    Country{"LB", 28}, Country{"LC", 32}, Country{"LI", 21}, Country{"LT", 20}, Country{"LU", 20},
    Country{"LV", 21}, Country{"MC", 27}, Country{"MD", 24}, Country{"ME", 22}, Country{"MK", 19},
    Country{"MR", 27}, Country{"MT", 31}, Country{"MU", 30}, Country{"NL", 18}, Country{"NO", 15},
    Country{"PK", 24}, Country{"PL", 28}, Country{"PS", 29}, Country{"PT", 25}, Country{"QA", 29},
    Country{"RO", 24}, Country{"RS", 22}, Country{"SA", 24}, Country{"SC", 31}, Country{"SE", 24},
    Country{"SI", 19}, Country{"SK", 24}, Country{"SM", 27}, Country{"ST", 25}, Country{"SV", 28},
    Country{"TL", 23}, Country{"TN", 24}, Country{"TR", 26}, Country{"UA", 29}, Country{"VA", 22},
    Country{"VG", 24}, Country{"XK", 20},
};

int mod97(std::string_view iban)
{
    int rest = 0;
    for (std::size_t i = 0; i < iban.size(); ++i) {
        const char c = iban[(i + 4) % iban.size()];
        rest = isDigit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    return rest;
}

bool isWordBefore(std::string_view text, std::size_t begin, std::string_view word)
{
    while (begin > 0 && text[begin - 1] == ' ')
        --begin;
    return begin >= word.size() && lowerAscii(text.substr(begin - word.size(), word.size())) == word;
}

} // namespace

std::size_t judgeEmail(std::string_view text, std::size_t begin, std::size_t end)
{
    // A URL's user and password, and what merely goes on ("a@b.c@d"), are no addresses.
    const std::string_view address = text.substr(begin, end - begin);
    const std::size_t at = address.find('@');
    const bool isWhole = address[at - 1] != '.' && address.find("..") == std::string_view::npos &&
                         address[at + 1] != '-' && behind(text, end) != '@' && !isDigit(behind(text, end)) &&
                         behind(text, end) != '_' && before(text, begin) != '/';
    constexpr std::array<std::string_view, 6> kFiles{".png", ".jpg", ".svg", ".js", ".ts", ".css"};
    const bool isFile =
        std::any_of(kFiles.begin(), kFiles.end(), [&](std::string_view f) { return address.ends_with(f); });
    return isWhole && !isFile ? end : begin;
}

std::size_t judgeIban(std::string_view text, std::size_t begin, std::size_t end)
{
    const std::string_view name = text.substr(begin, 2);
    const auto country =
        std::find_if(kCountries.begin(), kCountries.end(), [&](const Country &c) { return name == c.name; });
    if (country == kCountries.end())
        return begin;
    std::string letters;
    std::size_t at = begin;
    for (; at < end && letters.size() < country->length; ++at) {
        if (text[at] != ' ')
            letters += text[at];
    }
    const bool isWhole = letters.size() == country->length && !isAlnum(behind(text, at));
    return isWhole && mod97(letters) == 1 ? at : begin;
}

std::size_t judgeCard(std::string_view text, std::size_t begin, std::size_t end)
{
    if (isWithinMore(text, begin))
        return begin;
    const std::string_view written =
        text.substr(begin, end - begin); // "41111111-1111-…": no issuer groups so
    const std::size_t gap = std::min(written.find_first_of(" -"), written.size());
    if (gap > 4 && gap < 12)
        return begin;
    for (; end > begin; --end) { // a year may stand behind it
        if (!isDigit(text[end - 1]) || isDigit(behind(text, end)))
            continue;
        const std::string digits = digitsOf(text.substr(begin, end - begin));
        if (digits.size() < 13)
            break;
        const bool isSame = digits.find_first_not_of(digits[0]) == std::string::npos;
        if (isCardNumber(digits) && passesLuhn(digits) && !isSame && !isAlpha(behind(text, end)) &&
            behind(text, end) != '.')
            return end;
        if (isCardNumber(digits) && passesLuhn(digits) && !isSame && behind(text, end) == '.' &&
            !isDigit(behind(text, end + 1)))
            return end;
    }
    return begin;
}

std::size_t judgeSsn(std::string_view text, std::size_t begin, std::size_t end)
{
    const std::string_view number = text.substr(begin, end - begin);
    const std::string_view area = number.substr(0, 3);
    const bool isGiven = area != "000" && area != "666" && area[0] != '9' && number.substr(4, 2) != "00" &&
                         number.substr(7) != "0000";
    return isGiven && !isWithinMore(text, begin) && !goesOn(text, end) ? end : begin;
}

std::size_t judgeIpv4(std::string_view text, std::size_t begin, std::size_t end)
{
    std::array<int, 4> part{};
    std::size_t at = begin;
    for (int &value : part) {
        const std::size_t first = at;
        while (at < end && isDigit(text[at]))
            value = value * 10 + (text[at++] - '0');
        if (value > 255 || (at - first > 1 && text[first] == '0'))
            return begin;
        ++at;
    }
    const bool isOurs = part[0] == 0 || part[0] == 10 || part[0] == 127 || part[0] >= 224 ||
                        (part[0] == 169 && part[1] == 254) ||
                        (part[0] == 172 && part[1] >= 16 && part[1] < 32) ||
                        (part[0] == 192 && part[1] == 168);
    const char c = before(text, begin);
    const bool isVersion = isWordBefore(text, begin, "version") || isWordBefore(text, begin, "release") ||
                           isWordBefore(text, begin, "section") || isWordBefore(text, begin, "chapter");
    const bool goes = isAlnum(behind(text, end)) || behind(text, end) == '-' ||
                      (behind(text, end) == '.' && isDigit(behind(text, end + 1)));
    return isOurs || isVersion || goes || isAlnum(c) || c == '.' || c == '-' || c == '=' || c == '~' ||
                   c == '^'
               ? begin
               : end;
}

std::size_t judgeIpv6(std::string_view text, std::size_t begin, std::size_t end)
{
    if (isAlnum(before(text, begin)) || isAlnum(behind(text, end)) || before(text, begin) == '_' ||
        behind(text, end) == '_')
        return begin;
    std::string_view address = text.substr(begin, end - begin);
    address = address.substr(0, address.find('%'));
    if (address.ends_with(':') && !address.ends_with("::"))
        address.remove_suffix(1);
    int groups = 0, gaps = 0, length = 0;
    bool hasDigit = false;
    for (std::size_t i = 0; i <= address.size(); ++i) {
        if (i < address.size() && address[i] != ':') {
            hasDigit = hasDigit || isDigit(address[i]);
            if (++length > 4)
                return begin;
            continue;
        }
        groups += length > 0 ? 1 : 0;
        gaps += length == 0 && i > 0 && i < address.size() ? 1 : 0;
        length = 0;
    }
    const bool isWhole = gaps == 0 ? groups == 8 : gaps == 1 && groups >= 3 && groups < 8;
    const std::string start = lowerAscii(address.substr(0, 4));
    const bool isOurs = start == "fe80" || start.starts_with("fd") || start.starts_with("fc");
    return isWhole && hasDigit && !isOurs ? begin + address.size() : begin;
}

std::size_t judgeInternational(std::string_view text, std::size_t begin, std::size_t end)
{
    const std::size_t digits = digitsOf(text.substr(begin, end - begin)).size();
    return digits >= 8 && digits <= 15 && !isWithinMore(text, begin) && before(text, begin) != '+' &&
                   !goesOn(text, end) && text[begin + 1] != '0'
               ? end
               : begin;
}

std::size_t judgeAmerican(std::string_view text, std::size_t begin, std::size_t end)
{
    const std::string digits = digitsOf(text.substr(begin, end - begin));
    // Area and exchange begin with 2 to 9, and no exchange is N11.
    const bool isPlanned =
        digits[0] >= '2' && digits[3] >= '2' && digits.substr(4, 2) != "11" && digits.substr(1, 2) != "11";
    std::size_t first = begin;
    if (begin >= 2 && (text[begin - 1] == '-' || text[begin - 1] == ' ' || text[begin - 1] == '.') &&
        text[begin - 2] == '1' && !isAlnum(before(text, begin - 2)))
        first = begin; // "1-415-…": the rest is the number all the same
    else if (isWithinMore(text, begin))
        return begin;
    return isPlanned && !goesOn(text, end) && first == begin ? end : begin;
}

std::size_t judgeNational(std::string_view text, std::size_t begin, std::size_t end)
{
    const std::string_view number = text.substr(begin, end - begin);
    const std::size_t digits = digitsOf(number).size();
    const std::size_t zero = number.find('0');
    const bool isTrunk = zero + 1 < number.size() && number[zero + 1] != '0';
    // "02/11/2024", "08-15-2024": dates have a four-digit year, and eight digits.
    const bool hasParens =
        (number.find('(') == std::string_view::npos) == (number.find(')') == std::string_view::npos);
    return digits >= 9 && digits <= 12 && isTrunk && hasParens && !isWithinMore(text, begin) &&
                   !goesOn(text, end)
               ? end
               : begin;
}

} // namespace pm::policy
