// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Words of the configuration read as values and written back. Pure, any thread.
namespace pm::config {

std::optional<bool> parseBool(std::string_view text);            ///< true, false
std::optional<std::int64_t> parseInteger(std::string_view text); ///< decimal, digits and sign only
std::optional<double> parseNumber(std::string_view text);        ///< finite decimal
/// As humantime: "500ms", "1m", "1h 30m", "30d"; a bare 0 is no time. At most 100 years.
std::optional<std::chrono::milliseconds> parseDuration(std::string_view text);
/// The same, or second, minute, hour, day, week.
std::optional<std::chrono::milliseconds> parseSpan(std::string_view text);
/// Bytes: "64MiB", "2GiB", "10MB", "512 KiB", "1024".
std::optional<std::int64_t> parseSize(std::string_view text);

/// Unix seconds of a moment in local time: "2026-12-31" (its first one) or "2026-12-31T18:00".
std::optional<std::int64_t> parseDate(std::string_view text);

std::string writeNumber(double value); ///< shortest that reads back the same
std::string writeDuration(std::chrono::milliseconds value);
std::string writeSize(std::int64_t bytes);

/// The valid word nearest to `word`, where it is near enough to be meant; among the first 500.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string> &valid);
/// "; did you mean 'x'?", or nothing.
std::string didYouMean(std::string_view word, const std::vector<std::string> &valid);

/// "max_body" -> "max-body"; lower case is kept as it is.
std::string kebab(std::string_view key);

} // namespace pm::config
