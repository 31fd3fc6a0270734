// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/guard_ledger.h"

#include "base/text.h"

#include <algorithm>

namespace pm::policy {

namespace {

std::string_view wordOf(const GuardRule &rule, bool isAnswer)
{
    if (rule.refuses())
        return "blocked";
    if (!rule.rewrites())
        return "flagged";
    // What the model says by itself stands for nothing of the client's: there is nothing to be put back.
    return rule.action == GuardRule::Action::Replace && !isAnswer ? "replaced" : "redacted";
}

} // namespace

std::string kindName(std::string_view kind)
{
    return lowerAscii(kind);
}

int GuardNote::count() const
{
    int sum = 0;
    for (const auto &[kind, count] : kinds)
        sum += count;
    return std::max(sum, 1);
}

std::string GuardNote::told() const
{
    std::string out = text;
    for (const auto &[kind, count] : kinds) {
        out += (out.empty() ? "" : ", ") + kind;
        if (count > 1)
            out += " x" + std::to_string(count);
    }
    if (isAnswer)
        return out + (text.empty() ? " in the answer" : "");
    return field.empty() ? out : out + " in " + field;
}

GuardNote &GuardLedger::noteFor(const GuardRule &rule, bool isAnswer)
{
    const auto found = std::find_if(m_notes.begin(), m_notes.end(), [&](const GuardNote &note) {
        return note.rule == &rule && note.isAnswer == isAnswer;
    });
    if (found != m_notes.end())
        return *found;
    GuardNote fresh;
    fresh.rule = &rule;
    fresh.isAnswer = isAnswer;
    fresh.word = wordOf(rule, isAnswer);
    m_notes.push_back(std::move(fresh));
    return m_notes.back();
}

void GuardLedger::note(const GuardRule &rule, bool isAnswer, std::string_view kind, const std::string &field)
{
    GuardNote &found = noteFor(rule, isAnswer);
    ++found.kinds[kindName(kind)];
    if (found.field.empty())
        found.field = field;
}

void GuardLedger::noteWhole(const GuardRule &rule, bool isAnswer, const std::string &problem)
{
    noteFor(rule, isAnswer).text = problem;
}

std::string GuardLedger::line() const
{
    std::string out;
    for (const GuardNote &note : m_notes) {
        out.append(out.empty() ? "" : "; ").append(note.rule->name).append(" ").append(note.word);
        for (const auto &[kind, count] : note.kinds) {
            out.append(" ").append(kind);
            if (count > 1)
                out.append(" x").append(std::to_string(count));
        }
    }
    return out;
}

Error GuardLedger::refusal(const GuardRule &rule, bool isAnswer, const std::string &what,
                           const std::string &field)
{
    Error error{ErrorKind::Guardrail, {}};
    error.code = "guardrail_" + rule.check;
    std::replace(error.code.begin(), error.code.end(), '-', '_');
    error.param = field;
    error.message = "the guardrail \"" + rule.name + "\" of " + rule.scope + " refuses this " +
                    (isAnswer ? "answer: " : "request: ") + what + (field.empty() ? "" : " in " + field) +
                    (isAnswer ? "" : "; take it out and send the rest");
    return error;
}

} // namespace pm::policy
