// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_reasoning.h"

#include "dialects/framing/surrogates.h"
#include "dialects/shared/json_body.h"

#include <algorithm>

namespace pm::openai {

namespace {

constexpr std::size_t kMostBytes = std::size_t(8) * 1024 * 1024;

bool isText(std::string_view name)
{
    return name == "text" || name == "summary" || name == "data";
}

std::string rawAt(json::Element object, std::string_view key)
{
    const auto value = json::find(object, key);
    return value ? json::text(*value) : std::string();
}

} // namespace

void ReasoningDetails::take(json::Element carrier)
{
    const auto list = json::findArray(carrier, "reasoning_details");
    if (!list)
        return;
    for (const json::Element entry : *list) {
        if (entry.is_object())
            add(entry);
    }
}

void ReasoningDetails::add(json::Element entry)
{
    m_bytes += json::text(entry).size();
    if (m_bytes > kMostBytes)
        return; // better none of it than a part
    const std::string type = rawAt(entry, "type");
    const std::string index = rawAt(entry, "index");
    const bool continues = !m_entries.empty() && m_entries.back().type == type && m_entries.back().index == index;
    if (!continues)
        m_entries.push_back({type, index, {}});
    auto &members = m_entries.back().members;
    for (const auto member : fields(entry)) {
        if (member.value.is_null())
            continue;
        m_isOpaque = m_isOpaque || member.key == "signature" || member.key == "data";
        const auto old =
            std::find_if(members.begin(), members.end(), [&](const auto &each) { return each.first == member.key; });
        std::string value = json::text(member.value);
        if (old == members.end())
            members.emplace_back(member.key, std::move(value));
        else if (continues && isText(member.key) && value.starts_with('"') && old->second.starts_with('"'))
            old->second = old->second.substr(0, old->second.size() - 1) + value.substr(1);
        else
            old->second = std::move(value);
    }
}

Signature ReasoningDetails::give()
{
    json::Writer out;
    out.beginArray();
    for (const Entry &entry : m_entries) {
        out.beginObject();
        for (const auto &[name, value] : entry.members)
            out.memberRaw(name, value);
        out.endObject();
    }
    out.endArray();
    m_entries.clear();
    return {m_bytes > kMostBytes ? std::string() : out.take(), std::string(kDetailsFamily)};
}

void writeReasoningDetails(json::Writer &out, const std::vector<Part> &parts, std::string_view family)
{
    std::string inside;
    for (const Part &part : parts) {
        const auto *thinking = part.as<ThinkingPart>();
        const auto *redacted = part.as<RedactedThinkingPart>();
        const Signature *signature = thinking ? &thinking->signature : redacted ? &redacted->data : nullptr;
        if (!signature || signature->family != kDetailsFamily || !isReadableBy(*signature, family))
            continue;
        const auto list = parseLenient(signature->value); // a client may send anything
        if (!list || !list->root().is_array())
            continue;
        for (const json::Element entry : items(list->root()))
            inside.append(inside.empty() ? "" : ",").append(json::text(entry));
    }
    if (!inside.empty())
        out.memberRaw("reasoning_details", "[" + inside + "]");
}

} // namespace pm::openai
