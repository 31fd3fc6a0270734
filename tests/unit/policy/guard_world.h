// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/checks.h"
#include "policy/guard.h"
#include "support/snapshots.h"

#include <memory>
#include <string>
#include <vector>

// What the tests of guardrails share.
namespace pm::policy::test {

using config::Guardrail;
using Mode = Guardrail::Mode;
using Action = Guardrail::Action;
using Side = Guardrail::Side;

/// pm::test::json(), by a name that is no namespace's.
inline std::string quoted(std::string text)
{
    return pm::test::json(std::move(text));
}

inline Guardrail rule(std::string check, std::optional<Mode> mode = {}, std::optional<Action> action = {}, std::optional<Side> side = {})
{
    Guardrail guardrail;
    guardrail.check = std::move(check);
    guardrail.mode = mode;
    guardrail.action = action;
    guardrail.side = side;
    return guardrail;
}

inline std::shared_ptr<const GuardRules> rulesOf(const std::vector<Guardrail> &guardrails)
{
    return GuardRules::compile({{"work", guardrails}});
}

inline std::string ask(Guard &guard, const std::string &body)
{
    const auto guarded = guard.request({body, "m", 10});
    return guarded.refusal ? guarded.refusal->code + " " + guarded.refusal->param + ": " + guarded.refusal->message : guarded.body;
}

/// What the client gets of a stream that comes in two pieces.
inline std::string inTwo(Guard &guard, DialectId dialect, const std::string &stream, std::size_t at, bool asArray = false)
{
    guard.beginStream(dialect, asArray);
    Guard::Answer out;
    auto fed = guard.feed(std::string_view(stream).substr(0, at), out);
    if (fed)
        fed = guard.feed(std::string_view(stream).substr(at), out);
    if (fed)
        fed = guard.finish(out);
    return fed ? out.client : out.client + "!" + fed.error().code;
}

/// The texts that a client of the format reads out of a stream: speech, thoughts and arguments, each put together.
inline std::string heard(DialectId id, const std::string &stream)
{
    const auto reader = dialect(id).makeReader();
    std::vector<ChatDelta> deltas;
    std::string speech, thought, arguments, end;
    if (!reader->feed(stream, deltas) || !reader->finish(deltas))
        end = " (cut)";
    for (const ChatDelta &delta : deltas) {
        if (const auto *text = std::get_if<TextDelta>(&delta))
            speech += text->text;
        else if (const auto *thinking = std::get_if<ThinkingDelta>(&delta))
            thought += thinking->text;
        else if (const auto *call = std::get_if<ToolCallDelta>(&delta))
            arguments += call->arguments;
        else if (const auto *error = std::get_if<StreamError>(&delta))
            end = " (" + error->error.message + ")";
    }
    return speech + "|" + thought + "|" + arguments + end;
}

} // namespace pm::policy::test
