// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_keys.h"

#include <span>
#include <string_view>

// The parts of the key table, a file each, and what their rows share. keys() puts them together; nobody else
// includes this.
namespace pm::config {

// What becomes of a key that this version does not act on is decided by one question: would leaving it out
// change who may call, where requests go, or what is spent? Then it is refused (Later). Helicone's keys that
// only concern its cloud, its logs or its measuring are named and ignored (Elsewhere), so that its files
// load.

constexpr double kGiB = 1024.0 * 1024 * 1024; ///< bytes
constexpr double kHour = 3'600'000;           ///< milliseconds
constexpr double kDay = 24 * kHour;           ///< milliseconds

constexpr std::string_view kNoHelicone = "Pointsman needs no account and no control plane";
constexpr std::string_view kLimitsLater = "remove it, or limit at the provider";

// Immutable, any thread; they live as long as the program.
std::span<const Key> serverKeys();
std::span<const Key> providerKeys();
std::span<const Key> routerKeys();
std::span<const Key> cacheKeys();
std::span<const Key> limitKeys();
std::span<const Key> generalKeys();
std::span<const Key> budgetKeys();
std::span<const Key> clientKeyKeys();
std::span<const Key> guardrailKeys();
std::span<const Key> foreignKeys();

} // namespace pm::config
