// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/yaml_write.h"

#include <array>
#include <cstdio>

namespace pm::config::yaml {

namespace {

constexpr std::size_t kFlowWidth = 90;

std::string quote(std::string_view text)
{
    bool needsEscapes = false;
    for (const char c : text)
        needsEscapes = needsEscapes || static_cast<unsigned char>(c) < 0x20;
    const char mark = needsEscapes ? '"' : '\'';
    std::string quoted(1, mark);
    for (const char c : text) {
        if (needsEscapes && static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\x%02X", static_cast<unsigned>(c));
            quoted += escape.data();
        } else if (c == mark) {
            quoted += needsEscapes ? "\\\"" : "''";
        } else {
            quoted += needsEscapes && c == '\\' ? std::string("\\\\") : std::string(1, c);
        }
    }
    return quoted + mark;
}

/// Asks the parser: whether `text` can stand without quotes, in flow lists as well.
bool readsBackPlain(std::string_view text)
{
    if (text.empty() || text.find_first_of("\n\r\t") != std::string_view::npos)
        return false;
    const Tree tree = parse("[{k: " + std::string(text) + "}]");
    if (!tree.problems.empty() || tree.root.children.size() != 1)
        return false;
    const Node *value = tree.root.children.front().value.get("k");
    return tree.root.children.front().value.children.size() == 1 && value && value->isScalar() &&
           value->style == Node::Style::Plain && value->text == text && !value->isNull();
}

/// Whether a value is written on one line: plain values and short maps or lists of them, unless asked
/// otherwise.
bool isOneLine(const Node &node)
{
    if (node.children.empty() || node.style == Node::Style::Flow)
        return true;
    for (const Child &child : node.children) {
        if (!child.value.children.empty())
            return false;
    }
    return node.style != Node::Style::Block && writeFlow(node).size() <= kFlowWidth;
}

std::string indented(std::size_t columns, std::string_view line)
{
    return std::string(columns, ' ') + std::string(line);
}

void addBlock(std::vector<std::string> &lines, const Child &child, bool isList, std::size_t step)
{
    const std::string head = isList ? "-" : writeKey(child.key) + ":";
    const std::vector<std::string> value = writeBlock(child.value, step);
    if (isOneLine(child.value)) {
        lines.push_back(head + " " + value.front());
        return;
    }
    if (!isList)
        lines.push_back(head);
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (isList)
            lines.push_back(i == 0 ? "- " + value[i] : indented(2, value[i]));
        else
            lines.push_back(indented(step, value[i]));
    }
}

} // namespace

std::string writeScalar(std::string_view text)
{
    return readsBackPlain(text) ? std::string(text) : quote(text);
}

std::string writeKey(std::string_view key)
{
    if (key.find_first_of("\n\r\t") != std::string_view::npos || key.empty())
        return quote(key);
    const Tree tree = parse("{" + std::string(key) + ": v}");
    const bool isPlain = tree.problems.empty() && tree.root.isMap() && tree.root.children.size() == 1 &&
                         tree.root.children.front().key == key;
    return isPlain ? std::string(key) : quote(key);
}

std::string writeFlow(const Node &node)
{
    if (node.kind == Node::Kind::Null)
        return "null";
    if (node.isScalar())
        return node.style == Node::Style::Plain && node.isNull() ? node.text : writeScalar(node.text);
    std::string text;
    for (const Child &child : node.children)
        text += (text.empty() ? "" : ", ") + (node.isMap() ? writeKey(child.key) + ": " : std::string()) +
                writeFlow(child.value);
    return node.isMap() ? "{" + text + "}" : "[" + text + "]";
}

std::vector<std::string> writeBlock(const Node &node, std::size_t step)
{
    if (isOneLine(node))
        return {writeFlow(node)};
    std::vector<std::string> lines;
    for (const Child &child : node.children)
        addBlock(lines, child, node.isList(), step);
    return lines;
}

bool Fragment::isBlock() const
{
    return !node.children.empty() && node.style != Node::Style::Flow;
}

std::string Fragment::oneLine() const
{
    if (isBlock() || lines.size() != 1)
        return writeFlow(node);
    // A plain text may hold what would end it within brackets.
    const bool isRisky =
        node.isScalar() && !node.isQuoted() && lines.front().find_first_of(",[]{}") != std::string::npos;
    return isRisky ? writeScalar(node.text) : lines.front();
}

Fragment Fragment::of(Node node, std::size_t step)
{
    Fragment fragment;
    fragment.lines = writeBlock(node, step);
    const bool isFlow = isOneLine(node);
    if (!node.children.empty())
        node.style = isFlow ? Node::Style::Flow : Node::Style::Block;
    fragment.node = std::move(node);
    return fragment;
}

} // namespace pm::config::yaml
