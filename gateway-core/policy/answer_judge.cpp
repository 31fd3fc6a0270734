// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/answer_judge.h"

#include "dialects/dialect.h"
#include "policy/json_schema.h"

#include <algorithm>

namespace pm::policy {

namespace {

bool isSoon(const GuardRule &rule)
{
    return rule.check.starts_with("max-") || rule.check == "tools";
}

} // namespace

std::int64_t charactersOf(std::string_view text)
{
    return std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; });
}

AnswerJudge::AnswerJudge(const GuardRules &rules, GuardLedger &ledger)
    : m_ledger(ledger)
{
    for (const GuardRule &rule : rules.all()) {
        if (rule.onAnswer && rule.whole)
            m_rules.push_back(&rule);
    }
}

Result<void> AnswerJudge::hear(Voice voice, std::string_view text)
{
    if (voice == Voice::Tool) {
        m_said.toolNames.emplace_back(text);
        m_said.tools = m_said.toolNames.size();
        m_said.hasToolCalls = true;
    } else {
        m_said.bytes += text.size();
        m_said.characters += charactersOf(text);
        m_said.tokens = estimateTokens(m_said.bytes, 0);
        if (voice == Voice::Speech && m_text.size() <= JsonSchema::kMaxText)
            m_text.append(text);
    }
    for (const GuardRule *rule : m_rules) {
        if (!isSoon(*rule))
            continue;
        if (auto judged = judge(*rule); !judged)
            return judged;
    }
    return {};
}

Result<void> AnswerJudge::end()
{
    if (m_hasEnded)
        return {};
    m_hasEnded = true;
    for (const GuardRule *rule : m_rules) {
        if (auto judged = judge(*rule); !judged)
            return judged;
    }
    return {};
}

Result<void> AnswerJudge::judge(const GuardRule &rule)
{
    if (m_told.count(&rule) > 0)
        return {};
    m_said.text = m_text;
    const auto problem = rule.whole->problem(m_said);
    if (!problem)
        return {};
    m_told.insert(&rule);
    m_ledger.noteWhole(rule, true, *problem);
    return rule.refuses() ? Result<void>(fail(GuardLedger::refusal(rule, true, *problem, {})))
                          : Result<void>();
}

} // namespace pm::policy
