// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/guard_rules.h"

#include "policy/checks.h"

#include "base/hash.h"

namespace pm::policy {

namespace {

/// Goes on with `mark` over all that a guardrail says.
std::uint64_t markOf(const config::Guardrail &guardrail, std::uint64_t mark)
{
    const auto number = [](auto value) { return value ? std::to_string(static_cast<std::int64_t>(*value)) : std::string(); };
    std::string text = guardrail.check + '\n' + number(guardrail.mode) + '\n' + number(guardrail.action) + '\n'
                       + number(guardrail.side) + '\n' + number(guardrail.limit) + '\n' + guardrail.schema;
    for (const auto *list : {&guardrail.entities, &guardrail.patterns, &guardrail.models, &guardrail.tools}) {
        text += '\n';
        for (const std::string &each : *list)
            text.append(each).append("\x1f");
    }
    return fnv1a(text, mark);
}

} // namespace

std::shared_ptr<const GuardRules> GuardRules::compile(const std::vector<Source> &sources)
{
    using Side = config::Guardrail::Side;
    auto compiled = std::make_shared<GuardRules>();
    for (const Source &source : sources) {
        for (const config::Guardrail &guardrail : source.guardrails) {
            const Check *check = findCheck(guardrail.check);
            if (!check || problemOf(guardrail))
                continue;
            GuardRule rule;
            rule.name = guardrail.name.empty() ? guardrail.check : guardrail.name;
            rule.check = guardrail.check;
            rule.scope = source.scope;
            rule.mode = guardrail.mode.value_or(check->mode);
            rule.action = guardrail.action.value_or(config::Guardrail::Action::Block);
            const Side side = guardrail.side.value_or(check->side);
            rule.onRequest = side != Side::Answer;
            rule.onAnswer = side != Side::Request;
            if (check->makeText)
                rule.text = check->makeText(guardrail);
            else
                rule.whole = check->makeWhole(guardrail);
            compiled->m_lookAtAnswers = compiled->m_lookAtAnswers || rule.onAnswer;
            if (rule.onAnswer)
                compiled->m_answerMark = markOf(guardrail, compiled->m_answerMark);
            compiled->m_takeFromAnswers = compiled->m_takeFromAnswers
                                          || (rule.onAnswer && rule.text && rule.mode != GuardRule::Mode::Flag);
            compiled->m_rules.push_back(std::move(rule));
        }
    }
    return compiled->m_rules.empty() ? nullptr : compiled;
}

} // namespace pm::policy
