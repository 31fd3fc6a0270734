// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/fresh_prompts.h"

#include <simdjson.h>

namespace pm::trace {

namespace {

std::size_t weightOf(const std::string &prompt)
{
    return prompt.size() + sizeof(std::pair<std::int64_t, std::string>);
}

} // namespace

void FreshPrompts::add(std::int64_t arrival, const std::string &prompt)
{
    // Stored details are JSON, which puts a mark in place of bytes that are not UTF-8.
    if (m_bytes + weightOf(prompt) > kMaxBytes || !simdjson::validate_utf8(prompt))
        return;
    m_bytes += weightOf(prompt);
    m_waiting.emplace_back(arrival, prompt);
}

std::optional<std::string> FreshPrompts::take(std::int64_t arrival)
{
    std::optional<std::string> prompt;
    while (!m_waiting.empty() && m_waiting.front().first <= arrival) {
        auto &[at, text] = m_waiting.front();
        m_bytes -= weightOf(text);
        if (at == arrival)
            prompt = std::move(text);
        m_waiting.pop_front();
    }
    return prompt;
}

} // namespace pm::trace
