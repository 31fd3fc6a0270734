// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/yaml_builder.h"

#include <algorithm>

namespace pm::config::yaml {

namespace {

Span spanOf(fy_token *token)
{
    const fy_mark *begin = token ? fy_token_start_mark(token) : nullptr;
    const fy_mark *end = token ? fy_token_end_mark(token) : nullptr;
    return {begin ? begin->input_pos : 0, end ? end->input_pos : 0};
}

} // namespace

/// Whitespace, line ends and comments.
std::size_t Builder::skipBlank(std::size_t at) const
{
    while (at < m_text.size()) {
        if (m_text[at] == '#')
            at = std::min(m_text.find('\n', at), m_text.size());
        else if (std::string_view(" \t\r\n").find(m_text[at]) != std::string_view::npos)
            ++at;
        else
            break;
    }
    return at;
}

std::size_t Builder::nextDash(const Open &list) const
{
    return list.node.children.empty() ? list.dash : skipBlank(list.node.children.back().value.span.end);
}

std::size_t Builder::afterColon(std::size_t keyEnd) const
{
    std::size_t at = keyEnd;
    while (at < m_text.size() && (m_text[at] == ' ' || m_text[at] == '\t'))
        ++at;
    return at < m_text.size() && m_text[at] == ':' ? at + 1 : keyEnd;
}

/// Where the value that is due would begin.
Span Builder::nothingHere() const
{
    std::size_t at = 0;
    if (!m_open.empty()) {
        const Open &parent = m_open.back();
        if (parent.node.isList())
            at = parent.node.style == Node::Style::Block ? nextDash(parent) + 1 : parent.node.span.begin;
        else if (parent.entry)
            at = afterColon(parent.entry->keySpan.end);
        else
            at = parent.node.children.empty() ? parent.node.span.begin
                                              : parent.node.children.back().value.span.end;
    }
    at = std::min(at, m_text.size());
    return {at, at};
}

Node Builder::scalar(const fy_event &event) const
{
    Node node;
    fy_token *token = event.scalar.value;
    if (!token || !fy_token_start_mark(token)) {
        node.span = nothingHere();
        return node;
    }
    node.kind = Node::Kind::Scalar;
    node.span = spanOf(token);
    std::size_t length = 0;
    if (const char *text = fy_token_get_text(token, &length))
        node.text.assign(text, length);
    switch (fy_token_scalar_style(token)) {
    case FYSS_SINGLE_QUOTED:
    case FYSS_DOUBLE_QUOTED:
        // The library's marks stand inside the quotes.
        node.style = fy_token_scalar_style(token) == FYSS_SINGLE_QUOTED ? Node::Style::SingleQuoted
                                                                        : Node::Style::DoubleQuoted;
        node.span = {node.span.begin - (node.span.begin > 0), std::min(node.span.end + 1, m_text.size())};
        break;
    case FYSS_LITERAL:
    case FYSS_FOLDED: {
        // The marks hold the lines only; the value begins at its `|` or `>`.
        node.style = Node::Style::BlockScalar;
        const std::size_t header = skipBlank(nothingHere().begin);
        if (header < m_text.size() && (m_text[header] == '|' || m_text[header] == '>'))
            node.span.begin = header;
        while (node.span.end > node.span.begin &&
               std::isspace(static_cast<unsigned char>(m_text[node.span.end - 1])))
            --node.span.end;
        break;
    }
    default:
        break;
    }
    return node;
}

void Builder::refuseReference(fy_token *token, std::string_view what, std::size_t sigil)
{
    Span span = spanOf(token);
    span.begin -= std::min(span.begin, sigil);
    m_tree.problems.push_back(m_tree.problem(span, {}, std::string(what)));
}

bool Builder::open(Node::Kind kind, const fy_event &event, fy_token *start)
{
    if (m_open.size() >= kMaxDepth) {
        m_tree.problems.push_back(m_tree.problem(spanOf(start), {},
                                                 "nested deeper than " + std::to_string(kMaxDepth) +
                                                     " levels; flatten the structure"));
        return false;
    }
    Open opened;
    opened.node.kind = kind;
    opened.node.span = spanOf(start);
    opened.dash = opened.node.span.begin;
    const char bracket = kind == Node::Kind::Map ? '{' : '[';
    const bool hasBracket =
        opened.node.span.begin < m_text.size() && m_text[opened.node.span.begin] == bracket;
    const bool isFlow = fy_event_get_node_style(const_cast<fy_event *>(&event)) == FYNS_FLOW;
    opened.node.style = isFlow ? Node::Style::Flow : Node::Style::Block;
    if (isFlow && !hasBracket) // `[a: b]`: a map without braces, as far as its entry goes
        opened.node.span.end = opened.node.span.begin;
    m_open.push_back(std::move(opened));
    return true;
}

void Builder::close(const fy_event &, fy_token *end)
{
    Open done = std::move(m_open.back());
    m_open.pop_back();
    if (done.entry) {
        done.entry->value.span = {done.entry->keySpan.end, done.entry->keySpan.end};
        done.node.children.push_back(std::move(*done.entry));
    }
    const bool isBracketed =
        done.node.style == Node::Style::Flow && done.node.span.end > done.node.span.begin;
    if (isBracketed && end) {
        done.node.span.end = spanOf(end).end;
    } else if (!done.node.children.empty()) {
        const Child &first = done.node.children.front();
        done.node.span.begin =
            first.keySpan.end > first.keySpan.begin ? first.keySpan.begin : first.value.span.begin;
        done.node.span.end = done.node.children.back().value.span.end;
    }
    attach(std::move(done.node));
}

void Builder::attachKey(Open &map, const Node &node)
{
    Child entry;
    entry.key = node.text;
    entry.keySpan = node.span;
    if (!node.isScalar()) {
        m_tree.problems.push_back(
            m_tree.problem(node.span, {}, "a key must be a plain name, not a list, map or nothing"));
    } else if (!map.keys.insert(node.text).second) {
        int firstLine = 0;
        for (const Child &child : map.node.children) {
            if (firstLine == 0 && child.key == node.text)
                firstLine = m_tree.lines.at(child.keySpan.begin).line;
        }
        m_tree.problems.push_back(m_tree.problem(node.span, {},
                                                 "duplicate key '" + node.text + "': it is in line " +
                                                     std::to_string(firstLine) + " already"));
    }
    map.entry = std::move(entry);
}

void Builder::attach(Node node)
{
    if (m_open.empty()) {
        m_tree.root = std::move(node);
        m_hasRoot = true;
        return;
    }
    Open &parent = m_open.back();
    if (parent.node.isMap() && !parent.entry)
        return attachKey(parent, node);
    Child child;
    if (parent.node.isMap()) {
        child = std::move(*parent.entry);
        parent.entry.reset();
    } else if (parent.node.style == Node::Style::Block) {
        const std::size_t dash = std::min(nextDash(parent), m_text.size());
        child.keySpan = {dash, std::min(dash + 1, m_text.size())};
    }
    child.value = std::move(node);
    parent.node.children.push_back(std::move(child));
}

bool Builder::take(const fy_event &event)
{
    if (++m_nodes > kMaxNodes) {
        m_tree.problems.push_back(m_tree.problem(
            {}, {}, "more than " + std::to_string(kMaxNodes) + " values; the file is not a configuration"));
        return false;
    }
    const auto refuseMarks = [this](fy_token *anchor, fy_token *tag) {
        if (anchor)
            refuseReference(anchor, "anchors (&name) are not supported; write the value where it is used", 1);
        if (tag)
            refuseReference(tag, "tags (!name) are not supported; remove it", 0);
    };
    switch (event.type) {
    case FYET_DOCUMENT_START:
        if (m_hasRoot) {
            m_tree.problems.push_back(
                m_tree.problem(spanOf(event.document_start.document_start), {},
                               "a second document begins here; one file is one configuration"));
            return false;
        }
        break;
    case FYET_SCALAR:
        refuseMarks(event.scalar.anchor, event.scalar.tag);
        attach(scalar(event));
        break;
    case FYET_ALIAS: {
        refuseReference(event.alias.anchor, "aliases (*name) are not supported; repeat the value", 1);
        Node nothing;
        nothing.span = spanOf(event.alias.anchor);
        attach(std::move(nothing));
        break;
    }
    case FYET_MAPPING_START:
        refuseMarks(event.mapping_start.anchor, event.mapping_start.tag);
        return open(Node::Kind::Map, event, event.mapping_start.mapping_start);
    case FYET_SEQUENCE_START:
        refuseMarks(event.sequence_start.anchor, event.sequence_start.tag);
        return open(Node::Kind::List, event, event.sequence_start.sequence_start);
    case FYET_MAPPING_END:
        close(event, event.mapping_end.mapping_end);
        break;
    case FYET_SEQUENCE_END:
        close(event, event.sequence_end.sequence_end);
        break;
    default:
        break;
    }
    return true;
}

void Builder::finish()
{
    while (!m_open.empty()) {
        m_open.back().entry.reset(); // its value did not come
        close({}, nullptr);
    }
}

std::optional<std::size_t> Builder::openBracket() const
{
    for (auto it = m_open.rbegin(); it != m_open.rend(); ++it) {
        if (it->node.style == Node::Style::Flow && it->node.span.end > it->node.span.begin)
            return it->node.span.begin;
    }
    return std::nullopt;
}

} // namespace pm::config::yaml
