// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/loss_finder.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pm {

namespace {

using Id = LossFinder::Id;
using Ids = LossFinder::Ids;
constexpr Id kNone = JsonOutline::kNone;
constexpr Id kRoot = JsonOutline::kRoot;
constexpr int kInTurns = 3; ///< least depth of what stands in a turn: /messages/0/name

bool isOneOf(std::string_view name, std::string_view names)
{
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(' '), names.size());
        if (isSameName(name, names.substr(0, end)))
            return true;
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    return false;
}

/// What holds whatever its author liked to call it.
bool isFree(const JsonOutline::Node &node)
{
    constexpr std::string_view kNames = "parameters input_schema schema json_schema parametersJsonSchema "
                                        "responseSchema responseJsonSchema args arguments";
    return node.kind == '{' && (isOneOf(node.key, kNames) || (node.depth > 1 && node.key == "input"));
}

bool isOddToolName(std::string_view name)
{
    constexpr std::size_t kLongest = 64;
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return name.size() > kLongest || !std::all_of(name.begin(), name.end(), isPlain);
}

std::optional<std::size_t> asIndex(std::string_view text)
{
    std::size_t index = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (failed != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return index;
}

} // namespace

Ids LossFinder::find(std::string_view loss) const
{
    if (m_outline.isEmpty())
        return {};
    const auto isNamed = [&](const std::vector<std::string> &names) {
        return std::find(names.begin(), names.end(), loss) != names.end();
    };
    const LossRule *rule = lossRule(loss);
    if (m_request && isNamed(m_request->uncarried)) { // a reader's: it stands there by that name
        const Ids found = byPath(loss, false);
        return found.empty() && rule ? byRule(*rule, loss) : found;
    }
    const Ids found = rule ? byRule(*rule, loss) : Ids();
    const bool isDone = !found.empty() || (rule && rule->where == LossRule::Where::Nowhere);
    return isDone ? found : byPath(loss, true);
}

Ids LossFinder::byPath(std::string_view loss, bool isWriters) const
{
    const std::size_t colon = loss.find(": ");
    const std::string_view path = loss.substr(0, colon);
    const std::string_view remark = colon == std::string_view::npos ? std::string_view() : loss.substr(colon + 2);
    const Id tool = isWriters ? toolAt(path) : kNone; // writers count the tools that they were given
    const Id place = tool != kNone ? tool : resolve(path);
    return place != kNone ? refine(place, remark) : settings(path);
}

Ids LossFinder::byRule(const LossRule &rule, std::string_view loss) const
{
    using Where = LossRule::Where;
    switch (rule.where) {
    case Where::Nowhere: return {};
    case Where::Setting: return settings(rule.names);
    case Where::Content: return content(rule.names);
    case Where::History: return reasoningOfHistory();
    case Where::LateSystem: return system(true);
    case Where::System: return system(false);
    case Where::Speakers: return speakers();
    case Where::ToolNames: return toolNames(loss);
    }
    return {};
}

Ids LossFinder::below(Id top, const Test &test, bool withSchemas) const
{
    Ids found;
    for (Id id = top + 1; id < m_outline[top].behind;) {
        if (test(id))
            found.push_back(id);
        id = !withSchemas && isFree(m_outline[id]) ? m_outline[id].behind : id + 1;
    }
    return found;
}

Ids LossFinder::settings(std::string_view names) const
{
    for (const int depth : {1, 2}) {
        Ids found = below(kRoot, [&](Id id) {
            const JsonOutline::Node &node = m_outline[id];
            return node.depth == depth && m_outline[node.parent].kind == '{' && isOneOf(node.key, names);
        });
        if (!found.empty())
            return found;
    }
    return {};
}

Ids LossFinder::content(std::string_view names) const
{
    return below(kRoot, [&](Id id) { return isOneOf(m_outline[id].key, names); });
}

Ids LossFinder::reasoningOfHistory() const
{
    return below(kRoot, [&](Id id) {
        const JsonOutline::Node &node = m_outline[id];
        if (node.depth < kInTurns)
            return false;
        if (node.key == "type")
            return isOneOf(m_outline.string(id), "thinking redacted_thinking reasoning");
        const bool hasType = m_outline.member(node.parent, "type") != kNone;
        return isOneOf(node.key, "reasoning_content reasoning_details thought thoughtSignature")
               || (!hasType && isOneOf(node.key, "reasoning thinking"));
    });
}

Ids LossFinder::system(bool isLate) const
{
    Ids found = isLate ? Ids() : settings("system instructions systemInstruction");
    bool hasTurn = !isLate;
    for (const std::string_view list : {"messages", "input"}) {
        for (const Id turn : m_outline.elements(m_outline.member(kRoot, list))) {
            const Id role = m_outline.member(turn, "role");
            const bool isSystem = isOneOf(m_outline.string(role), "system developer");
            if (isSystem && hasTurn)
                found.push_back(role);
            hasTurn = hasTurn || !isSystem;
        }
    }
    return found;
}

Ids LossFinder::toolNames(std::string_view loss) const
{
    const std::size_t quote = loss.find('\'');
    const std::size_t end = loss.find('\'', quote + 1);
    const std::string_view wanted =
        quote == std::string_view::npos ? std::string_view() : loss.substr(quote + 1, end - quote - 1);
    Ids found;
    for (const std::string_view list : {"tools", "functions"}) {
        const Id tools = m_outline.member(kRoot, list);
        if (tools == kNone)
            continue;
        const Ids here = below(tools, [&](Id id) {
            const std::string_view name = m_outline.string(id);
            return m_outline[id].key == "name" && (wanted.empty() ? isOddToolName(name) : name == wanted);
        });
        found.insert(found.end(), here.begin(), here.end());
    }
    return found;
}

Ids LossFinder::speakers() const
{
    Ids found;
    for (const Id turn : m_outline.elements(m_outline.member(kRoot, "messages"))) {
        const Id name = m_outline.member(turn, "name");
        if (name != kNone && !isOneOf(m_outline.string(m_outline.member(turn, "role")), "tool function"))
            found.push_back(name);
    }
    return found;
}

/// "messages[2].content[0]", "messages.2.content.0", "generationConfig.topK".
Id LossFinder::resolve(std::string_view path) const
{
    Id at = kRoot;
    while (!path.empty() && at != kNone) {
        const std::size_t end = std::min(path.find_first_of(".[]"), path.size());
        const std::string_view step = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (step.empty())
            continue; // between "]" and "."
        const auto index = m_outline[at].kind == '[' ? asIndex(step) : std::nullopt;
        at = index ? m_outline.element(at, *index) : m_outline.member(at, step);
    }
    return at == kRoot ? kNone : at;
}

/// "tools[2]" of the common form: the client's list may hold others between, or be one of lists.
Id LossFinder::toolAt(std::string_view path) const
{
    constexpr std::string_view kList = "tools[";
    if (!m_request || !path.starts_with(kList) || !path.ends_with(']'))
        return kNone;
    const auto index = asIndex(path.substr(kList.size(), path.size() - kList.size() - 1));
    if (!index || *index >= m_request->tools.size())
        return kNone;
    const std::string &wanted = m_request->tools[*index].name;
    for (const std::string_view list : {"tools", "functions"}) {
        const Id tools = m_outline.member(kRoot, list);
        if (tools == kNone)
            continue;
        const Ids names = below(
            tools, [&](Id id) { return m_outline[id].key == "name" && m_outline.string(id) == wanted; });
        if (!names.empty())
            return m_outline[names.front()].parent;
    }
    return kNone;
}

/// "schema without format", "oneOf at the top of the schema": the keywords that such a remark names.
Ids LossFinder::inSchema(Id top, std::string_view remark) const
{
    Ids found;
    while (!remark.empty() && found.empty()) {
        const std::size_t end = std::min(remark.find(' '), remark.size());
        const std::string_view word = remark.substr(0, end);
        remark.remove_prefix(std::min(end + 1, remark.size()));
        const bool isReference = word.starts_with('#');
        found = below(
            top,
            [&](Id id) { return isReference ? m_outline.string(id) == word : m_outline[id].key == word; },
            true);
    }
    return found;
}

Ids LossFinder::refine(Id top, std::string_view remark) const
{
    constexpr std::string_view kWithout = "schema without ";
    Ids found;
    if (remark.starts_with(kWithout))
        found = inSchema(top, remark.substr(kWithout.size()));
    else if (remark.ends_with(" at the top of the schema"))
        found = inSchema(top, remark.substr(0, remark.find(' ')));
    else if (!remark.empty() && remark.find(' ') == std::string_view::npos) {
        found = below(top, [&](Id id) { return m_outline[id].key == remark; });
        if (found.empty())
            found = below(top, [&](Id id) { return m_outline.string(id) == remark; });
    }
    return found.empty() ? Ids{signOf(top)} : found;
}

Id LossFinder::signOf(Id id) const
{
    if (m_outline[m_outline[id].parent].kind != '[')
        return id;
    for (const std::string_view name : {"name", "type"}) {
        if (const Id sign = m_outline.member(id, name); sign != kNone)
            return sign;
    }
    return id;
}

} // namespace pm
