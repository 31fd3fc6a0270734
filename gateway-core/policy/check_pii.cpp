// SPDX-License-Identifier: GPL-3.0-or-later
// What points at a person. Shapes find candidates; a judge looks at checksums, plans of numbers and neighbours.
#include "policy/checks.h"

#include "policy/check_numbers.h"
#include "policy/pattern_finder.h"
#include "policy/shapes.h"

#include <algorithm>
#include <array>
#include <optional>

namespace pm::policy {

namespace {

/// Where to look for an entity, so that most texts are passed at the speed of one look at each byte.
enum class Around { At, Capitals, Colons, Number };

/// A part of a text that an entity lies within, if it is there.
struct Region
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t digits = 0, dots = 0, pluses = 0; ///< counted around Number
};

constexpr bool any(const Region &)
{
    return true;
}
template <std::size_t Fewest>
constexpr bool hasDigits(const Region &region)
{
    return region.digits >= Fewest;
}
constexpr bool hasDots(const Region &region)
{
    return region.dots >= 3;
}
constexpr bool hasPlus(const Region &region)
{
    return region.pluses > 0 && region.digits >= 8;
}

struct Entity
{
    std::string_view name;
    std::string_view kind;
    Around around;
    bool (*mayBe)(const Region &region); ///< quick, so that no shape is tried where none can be
    std::size_t (*shape)(std::string_view text, std::size_t at);
    Judge judge;
};

constexpr std::array kEntities{
    Entity{"email", "EMAIL", Around::At, any, emailShape, judgeEmail},
    Entity{"iban", "IBAN", Around::Capitals, any, ibanShape, judgeIban},
    Entity{"card", "CARD", Around::Number, hasDigits<13>, cardShape, judgeCard},
    Entity{"ssn", "SSN", Around::Number, hasDigits<9>, ssnShape, judgeSsn},
    Entity{"ip", "IP", Around::Number, hasDots, ipv4Shape, judgeIpv4},
    Entity{"ip", "IP", Around::Colons, any, ipv6Shape, judgeIpv6},
    Entity{"phone", "PHONE", Around::Number, hasPlus, internationalShape, judgeInternational},
    Entity{"phone", "PHONE", Around::Number, hasDigits<10>, americanShape, judgeAmerican},
    Entity{"phone", "PHONE", Around::Number, hasDigits<9>, nationalShape, judgeNational},
};
constexpr std::array<std::string_view, 6> kNames{"email", "phone", "card", "iban", "ssn", "ip"};

constexpr std::size_t kLongestRun = 256;

/// The letters of addresses of all kinds. A find but those of numbers with gaps lies within one run of them.
constexpr ByteSet kRunLetters([](char c) {
    return isAlnum(c) || std::string_view("._%+'-@:/").find(c) != std::string_view::npos;
});
constexpr ByteSet kNumberLetters([](char c) {
    return isDigit(c) || std::string_view(" ().+-/").find(c) != std::string_view::npos;
});
/// IBANs may be written in groups, of capitals too.
constexpr ByteSet kIbanLetters([](char c) { return isDigit(c) || isUpper(c) || c == ' '; });
constexpr ByteSet kLocalLetters([](char c) {
    return isAlnum(c) || std::string_view("._%+'-").find(c) != std::string_view::npos;
});
constexpr ByteSet kHexOrColon([](char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
});

/// Runs of a number's letters with four digits or more.
std::vector<Region> numbersIn(std::string_view text, std::size_t from)
{
    constexpr std::size_t kFewest = 4;
    std::vector<Region> found;
    for (std::size_t at = from; at < text.size();) {
        while (at < text.size() && !isDigit(text[at]))
            ++at;
        Region region{at, at};
        while (region.begin > from && kNumberLetters.has(text[region.begin - 1]))
            --region.begin;
        for (region.end = region.begin; region.end < text.size() && kNumberLetters.has(text[region.end]); ++region.end) {
            const char c = text[region.end];
            region.digits += isDigit(c) ? 1 : 0;
            region.dots += c == '.' ? 1 : 0;
            region.pluses += c == '+' ? 1 : 0;
        }
        if (region.digits >= kFewest)
            found.push_back(region);
        at = region.end + 1;
    }
    return found;
}

/// Runs of hexadecimal digits and colons with two colons or more.
std::vector<Region> colonsIn(std::string_view text, std::size_t from)
{
    std::vector<Region> found;
    for (std::size_t at = text.find(':', from); at < text.size(); at = text.find(':', at)) {
        Region region{at, at};
        while (region.begin > from && kHexOrColon.has(text[region.begin - 1]))
            --region.begin;
        std::size_t colons = 0;
        for (; region.end < text.size() && kHexOrColon.has(text[region.end]); ++region.end)
            colons += text[region.end] == ':' ? 1 : 0;
        if (colons >= 2)
            found.push_back(region);
        at = region.end;
    }
    return found;
}

/// What stands before each "@" that a domain follows.
std::vector<Region> localPartsIn(std::string_view text, std::size_t from)
{
    constexpr std::size_t kLongest = 64; // RFC 5321, 4.5.3.1.1
    std::vector<Region> found;
    for (std::size_t at = text.find('@', from); at < text.size(); at = text.find('@', at + 1)) {
        if (domainShape(text, at) == at)
            continue;
        Region region{at, at};
        while (region.begin > from && at - region.begin < kLongest && kLocalLetters.has(text[region.begin - 1]))
            --region.begin;
        found.push_back(region);
    }
    return found;
}

/// Two capitals with a digit behind them.
std::vector<Region> capitalsIn(std::string_view text, std::size_t from)
{
    std::vector<Region> found;
    for (std::size_t at = from; at + 2 < text.size(); ++at) {
        if (isDigit(text[at + 2]) && isUpper(text[at + 1]) && isUpper(text[at]))
            found.push_back({at, at + 1});
    }
    return found;
}

class Pii : public TextCheck
{
public:
    explicit Pii(const std::vector<std::string> &wanted)
    {
        for (const Entity &entity : kEntities) {
            if (wanted.empty() || std::find(wanted.begin(), wanted.end(), entity.name) != wanted.end())
                m_entities.push_back(&entity);
        }
    }

    void find(std::string_view text, std::size_t from, std::vector<Find> &out) const override
    {
        from = std::min(from, text.size());
        std::array<std::optional<std::vector<Region>>, 4> regions; // by Around
        std::vector<Find> found;
        for (const Entity *entity : m_entities) {
            auto &around = regions[static_cast<std::size_t>(entity->around)];
            if (!around)
                around = regionsOf(entity->around, text, from);
            std::size_t least = from;
            for (const Region &region : *around) {
                if (entity->mayBe(region))
                    least = findWithin(*entity, text, {std::max(least, region.begin), region.end}, found);
            }
        }
        skipEscapes(text, found);
        settle(found);
        out.insert(out.end(), found.begin(), found.end());
    }

    std::size_t openFrom(std::string_view text, std::size_t from) const override
    {
        const std::size_t least = std::max(from, text.size() - std::min(text.size(), kLongestRun));
        std::size_t last = text.size();
        if (last > least + 1 && text[last - 1] == ',' && isDigit(text[last - 2]))
            --last; // "1,": with a digit behind it the number goes on, and is another
        std::size_t run = last;
        while (run > least && kRunLetters.has(text[run - 1]))
            --run;
        std::size_t number = run;
        while (number > least && kNumberLetters.has(text[number - 1]))
            --number;
        while (number < run && text[number] == ' ') // a number does not begin with a space
            ++number;
        while (number > least && number < run && kRunLetters.has(text[number]) && kRunLetters.has(text[number - 1]))
            --number;
        std::size_t iban = last;
        while (iban > least && kIbanLetters.has(text[iban - 1]))
            --iban;
        while (iban < text.size() && (text[iban] == ' ' || isDigit(text[iban]))) // it begins with a letter
            ++iban;
        return std::min({run, number, iban});
    }

private:
    static std::vector<Region> regionsOf(Around around, std::string_view text, std::size_t from)
    {
        switch (around) {
        case Around::At:
            return localPartsIn(text, from);
        case Around::Capitals:
            return capitalsIn(text, from);
        case Around::Colons:
            return colonsIn(text, from);
        case Around::Number:
            break;
        }
        return numbersIn(text, from);
    }

    /// Appends what begins in the region; says where the last of it ends.
    static std::size_t findWithin(const Entity &entity, std::string_view text, const Region &region,
                                  std::vector<Find> &out)
    {
        std::size_t at = region.begin;
        while (at < region.end) {
            const std::size_t shape = entity.shape(text, at);
            const std::size_t end = shape > at ? entity.judge(text, at, shape) : at;
            if (end > at)
                out.push_back({at, end, entity.kind});
            at = std::max(end, at + 1);
        }
        return at;
    }

    std::vector<const Entity *> m_entities;
};

} // namespace

std::span<const std::string_view> piiEntities()
{
    return kNames;
}

std::unique_ptr<const TextCheck> makePii(const config::Guardrail &guardrail)
{
    return std::make_unique<const Pii>(guardrail.entities);
}

} // namespace pm::policy
