// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What may be said. Values; the rows of the file stand in config_keys_guardrails.cpp.
namespace pm::config {

struct Guardrail
{
    enum class Mode { Flag, Soft, Hard };           ///< note it; act where that is possible and go on; refuse
    enum class Action { Block, Redact, Replace };   ///< Replace: placeholders, restored in the answer
    enum class Side { Request, Answer, Both };
    std::string name;                  ///< in verdicts; empty: the check's
    std::string check;                 ///< a row of policy/checks.cpp
    std::optional<Mode> mode;          ///< unset: the check's own, which is Hard for most
    std::optional<Action> action;      ///< unset: Block
    std::optional<Side> side;          ///< unset: the check's own
    std::vector<std::string> entities; ///< of the checks that look for several kinds of thing; empty: all
    std::vector<std::string> patterns; ///< RE2
    std::vector<std::string> models;   ///< "provider/model", "provider", "gpt-5*"
    std::vector<std::string> tools;    ///< names, or beginnings of names with a `*` behind
    std::string schema;                ///< JSON Schema, as JSON text
    std::optional<std::int64_t> limit; ///< of the checks that count
    bool operator==(const Guardrail &) const = default;
};

} // namespace pm::config
