// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "policy/guard_rules.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pm::policy {

/// What one rule did to one request or its answer.
struct GuardNote
{
    const GuardRule *rule = nullptr;
    bool isAnswer = false;
    std::string_view word;                         ///< "flagged", "redacted", "replaced", "blocked"
    std::map<std::string, int, std::less<>> kinds; ///< "email" -> 2; empty for checks of the whole
    std::string field; ///< where the first was, "messages[2].content"; of answers empty
    std::string text;  ///< what a check of the whole said

    int count() const;
    std::string told() const; ///< "email x2 in messages[2].content"; never a value
};

/// What the guardrails found in one exchange. Holds no values.
class GuardLedger
{
public:
    void note(const GuardRule &rule, bool isAnswer, std::string_view kind, const std::string &field);
    void noteWhole(const GuardRule &rule, bool isAnswer, const std::string &problem);
    const std::vector<GuardNote> &notes() const { return m_notes; }
    bool isEmpty() const { return m_notes.empty(); }
    /// For x-pointsman-guardrail: "pii flagged email x2; secrets redacted api_key".
    std::string line() const;
    /// What the client is told of a refusal: kind Guardrail, code guardrail_<check>, the field, the kind;
    /// never a value.
    static Error refusal(const GuardRule &rule, bool isAnswer, const std::string &what,
                         const std::string &field);

private:
    GuardNote &noteFor(const GuardRule &rule, bool isAnswer);
    std::vector<GuardNote> m_notes;
};

/// "EMAIL" -> "email".
std::string kindName(std::string_view kind);

} // namespace pm::policy
