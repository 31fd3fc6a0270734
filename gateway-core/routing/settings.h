// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pm::routing {

/// The settings of a node, read once when its router is compiled. Immutable, any thread. What was not written is the
/// strategy's own default.
class Settings
{
public:
    Settings() = default;
    explicit Settings(const std::map<std::string, std::string> &written);

    double number(std::string_view name, double standard) const;
    std::chrono::milliseconds duration(std::string_view name, std::chrono::milliseconds standard) const;
    bool flag(std::string_view name, bool standard) const;
    /// Empty when not written.
    std::string_view text(std::string_view name) const;

private:
    struct Value
    {
        std::string text;
        std::optional<double> number;
        std::optional<std::chrono::milliseconds> duration;
    };
    const Value *find(std::string_view name) const;

    std::map<std::string, Value, std::less<>> m_values;
};

} // namespace pm::routing
