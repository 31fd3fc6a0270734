// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/checks.h"

#include <algorithm>
#include <array>

namespace pm::policy {

namespace {

using config::Guardrail;
using Mode = Guardrail::Mode;
using Action = Guardrail::Action;
using Side = Guardrail::Side;

// THE TABLE. A new check is one file and one row.
const std::array kChecks{
    Check{.name = "pii",
          .sense =
              "E-mail addresses, telephone, card, bank account and social security numbers, IP addresses.",
          .entities = piiEntities(),
          .makeText = makePii},
    Check{.name = "secrets",
          .sense = "Private keys, keys of providers and vendors, tokens.",
          .entities = secretEntities(),
          .makeText = makeSecrets},
    Check{.name = "patterns",
          .sense = "What must not be said: regular expressions (RE2).",
          .setting = "patterns",
          .makeText = makePatterns,
          .problem = patternsProblem},
    Check{.name = "allow",
          .sense = "What must be said: one of the regular expressions (RE2) has to match.",
          .side = Side::Request,
          .setting = "patterns",
          .makeWhole = makeAllow,
          .problem = patternsProblem},
    Check{.name = "injection",
          .sense = "Texts that try to give the model other orders; heuristics.",
          .mode = Mode::Flag,
          .side = Side::Request,
          .sides = Side::Request,
          .makeText = makeInjection},
    Check{.name = "schema",
          .sense = "The answer must be JSON of this schema.",
          .side = Side::Answer,
          .sides = Side::Answer,
          .setting = "schema",
          .makeWhole = makeSchema,
          .problem = schemaProblem},
    Check{.name = "max-size",
          .sense = "Bytes of the request's body, or of the answer's text.",
          .side = Side::Request,
          .setting = "limit",
          .makeWhole = makeMaxSize},
    Check{.name = "max-characters",
          .sense = "Characters of all texts.",
          .side = Side::Request,
          .setting = "limit",
          .makeWhole = makeMaxCharacters},
    Check{.name = "max-tokens",
          .sense = "Tokens, estimated.",
          .side = Side::Request,
          .setting = "limit",
          .makeWhole = makeMaxTokens},
    Check{.name = "max-tools",
          .sense = "Tools offered, or called in the answer.",
          .side = Side::Request,
          .setting = "limit",
          .makeWhole = makeMaxTools},
    Check{.name = "models",
          .sense = "The models that may be asked for.",
          .side = Side::Request,
          .sides = Side::Request,
          .setting = "models",
          .makeWhole = makeModels},
    Check{.name = "tools",
          .sense = "The tools that may be offered and called.",
          .setting = "tools",
          .makeWhole = makeTools},
};

std::string listOf(std::span<const std::string_view> names)
{
    std::string text;
    for (const std::string_view name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

std::string namesOfChecks()
{
    std::string text;
    for (const Check &check : kChecks)
        text.append(text.empty() ? "" : ", ").append(check.name);
    return text;
}

struct Setting
{
    std::string_view key;
    bool isGiven;
};

std::array<Setting, 5> settingsOf(const Guardrail &guardrail)
{
    return {Setting{"patterns", !guardrail.patterns.empty()}, Setting{"models", !guardrail.models.empty()},
            Setting{"tools", !guardrail.tools.empty()}, Setting{"schema", !guardrail.schema.empty()},
            Setting{"limit", guardrail.limit.has_value()}};
}

std::optional<SettingProblem> settingProblem(const Guardrail &guardrail, const Check &check)
{
    const std::string name(check.name);
    for (const auto &[key, isGiven] : settingsOf(guardrail)) {
        if (isGiven && key != check.setting)
            return SettingProblem{
                std::string(key),
                name + " has no " + std::string(key) +
                    (check.setting.empty() ? "; remove it" : "; it needs " + std::string(check.setting))};
        if (!isGiven && key == check.setting)
            return SettingProblem{{}, name + " needs " + std::string(key) + ": " + std::string(check.sense)};
    }
    if (!guardrail.entities.empty() && check.entities.empty())
        return SettingProblem{"entities", name + " has no entities; remove them"};
    for (const std::string &entity : guardrail.entities) {
        if (std::find(check.entities.begin(), check.entities.end(), entity) == check.entities.end())
            return SettingProblem{"entities", "unknown entity '" + entity + "'; " + name + " knows " +
                                                  listOf(check.entities)};
    }
    const std::string problem = check.problem ? check.problem(guardrail) : std::string();
    if (!problem.empty())
        return SettingProblem{std::string(check.setting), problem};
    return std::nullopt;
}

/// What a mode, an action and a side cannot do together.
std::optional<SettingProblem> combinationProblem(const Guardrail &guardrail, const Check &check)
{
    const std::string name(check.name);
    const Side side = guardrail.side.value_or(check.side);
    const Mode mode = guardrail.mode.value_or(check.mode);
    const Action action = guardrail.action.value_or(Action::Block);
    if (check.sides != Side::Both && side != check.sides)
        return SettingProblem{
            "side", name + " looks at the " + (check.sides == Side::Request ? "request" : "answer") +
                        " alone; write side: " + (check.sides == Side::Request ? "request" : "answer")};
    if (!check.makeText && action != Action::Block)
        return SettingProblem{"action",
                              name + " finds nothing that could be taken out; its only action is block"};
    if (mode == Mode::Flag && guardrail.action && action != Action::Block)
        return SettingProblem{
            "action",
            "mode flag only notes what it finds; write mode: soft or mode: hard, or remove the action"};
    if (action == Action::Replace && side == Side::Answer)
        return SettingProblem{"action",
                              "in an answer nothing would put the values back; use redact, or side: request"};
    return std::nullopt;
}

} // namespace

std::span<const Check> checks()
{
    return kChecks;
}

const Check *findCheck(std::string_view name)
{
    const auto found =
        std::find_if(kChecks.begin(), kChecks.end(), [&](const Check &check) { return check.name == name; });
    return found == kChecks.end() ? nullptr : &*found;
}

std::optional<SettingProblem> problemOf(const Guardrail &guardrail)
{
    const Check *check = findCheck(guardrail.check);
    if (!check)
        return SettingProblem{"check",
                              "unknown check '" + guardrail.check + "'; there are " + namesOfChecks()};
    if (auto problem = settingProblem(guardrail, *check))
        return problem;
    return combinationProblem(guardrail, *check);
}

} // namespace pm::policy
