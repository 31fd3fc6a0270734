// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pm::json {

namespace {

/// Where `text` nests too deep, for the message. Brackets inside strings do not count; strings are skipped
/// with their escapes.
std::size_t tooDeepAt(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
            continue;
        }
        if (c == '"')
            inString = true;
        else if ((c == '{' || c == '[') && ++depth > kMaxDepth)
            return i;
        else if (c == '}' || c == ']')
            --depth;
    }
    return text.size();
}

Error parseError(simdjson::error_code code, std::string_view text)
{
    if (code == simdjson::DEPTH_ERROR)
        return {ErrorKind::BadRequest, "JSON nests deeper than " + std::to_string(kMaxDepth) +
                                           " levels at byte " + std::to_string(tooDeepAt(text))};
    return {ErrorKind::BadRequest, std::string("not valid JSON: ") + simdjson::error_message(code)};
}

/// Does the integer `token` fit neither 64 bits signed nor unsigned?
bool isBig(std::string_view token)
{
    std::int64_t whole = 0;
    std::uint64_t natural = 0;
    const char *const end = token.data() + token.size();
    return std::from_chars(token.data(), end, whole).ec == std::errc::result_out_of_range &&
           std::from_chars(token.data(), end, natural).ec != std::errc();
}

/// `text` with an exponent behind each integer that 64 bits cannot hold: JSON has no limit there, and schemas
/// of tools carry such bounds, but the parser takes them as doubles only.
std::string withBigIntegersAsDoubles(std::string_view text)
{
    std::string out;
    bool inString = false;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        const bool isNumber = !inString && (c == '-' || (c >= '0' && c <= '9'));
        const std::size_t end = isNumber ? std::min(text.find_first_not_of("+-.0123456789Ee", i), text.size())
                                         : std::min(i + (inString && c == '\\' ? 2 : 1), text.size());
        const std::string_view token = text.substr(i, end - i);
        out += token;
        if (isNumber && token.find_first_of(".eE") == std::string_view::npos && isBig(token))
            out += "e0";
        inString = inString != (c == '"');
        i = end;
    }
    return out;
}

using Parser = simdjson::dom::parser;

/// Parsers of this thread that wait for their next text: their buffers are many times the size of a text, and
/// malloc is slow with such blocks. No document lives beyond its thread.
class IdleParsers
{
public:
    std::unique_ptr<Parser> take()
    {
        return m_count > 0 ? std::move(m_parsers[--m_count]) : std::make_unique<Parser>();
    }
    void give(std::unique_ptr<Parser> parser)
    {
        if (m_count < kMost && parser->capacity() <= kMaxCapacity)
            m_parsers[m_count++] = std::move(parser);
    }

private:
    static constexpr std::size_t kMost = 2;
    static constexpr std::size_t kMaxCapacity = 128 * 1024; // an agent's usual request; some 2 MB of buffers
    std::array<std::unique_ptr<Parser>, kMost> m_parsers;
    std::size_t m_count = 0;
};

thread_local IdleParsers idleParsers;

} // namespace

void Document::GiveBack::operator()(Parser *parser) const
{
    idleParsers.give(std::unique_ptr<Parser>(parser));
}

Result<Document> Document::parse(std::string_view text)
{
    if (text.empty())
        text = ""; // an empty view may point nowhere, and the parser copies from where it points
    Document document;
    document.m_parser.reset(idleParsers.take().release());
    Parser &parser = *document.m_parser;
    simdjson::error_code error = simdjson::SUCCESS;
    if (parser.capacity() < text.size()) // room grown later keeps the depth
        error =
            parser.allocate(std::max<std::size_t>(text.size(), 1024), kMaxDepth + 1); // it counts the root
    if (!error)
        error = parser.parse(text.data(), text.size()).get(document.m_root);
    if (error == simdjson::NUMBER_ERROR &&
        parser.parse(withBigIntegersAsDoubles(text)).get(document.m_root) == 0)
        return document;
    if (error)
        return fail(parseError(error, text));
    return document;
}

} // namespace pm::json
