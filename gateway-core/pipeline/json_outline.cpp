// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/json_outline.h"

#include <algorithm>
#include <utility>

namespace pm {

class JsonOutline::Builder
{
public:
    Builder(std::string_view text, std::vector<Node> &nodes)
        : m_text(text)
        , m_nodes(nodes)
    {
    }

    void run()
    {
        while (m_at < m_text.size() && m_nodes.size() < kMostNodes && !(m_hasRoot && m_open.empty()))
            step();
        while (!m_open.empty())
            close();
    }

private:
    void step()
    {
        const char c = m_text[m_at];
        if (c == '{' || c == '[') {
            const Id id = add(c);
            ++m_at;
            m_open.push_back(id);
        } else if (c == '}' || c == ']') {
            ++m_at;
            if (!m_open.empty())
                close();
        } else if (c == '"') {
            takeString();
        } else if (c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            ++m_at;
        } else {
            const Id id = add(0);
            m_at = std::min(m_text.find_first_of(",:]}\" \t\r\n", m_at + 1), m_text.size());
            m_nodes[id].end = m_at;
        }
    }

    void takeString()
    {
        const std::size_t from = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_text.size());
        const bool isKey = !m_open.empty() && m_nodes[m_open.back()].kind == '{' && !m_hasKey;
        if (isKey) {
            m_hasKey = true;
            m_key = from;
            m_keyEnd = m_at;
            return;
        }
        const std::size_t end = std::exchange(m_at, from);
        const Id id = add('"');
        m_nodes[id].end = m_at = end;
    }

    /// A value that begins here.
    Id add(char kind)
    {
        Node node;
        node.begin = node.value = m_at;
        node.kind = kind;
        if (m_hasKey) {
            node.begin = m_key;
            node.key = m_text.substr(m_key + 1, m_keyEnd - m_key - 2);
            m_hasKey = false;
        }
        if (!m_open.empty()) {
            node.parent = m_open.back();
            node.depth = m_nodes[node.parent].depth + 1;
            node.index = m_counts.back()++;
        }
        if (kind == '{' || kind == '[')
            m_counts.push_back(0);
        m_hasRoot = true;
        const Id id = static_cast<Id>(m_nodes.size());
        node.behind = id + 1;
        m_nodes.push_back(node);
        return id;
    }

    void close()
    {
        Node &node = m_nodes[m_open.back()];
        node.end = m_at;
        node.behind = static_cast<Id>(m_nodes.size());
        m_open.pop_back();
        m_counts.pop_back();
        m_hasKey = false;
    }

    std::string_view m_text;
    std::vector<Node> &m_nodes;
    std::vector<Id> m_open;
    std::vector<std::uint32_t> m_counts; ///< values seen in each of m_open
    std::size_t m_at = 0;
    std::size_t m_key = 0, m_keyEnd = 0;
    bool m_hasKey = false;
    bool m_hasRoot = false;
};

JsonOutline::JsonOutline(std::string_view text)
    : m_text(text)
{
    Builder(text, m_nodes).run();
}

JsonOutline::Id JsonOutline::member(Id object, std::string_view name) const
{
    if (object == kNone || m_nodes[object].kind != '{')
        return kNone;
    for (Id id = object + 1; id < m_nodes[object].behind; id = m_nodes[id].behind) {
        if (isSameName(m_nodes[id].key, name))
            return id;
    }
    return kNone;
}

JsonOutline::Id JsonOutline::element(Id list, std::size_t index) const
{
    if (list == kNone || m_nodes[list].kind != '[')
        return kNone;
    for (Id id = list + 1; id < m_nodes[list].behind; id = m_nodes[id].behind) {
        if (m_nodes[id].index == index)
            return id;
    }
    return kNone;
}

std::vector<JsonOutline::Id> JsonOutline::elements(Id list) const
{
    std::vector<Id> found;
    if (list == kNone || m_nodes[list].kind != '[')
        return found;
    for (Id id = list + 1; id < m_nodes[list].behind; id = m_nodes[id].behind)
        found.push_back(id);
    return found;
}

std::string_view JsonOutline::string(Id id) const
{
    if (id == kNone || m_nodes[id].kind != '"')
        return {};
    const std::string_view quoted = m_text.substr(m_nodes[id].value, m_nodes[id].end - m_nodes[id].value);
    return quoted.size() < 2 ? std::string_view() : quoted.substr(1, quoted.size() - 2);
}

std::string JsonOutline::pointer(Id id) const
{
    std::vector<Id> way;
    for (; id != kNone && m_nodes[id].parent != kNone; id = m_nodes[id].parent)
        way.push_back(id);
    std::string out;
    for (auto step = way.rbegin(); step != way.rend(); ++step) {
        const Node &node = m_nodes[*step];
        out += '/';
        if (m_nodes[node.parent].kind == '[') {
            out += std::to_string(node.index);
            continue;
        }
        for (const char c : node.key) {
            if (c == '~' || c == '/')
                out += c == '~' ? "~0" : "~1";
            else
                out += c;
        }
    }
    return out;
}

bool isSameName(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::size_t i = 0;
    std::size_t j = 0;
    for (;;) {
        while (i < a.size() && a[i] == '_')
            ++i;
        while (j < b.size() && b[j] == '_')
            ++j;
        if (i == a.size() || j == b.size())
            return i == a.size() && j == b.size();
        if (lower(a[i++]) != lower(b[j++]))
            return false;
    }
}

} // namespace pm
