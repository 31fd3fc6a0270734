// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace pm::policy {

/// What stands for values that must not leave: "<EMAIL_1>". The same value gets the same placeholder, numbers
/// follow the order of appearance, so that a conversation that is sent again, longer, has the same ones.
/// Lives with its exchange.
class Placeholders
{
public:
    static constexpr std::size_t kLongest = 48;

    /// The placeholder of `value`. One that stands in `body` already, whoever wrote it, is not used.
    const std::string &of(std::string_view kind, std::string_view value, std::string_view body);
    /// The value of a placeholder of ours; null for others.
    const std::string *valueOf(std::string_view placeholder) const;
    bool isEmpty() const { return m_byValue.empty(); }
    std::size_t size() const { return m_byValue.size(); }

private:
    std::map<std::pair<std::string, std::string>, std::string, std::less<>>
        m_byValue;                                            ///< (kind, value) -> placeholder
    std::map<std::string, std::string, std::less<>> m_values; ///< placeholder -> value
    std::map<std::string, int, std::less<>> m_last;           ///< number by kind
};

} // namespace pm::policy
