// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The YAML text as a tree that knows where each value stands, byte by byte. Checks, building and edits all
// work on this one tree; the YAML library is seen by yaml_tree.cpp alone. Plain values, any thread.
namespace pm::config::yaml {

constexpr std::size_t kMaxTextBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxDepth = 40; ///< of nested maps and lists; the library promises 64
constexpr std::size_t kMaxProblems = 1'000;

/// Bytes [begin, end) of the text. Quotes and brackets are inside.
struct Span
{
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const Span &) const = default;
};

struct Child;

struct Node
{
    enum class Kind { Null, Scalar, Map, List };
    enum class Style { Plain, SingleQuoted, DoubleQuoted, BlockScalar, Flow, Block };

    Kind kind = Kind::Null; ///< Null: nothing is written; a written `null` or `~` is a plain Scalar
    Style style = Style::Plain;
    std::string text;            ///< of a scalar, unescaped
    Span span;                   ///< Null: an empty span where a value would begin
    std::vector<Child> children; ///< entries of a map, items of a list
    std::string origin;          ///< environment variable that gave the value; empty: the text

    bool isMap() const { return kind == Kind::Map; }
    bool isList() const { return kind == Kind::List; }
    bool isScalar() const { return kind == Kind::Scalar; }
    bool isQuoted() const { return style == Style::SingleQuoted || style == Style::DoubleQuoted; }
    /// Nothing written, or null spelled out.
    bool isNull() const;

    /// The entry of this canonical name, else of this key; null when there is none.
    const Node *get(std::string_view name) const;
    /// The same with its key, by canonical name only.
    const Child *entry(std::string_view name) const;
};

struct Child
{
    std::string key;  ///< as written; empty for list items
    std::string name; ///< canonical spelling, set by the check; until then empty
    Span keySpan;     ///< of the key; of the dash for items of block lists; empty for items of flow lists
    Node value;
};

/// Line and column from offsets; columns count bytes.
class Lines
{
public:
    explicit Lines(std::string_view text);
    struct At
    {
        int line = 1;
        int column = 1;
    };
    At at(std::size_t offset) const;
    /// Offset of (line, character column), both from 1; clamped into the text.
    std::size_t offset(std::string_view text, int line, int character) const;
    std::size_t count() const { return m_starts.size(); }

private:
    std::vector<std::size_t> m_starts;
    std::size_t m_size;
};

struct Tree
{
    Node root;
    Lines lines{{}};
    std::vector<Problem> problems; ///< of syntax: all errors
    bool isComplete = true;        ///< false: the text broke off, the tree holds what came before

    Problem problem(const Span &span, std::string path, std::string message,
                    Problem::Severity severity = Problem::Severity::Error) const;
};

Tree parse(std::string_view text);

/// Same content: kinds, texts, keys in order; nothing, {} and [] are the same nothing.
bool sameContent(const Node &a, const Node &b);

} // namespace pm::config::yaml
