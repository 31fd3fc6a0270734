// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pm::json {

namespace {

/// Where `text` nests too deep, for the message. Brackets inside strings do not count; strings are skipped with
/// their escapes.
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
        return {ErrorKind::BadRequest, "JSON nests deeper than " + std::to_string(kMaxDepth) + " levels at byte " +
                                           std::to_string(tooDeepAt(text))};
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

/// `text` with an exponent behind each integer that 64 bits cannot hold: JSON has no limit there, and schemas of
/// tools carry such bounds, but the parser takes them as doubles only.
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

std::optional<Element> typed(Element object, std::string_view key, simdjson::dom::element_type type)
{
    const auto found = find(object, key);
    if (!found || found->type() != type)
        return std::nullopt;
    return found;
}

/// Length of the valid UTF-8 sequence that starts at `i`, 0 when there is none (RFC 3629).
std::size_t utf8Length(std::string_view text, std::size_t i)
{
    const auto byte = [&](std::size_t k) {
        return k < text.size() ? static_cast<unsigned char>(text[k]) : static_cast<unsigned char>(0);
    };
    const auto continues = [&](std::size_t k) { return (byte(k) & 0xC0) == 0x80; };
    const unsigned char lead = byte(i);
    if (lead >= 0xC2 && lead <= 0xDF)
        return continues(i + 1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(i + 1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(i + 1) > 0x9F;
        return continues(i + 1) && continues(i + 2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(i + 1) < 0x90;
        const bool tooHigh = lead == 0xF4 && byte(i + 1) > 0x8F;
        return continues(i + 1) && continues(i + 2) && continues(i + 3) && !overlong && !tooHigh ? 4 : 0;
    }
    return 0;
}

void appendEscaped(std::string &out, unsigned char c)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
}

} // namespace

void Document::GiveBack::operator()(Parser *parser) const
{
    idleParsers.give(std::unique_ptr<Parser>(parser));
}

Result<Document> Document::parse(std::string_view text)
{
    Document document;
    document.m_parser.reset(idleParsers.take().release());
    Parser &parser = *document.m_parser;
    simdjson::error_code error = simdjson::SUCCESS;
    if (parser.capacity() < text.size()) // room grown later keeps the depth
        error = parser.allocate(std::max<std::size_t>(text.size(), 1024), kMaxDepth + 1); // it counts the root
    if (!error)
        error = parser.parse(text.data(), text.size()).get(document.m_root);
    if (error == simdjson::NUMBER_ERROR && parser.parse(withBigIntegersAsDoubles(text)).get(document.m_root) == 0)
        return document;
    if (error)
        return fail(parseError(error, text));
    return document;
}

std::optional<Element> find(Element object, std::string_view key)
{
    Element found;
    if (!object.is_object() || object.at_key(key).get(found) || found.is_null())
        return std::nullopt;
    return found;
}

std::optional<std::string_view> findString(Element object, std::string_view key)
{
    const auto found = typed(object, key, simdjson::dom::element_type::STRING);
    return found ? std::optional(std::string_view(found->get_string().value_unsafe())) : std::nullopt;
}

std::optional<std::int64_t> findInt(Element object, std::string_view key)
{
    const auto found = find(object, key);
    if (!found)
        return std::nullopt;
    std::int64_t whole = 0;
    if (!found->get_int64().get(whole))
        return whole;
    double real = 0;
    constexpr double kExact = 9007199254740992.0; // 2^53
    if (!found->get_double().get(real) && std::floor(real) == real && std::abs(real) <= kExact)
        return static_cast<std::int64_t>(real);
    return std::nullopt;
}

std::optional<double> findDouble(Element object, std::string_view key)
{
    const auto found = find(object, key);
    double real = 0;
    if (!found || found->get_double().get(real))
        return std::nullopt;
    return real;
}

std::optional<bool> findBool(Element object, std::string_view key)
{
    const auto found = typed(object, key, simdjson::dom::element_type::BOOL);
    return found ? std::optional(bool(found->get_bool().value_unsafe())) : std::nullopt;
}

std::optional<Array> findArray(Element object, std::string_view key)
{
    const auto found = typed(object, key, simdjson::dom::element_type::ARRAY);
    return found ? std::optional(Array(found->get_array().value_unsafe())) : std::nullopt;
}

std::optional<Element> findObject(Element object, std::string_view key)
{
    return typed(object, key, simdjson::dom::element_type::OBJECT);
}

std::string text(Element element)
{
    return simdjson::minify(element);
}

Result<std::vector<Member>> members(std::string_view text)
{
    thread_local simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(text);
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(padded).get(document) || document.get_object().get(object))
        return fail(ErrorKind::BadRequest, "the JSON body must be an object");
    const auto offset = [&](const char *at) { return static_cast<std::size_t>(at - padded.data()); };
    std::vector<Member> found;
    for (auto field : object) {
        simdjson::ondemand::value value;
        std::string_view raw;
        simdjson::ondemand::raw_json_string key;
        if (field.key().get(key) || field.value().get(value))
            return fail(ErrorKind::BadRequest, "the JSON body is not a well-formed object");
        const std::size_t keyBegin = offset(key.raw());
        std::size_t end = keyBegin; // the raw key runs to the next quote that is not escaped
        while (end < text.size() && text[end] != '"')
            end += text[end] == '\\' ? 2 : 1;
        simdjson::ondemand::json_type type;
        if (value.type().get(type))
            return fail(ErrorKind::BadRequest, "the JSON body is not a well-formed object");
        if (type == simdjson::ondemand::json_type::object) {
            simdjson::ondemand::object inner;
            if (value.get_object().get(inner) || inner.raw_json().get(raw))
                return fail(ErrorKind::BadRequest, "the JSON body is not a well-formed object");
        } else if (type == simdjson::ondemand::json_type::array) {
            simdjson::ondemand::array inner;
            if (value.get_array().get(inner) || inner.raw_json().get(raw))
                return fail(ErrorKind::BadRequest, "the JSON body is not a well-formed object");
        } else {
            raw = value.raw_json_token();
        }
        Member member;
        member.key = {keyBegin - 1, end + 1};
        member.value.begin = offset(raw.data());
        while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t'))
            raw.remove_suffix(1);
        member.value.end = member.value.begin + raw.size();
        found.push_back(member);
    }
    return found;
}

void Splice::replace(Span span, std::string text)
{
    m_edits.push_back({span, std::move(text)});
}

void Splice::set(const std::vector<Member> &members, std::string_view name, std::string valueText)
{
    for (const Member &member : members) {
        if (member.name(m_original) == name)
            return replace(member.value, std::move(valueText));
    }
    const std::size_t end = m_original.rfind('}');
    std::string added = members.empty() ? "" : ",";
    appendQuoted(added, name);
    added += ':';
    added += valueText;
    replace({end, end}, std::move(added));
}

void Splice::remove(const std::vector<Member> &members, std::string_view name)
{
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].name(m_original) != name)
            continue;
        if (i + 1 < members.size())
            return replace({members[i].key.begin, members[i + 1].key.begin}, {});
        const std::size_t begin = i == 0 ? members[i].key.begin : members[i - 1].value.end;
        return replace({begin, members[i].value.end}, {});
    }
}

std::string Splice::apply() const
{
    std::vector<const Edit *> ordered;
    ordered.reserve(m_edits.size());
    for (const Edit &edit : m_edits)
        ordered.push_back(&edit);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const Edit *a, const Edit *b) { return a->span.begin < b->span.begin; });
    std::string out;
    out.reserve(m_original.size() + 64);
    std::size_t at = 0;
    for (const Edit *edit : ordered) {
        // Two neighbouring removals may share a comma; the later one then starts where the first ended.
        const std::size_t begin = std::max(edit->span.begin, at);
        out.append(m_original.substr(at, begin - at));
        out.append(edit->text);
        at = std::max(at, edit->span.end);
    }
    out.append(m_original.substr(at));
    return out;
}

void appendQuoted(std::string &out, std::string_view value)
{
    out += '"';
    std::size_t copied = 0;
    const auto flush = [&](std::size_t upTo) { out.append(value.substr(copied, upTo - copied)); };
    for (std::size_t i = 0; i < value.size();) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        const std::size_t sequence = c >= 0x80 ? utf8Length(value, i) : 0;
        if (sequence > 0) {
            i += sequence;
            continue;
        }
        flush(i);
        if (c >= 0x80)
            out += "\xEF\xBF\xBD";
        else
            appendEscaped(out, c);
        copied = ++i;
    }
    flush(value.size());
    out += '"';
}

void Writer::separate()
{
    if (m_needsComma)
        m_out += ',';
    m_needsComma = true;
}

void Writer::open(char bracket)
{
    separate();
    m_out += bracket;
    m_needsComma = false;
}

void Writer::close(char bracket)
{
    m_out += bracket;
    m_needsComma = true;
}

void Writer::key(std::string_view name)
{
    separate();
    appendQuoted(m_out, name);
    m_out += ':';
    m_needsComma = false;
}

void Writer::string(std::string_view value)
{
    separate();
    appendQuoted(m_out, value);
}

void Writer::number(std::int64_t value)
{
    separate();
    m_out += std::to_string(value);
}

void Writer::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    m_out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void Writer::boolean(bool value)
{
    separate();
    m_out += value ? "true" : "false";
}

void Writer::null()
{
    separate();
    m_out += "null";
}

void Writer::raw(std::string_view jsonText)
{
    separate();
    m_out += jsonText;
}

} // namespace pm::json
