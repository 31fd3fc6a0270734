// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/edit_draft.h"

#include "config/config_check.h"
#include "config/scalars.h"

#include <algorithm>

namespace pm::config {

using yaml::Child;
using yaml::Fragment;
using yaml::Node;

namespace {

/// Gives the tree its canonical names; what the check finds wrong does not hinder an edit.
void nameKeys(yaml::Tree &tree)
{
    const KnownNames none;
    Checker(tree, none).run();
    tree.problems.clear();
}

Failure refused(std::string_view path, std::string_view why)
{
    return fail(ErrorKind::Config, "cannot edit " + std::string(path) + ": " + std::string(why));
}

enum class Keys { Numbers, TheUsers, TheTables };

/// Length of the part of `path` that names the child; 0 when it does not. A part in double quotes is one name
/// whatever is in it.
std::size_t matched(const Child &child, Keys keys, std::size_t index, std::string_view path)
{
    const auto begins = [path](std::string_view name) {
        const bool fits = !name.empty() && path.substr(0, name.size()) == name &&
                          (path.size() == name.size() || path[name.size()] == '.');
        return fits ? name.size() : std::size_t(0);
    };
    if (keys == Keys::Numbers)
        return begins(std::to_string(index));
    if (path.front() == '"')
        return begins('"' + child.key + '"');
    const std::size_t exact = begins(child.key);
    if (exact > 0 || keys == Keys::TheUsers)
        return exact;
    const std::string_view first = path.substr(0, path.find('.'));
    return !child.name.empty() && kebab(first) == child.name ? first.size() : 0;
}

bool isLeaf(KeyType type)
{
    return type != KeyType::Section && type != KeyType::Names && type != KeyType::List &&
           type != KeyType::Route;
}

bool holdsPlainValues(const Key *row)
{
    const Key *named = row && row->type == KeyType::Names ? findKeyBelow(row->path, "*") : nullptr;
    return named && isLeaf(named->type);
}

bool hasItem(const Node &list, std::string_view number)
{
    const auto index = parseInteger(number);
    return list.isList() && index && *index >= 0 && *index < std::int64_t(list.children.size());
}

} // namespace

Result<Draft> Draft::open(std::string_view text)
{
    Draft draft;
    draft.m_text = text;
    draft.m_tree = yaml::parse(text);
    if (!draft.m_tree.problems.empty()) {
        const Problem &first = draft.m_tree.problems.front();
        return fail(ErrorKind::Config, "line " + std::to_string(first.line) + ": " + first.message +
                                           "; correct the text before it can be edited");
    }
    nameKeys(draft.m_tree);
    draft.measure();
    return draft;
}

Draft Draft::reading(std::string_view text)
{
    Draft draft;
    draft.m_text = text;
    draft.m_tree = yaml::parse(text);
    nameKeys(draft.m_tree);
    return draft;
}

Result<Fragment> Draft::fragment(std::string_view yamlText)
{
    while (!yamlText.empty() && std::string_view(" \r\n").find(yamlText.back()) != std::string_view::npos)
        yamlText.remove_suffix(1);
    const yaml::Tree tree = yaml::parse(yamlText);
    if (!tree.problems.empty())
        return refused("the value", tree.problems.front().message);
    const yaml::Span &span = tree.root.span;
    if (tree.root.style == Node::Style::BlockScalar)
        return refused("the value", "texts of several lines are written in the file itself");
    if (tree.root.kind != Node::Kind::Null && (span.begin != 0 || span.end != yamlText.size()))
        return refused("the value", "comments and leading blanks do not belong to it");
    Fragment fragment{tree.root, {}};
    for (std::size_t at = 0; at <= yamlText.size();) {
        const std::size_t end = std::min(yamlText.find('\n', at), yamlText.size());
        fragment.lines.emplace_back(yamlText.substr(at, end - at));
        if (!fragment.lines.back().empty() && fragment.lines.back().back() == '\r')
            fragment.lines.back().pop_back();
        at = end + 1;
    }
    if (!fragment.isBlock() && fragment.lines.size() > 1) // a long flow map, a wrapped text
        fragment.lines = {yaml::writeFlow(fragment.node)};
    return fragment;
}

void Draft::measure()
{
    const std::size_t lineFeed = m_text.find('\n');
    if (lineFeed != std::string::npos && lineFeed > 0 && m_text[lineFeed - 1] == '\r')
        m_newline = "\r\n";
    for (const Child &child : m_tree.root.children) {
        const Node &node = child.value;
        if (node.isMap() && node.style == Node::Style::Block && columnOf(node.span.begin) > 0) {
            m_step = std::min<std::size_t>(columnOf(node.span.begin), 8);
            return;
        }
    }
}

Trail Draft::find(std::string_view path) const
{
    Trail trail;
    const Node *node = &m_tree.root;
    while (!path.empty()) {
        const Key *row = rowAt(trail.steps);
        const Keys keys = node->isList()                       ? Keys::Numbers
                          : row && row->type == KeyType::Names ? Keys::TheUsers
                                                               : Keys::TheTables;
        std::size_t best = 0;
        std::size_t index = 0;
        for (std::size_t i = 0; i < node->children.size(); ++i) {
            const std::size_t length = matched(node->children[i], keys, i, path);
            if (length > best) {
                best = length;
                index = i;
            }
        }
        // "gpt-4.1" is no part of "gpt-4": below names with plain values only list items are.
        const Node *next = best > 0 ? &node->children[index].value : nullptr;
        if (!next || (best < path.size() && holdsPlainValues(row) && !hasItem(*next, path.substr(best + 1))))
            break;
        trail.steps.push_back(index);
        node = next;
        path.remove_prefix(std::min(best + 1, path.size()));
    }
    trail.rest = path;
    return trail;
}

const Node *Draft::at(std::string_view path) const
{
    const Trail trail = find(path);
    return trail.isFound() ? &nodeAt(trail.steps) : nullptr;
}

const Child *Draft::child(const Trail &trail) const
{
    if (trail.steps.empty())
        return nullptr;
    const std::vector<std::size_t> parent(trail.steps.begin(), trail.steps.end() - 1);
    return &nodeAt(parent).children[trail.steps.back()];
}

const Node &Draft::nodeAt(const std::vector<std::size_t> &steps) const
{
    const Node *node = &m_tree.root;
    for (const std::size_t step : steps)
        node = &node->children[step].value;
    return *node;
}

/// The row of the table for a place; null outside the table, and for the root.
const Key *Draft::rowAt(const std::vector<std::size_t> &steps) const
{
    const Node *node = &m_tree.root;
    const Key *row = nullptr;
    for (const std::size_t step : steps) {
        const Child &child = node->children[step];
        const std::string_view pattern = row ? patternBelow(*row) : std::string_view();
        const bool isNamed = row && row->type == KeyType::Names;
        row = findKeyBelow(pattern, node->isList() ? "[]" : isNamed ? "*" : std::string_view(child.name));
        if (!row)
            return nullptr;
        node = &child.value;
    }
    return row;
}

/// The keys that the rest of a path stands for. Below names of the user's that have plain values, dots belong
/// to the name: model-aliases.gpt-4.1 is one key.
std::vector<std::string> Draft::newKeys(const Trail &trail) const
{
    std::vector<std::string> keys;
    const Key *row = rowAt(trail.steps);
    bool isKnown = row || trail.steps.empty();
    for (std::string_view rest = trail.rest; !rest.empty();) {
        const std::string_view pattern = row ? patternBelow(*row) : std::string_view();
        const Key *named =
            isKnown && row && row->type == KeyType::Names ? findKeyBelow(pattern, "*") : nullptr;
        const std::size_t end =
            named && isLeaf(named->type) ? rest.size() : std::min(rest.find('.'), rest.size());
        keys.emplace_back(rest.substr(0, end));
        row = named ? named : isKnown ? findKeyBelow(pattern, kebab(keys.back())) : nullptr;
        isKnown = row != nullptr;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return keys;
}

bool Draft::isInFlow(const std::vector<std::size_t> &steps) const
{
    const Node *node = &m_tree.root;
    for (const std::size_t step : steps) {
        if (node->style == Node::Style::Flow)
            return true;
        node = &node->children[step].value;
    }
    return false;
}

} // namespace pm::config
