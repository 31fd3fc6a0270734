// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "config/config_keys.h"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pm::config {

/// What loading a text gave. `config` is meaningful only when `isUsable()`.
struct Loaded
{
    Config config;
    std::vector<Problem> problems; ///< errors and warnings, by position
    bool isUsable() const;
};

/// What the check must know of a strategy.
struct StrategyGrammar
{
    RuleKind rules = RuleKind::None;
    std::span<const Key> settings; ///< their paths are bare names
    std::size_t leastChildren = 1;
};

/// Of a guardrail: the key at fault (empty: the whole) and what is wrong.
struct GuardrailProblem
{
    std::string key;
    std::string message;
};

/// What the rest of the program knows and the check needs: names that references may use.
struct KnownNames
{
    std::vector<std::string> providers;  ///< built-in provider names
    std::vector<std::string> strategies; ///< strategy keys and aliases
    std::vector<std::string> formats;    ///< dialect names
    std::map<std::string, StrategyGrammar, std::less<>> grammar{}; ///< by strategy or alias; what is missing takes children
    std::vector<std::string> requestClasses{};                     ///< what `is` of a rule may name
    bool hasClientKeys = false; ///< there are some besides those of the file
    /// Of a guardrail's settings; none: any will do.
    std::function<std::optional<GuardrailProblem>(const Guardrail &)> guardrailProblem{};
};

/// Environment variables that override by path: POINTSMAN__SERVER__PORT=9000 (AI_GATEWAY__ too).
using Environment = std::map<std::string, std::string>;

/// Parses, checks and builds. Never throws, never resolves aliases of untrusted size; bounded in depth and
/// nodes.
Loaded load(std::string_view yamlText, const KnownNames &known, const Environment &environment = {});

/// `file:line:col: text` lines as `pointsman check` prints them.
std::string formatProblems(std::string_view fileName, const std::vector<Problem> &problems);

} // namespace pm::config
