// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_overlay.h"

#include "base/text.h"
#include "config/scalars.h"

#include <algorithm>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr std::size_t kMaxSegments = 24;

/// "A__MAX_BODY" -> {"a", "max-body"}.
std::vector<std::string> segments(std::string_view rest)
{
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= rest.size();) {
        const std::size_t end = std::min(rest.find("__", at), rest.size());
        parts.push_back(lowerAscii(kebab(rest.substr(at, end - at))));
        at = end + 2;
    }
    return parts;
}

/// Environment names have neither case nor dashes: an entry of the file that reads the same is meant.
bool isMeant(std::string_view key, std::string_view segment)
{
    return lowerAscii(kebab(key)) == segment;
}

void mark(Node &node, const std::string &variable)
{
    node.origin = variable;
    node.span = {};
    for (Child &child : node.children) {
        child.keySpan = {};
        mark(child.value, variable);
    }
}

/// The child for `segment`, made where it is missing; null where the node cannot have one.
Node *descend(Node &node, const std::string &segment, const std::string &variable)
{
    if (node.isList()) {
        const auto index = parseInteger(segment);
        const bool isInside = index && *index >= 0 && *index < std::int64_t(node.children.size());
        return isInside ? &node.children[std::size_t(*index)].value : nullptr;
    }
    if (node.isNull()) {
        node.kind = Node::Kind::Map;
        node.text.clear();
    }
    if (!node.isMap())
        return nullptr;
    for (Child &child : node.children) {
        if (isMeant(child.key, segment))
            return &child.value;
    }
    Child made;
    made.key = segment;
    made.value.origin = variable;
    node.children.push_back(std::move(made));
    return &node.children.back().value;
}

std::string place(Node &root, const std::string &variable, std::string_view rest, const std::string &text)
{
    const std::vector<std::string> path = segments(rest);
    if (path.size() > kMaxSegments ||
        std::any_of(path.begin(), path.end(), [](const auto &s) { return s.empty(); }))
        return "not a path; write it like POINTSMAN__SERVER__PORT";
    yaml::Tree value = yaml::parse(text);
    if (!value.problems.empty())
        return "the value is " + value.problems.front().message;
    Node *node = &root;
    for (const std::string &segment : path) {
        node = descend(*node, segment, variable);
        if (!node)
            return "'" + segment + "' has no place: what is before it is no map, or a shorter list";
    }
    *node = std::move(value.root);
    mark(*node, variable);
    return {};
}

} // namespace

void overlay(yaml::Tree &tree, const Environment &environment)
{
    for (const std::string_view prefix : {"AI_GATEWAY__", "POINTSMAN__"}) {
        for (auto it = environment.lower_bound(std::string(prefix)); it != environment.end(); ++it) {
            if (it->first.compare(0, prefix.size(), prefix) != 0)
                break;
            const std::string message =
                place(tree.root, it->first, std::string_view(it->first).substr(prefix.size()), it->second);
            if (!message.empty() && tree.problems.size() < yaml::kMaxProblems)
                tree.problems.push_back({Problem::Severity::Error, 0, 0, 0, "env " + it->first, message});
        }
    }
}

} // namespace pm::config
