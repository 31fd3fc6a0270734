// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_fields.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/gemini.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pm::gemini {

namespace {

constexpr std::size_t kMostNotes = 100;
constexpr std::string_view kRedacted = "redacted:";

std::string snake(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
    return out;
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

} // namespace

Error badField(std::string place, std::string_view must)
{
    Error error;
    error.kind = ErrorKind::BadRequest;
    error.message = place + ": " + std::string(must);
    error.param = std::move(place);
    return error;
}

std::string place(std::string_view list, std::size_t index)
{
    return std::string(list) + "[" + std::to_string(index) + "]";
}

void note(std::vector<std::string> &names, std::string name)
{
    if (names.size() < kMostNotes && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

std::optional<json::Element> find(json::Element object, std::string_view name)
{
    if (auto found = json::find(object, name))
        return found;
    const std::string other = snake(name);
    return other == name ? std::nullopt : json::find(object, other);
}

std::string_view findString(json::Element object, std::string_view name)
{
    const auto found = find(object, name);
    return found && found->is_string() ? std::string_view(found->get_string().value_unsafe()) : std::string_view();
}

std::optional<json::Element> findObject(json::Element object, std::string_view name)
{
    const auto found = find(object, name);
    return found && found->is_object() ? found : std::nullopt;
}

std::optional<json::Array> findArray(json::Element object, std::string_view name)
{
    const auto found = find(object, name);
    return found && found->is_array() ? std::optional(items(*found)) : std::nullopt;
}

std::optional<std::int64_t> findInt(json::Element object, std::string_view name)
{
    for (const std::string &spelling : {std::string(name), snake(name)}) {
        if (const auto number = json::findInt(object, spelling))
            return number;
    }
    const std::string_view text = findString(object, name);
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = !text.empty() && failed == std::errc() && end == text.data() + text.size();
    return isWhole ? std::optional(number) : std::nullopt;
}

std::string camel(std::string_view name)
{
    std::string out;
    bool isUpper = false;
    for (const char c : name) {
        if (c == '_') {
            isUpper = true;
            continue;
        }
        out += isUpper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        isUpper = false;
    }
    return out;
}

json::Element requestRoot(json::Element body)
{
    return findObject(body, "generateContentRequest").value_or(body);
}

bool isGoogleHosted(std::string_view url)
{
    constexpr std::array<std::string_view, 5> kStarts{"https://generativelanguage.googleapis.com/",
                                                      "gs://",
                                                      "https://www.youtube.com/",
                                                      "https://youtube.com/",
                                                      "https://youtu.be/"};
    return std::any_of(kStarts.begin(), kStarts.end(), [&](std::string_view start) { return url.starts_with(start); });
}

Signature readSignature(json::Element part)
{
    const std::string_view text = findString(part, "thoughtSignature");
    return text == kNoSignature ? Signature{} : opened(text, kFamily);
}

std::string madeUpCallId(std::string_view seed, std::size_t index, std::string_view name, std::string_view arguments)
{
    std::string all(seed);
    all.append("/").append(std::to_string(index)).append("/").append(name).append("/").append(arguments);
    return "call_" + stableHash(all);
}

std::string toolName(std::string_view name)
{
    constexpr std::size_t kMost = 64;
    std::string clean(name);
    std::replace_if(clean.begin(), clean.end(), [](char c) { return !isNameCharacter(c); }, '_');
    if (clean.empty() || !isNameStart(clean.front()))
        clean.insert(clean.begin(), '_');
    if (clean == name && clean.size() <= kMost)
        return clean;
    const std::string hash = stableHash(name);
    return clean.substr(0, kMost - 1 - hash.size()) + "_" + hash;
}

std::string objectText(std::string_view arguments)
{
    if (isBlank(arguments))
        return "{}";
    const auto parsed = parseLenient(arguments);
    if (parsed && parsed->root().is_object())
        return json::text(parsed->root());
    json::Writer out;
    out.beginObject();
    out.member("input", arguments);
    out.endObject();
    return out.take();
}

void writeCallPart(json::Writer &out, const ToolCallPart &call)
{
    out.beginObject();
    out.key("functionCall");
    out.beginObject();
    if (!call.id.empty())
        out.member("id", call.id);
    out.member("name", call.name);
    out.memberRaw("args", objectText(call.arguments));
    out.endObject();
    if (!call.signature.empty())
        out.member("thoughtSignature", sealed(call.signature, kFamily));
    out.endObject();
}

void writeTextPart(json::Writer &out, std::string_view text, bool isThought, std::string_view signature)
{
    out.beginObject();
    out.member("text", text);
    if (isThought)
        out.member("thought", true);
    if (!signature.empty())
        out.member("thoughtSignature", signature);
    out.endObject();
}

std::string sealedRedacted(const Signature &data)
{
    return sealed({std::string(kRedacted) + data.value, data.family}, kFamily);
}

std::optional<Signature> openedRedacted(const Signature &signature)
{
    if (!signature.value.starts_with(kRedacted))
        return std::nullopt;
    return Signature{signature.value.substr(kRedacted.size()), signature.family};
}

} // namespace pm::gemini

namespace pm {

std::string Gemini::toolName(std::string_view name) const
{
    return gemini::toolName(name);
}

} // namespace pm
