// SPDX-License-Identifier: GPL-3.0-or-later
// Heuristics, no proof: orders to drop the orders before, in plain words, letter by letter, misspelled, or in
// base64. They find what is copied around, not what somebody thinks up; so the check only flags unless it is
// told to do more.
#include "policy/checks.h"

#include "base/text.h"
#include "policy/injection_forms.h"
#include "policy/pattern_finder.h"

#include <re2/re2.h>

#include <algorithm>

namespace pm::policy {

namespace {

constexpr const char *kPhrases =
    R"re((?:ignore|disregard|forget|override|bypass|skip|neglect)(?:\s+\w+){0,5}?\s+(?:previous|prior|above|earlier|preceding|former|foregoing|system|existing|original|initial)(?:\s+\w+){0,2}?\s+(?:instructions?|prompts?|rules?|directions?|commands?|guidelines?|messages?|context))re"
    R"re(|(?:ignore|disregard|forget)\s+(?:everything|anything|all)\s+(?:that\s+was\s+|you\s+were\s+|you\s+have\s+been\s+)?(?:said|told|above|before|written|instructed))re"
    R"re(|(?:ignore|disregard|forget|override)\s+(?:all\s+)?(?:your|the|my|these|those)\s+(?:instructions|rules|guidelines|programming|training|restrictions|constraints))re"
    R"re(|(?:reveal|print|show|repeat|output|display|leak|tell)\s+(?:me\s+|us\s+)?(?:all\s+of\s+)?(?:your|the)\s+(?:full\s+|entire\s+|exact\s+|own\s+)?(?:system|initial|hidden|original|secret)\s+(?:prompt|instructions?|message))re"
    R"re(|you\s+are\s+(?:now|no\s+longer)\s+(?:dan\b|stan\b|an?\s+(?:unrestricted|unfiltered|uncensored|evil|jailbroken)|bound\s+by|restricted\s+by))re"
    R"re(|do\s+anything\s+now|jailbreak\s+mode|(?:enable|enter|activate)\s+(?:developer|god|dan|debug)\s+mode|developer\s+mode\s+(?:enabled|on|activated))re"
    R"re(|(?:act|behave|respond|pretend)\s+(?:as\s+if\s+|as\s+though\s+|like\s+|that\s+)?(?:you|there)\s+(?:have|had|are|were)\s+(?:no|without|not\s+bound|free\s+of)\s+\w*\s*(?:restrictions|rules|limits|filters|guidelines|by))re"
    R"re(|(?:bypass|disable|turn\s+off|circumvent)\s+(?:all\s+|any\s+)?(?:your\s+|the\s+)?(?:safety|content|ethical|security)\s+(?:filters?|guidelines?|policies|policy|measures?|restrictions?|protocols?))re"
    R"re(|new\s+(?:system\s+)?instructions?\s*:|<\|im_start\|>\s*system|<<sys>>|\[system\]\s*:|#{2,}\s*system\s*(?:prompt|message)?\s*:)re"
    R"re(|ignorier\w*\s+(?:\w+\s+){0,2}?(?:vorherigen?|bisherigen?|obigen?|vorigen?)\s+(?:anweisungen|befehle|regeln|instruktionen))re"
    R"re(|vergiss\s+(?:\w+\s+){0,2}?(?:vorherigen?|bisherigen?|obigen?|vorigen?)\s+(?:anweisungen|befehle|regeln|instruktionen))re"
    R"re(|ignor[ae]z?\s+(?:\w+\s+){0,3}?(?:instrucciones|instructions|instru\S{1,3}es|istruzioni)\s+(?:anteriores|previas|précédentes|precedentes|ci-dessus|precedenti))re";
/// The same without spaces, for texts that were written letter by letter.
constexpr const char *kSquashed =
    R"re(ignore(?:all|any|the|your|my|of){0,3}(?:previous|prior|above|earlier|system)(?:instructions?|prompts?|rules?|messages?)?)re"
    R"re(|disregard(?:all|the|your|any){0,3}(?:previous|prior|above|instructions|rules)|(?:reveal|print|show)(?:me)?(?:your|the)systemprompt)re"
    R"re(|doanythingnow|bypass(?:all|your|the|any){0,2}(?:safety|security|restrictions|filters)|forget(?:all|your|the|any){0,3}(?:previous|instructions|rules))re";

class Injection : public TextCheck
{
public:
    Injection()
        : m_phrases(compilePattern(kPhrases, true))
        , m_squashed(compilePattern(kSquashed, true))
    {
    }

    void find(std::string_view text, std::size_t from, std::vector<Find> &out) const override
    {
        std::vector<Find> found;
        const std::string_view rest = text.substr(std::min(from, text.size()));
        const auto add = [&](const Find &find) {
            found.push_back({find.begin + from, find.end + from, "INJECTION"});
        };
        findAll(*m_phrases, text, from, "INJECTION", nullptr, found);
        for (const Squashed &each : lettersApart(rest)) {
            if (RE2::PartialMatch(each.letters, *m_squashed))
                add({each.begin, each.end, {}});
        }
        for (const Find &each : scrambled(rest))
            add(each);
        for (const Squashed &each : encoded(rest)) {
            if (RE2::PartialMatch(each.letters, *m_phrases))
                add({each.begin, each.end, {}});
        }
        for (const Find &each : invisible(rest))
            add(each);
        settle(found);
        out.insert(out.end(), found.begin(), found.end());
    }

    /// Looks at requests alone, which are whole.
    std::size_t openFrom(std::string_view, std::size_t from) const override { return from; }

private:
    std::unique_ptr<const RE2> m_phrases;
    std::unique_ptr<const RE2> m_squashed;
};

} // namespace

std::unique_ptr<const TextCheck> makeInjection(const config::Guardrail &)
{
    return std::make_unique<const Injection>();
}

} // namespace pm::policy
