// SPDX-License-Identifier: GPL-3.0-or-later
// New values of the configuration that is made, and keys.
#include "base/text.h"
#include "config/import/import_draft.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace pm::config::import {

using yaml::Node;

namespace {

bool isEnvironmentName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (std::isalnum(c) && c < 0x80) || c == '_';
    });
}

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

} // namespace

Node textNode(std::string_view text)
{
    Node node;
    node.kind = Node::Kind::Scalar;
    node.text = text;
    if (node.isNull())
        node.style = Node::Style::SingleQuoted;
    return node;
}

Node mapNode()
{
    Node node;
    node.kind = Node::Kind::Map;
    return node;
}

Node listNode()
{
    Node node;
    node.kind = Node::Kind::List;
    return node;
}

Node wordsNode(const std::vector<std::string> &words)
{
    Node list = listNode();
    for (const std::string &word : words)
        add(list, textNode(word));
    return list;
}

Node &put(Node &map, std::string_view key, Node value)
{
    for (yaml::Child &child : map.children) {
        if (child.key == key)
            return child.value = std::move(value);
    }
    yaml::Child child;
    child.key = key;
    child.value = std::move(value);
    map.children.push_back(std::move(child));
    return map.children.back().value;
}

Node &put(Node &map, std::string_view key, std::string_view value)
{
    return put(map, key, textNode(value));
}

Node &sub(Node &map, std::string_view key)
{
    for (yaml::Child &child : map.children) {
        if (child.key == key)
            return child.value;
    }
    return put(map, key, mapNode());
}

void add(Node &list, Node value)
{
    yaml::Child child;
    child.value = std::move(value);
    list.children.push_back(std::move(child));
}

Node targetNode(std::string_view target)
{
    Node node = mapNode();
    put(node, "target", target);
    return node;
}

Node strategyNode(std::string_view strategy, std::vector<Node> children)
{
    if (children.size() == 1 && !children.front().get("weight"))
        return std::move(children.front());
    Node node = mapNode();
    put(node, "strategy", strategy);
    Node list = listNode();
    for (Node &child : children)
        add(list, std::move(child));
    put(node, "children", std::move(list));
    return node;
}

KeyWish readKey(std::string_view given)
{
    constexpr std::array<std::string_view, 14> kNone{
        "",       "none",       "null",     "empty",     "dummy", "ollama",   "fake",
        "no-key", "not-needed", "not-used", "lm-studio", "n/a",   "anything", "sk-no-key-required"};
    const std::string_view text = trimmed(given);
    if (std::find(kNone.begin(), kNone.end(), lowerAscii(text)) != kNone.end())
        return {};
    std::string_view name;
    if (text.starts_with("os.environ/"))
        name = text.substr(std::string_view("os.environ/").size());
    else if (text.starts_with("${") && text.ends_with("}"))
        name = text.substr(2, text.size() - 3);
    else if (text.starts_with("{{") && text.ends_with("}}") && text.size() >= 4)
        name = trimmed(text.substr(2, text.size() - 4));
    else if (text.starts_with("$"))
        name = text.substr(1);
    if (isEnvironmentName(name))
        return {KeyWish::Kind::Reference, "env:" + std::string(name)};
    return {KeyWish::Kind::Literal, std::string(text)};
}

bool putCallerKey(Draft &draft, const At &key, std::string_view name)
{
    const KeyWish wish = readKey(key.text());
    if (wish.kind != KeyWish::Kind::Reference) {
        draft.notMapped(
            key, "the key that callers need stands in the file and is not copied",
            "give server.client-keys a name and key: env:NAME or keychain:NAME; until then every program "
            "on this machine may call");
        return false;
    }
    Node caller = mapNode();
    put(caller, "name", name);
    put(caller, "key", wish.value);
    Node callers = listNode();
    add(callers, std::move(caller));
    put(sub(draft.root, "server"), "client-keys", std::move(callers));
    return true;
}

} // namespace pm::config::import
