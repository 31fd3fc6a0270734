// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/check.h"

#include <span>
#include <string_view>

namespace pm::policy {

/// All checks, in the order of the help page. Immutable, any thread.
std::span<const Check> checks();
/// By name; null when there is none.
const Check *findCheck(std::string_view name);

/// What is wrong with a guardrail of the configuration: an unknown check, a setting that is missing or that
/// the check does not have, a combination that cannot work. Nothing when it can be used.
std::optional<SettingProblem> problemOf(const config::Guardrail &guardrail);

// The rows' makers, a file each; checks.cpp has the table.
std::unique_ptr<const TextCheck> makePii(const config::Guardrail &);
std::unique_ptr<const TextCheck> makeSecrets(const config::Guardrail &);
std::unique_ptr<const TextCheck> makePatterns(const config::Guardrail &);
std::unique_ptr<const TextCheck> makeInjection(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeAllow(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeSchema(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeMaxSize(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeMaxCharacters(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeMaxTokens(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeMaxTools(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeModels(const config::Guardrail &);
std::unique_ptr<const WholeCheck> makeTools(const config::Guardrail &);
std::string patternsProblem(const config::Guardrail &);
std::string schemaProblem(const config::Guardrail &);

std::span<const std::string_view> piiEntities();
std::span<const std::string_view> secretEntities();

} // namespace pm::policy
