// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_fields.h"
#include "dialects/openai_responses_read.h"

#include <algorithm>
#include <set>

namespace pm::responses {

namespace {

/// Collects the tools of one request. Namespaces are flattened; a name that is taken gets a number.
class Offer
{
public:
    explicit Offer(ChatRequest &request)
        : m_request(request)
    {
    }
    Result<void> add(json::Element list, const std::string &at);
    /// Names of plain tools are theirs, wherever they stand: namespaces give way.
    void reserve(json::Element list);
    GroupedNames takeNames() { return std::move(m_names); }

private:
    Result<void> addOne(json::Element item, const std::string &at, std::string_view group);
    std::string nameFor(std::string_view group, const std::string &name);

    ChatRequest &m_request;
    GroupedNames m_names;
    std::set<std::string> m_taken;
};

void Offer::reserve(json::Element list)
{
    for (const json::Element item : items(list)) {
        if (const auto name = json::findString(item, "name"); name && json::findString(item, "type") != "namespace")
            m_taken.emplace(*name);
    }
}

Result<void> Offer::add(json::Element list, const std::string &at)
{
    std::size_t index = 0;
    for (const json::Element item : items(list)) {
        const std::string here = place(at, index++);
        if (json::findString(item, "type") != "namespace") {
            if (auto added = addOne(item, here, {}); !added)
                return added;
            continue;
        }
        const auto group = json::findString(item, "name");
        const auto inner = json::findArray(item, "tools");
        if (!group || group->empty() || !inner)
            return fail(badField(here, "must have a name and an array of tools"));
        std::size_t within = 0;
        for (const json::Element tool : *inner) {
            if (auto added = addOne(tool, place(here + ".tools", within++), *group); !added)
                return added;
        }
    }
    return {};
}

std::string Offer::nameFor(std::string_view group, const std::string &name)
{
    if (group.empty()) {
        m_taken.insert(name);
        return name;
    }
    const auto known = m_names.find({std::string(group), name});
    if (known != m_names.end())
        return known->second;
    int copy = 1;
    std::string flat = flatName(group, name);
    while (!m_taken.insert(flat).second)
        flat = flatName(group, name, ++copy);
    m_names.emplace(std::pair{std::string(group), name}, flat);
    return flat;
}

Result<void> Offer::addOne(json::Element item, const std::string &at, std::string_view group)
{
    const auto type = json::findString(item, "type");
    if (!type)
        return fail(badField(at + ".type", "must be a string"));
    if (*type != "function" && *type != "custom") { // run by the API's own servers
        note(m_request.uncarried, at + ": " + std::string(*type));
        return {};
    }
    const auto name = json::findString(item, "name");
    if (!name || name->empty())
        return fail(badField(at + ".name", "must be a string that is not empty"));
    Tool tool;
    tool.group = group;
    tool.name = nameFor(group, std::string(*name));
    tool.description = json::findString(item, "description").value_or("");
    tool.strict = json::findBool(item, "strict");
    tool.isCustom = *type == "custom";
    if (tool.isCustom) {
        tool.schema = kCustomSchema;
        const auto format = json::findObject(item, "format");
        if (format && json::findString(*format, "type") == "grammar")
            tool.grammar = json::text(*format);
    } else if (const auto schema = json::find(item, "parameters")) {
        if (!schema->is_object())
            return fail(badField(at + ".parameters", "must be an object"));
        tool.schema = json::text(*schema);
    }
    const auto isSame = [&](const Tool &other) { return other.name == tool.name && other.group == tool.group; };
    const auto before = std::find_if(m_request.tools.begin(), m_request.tools.end(), isSame);
    if (before != m_request.tools.end())
        *before = std::move(tool); // offered again, by an item for instance
    else
        m_request.tools.push_back(std::move(tool));
    return {};
}

/// Where tools may stand: the member, and items that add more.
std::vector<std::pair<json::Element, std::string>> toolLists(json::Element root)
{
    std::vector<std::pair<json::Element, std::string>> lists;
    if (const auto tools = json::find(root, "tools"))
        lists.emplace_back(*tools, "tools");
    const auto input = json::findArray(root, "input");
    if (!input)
        return lists;
    std::size_t index = 0;
    for (const json::Element item : *input) {
        const std::string at = place("input", index++) + ".tools";
        if (json::findString(item, "type") != "additional_tools")
            continue;
        if (const auto tools = json::find(item, "tools"))
            lists.emplace_back(*tools, at);
    }
    return lists;
}

std::string namedTool(json::Element choice, const GroupedNames &names)
{
    const std::string name(json::findString(choice, "name").value_or(""));
    const std::string group(json::findString(choice, "namespace").value_or(""));
    const auto found = names.find({group, name});
    return found == names.end() ? calledName(choice) : found->second;
}

/// allowed_tools narrows what may be called: here by not offering the others.
Result<void> narrow(json::Element choice, const GroupedNames &names, ChatRequest &request)
{
    const auto list = json::findArray(choice, "tools");
    if (!list)
        return fail(badField("tool_choice.tools", "must be an array"));
    std::set<std::string> allowed;
    for (const json::Element item : *list)
        allowed.insert(namedTool(item, names));
    std::erase_if(request.tools, [&](const Tool &tool) { return allowed.count(tool.name) == 0; });
    const bool required = json::findString(choice, "mode") == "required";
    request.toolChoice = ToolChoice{required ? ToolChoice::Mode::Required : ToolChoice::Mode::Auto, {}};
    return {};
}

Result<void> readChoice(json::Element root, const GroupedNames &names, ChatRequest &request)
{
    const auto choice = json::find(root, "tool_choice");
    if (!choice)
        return {};
    if (choice->is_string()) {
        const std::string_view word = choice->get_string().value_unsafe();
        if (word == "auto")
            request.toolChoice = ToolChoice{ToolChoice::Mode::Auto, {}};
        else if (word == "none")
            request.toolChoice = ToolChoice{ToolChoice::Mode::None, {}};
        else if (word == "required")
            request.toolChoice = ToolChoice{ToolChoice::Mode::Required, {}};
        else
            return fail(badField("tool_choice", "must be none, auto, required or an object"));
        return {};
    }
    const std::string_view type = json::findString(*choice, "type").value_or("");
    if (type == "allowed_tools")
        return narrow(*choice, names, request);
    if (type == "function" || type == "custom") {
        std::string name = namedTool(*choice, names);
        if (name.empty())
            return fail(badField("tool_choice.name", "must be a string that is not empty"));
        request.toolChoice = ToolChoice{ToolChoice::Mode::Named, std::move(name)};
        return {};
    }
    if (type.empty())
        return fail(badField("tool_choice.type", "must be a string"));
    return fail(unsupported("tool_choice", std::string(type) + " is run by the API's own servers; choose a function"));
}

} // namespace

Result<GroupedNames> readTools(json::Element root, ChatRequest &request)
{
    Offer offer(request);
    const auto lists = toolLists(root);
    for (const auto &[list, at] : lists) {
        if (!list.is_array())
            return fail(badField(at, "must be an array"));
        offer.reserve(list);
    }
    for (const auto &[list, at] : lists) {
        if (auto added = offer.add(list, at); !added)
            return fail(std::move(added.error()));
    }
    if (json::find(root, "parallel_tool_calls")) {
        request.parallelToolCalls = json::findBool(root, "parallel_tool_calls");
        if (!request.parallelToolCalls)
            return fail(badField("parallel_tool_calls", "must be true or false"));
    }
    GroupedNames names = offer.takeNames();
    if (auto chosen = readChoice(root, names, request); !chosen)
        return fail(std::move(chosen.error()));
    return names;
}

} // namespace pm::responses
