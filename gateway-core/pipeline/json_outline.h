// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pm {

/// Where each value of a JSON text stands: its tree with byte offsets, in the order of the text. Does not validate, and
/// a text that is cut gives what there is of it. Linear; at most kMostNodes values, the rest is not seen. The text must
/// outlive it.
class JsonOutline
{
public:
    static constexpr std::size_t kMostNodes = 200'000;
    using Id = std::uint32_t;
    static constexpr Id kNone = ~Id(0);
    static constexpr Id kRoot = 0;

    struct Node
    {
        std::string_view key;   ///< between its quotes, not unescaped; empty for elements of lists
        std::size_t begin = 0;  ///< of the key with its quote, or of the value where there is none
        std::size_t value = 0;  ///< where the value begins
        std::size_t end = 0;    ///< behind it
        Id parent = kNone;
        Id behind = 0;          ///< the first value that is not inside this one
        std::uint32_t index = 0; ///< among its parent's values
        int depth = 0;          ///< 0 for the root
        char kind = 0;          ///< '{', '[', '"', or 0 for numbers and words
    };

    explicit JsonOutline(std::string_view text);

    bool isEmpty() const { return m_nodes.empty(); }
    Id size() const { return static_cast<Id>(m_nodes.size()); }
    const Node &operator[](Id id) const { return m_nodes[id]; }

    /// The member of an object; names are alike when they differ in '_' and case only ("topP", "top_p").
    Id member(Id object, std::string_view name) const;
    Id element(Id list, std::size_t index) const;
    std::vector<Id> elements(Id list) const; ///< all of them; none for what is no list
    /// The text of a string, not unescaped; empty for other values.
    std::string_view string(Id id) const;
    /// RFC 6901.
    std::string pointer(Id id) const;

private:
    class Builder;

    std::string_view m_text;
    std::vector<Node> m_nodes;
};

bool isSameName(std::string_view a, std::string_view b);

} // namespace pm
