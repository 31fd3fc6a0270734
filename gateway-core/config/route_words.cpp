// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/route_words.h"

#include <algorithm>

namespace pm::config {

const StrategyInfo *RouteWords::find(std::string_view name) const
{
    const auto found = std::find_if(strategies.begin(), strategies.end(), [&](const StrategyInfo &each) {
        return each.key == name
               || std::find(each.aliases.begin(), each.aliases.end(), name) != each.aliases.end();
    });
    return found == strategies.end() ? nullptr : &*found;
}

const CheckInfo *RouteWords::findCheck(std::string_view name) const
{
    const auto found =
        std::find_if(checks.begin(), checks.end(), [&](const CheckInfo &each) { return each.name == name; });
    return found == checks.end() ? nullptr : &*found;
}

FieldValues valuesOf(std::string_view field)
{
    if (field.starts_with("request.has-") || field.starts_with("request.wants-") || field == "request.stream"
        || field == "request.searches-web")
        return FieldValues::Flag;
    if (field == "request.input-tokens" || field == "request.max-tokens" || field == "time.hour")
        return FieldValues::Number;
    if (field == "request.class")
        return FieldValues::Class;
    return field == "time.weekday" ? FieldValues::Weekday : FieldValues::Text;
}

} // namespace pm::config
