// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// The values of a JSON text with the way to each, where they stand, so that strings can be replaced and
// everything else stays as it is. Pure.
namespace pm::policy {

/// "messages", 2, "content".
class JsonPath
{
public:
    struct Part
    {
        std::string_view key; ///< between its quotes, not unescaped; empty for elements of lists
        std::size_t index = 0;
    };

    std::size_t size() const { return m_parts.size(); }
    /// The key at `at`; empty beyond the end, and for elements of lists.
    std::string_view key(std::size_t at) const
    {
        return at < m_parts.size() ? m_parts[at].key : std::string_view();
    }
    std::size_t index(std::size_t at) const { return at < m_parts.size() ? m_parts[at].index : 0; }
    /// The last key, whatever lists are below it.
    std::string_view name() const;
    /// The key is on the way, at `from` or behind it.
    bool passes(std::string_view key, std::size_t from = 0) const;
    std::string text() const; ///< "messages[2].content"

    void push(Part part) { m_parts.push_back(part); }
    void pop() { m_parts.pop_back(); }
    Part &last() { return m_parts.back(); }

private:
    std::vector<Part> m_parts;
};

struct JsonValue
{
    char kind = 0; ///< '"'; '{' and '[' when they open (`end` is behind the bracket); 0 for numbers and words
    std::size_t begin = 0;
    std::size_t end = 0; ///< behind it, quotes inside
};

/// Calls `onValue` for each value in the order of the text, without the root. `json` must have passed
/// json::Document::parse; of anything else some values are told, and it ends all the same.
void visitValues(std::string_view json,
                 const std::function<void(const JsonPath &, const JsonValue &)> &onValue);

/// What stands between the quotes of a string, as text. Halves of surrogate pairs that stand alone become
/// three bytes as other letters do, and appendEscaped() makes them escapes again.
std::string unescaped(std::string_view inside);
/// `text` as it stands between quotes; without them.
void appendEscaped(std::string &out, std::string_view text);
/// The string with its quotes.
std::string quotedJson(std::string_view text);

} // namespace pm::policy
