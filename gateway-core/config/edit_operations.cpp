// SPDX-License-Identifier: GPL-3.0-or-later
// What an edit does to the tree, and the comparison with what it did to the text.
#include "config/edit_draft.h"

#include <algorithm>

namespace pm::config {

using yaml::Child;
using yaml::Fragment;
using yaml::Node;

namespace {

Failure refused(std::string_view path, std::string_view why)
{
    return fail(ErrorKind::Config, "cannot edit " + std::string(path) + ": " + std::string(why));
}

/// The nested maps {keys[0]: {keys[1]: ... value}}.
Node nested(const std::vector<std::string> &keys, Node value)
{
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        Node map;
        map.kind = Node::Kind::Map;
        map.children.push_back({*key, {}, {}, std::move(value)});
        value = std::move(map);
    }
    return value;
}

Node &nodeIn(Node &root, const std::vector<std::size_t> &steps)
{
    Node *node = &root;
    for (const std::size_t step : steps)
        node = &node->children[step].value;
    return *node;
}

} // namespace

Result<void> Draft::apply(std::vector<Splice> splices, const Node &expected)
{
    std::sort(splices.begin(), splices.end(),
              [](const Splice &a, const Splice &b) { return a.span.begin > b.span.begin; });
    std::string text = m_text;
    for (const Splice &splice : splices)
        text.replace(splice.span.begin, splice.span.end - splice.span.begin, splice.text);
    Result<Draft> result = open(text);
    if (!result || !sameContent(result->root(), expected))
        return fail(ErrorKind::Config, "the edit cannot be made without touching more than it should; "
                                       "edit the text itself");
    *this = std::move(*result);
    return {};
}

Result<void> Draft::set(std::string_view path, const Fragment &value)
{
    const Trail trail = find(path);
    if (path.empty())
        return refused("the whole file", "a path is needed");
    Node expected = m_tree.root;
    Node &place = nodeIn(expected, trail.steps);
    if (trail.isFound()) {
        place = value.node;
        return apply(replaceSplices(trail.steps, value), expected);
    }
    const Node &parent = nodeAt(trail.steps);
    if (parent.isList()) {
        if (trail.rest != std::to_string(parent.children.size()))
            return refused(path, "the list is shorter");
        return insertItem(path.substr(0, path.size() - trail.rest.size() - 1), parent.children.size(), value);
    }
    if (parent.isScalar() && !parent.isNull())
        return refused(path, "what is before '" + trail.rest + "' is a single value, not a map");
    const std::vector<std::string> keys = newKeys(trail);
    if (std::any_of(keys.begin(), keys.end(), [](const std::string &key) { return key.empty(); }))
        return refused(path, "a part of the path is empty");
    Node addition = nested(keys, value.node);
    place.kind = Node::Kind::Map;
    place.text.clear();
    place.children.push_back(std::move(addition.children.front()));
    return apply(addSplices(trail.steps, keys, value), expected);
}

Result<void> Draft::remove(std::string_view path)
{
    const Trail trail = find(path);
    if (!trail.isFound() || trail.steps.empty())
        return {};
    Node expected = m_tree.root;
    const std::vector<std::size_t> parent(trail.steps.begin(), trail.steps.end() - 1);
    auto &children = nodeIn(expected, parent).children;
    children.erase(children.begin() + std::ptrdiff_t(trail.steps.back()));
    return apply(removeSplices(trail.steps), expected);
}

Result<void> Draft::insertItem(std::string_view listPath, std::size_t index, const Fragment &item)
{
    const Trail trail = find(listPath);
    const Node &list = nodeAt(trail.steps);
    const Key *row = trail.isFound() ? rowAt(trail.steps) : nullptr;
    Node items;
    items.kind = Node::Kind::List;
    if (trail.isFound() && list.isScalar() && !list.isNull() && row && row->orMany)
        items.children.push_back({{}, {}, {}, list}); // one value becomes the first of several
    else if (trail.isFound() && !list.isNull() && !list.isList())
        return refused(listPath, "it is not a list");
    if (!trail.isFound() || !list.isList()) {
        items.children.push_back({{}, {}, {}, item.node});
        return set(listPath, Fragment::of(std::move(items), m_step));
    }
    if (index > list.children.size())
        return refused(listPath, "the list is shorter");
    Node expected = m_tree.root;
    auto &children = nodeIn(expected, trail.steps).children;
    children.insert(children.begin() + std::ptrdiff_t(index), Child{{}, {}, {}, item.node});
    return apply(itemSplices(trail.steps, index, item), expected);
}

Result<void> Draft::renameKey(std::string_view path, std::string_view name)
{
    const Trail trail = find(path);
    const Child *entry = trail.isFound() ? child(trail) : nullptr;
    if (!entry || entry->key.empty())
        return refused(path, "there is no such key");
    Node expected = m_tree.root;
    const std::vector<std::size_t> parent(trail.steps.begin(), trail.steps.end() - 1);
    nodeIn(expected, parent).children[trail.steps.back()].key = name;
    return apply({{entry->keySpan, yaml::writeKey(name)}}, expected);
}

} // namespace pm::config
