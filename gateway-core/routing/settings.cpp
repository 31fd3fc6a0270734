// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/settings.h"

#include "config/scalars.h"

namespace pm::routing {

Settings::Settings(const std::map<std::string, std::string> &written)
{
    for (const auto &[name, text] : written)
        m_values.emplace(name, Value{text, config::parseNumber(text), config::parseDuration(text)});
}

const Settings::Value *Settings::find(std::string_view name) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? nullptr : &found->second;
}

double Settings::number(std::string_view name, double standard) const
{
    const Value *value = find(name);
    return value && value->number ? *value->number : standard;
}

std::chrono::milliseconds Settings::duration(std::string_view name, std::chrono::milliseconds standard) const
{
    const Value *value = find(name);
    return value && value->duration ? *value->duration : standard;
}

bool Settings::flag(std::string_view name, bool standard) const
{
    const Value *value = find(name);
    return value ? config::parseBool(value->text).value_or(standard) : standard;
}

std::string_view Settings::text(std::string_view name) const
{
    const Value *value = find(name);
    return value ? std::string_view(value->text) : std::string_view();
}

} // namespace pm::routing
