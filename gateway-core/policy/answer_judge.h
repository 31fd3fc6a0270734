// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/answer_texts.h"
#include "policy/guard_ledger.h"

#include <set>
#include <string>

namespace pm::policy {

/// What the checks of the whole say of an answer: limits and tools as soon as they are passed, the rest at
/// its end. One answer, its exchange's thread. What is kept of the text is bounded; beyond it a schema does
/// not fit.
class AnswerJudge
{
public:
    AnswerJudge(const GuardRules &rules, GuardLedger &ledger);
    bool isEmpty() const { return m_rules.empty(); }
    /// Error: Guardrail, of a rule that refuses.
    Result<void> hear(Voice voice, std::string_view text);
    Result<void> end();

private:
    Result<void> judge(const GuardRule &rule);

    std::vector<const GuardRule *> m_rules;
    std::set<const GuardRule *> m_told;
    GuardLedger &m_ledger;
    std::string m_text;
    Said m_said;
    bool m_hasEnded = false;
};

/// Letters of UTF-8.
std::int64_t charactersOf(std::string_view text);

} // namespace pm::policy
