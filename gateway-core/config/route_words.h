// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/condition.h"
#include "config/config_keys.h"
#include "config/config_yaml.h"
#include "config/guardrail.h"

#include <span>
#include <string_view>
#include <vector>

// What may be said in a router, for those who show or edit one: the tables of routing as values.
namespace pm::config {

/// By what people look for a strategy.
enum class StrategyGroup {
    Simple,  ///< order, turns, load
    Figures, ///< prices, ranks, speed, allowances
    Request, ///< what the request is and who sends it
    Several, ///< more than one target for one request
};

/// All texts stand in tables that last as long as the program.
struct StrategyInfo
{
    std::string_view key; ///< "round-robin"
    std::vector<std::string_view> aliases;
    std::string_view sense; ///< one sentence, from lower case on
    StrategyGrammar grammar;
    StrategyGroup group = StrategyGroup::Figures;
    bool usesWeights = false; ///< of its children
    bool usesRates = false;   ///< rpm and tpm of its children
};

/// What `is` of a rule may name.
struct RequestClassInfo
{
    std::string_view name;
    std::string_view sense; ///< "a request is of it when …"
};

/// What `check` of a guardrail may name.
struct CheckInfo
{
    std::string_view name;
    std::string_view sense;
    std::string_view setting;                     ///< that it needs: "patterns", "limit", …; empty: none
    std::span<const std::string_view> entities{}; ///< what its `entities` may name; empty: it has none
    bool canRewrite = false;                      ///< finds places that may be redacted or replaced
    Guardrail::Mode mode = Guardrail::Mode::Hard; ///< where none is written
    Guardrail::Side side = Guardrail::Side::Both; ///< the same
    Guardrail::Side sides = Guardrail::Side::Both; ///< where it can look
};

struct RouteWords
{
    std::vector<StrategyInfo> strategies; ///< those of one group stand together
    std::vector<RequestClassInfo> classes;
    std::vector<CheckInfo> checks;

    /// By key or alias; null when there is none.
    const StrategyInfo *find(std::string_view name) const;
    const CheckInfo *findCheck(std::string_view name) const; ///< null when there is none
};

/// What a condition's field is compared with; Class: one of RouteWords::classes.
enum class FieldValues { Text, Flag, Number, Class, Weekday };
FieldValues valuesOf(std::string_view field);

} // namespace pm::config
