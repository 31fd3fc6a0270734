// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/check.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pm::policy {

/// A guardrail of the configuration, ready for use.
struct GuardRule
{
    using Mode = config::Guardrail::Mode;
    using Action = config::Guardrail::Action;

    std::string name;  ///< as it is called in verdicts
    std::string check; ///< "pii"
    std::string scope; ///< the router, "global" or "unified-api"
    Mode mode = Mode::Hard;
    Action action = Action::Block;
    bool onRequest = true;
    bool onAnswer = true;
    std::unique_ptr<const TextCheck> text; ///< one of the two is there
    std::unique_ptr<const WholeCheck> whole;

    bool refuses() const { return mode == Mode::Hard && action == Action::Block; }
    bool rewrites() const { return mode != Mode::Flag && action != Action::Block; }
};

/// The guardrails of one route. Immutable, shared by the workers; made once for each configuration.
class GuardRules
{
public:
    struct Source
    {
        std::string scope;
        const std::vector<config::Guardrail> &guardrails;
    };
    /// Null when there are none. Guardrails that problemOf() finds fault with are left out: the check of the
    /// configuration has refused them.
    static std::shared_ptr<const GuardRules> compile(const std::vector<Source> &sources);

    const std::vector<GuardRule> &all() const { return m_rules; }
    bool lookAtAnswers() const { return m_lookAtAnswers; }
    /// A rule may take something out of an answer: what the provider sent is then not to be kept.
    bool takeFromAnswers() const { return m_takeFromAnswers; }
    /// Tells sets apart that may leave different answers: one that was kept under other rules must not be given again.
    std::uint64_t answerMark() const { return m_answerMark; }

private:
    std::vector<GuardRule> m_rules;
    std::uint64_t m_answerMark = 0;
    bool m_lookAtAnswers = false;
    bool m_takeFromAnswers = false;
};

} // namespace pm::policy
