// SPDX-License-Identifier: GPL-3.0-or-later
// What points at a person. Patterns find candidates; a judge looks at checksums, plans of numbers and
// neighbours.
#include "policy/checks.h"

#include "policy/check_numbers.h"
#include "policy/pattern_finder.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace pm::policy {

namespace {

/// What a text must hold for an entity to be in it, so that most texts are passed at the speed of memchr.
enum class Needs { At, Digits, Capital, Colons };

struct Entity
{
    std::string_view name;
    std::string_view kind;
    Needs needs;
    const char *pattern;
    Judge judge;
};

constexpr std::array kEntities{
    Entity{"email", "EMAIL", Needs::At,
           R"re([A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})re",
           judgeEmail},
    Entity{"iban", "IBAN", Needs::Capital, R"re(\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30})re", judgeIban},
    Entity{"card", "CARD", Needs::Digits, R"re([0-9](?:[ -]?[0-9]){12,18})re", judgeCard},
    Entity{"ssn", "SSN", Needs::Digits, R"re([0-9]{3}(?:-[0-9]{2}-| [0-9]{2} )[0-9]{4})re", judgeSsn},
    Entity{"ip", "IP", Needs::Digits, R"re([0-9]{1,3}(?:\.[0-9]{1,3}){3})re", judgeIpv4},
    Entity{"ip", "IP", Needs::Colons, R"re([0-9A-Fa-f:]{2,39}(?:%[a-z0-9]+)?)re", judgeIpv6},
    Entity{"phone", "PHONE", Needs::Digits,
           R"re(\+[0-9]{1,3}[ .\-/]?(?:\(0?[0-9]{0,4}\)[ .\-/]?)?[0-9]{1,5}(?:[ .\-/]?[0-9]{2,8}){1,5})re",
           judgeInternational},
    Entity{"phone", "PHONE", Needs::Digits,
           R"re((?:\([0-9]{3}\)[ ]?|[0-9]{3}[ .\-])[0-9]{3}[ .\-][0-9]{4})re", judgeAmerican},
    Entity{"phone", "PHONE", Needs::Digits, R"re(\(?0[0-9]{1,4}\)?(?:[ /\-][0-9]{2,8}){1,5})re",
           judgeNational},
};
constexpr std::array<std::string_view, 6> kNames{"email", "phone", "card", "iban", "ssn", "ip"};

constexpr std::size_t kLongestRun = 256;

struct Contents
{
    bool at = false, digits = false, capital = false, colons = false;
};

/// One pass over the text: what is in it at all. Seven digits are the least that anything here has.
Contents contentsOf(std::string_view text)
{
    Contents has;
    std::size_t digits = 0, colons = 0;
    bool wasUpper = false;
    for (const char c : text) {
        digits += isDigit(c) ? 1 : 0;
        colons += c == ':' ? 1 : 0;
        has.capital = has.capital || (wasUpper && isUpper(c));
        wasUpper = isUpper(c);
    }
    has.at = text.find('@') != std::string_view::npos;
    has.digits = digits >= 4;
    has.colons = colons >= 2;
    has.capital = has.capital && digits >= 2;
    return has;
}

bool isIn(const Contents &has, Needs needs)
{
    switch (needs) {
    case Needs::At:
        return has.at;
    case Needs::Digits:
        return has.digits;
    case Needs::Capital:
        return has.capital;
    case Needs::Colons:
        return has.colons;
    }
    return true;
}

/// The letters of addresses of all kinds. A find but those of numbers with gaps lies within one run of them.
constexpr bool isRunLetter(char c)
{
    return isAlnum(c) || std::string_view("._%+'-@:/").find(c) != std::string_view::npos;
}
constexpr bool isNumberLetter(char c)
{
    return isDigit(c) || std::string_view(" ().+-/").find(c) != std::string_view::npos;
}
/// IBANs may be written in groups, of capitals too.
constexpr bool isIbanLetter(char c)
{
    return isDigit(c) || isUpper(c) || c == ' ';
}

class Pii : public TextCheck
{
public:
    explicit Pii(const std::vector<std::string> &wanted)
    {
        for (const Entity &entity : kEntities) {
            if (wanted.empty() || std::find(wanted.begin(), wanted.end(), entity.name) != wanted.end())
                m_entities.push_back({&entity, compilePattern(entity.pattern)});
        }
    }

    void find(std::string_view text, std::size_t from, std::vector<Find> &out) const override
    {
        const Contents has = contentsOf(text.substr(std::min(from, text.size())));
        std::vector<Find> found;
        for (const Compiled &each : m_entities) {
            if (isIn(has, each.entity->needs))
                findAll(*each.pattern, text, from, each.entity->kind, each.entity->judge, found);
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
        while (run > least && isRunLetter(text[run - 1]))
            --run;
        std::size_t number = run;
        while (number > least && isNumberLetter(text[number - 1]))
            --number;
        while (number < run && text[number] == ' ') // a number does not begin with a space
            ++number;
        while (number > least && number < run && isRunLetter(text[number]) && isRunLetter(text[number - 1]))
            --number;
        std::size_t iban = last;
        while (iban > least && isIbanLetter(text[iban - 1]))
            --iban;
        while (iban < text.size() && (text[iban] == ' ' || isDigit(text[iban]))) // it begins with a letter
            ++iban;
        return std::min({run, number, iban});
    }

private:
    struct Compiled
    {
        const Entity *entity;
        std::unique_ptr<const RE2> pattern;
    };
    std::vector<Compiled> m_entities;
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
