// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <algorithm>
#include <cmath>

namespace pm::json {

namespace {

std::optional<Element> typed(Element object, std::string_view key, simdjson::dom::element_type type)
{
    const auto found = find(object, key);
    if (!found || found->type() != type)
        return std::nullopt;
    return found;
}

} // namespace

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
        while (!raw.empty() &&
               (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t'))
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
    std::string added = m_removed.size() == members.size() ? "" : ",";
    appendQuoted(added, name);
    added += ':';
    added += valueText;
    replace({end, end}, std::move(added));
}

void Splice::remove(const std::vector<Member> &members, std::string_view name)
{
    const auto isGone = [this](const Member &member) {
        return std::find(m_removed.begin(), m_removed.end(), member.key.begin) != m_removed.end();
    };
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].name(m_original) != name)
            continue;
        m_removed.push_back(members[i].key.begin);
        const auto next = std::find_if_not(members.begin() + static_cast<std::ptrdiff_t>(i), members.end(), isGone);
        if (next != members.end())
            return replace({members[i].key.begin, next->key.begin}, {});
        // Nothing stays behind it: the comma to go is the one after the last that stays.
        std::size_t last = i;
        while (last > 0 && isGone(members[last - 1]))
            --last;
        const std::size_t begin = last == 0 ? members[0].key.begin : members[last - 1].value.end;
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

} // namespace pm::json
