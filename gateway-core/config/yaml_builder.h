// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/yaml_tree.h"

#include <libfyaml.h>

#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace pm::config::yaml {

/// Turns the library's events into the tree. One use.
class Builder
{
public:
    Builder(std::string_view text, Tree &tree)
        : m_text(text)
        , m_tree(tree)
    {
    }

    /// False: stop parsing, the problem is told.
    bool take(const fy_event &event);
    void finish();
    /// Where the innermost open bracket stands.
    std::optional<std::size_t> openBracket() const;

private:
    struct Open
    {
        Node node;
        std::optional<Child> entry;           ///< key seen, value awaited
        std::unordered_set<std::string> keys; ///< of a map, for doubles
        std::size_t dash = 0;                 ///< of the first item of a block list
    };

    bool open(Node::Kind kind, const fy_event &event, fy_token *start);
    void close(const fy_event &event, fy_token *end);
    void attach(Node node);
    void attachKey(Open &map, const Node &node);
    void refuseReference(fy_token *token, std::string_view what, std::size_t sigil);
    Node scalar(const fy_event &event) const;
    Span nothingHere() const;
    std::size_t skipBlank(std::size_t at) const;
    std::size_t nextDash(const Open &list) const;
    std::size_t afterColon(std::size_t keyEnd) const;

    std::string_view m_text;
    Tree &m_tree;
    std::vector<Open> m_open;
    std::size_t m_nodes = 0;
    bool m_hasRoot = false;
};

} // namespace pm::config::yaml
