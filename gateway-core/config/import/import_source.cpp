// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_source.h"

#include "base/text.h"
#include "config/scalars.h"

#include <algorithm>

namespace pm::config::import {

using yaml::Child;
using yaml::Node;

namespace {

constexpr std::size_t kMaxKeyBytes = 200; ///< YAML allows no more than 1024 where a key stands on its line
constexpr std::size_t kMaxTextBytes = 4096;

/// JSON with comments is no YAML. They are blanked out, with tabs, so that every byte keeps its place.
std::string plainJson(std::string_view text)
{
    std::string plain(text);
    char quote = 0;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const char c = plain[i];
        if (quote) {
            if (c == '\\')
                ++i;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '\t') {
            plain[i] = ' ';
        } else if (c == '/' && i + 1 < plain.size() && (plain[i + 1] == '/' || plain[i + 1] == '*')) {
            const bool isLine = plain[i + 1] == '/';
            const std::size_t found = plain.find(isLine ? "\n" : "*/", i + 2);
            const std::size_t end = found == std::string::npos ? plain.size() : found + (isLine ? 0 : 2);
            for (; i < end; ++i)
                plain[i] = plain[i] == '\n' ? '\n' : ' ';
            --i;
        }
    }
    return plain;
}

bool isControl(std::string_view text, std::size_t at)
{
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    const auto last = at + 2 < text.size() ? static_cast<unsigned char>(text[at + 2]) : 0U;
    const bool isSeparator = byte == 0xE2 && next == 0x80 && (last == 0xA8 || last == 0xA9);
    const bool isMark = byte == 0xEF && (next == 0xBB || next == 0xBF); // byte order mark, non-characters
    return byte < 0x20 || byte == 0x7F || (byte == 0xC2 && next < 0xA0) || byte == 0xED || isSeparator ||
           isMark;
}

bool hasControls(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isControl(text, i))
            return true;
    }
    return false;
}

/// Prompts and certificates have many lines; nothing that comes along does.
void clean(Node &node)
{
    if (node.text.size() > kMaxTextBytes || hasControls(node.text))
        node.text.clear();
    for (Child &child : node.children) {
        if (hasControls(child.key))
            child.key = "?";
        child.key = clipUtf8(child.key, kMaxKeyBytes);
        clean(child.value);
    }
}

} // namespace

Result<yaml::Tree> readSource(std::string_view text, Syntax syntax)
{
    if (text.size() > yaml::kMaxTextBytes)
        return fail(ErrorKind::Config, "the file is larger than " +
                                           writeSize(std::int64_t(yaml::kMaxTextBytes)) +
                                           "; a configuration of this kind never is");
    yaml::Tree tree = yaml::parse(syntax == Syntax::Json ? plainJson(text) : std::string(text));
    if (!tree.problems.empty()) {
        const Problem &problem = tree.problems.front();
        return fail(ErrorKind::Config, "line " + std::to_string(problem.line) + ", column " +
                                           std::to_string(problem.column) + ": " + problem.message);
    }
    if (!tree.root.isMap())
        return fail(ErrorKind::Config, std::string("this is no ") +
                                           (syntax == Syntax::Json ? "JSON object" : "map of sections") +
                                           "; is it the right file?");
    clean(tree.root);
    return tree;
}

At At::operator[](std::string_view key) const
{
    At at{nullptr, path.empty() ? std::string(key) : path + "." + std::string(key), offset};
    if (!isMap())
        return at;
    const auto found = std::find_if(node->children.begin(), node->children.end(),
                                    [&](const Child &child) { return child.key == key; });
    if (found != node->children.end()) {
        at.node = &found->value;
        at.offset = found->keySpan.begin;
    }
    return at;
}

std::vector<std::pair<std::string, At>> At::children() const
{
    std::vector<std::pair<std::string, At>> all;
    if (!isMap() && !isList())
        return all;
    for (std::size_t i = 0; i < node->children.size(); ++i) {
        const Child &child = node->children[i];
        const std::string place = isList()       ? path + "[" + std::to_string(i) + "]"
                                  : path.empty() ? child.key
                                                 : path + "." + child.key;
        all.emplace_back(child.key,
                         At{&child.value, place, isList() ? child.value.span.begin : child.keySpan.begin});
    }
    return all;
}

std::string At::text() const
{
    return node && node->isScalar() && !node->isNull() ? node->text : std::string();
}

std::optional<double> At::number() const
{
    return node && node->isScalar() ? parseNumber(node->text) : std::nullopt;
}

bool At::isTrue() const
{
    const std::string word = lowerAscii(text());
    return word == "true" || word == "yes" || word == "on";
}

} // namespace pm::config::import
