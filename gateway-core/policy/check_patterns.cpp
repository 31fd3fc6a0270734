// SPDX-License-Identifier: GPL-3.0-or-later
// The user's own regular expressions: what must not be said, and what must.
#include "policy/checks.h"

#include "policy/pattern_finder.h"

#include <re2/re2.h>

#include <algorithm>

namespace pm::policy {

namespace {

using Patterns = std::vector<std::unique_ptr<const RE2>>;

Patterns compiled(const std::vector<std::string> &patterns)
{
    Patterns all;
    for (const std::string &pattern : patterns)
        all.push_back(compilePattern(pattern));
    return all;
}

class Deny : public TextCheck
{
public:
    explicit Deny(const std::vector<std::string> &patterns)
        : m_patterns(compiled(patterns))
    {
    }

    void find(std::string_view text, std::size_t from, std::vector<Find> &out) const override
    {
        std::vector<Find> found;
        for (const auto &pattern : m_patterns)
            findAll(*pattern, text, from, "PATTERN", nullptr, found);
        settle(found);
        out.insert(out.end(), found.begin(), found.end());
    }

    /// Nobody knows how long a match may become; a line is what most are meant to look at.
    std::size_t openFrom(std::string_view text, std::size_t from) const override
    {
        constexpr std::size_t kLongestLine = 4096;
        const std::size_t least = std::max(from, text.size() - std::min(text.size(), kLongestLine));
        const std::size_t line = text.substr(least).rfind('\n');
        return line == std::string_view::npos ? least : least + line + 1;
    }

private:
    Patterns m_patterns;
};

class Allow : public WholeCheck
{
public:
    explicit Allow(const std::vector<std::string> &patterns)
        : m_patterns(compiled(patterns))
    {
    }

    std::optional<std::string> problem(const Said &said) const override
    {
        const re2::StringPiece text(said.text.data(), said.text.size());
        const bool isAllowed = std::any_of(m_patterns.begin(), m_patterns.end(), [&](const auto &pattern) {
            return RE2::PartialMatch(text, *pattern);
        });
        return isAllowed ? std::nullopt : std::optional<std::string>("none of the allowed patterns matches");
    }

private:
    Patterns m_patterns;
};

} // namespace

std::unique_ptr<const TextCheck> makePatterns(const config::Guardrail &guardrail)
{
    return std::make_unique<const Deny>(guardrail.patterns);
}

std::unique_ptr<const WholeCheck> makeAllow(const config::Guardrail &guardrail)
{
    return std::make_unique<const Allow>(guardrail.patterns);
}

std::string patternsProblem(const config::Guardrail &guardrail)
{
    for (const std::string &text : guardrail.patterns) {
        const auto pattern = compilePattern(text);
        if (!pattern->ok())
            return "not a regular expression: " + pattern->error();
        if (RE2::FullMatch("", *pattern))
            return "a pattern that matches nothing at all finds nothing and allows everything; write what it "
                   "must hold";
    }
    return {};
}

} // namespace pm::policy
