// SPDX-License-Identifier: GPL-3.0-or-later
// Which bytes an edit changes. Nothing here decides whether the edit is right: Draft::apply compares
// afterwards.
#include "config/edit_draft.h"

#include <algorithm>

namespace pm::config {

using yaml::Child;
using yaml::Fragment;
using yaml::Node;

namespace {

using Steps = std::vector<std::size_t>;

Steps parentOf(const Steps &steps)
{
    return {steps.begin(), steps.end() - 1};
}

/// "a:" and below it, indented, "b: value"; for the missing keys of a path.
std::vector<std::string> entryLines(const std::vector<std::string> &keys, const Fragment &value,
                                    std::size_t step)
{
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < keys.size(); ++i)
        lines.push_back(std::string(i * step, ' ') + yaml::writeKey(keys[i]) + ":");
    if (!value.isBlock()) {
        lines.back() += " " + value.lines.front();
        return lines;
    }
    for (const std::string &line : value.lines)
        lines.push_back(line.empty() ? line : std::string(keys.size() * step, ' ') + line);
    return lines;
}

std::string entryFlow(const std::vector<std::string> &keys, const Fragment &value)
{
    std::string text = value.oneLine();
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        const bool isInnermost = key == keys.rbegin();
        std::string entry = isInnermost ? "" : "{";
        entry.append(yaml::writeKey(*key)).append(": ").append(text).append(isInnermost ? "" : "}");
        text = std::move(entry);
    }
    return text;
}

std::vector<std::string> itemLines(const Fragment &item)
{
    std::vector<std::string> lines;
    if (!item.isBlock())
        return {"- " + item.lines.front()};
    for (const std::string &line : item.lines)
        lines.push_back((lines.empty() ? "- " : line.empty() ? "" : "  ") + line);
    return lines;
}

} // namespace

std::size_t Draft::columnOf(std::size_t offset) const
{
    std::size_t start = offset;
    while (start > 0 && m_text[start - 1] != '\n' && m_text[start - 1] != '\r')
        --start;
    return offset - start;
}

/// Offset of the line end at or after `offset`: of '\n', of "\r\n", or of the text's end.
std::size_t Draft::lineEnd(std::size_t offset) const
{
    return std::min(m_text.find_first_of("\r\n", offset), m_text.size());
}

/// Past the key and its colon, or past the dash.
std::size_t Draft::headEnd(const Steps &steps) const
{
    const Child &entry = nodeAt(parentOf(steps)).children[steps.back()];
    std::size_t at = entry.keySpan.end;
    if (entry.key.empty() && nodeAt(parentOf(steps)).isList())
        return at;
    while (at < m_text.size() && (m_text[at] == ' ' || m_text[at] == '\t'))
        ++at;
    return at < m_text.size() && m_text[at] == ':' ? at + 1 : entry.keySpan.end;
}

/// Column for the first child of what is at `steps`.
std::size_t Draft::childIndent(const Steps &steps) const
{
    const Node &node = nodeAt(steps);
    if (node.style == Node::Style::Block && !node.children.empty())
        return columnOf(node.children.front().keySpan.begin);
    if (steps.empty())
        return 0;
    const bool isItem = nodeAt(parentOf(steps)).isList();
    return columnOf(nodeAt(parentOf(steps)).children[steps.back()].keySpan.begin) + (isItem ? 2 : m_step);
}

/// Lines put in after the line of `offset`; behind comments that are indented like them, if wanted.
Draft::Splice Draft::linesAfter(std::size_t offset, std::size_t indent, const std::vector<std::string> &lines,
                                bool overComments) const
{
    std::size_t at = lineEnd(offset);
    while (overComments && at < m_text.size()) {
        const std::size_t next = at + (m_text.compare(at, 2, "\r\n") == 0 ? 2 : 1);
        const std::size_t word = m_text.find_first_not_of(' ', next);
        if (word == std::string::npos || m_text[word] != '#' || word - next < indent)
            break;
        at = lineEnd(word);
    }
    std::string text;
    for (const std::string &line : lines)
        text += m_newline + (line.empty() ? line : std::string(indent, ' ') + line);
    return {{at, at}, std::move(text)};
}

std::vector<Draft::Splice> Draft::replaceSplices(const Steps &steps, const Fragment &value) const
{
    const Node &node = nodeAt(steps);
    const std::string line = value.oneLine();
    if (node.kind == Node::Kind::Null && value.isBlock() && !isInFlow(steps))
        return {linesAfter(headEnd(steps), childIndent(steps), value.lines, false)};
    if (node.kind == Node::Kind::Null) {
        const char before = node.span.begin > 0 ? m_text[node.span.begin - 1] : ' ';
        const bool hasHead = headEnd(steps) == node.span.begin && (before == ':' || before == '-');
        return {{node.span, (hasHead ? " " : ": ") + line}};
    }
    const bool isBlock = node.style == Node::Style::Block && !node.children.empty();
    const std::size_t head = headEnd(steps);
    if (!isBlock || lineEnd(head) >= node.span.begin)
        return {{node.span, line}};
    // The block begins below its key: the key's own comment stays, the block's lines go.
    return {{{head, head}, " " + line}, {{lineEnd(head), lineEnd(node.span.end)}, ""}};
}

std::vector<Draft::Splice> Draft::addSplices(const Steps &steps, const std::vector<std::string> &keys,
                                             const Fragment &value) const
{
    const Node &node = nodeAt(steps);
    const bool inFlow = isInFlow(steps);
    if (node.isScalar()) // null spelled out
        return {{node.span, "{" + entryFlow(keys, value) + "}"}};
    if (node.style == Node::Style::Flow) {
        const bool isEmpty = node.children.empty();
        const std::size_t at = isEmpty ? node.span.begin + 1 : node.children.back().value.span.end;
        return {{{at, at}, (isEmpty ? "" : ", ") + entryFlow(keys, value)}};
    }
    if (node.kind == Node::Kind::Null && inFlow)
        return replaceSplices(steps, {{}, {"{" + entryFlow(keys, value) + "}"}});
    const std::vector<std::string> lines = entryLines(keys, value, m_step);
    const std::size_t indent = childIndent(steps);
    if (!node.children.empty())
        return {linesAfter(node.children.back().value.span.end, indent, lines, true)};
    if (!steps.empty())
        return {linesAfter(headEnd(steps), indent, lines, true)};
    std::string text = m_text.empty() || m_text.back() == '\n' || m_text == "\xEF\xBB\xBF" ? "" : m_newline;
    for (const std::string &line : lines)
        text += line + m_newline;
    return {{{m_text.size(), m_text.size()}, std::move(text)}};
}

std::vector<Draft::Splice> Draft::removeFlow(const Node &parent, std::size_t index) const
{
    const auto begin = [&parent](std::size_t i) {
        const Child &child = parent.children[i];
        return parent.isMap() ? child.keySpan.begin : child.value.span.begin;
    };
    if (index + 1 < parent.children.size())
        return {{{begin(index), begin(index + 1)}, ""}};
    if (index > 0)
        return {{{parent.children[index - 1].value.span.end, parent.children[index].value.span.end}, ""}};
    return {{{parent.span.begin + 1, parent.span.end - 1}, ""}};
}

std::vector<Draft::Splice> Draft::removeSplices(const Steps &steps) const
{
    const Node &parent = nodeAt(parentOf(steps));
    const std::size_t index = steps.back();
    const Child &entry = parent.children[index];
    if (parent.style == Node::Style::Flow)
        return removeFlow(parent, index);
    const std::size_t begin = entry.keySpan.begin;
    const std::size_t column = columnOf(begin);
    const bool isFirstOnLine = m_text.find_first_not_of(' ', begin - column) == begin;
    const std::size_t valueEnd = std::max(entry.value.span.end, headEnd(steps));
    if (!isFirstOnLine) { // behind the dash of an item: what follows moves up
        const bool hasNext = index + 1 < parent.children.size();
        return {{{begin, hasNext ? parent.children[index + 1].keySpan.begin : valueEnd}, ""}};
    }
    const std::size_t end = lineEnd(valueEnd);
    if (end < m_text.size())
        return {{{begin - column, end + (m_text.compare(end, 2, "\r\n") == 0 ? 2 : 1)}, ""}};
    std::size_t start = begin - column; // the last line has no end: take the one before it
    if (start > 0)
        start -= m_text.compare(start - std::min<std::size_t>(start, 2), 2, "\r\n") == 0 ? 2 : 1;
    return {{{start, end}, ""}};
}

std::vector<Draft::Splice> Draft::itemSplices(const Steps &steps, std::size_t index,
                                              const Fragment &item) const
{
    const Node &list = nodeAt(steps);
    const std::size_t count = list.children.size();
    if (list.style == Node::Style::Flow) {
        if (count == 0)
            return {{{list.span.begin + 1, list.span.begin + 1}, item.oneLine()}};
        const bool isLast = index == count;
        const yaml::Span &near = list.children[isLast ? count - 1 : index].value.span;
        const std::size_t at = isLast ? near.end : near.begin;
        return {{{at, at}, isLast ? ", " + item.oneLine() : item.oneLine() + ", "}};
    }
    const std::size_t indent = childIndent(steps);
    const std::vector<std::string> lines = itemLines(item);
    if (index > 0) {
        const Child &before = list.children[index - 1];
        return {
            linesAfter(std::max(before.value.span.end, before.keySpan.end), indent, lines, index == count)};
    }
    const std::size_t head = steps.empty() ? 0 : headEnd(steps);
    const std::size_t first = list.children.front().keySpan.begin;
    if (!steps.empty() && lineEnd(head) < first)
        return {linesAfter(head, indent, lines, false)};
    // The first dash stands behind another dash: the new item takes its place on the line.
    std::string text;
    for (const std::string &line : lines)
        text += (text.empty() ? "" : std::string(indent, ' ')) + line + m_newline;
    return {{{first, first}, text + std::string(indent, ' ')}};
}

} // namespace pm::config
