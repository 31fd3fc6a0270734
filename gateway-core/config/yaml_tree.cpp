// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/yaml_tree.h"

#include <algorithm>

namespace pm::config::yaml {

bool Node::isNull() const
{
    if (kind == Kind::Null)
        return true;
    return isScalar() && style == Style::Plain &&
           (text.empty() || text == "null" || text == "~" || text == "Null" || text == "NULL");
}

const Node *Node::get(std::string_view name) const
{
    if (!isMap())
        return nullptr;
    for (const Child &child : children) {
        if ((child.name.empty() ? child.key : child.name) == name)
            return &child.value;
    }
    return nullptr;
}

const Child *Node::entry(std::string_view name) const
{
    for (const Child &child : children) {
        if (child.name == name)
            return &child;
    }
    return nullptr;
}

Lines::Lines(std::string_view text)
    : m_starts{0}
    , m_size(text.size())
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool loneReturn = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
        if (text[i] == '\n' || loneReturn)
            m_starts.push_back(i + 1);
    }
}

Lines::At Lines::at(std::size_t offset) const
{
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), std::min(offset, m_size));
    const auto line = after - m_starts.begin();
    return {int(line), int(std::min(offset, m_size) - m_starts[std::size_t(line - 1)]) + 1};
}

std::size_t Lines::offset(std::string_view text, int line, int character) const
{
    const auto row = std::size_t(std::clamp<int>(line, 1, int(m_starts.size())) - 1);
    std::size_t at = m_starts[row];
    for (int seen = 1; at < text.size() && text[at] != '\n'; ++at) {
        const bool startsCharacter = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (startsCharacter && seen++ == character)
            break;
    }
    return at;
}

Problem Tree::problem(const Span &span, std::string path, std::string message,
                      Problem::Severity severity) const
{
    const Lines::At at = lines.at(span.begin);
    Problem problem{severity, at.line, at.column, 0, std::move(path), std::move(message)};
    // A squiggle stays on its line.
    const Lines::At end = lines.at(span.end);
    problem.length = end.line == at.line ? int(span.end - span.begin) : 0;
    return problem;
}

bool sameContent(const Node &a, const Node &b)
{
    const auto isNothing = [](const Node &node) { return !node.isScalar() && node.children.empty(); };
    if (isNothing(a) || isNothing(b))
        return isNothing(a) && isNothing(b);
    if (a.kind != b.kind || a.text != b.text || a.children.size() != b.children.size())
        return false;
    // A quoted "null" is a text, a plain one is none.
    if (a.isNull() != b.isNull())
        return false;
    return std::equal(
        a.children.begin(), a.children.end(), b.children.begin(),
        [](const Child &x, const Child &y) { return x.key == y.key && sameContent(x.value, y.value); });
}

} // namespace pm::config::yaml
