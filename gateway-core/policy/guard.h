// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "policy/answer_stream.h"
#include "policy/guard_ledger.h"
#include "policy/placeholders.h"

#include <memory>
#include <optional>
#include <string>

namespace pm::policy {

/// The guardrails at work on one exchange: the request before it leaves, and the answer before it is shown.
/// Its exchange's thread. Values that were taken out live here and nowhere else.
class Guard
{
public:
    explicit Guard(std::shared_ptr<const GuardRules> rules);
    Guard(const Guard &) = delete;
    Guard &operator=(const Guard &) = delete;

    struct Asked
    {
        std::string_view body;   ///< the client's, valid JSON
        std::string_view model;  ///< that is asked for
        std::int64_t tokens = 0; ///< estimated
    };
    struct Guarded
    {
        std::string body; ///< with everything rewritten; of what refuses too: it is what may be kept
        bool hasChanged = false;
        std::optional<Error> refusal; ///< kind Guardrail
    };
    Guarded request(const Asked &asked);
    /// The same changes to another form of the request (with the earlier turns it refers to); nothing is
    /// counted again.
    Guarded again(std::string_view body);

    /// Must the answer pass through here?
    bool looksAtAnswers() const { return m_rules->lookAtAnswers() || hasSecrets(); }
    /// Values of this client were replaced: the answer holds them, and is nobody else's.
    bool hasSecrets() const { return !m_placeholders.isEmpty(); }
    /// See GuardRules.
    std::uint64_t answerMark() const { return m_rules->answerMark(); }
    /// What the provider sends must not be kept as it came.
    bool takesFromAnswers() const { return m_rules->takeFromAnswers(); }
    /// What the client gets is not what may be kept: values were put back.
    bool restores() const { return hasSecrets(); }

    /// Of an answer on its way: for the client, and what may be kept of it.
    struct Answer
    {
        std::string client;
        std::string kept;
    };
    Result<Answer> reply(DialectId dialect, std::string_view body);
    /// A stream begins (anew, where another target is tried).
    void beginStream(DialectId dialect, bool asArray);
    /// Error: Guardrail; what came before it is in `out`.
    Result<void> feed(std::string_view bytes, Answer &out);
    Result<void> finish(Answer &out);

    const GuardLedger &ledger() const { return m_ledger; }

private:
    Guarded pass(std::string_view body, bool isSilent, Said *said);
    AnswerLook checking();
    AnswerLook restoring();
    Result<void> restored(Answer &out, std::size_t from, bool hasEnded);

    std::shared_ptr<const GuardRules> m_rules;
    GuardLedger m_ledger;
    Placeholders m_placeholders;
    RuleEditor m_acting;
    RuleEditor m_noting;
    RestoreEditor m_restore;
    std::optional<AnswerJudge> m_judge; ///< of the answer under way
    std::optional<AnswerStream> m_check;
    std::optional<AnswerStream> m_putBack;
};

} // namespace pm::policy
