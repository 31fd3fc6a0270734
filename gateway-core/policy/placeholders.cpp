// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/placeholders.h"

namespace pm::policy {

const std::string &Placeholders::of(std::string_view kind, std::string_view value, std::string_view body)
{
    std::pair key{std::string(kind), std::string(value)};
    const auto known = m_byValue.find(key);
    if (known != m_byValue.end())
        return known->second;
    int &number = m_last[key.first];
    std::string name;
    do { // without its brackets: they may be escaped where it stands
        name = key.first + "_" + std::to_string(++number);
    } while (body.find(name) != std::string_view::npos);
    std::string placeholder = "<" + name + ">";
    m_values.emplace(placeholder, key.second);
    return m_byValue.emplace(std::move(key), std::move(placeholder)).first->second;
}

const std::string *Placeholders::valueOf(std::string_view placeholder) const
{
    const auto found = m_values.find(placeholder);
    return found == m_values.end() ? nullptr : &found->second;
}

} // namespace pm::policy
