// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/wish.h"

#include "config/scalars.h"

#include <algorithm>

namespace pm::config {

using yaml::Node;

const WishEntry *Wish::get(std::string_view name) const
{
    for (const WishEntry &entry : entries) {
        if (entry.name == name)
            return &entry;
    }
    return nullptr;
}

bool Wish::isShort() const
{
    return kind == Node::Kind::Map && !isWhole && !entries.empty() &&
           std::all_of(entries.begin() + 1, entries.end(), [](const WishEntry &e) { return e.isImplied; });
}

Node Wish::node() const
{
    Node node;
    node.kind = kind;
    node.text = text;
    for (const WishEntry &entry : entries) {
        const bool mayBeShort = kind == Node::Kind::List || entry.name == "use" || entry.name == "default";
        const bool isShort = mayBeShort && entry.value.isShort();
        const Wish &value = isShort ? entry.value.entries.front().value : entry.value;
        if (!entry.isImplied)
            node.children.push_back({entry.name, {}, {}, value.node()});
    }
    return node;
}

Wish textWish(std::string_view text)
{
    return {Node::Kind::Scalar, std::string(text), {}, false};
}

Wish mapWish()
{
    return {Node::Kind::Map, {}, {}, false};
}

Wish listWish(const std::vector<std::string> &items)
{
    Wish list{Node::Kind::List, {}, {}, false};
    for (const std::string &item : items)
        list.entries.push_back({{}, textWish(item), false});
    return list;
}

void add(Wish &map, std::string_view name, std::string_view text, bool isImplied)
{
    map.entries.push_back({std::string(name), textWish(text), isImplied});
}

void add(Wish &map, std::string_view name, int value, int standard)
{
    add(map, name, std::to_string(value), value == standard);
}

void add(Wish &map, std::string_view name, double value, double standard)
{
    add(map, name, writeNumber(value), value == standard);
}

void add(Wish &map, std::string_view name, milliseconds value, milliseconds standard)
{
    add(map, name, writeDuration(value), value == standard);
}

void addMap(Wish &parent, std::string_view name, Wish map)
{
    const bool isImplied =
        std::all_of(map.entries.begin(), map.entries.end(), [](const WishEntry &e) { return e.isImplied; });
    parent.entries.push_back({std::string(name), std::move(map), isImplied});
}

const Node *itemAt(const Node *list, std::size_t index)
{
    return list && list->isList() && index < list->children.size() ? &list->children[index].value : nullptr;
}

Wish wishOf(const Node &node)
{
    Wish wish{node.kind, node.text, {}, true};
    for (const yaml::Child &child : node.children)
        wish.entries.push_back({child.key, wishOf(child.value), false});
    return wish;
}

const Node *entryAt(const Node *map, std::string_view name)
{
    return map && map->isMap() ? map->get(name) : nullptr;
}

bool meansSame(std::string_view a, std::string_view b)
{
    if (a == b)
        return true;
    const auto same = [](const auto &x, const auto &y) { return x && y && *x == *y; };
    const auto kind = [](std::string_view word) { return word == "401" || word == "403" ? "auth" : word; };
    return same(parseNumber(a), parseNumber(b)) || same(parseSpan(a), parseSpan(b)) ||
           same(parseBool(a), parseBool(b)) || same(parseSize(a), parseSize(b)) || kind(a) == kind(b);
}

namespace {

bool saysMap(const Node &node, const Wish &wish)
{
    for (const yaml::Child &child : node.children) {
        if (!wish.get(child.name.empty() ? child.key : child.name))
            return false;
    }
    return std::all_of(wish.entries.begin(), wish.entries.end(), [&](const WishEntry &entry) {
        const Node *present = node.get(entry.name);
        return present && !present->isNull() ? says(*present, entry.value) : entry.isImplied;
    });
}

bool saysList(const Node &node, const Wish &wish)
{
    return std::equal(node.children.begin(), node.children.end(), wish.entries.begin(), wish.entries.end(),
                      [](const yaml::Child &item, const WishEntry &entry) { return says(item.value, entry.value); });
}

} // namespace

bool says(const Node &node, const Wish &wish)
{
    if (wish.kind == Node::Kind::Scalar)
        return node.isScalar() && meansSame(node.text, wish.text);
    if (wish.kind == Node::Kind::Map && node.isMap())
        return saysMap(node, wish);
    if (wish.kind == Node::Kind::List && node.isList())
        return saysList(node, wish);
    return wish.isShort() && node.isScalar() && says(node, wish.entries.front().value);
}

} // namespace pm::config
