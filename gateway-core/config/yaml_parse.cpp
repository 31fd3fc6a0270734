// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/yaml_builder.h"

#include <algorithm>
#include <memory>

namespace pm::config::yaml {

namespace {

/// Length of the UTF-8 character at `at` that YAML allows in a text; 0 when it does not.
std::size_t printableLength(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned first = byte(at);
    if (first < 0x80)
        return first == '\t' || first == '\n' || first == '\r' || (first >= 0x20 && first != 0x7F) ? 1 : 0;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    unsigned point = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (byte(at + i) & 0x3F);
    }
    static constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool isSurrogate = point >= 0xD800 && point <= 0xDFFF;
    const bool isOdd = point < 0xA0 || (point == 0xFEFF && at > 0) || point == 0x2028 || point == 0x2029;
    return first < 0xC2 || first > 0xF4 || point < kLeast[length] || point > 0x10FFFF || isSurrogate || isOdd
               ? 0
               : length;
}

/// Offset of the first byte that is no printable UTF-8 text.
std::optional<std::size_t> findUnprintable(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = printableLength(text, at);
        if (length == 0)
            return at;
        at += length;
    }
    return std::nullopt;
}

void tellSyntaxErrors(std::string_view text, fy_diag *diag, const Builder &builder, Tree &tree)
{
    void *previous = nullptr;
    while (const fy_diag_error *error = fy_diag_errors_iterate(diag, &previous)) {
        const std::size_t at = tree.lines.offset(text, error->line, error->column);
        std::string message = std::string("not valid YAML: ") + error->msg;
        const std::string_view what = error->msg;
        if (const auto bracket = builder.openBracket();
            bracket && what.find("clos") != std::string_view::npos)
            message += " (opened in line " + std::to_string(tree.lines.at(*bracket).line) + ")";
        const std::size_t lineStart = at - std::size_t(tree.lines.at(at).column - 1);
        const std::size_t word = std::min(text.find_first_not_of(" \t", lineStart), text.size());
        if (text.substr(lineStart, word - lineStart).find('\t') != std::string_view::npos)
            message += "; indent with spaces, not tabs";
        tree.problems.push_back(tree.problem({at, std::min(at + 1, text.size())}, {}, std::move(message)));
        if (tree.problems.size() >= kMaxProblems)
            return;
    }
    if (tree.problems.empty())
        tree.problems.push_back(tree.problem({}, {}, "not valid YAML"));
}

void runParser(std::string_view text, fy_diag *diag, Tree &tree)
{
    fy_parse_cfg settings{};
    settings.flags = fy_parse_cfg_flags(FYPCF_QUIET | FYPCF_COLLECT_DIAG);
    settings.diag = diag;
    const std::unique_ptr<fy_parser, decltype(&fy_parser_destroy)> parser(fy_parser_create(&settings),
                                                                          &fy_parser_destroy);
    Builder builder(text, tree);
    if (parser && fy_parser_set_string(parser.get(), text.data(), text.size()) == 0) {
        while (fy_event *event = fy_parser_parse(parser.get())) {
            const bool goesOn = builder.take(*event) && tree.problems.size() < kMaxProblems;
            fy_parser_event_free(parser.get(), event);
            if (!goesOn) {
                tree.isComplete = false;
                break;
            }
        }
    }
    if (!parser || (fy_parser_get_stream_error(parser.get()) && tree.isComplete)) {
        tree.isComplete = false;
        tellSyntaxErrors(text, diag, builder, tree);
    }
    builder.finish();
}

} // namespace

Tree parse(std::string_view text)
{
    Tree tree;
    tree.lines = Lines(text);
    const auto refuse = [&tree](std::size_t at, std::string message) {
        tree.problems.push_back(tree.problem({at, at}, {}, std::move(message)));
        tree.isComplete = false;
    };
    if (text.size() > kMaxTextBytes) {
        refuse(0, "larger than 4 MiB; the file is not a configuration");
        return tree;
    }
    if (const auto at = findUnprintable(text)) {
        refuse(*at, "not UTF-8 text, or a control character; save the file as UTF-8 and remove it");
        return tree;
    }
    if (text.empty())
        return tree;
    fy_diag_cfg settings;
    fy_diag_cfg_default(&settings);
    settings.fp = nullptr;
    const std::unique_ptr<fy_diag, decltype(&fy_diag_destroy)> diag(fy_diag_create(&settings),
                                                                    &fy_diag_destroy);
    if (!diag) {
        refuse(0, "no memory for reading the file");
        return tree;
    }
    fy_diag_set_collect_errors(diag.get(), true);
    runParser(text, diag.get(), tree);
    if (tree.root.kind == Node::Kind::Null)
        tree.root.span = {text.size(), text.size()};
    return tree;
}

} // namespace pm::config::yaml
