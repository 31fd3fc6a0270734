// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <simdjson.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reading, splicing and writing JSON. Reading validates the whole text (simdjson DOM); changing keeps every
// byte that is not changed (spans are replaced in the original text); writing is append-only.
namespace pm::json {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

/// Deeper nesting is refused.
constexpr int kMaxDepth = 128;

/// A parsed text. Owns its memory; elements and string views taken from it live as long as it does.
class Document
{
public:
    /// Parses and validates. Integers that 64 bits cannot hold read as doubles. Error: BadRequest, with what is wrong
    /// and where it can be told.
    static Result<Document> parse(std::string_view text);

    Element root() const { return m_root; }

private:
    struct GiveBack
    {
        void operator()(simdjson::dom::parser *parser) const;
    };
    std::unique_ptr<simdjson::dom::parser, GiveBack> m_parser;
    Element m_root;
};

// Tolerant lookups: nothing when the member is absent, null, or of another type.
std::optional<Element> find(Element object, std::string_view key);
std::optional<std::string_view> findString(Element object, std::string_view key);
std::optional<std::int64_t> findInt(Element object, std::string_view key); ///< whole doubles count as integers
std::optional<double> findDouble(Element object, std::string_view key);
std::optional<bool> findBool(Element object, std::string_view key);
std::optional<Array> findArray(Element object, std::string_view key);
std::optional<Element> findObject(Element object, std::string_view key);

/// The element as compact JSON text. Key order and numbers as in the source; big integers stay exact.
std::string text(Element element);

/// A piece of a text by byte offsets, end exclusive.
struct Span
{
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// One member of an object with where it stands in the text. `key` is between the quotes, not unescaped.
struct Member
{
    Span key;   ///< with quotes
    Span value; ///< without surrounding white space
    std::string_view name(std::string_view text) const
    {
        return text.substr(key.begin + 1, key.end - key.begin - 2);
    }
};

/// The members of the outermost object of `text`, in order. `text` must have passed Document::parse.
Result<std::vector<Member>> members(std::string_view text);

/// Collects replacements of spans of one text and applies them in one pass. Spans must not overlap.
class Splice
{
public:
    explicit Splice(std::string_view original) : m_original(original) {}
    void replace(Span span, std::string text);
    /// Replaces the value of the top-level member `name`, or adds the member at the end of the object.
    void set(const std::vector<Member> &members, std::string_view name, std::string valueText);
    /// Removes the top-level member `name` with its comma; nothing when it is absent.
    void remove(const std::vector<Member> &members, std::string_view name);
    bool isEmpty() const { return m_edits.empty(); }
    std::string apply() const;

private:
    struct Edit
    {
        Span span;
        std::string text;
    };
    std::string_view m_original;
    std::vector<Edit> m_edits;
    std::vector<std::size_t> m_removed; ///< where the keys of removed members begin
};

/// Appends `value` with quotes, escaped per RFC 8259. Invalid UTF-8 becomes U+FFFD.
void appendQuoted(std::string &out, std::string_view value);

/// Append-only writer. Commas are its business; nesting is the caller's.
class Writer
{
public:
    Writer() = default;
    explicit Writer(std::string buffer) : m_out(std::move(buffer)) {}

    void beginObject() { open('{'); }
    void endObject() { close('}'); }
    void beginArray() { open('['); }
    void endArray() { close(']'); }
    void key(std::string_view name);
    void string(std::string_view value);
    void joined(std::initializer_list<std::string_view> pieces); ///< one string of several, each whole in its characters
    void number(std::int64_t value);
    void number(double value); ///< shortest text that reads back the same; NaN and infinity become null
    void boolean(bool value);
    void null();
    void raw(std::string_view jsonText); ///< must be one valid JSON value

    void member(std::string_view name, std::string_view value) { key(name); string(value); }
    void member(std::string_view name, const char *value) { key(name); string(value); }
    void member(std::string_view name, const std::string &value) { key(name); string(value); }
    void member(std::string_view name, std::int64_t value) { key(name); number(value); }
    void member(std::string_view name, int value) { key(name); number(static_cast<std::int64_t>(value)); }
    void member(std::string_view name, double value) { key(name); number(value); }
    void member(std::string_view name, bool value) { key(name); boolean(value); }
    void memberRaw(std::string_view name, std::string_view jsonText) { key(name); raw(jsonText); }
    void memberNull(std::string_view name) { key(name); null(); }

    const std::string &text() const { return m_out; }
    std::string take() { return std::move(m_out); }

private:
    void open(char bracket);
    void close(char bracket);
    void separate();

    std::string m_out;
    bool m_needsComma = false;
};

} // namespace pm::json
