// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_usage_event.h"

#include "base/json.h"

namespace pm {

bool isUsageOnlyEvent(std::string_view event)
{
    // Cheap test first: nearly every event has choices with something in them.
    const std::size_t data = event.find("data:");
    if (data == std::string_view::npos || event.find("\"usage\"", data) == std::string_view::npos
        || event.find("\"choices\"", data) == std::string_view::npos)
        return false;
    std::string_view payload = event.substr(data + 5);
    payload = payload.substr(0, payload.find_first_of("\r\n"));
    const auto parsed = json::Document::parse(payload);
    if (!parsed)
        return false;
    const auto choices = json::findArray(parsed->root(), "choices");
    return choices && choices->size() == 0 && json::findObject(parsed->root(), "usage");
}

} // namespace pm
