// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_usage_filter.h"

#include "base/json.h"

namespace pm {

namespace {

/// Where the event that starts at `from` ends, after its blank line; npos when it is not whole.
std::size_t endOfEvent(std::string_view text, std::size_t from)
{
    for (std::size_t at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        std::size_t next = at + 1;
        if (next < text.size() && text[next] == '\r')
            ++next;
        if (next < text.size() && text[next] == '\n')
            return next + 1;
    }
    return std::string_view::npos;
}

bool isUsageOnly(std::string_view event)
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

} // namespace

void OpenAiUsageFilter::feed(std::string_view bytes, std::string &out)
{
    // Without a held piece the usual case, whole events, costs no copy but the one into `out`.
    const bool isJoined = !m_held.empty();
    if (isJoined)
        m_held.append(bytes);
    const std::string_view text = isJoined ? std::string_view(m_held) : bytes;
    std::size_t at = 0;
    for (std::size_t end = endOfEvent(text, at); end != std::string_view::npos; end = endOfEvent(text, at)) {
        const std::string_view event = text.substr(at, end - at);
        if (!isUsageOnly(event))
            out.append(event);
        at = end;
    }
    std::string rest(text.substr(at));
    m_held = std::move(rest);
}

void OpenAiUsageFilter::finish(std::string &out)
{
    if (!isUsageOnly(m_held))
        out.append(m_held);
    m_held.clear();
}

} // namespace pm
