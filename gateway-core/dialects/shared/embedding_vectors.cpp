// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/embedding_vectors.h"

#include "base/text.h"

#include <QByteArray>
#include <QtEndian>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace pm::embeddings {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// Behind the value that starts at `at`.
std::size_t endOfValue(std::string_view text, std::size_t at)
{
    std::size_t depth = 0;
    bool inString = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (inString) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            if (depth == 0)
                return at;
            --depth;
        } else if (c == ',' && depth == 0) {
            return at;
        }
    }
    return at;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

} // namespace

std::vector<std::string_view> elements(std::string_view text)
{
    std::vector<std::string_view> found;
    text = trimmed(text);
    if (text.size() < 2 || text.front() != '[')
        return found;
    std::size_t at = 1;
    while (at < text.size()) {
        const std::size_t end = endOfValue(text, at);
        const std::string_view element = trimmed(text.substr(at, end - at));
        if (!element.empty())
            found.push_back(element);
        at = end + 1;
    }
    return found;
}

std::optional<std::string_view> member(std::string_view object, std::string_view name)
{
    if (trimmed(object).substr(0, 1) != "{")
        return std::nullopt;
    const auto members = json::members(object);
    if (!members)
        return std::nullopt;
    for (const json::Member &each : *members) {
        const std::string_view value = object.substr(each.value.begin, each.value.end - each.value.begin);
        if (each.name(object) == name && value != "null")
            return value;
    }
    return std::nullopt;
}

Failure broken(std::string_view what)
{
    return fail(ErrorKind::UpstreamBroken, "the provider's embeddings answer " + std::string(what));
}

Result<std::string> vectorText(std::string_view text)
{
    constexpr std::string_view kNumbers = "0123456789+-.eE, \t\r\n";
    text = trimmed(text);
    const bool isArray = text.size() > 2 && text.front() == '[' && text.back() == ']';
    if (!isArray || text.substr(1, text.size() - 2).find_first_not_of(kNumbers) != std::string_view::npos)
        return broken("has a vector that is no array of numbers");
    return std::string(text);
}

Result<std::string> vectorFromBase64(std::string_view base64)
{
    const QByteArray text = QByteArray::fromRawData(base64.data(), static_cast<qsizetype>(base64.size()));
    const auto decoded = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    const QByteArray &bytes = decoded.decoded;
    if (!decoded || bytes.isEmpty() || bytes.size() % 4 != 0)
        return broken("has a vector that is neither numbers nor base64 of them");
    std::string out = "[";
    for (qsizetype at = 0; at < bytes.size(); at += 4) {
        quint32 bits = 0;
        std::memcpy(&bits, bytes.constData() + at, 4);
        std::array<char, 32> digits{};
        const auto value = std::bit_cast<float>(qFromLittleEndian(bits));
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
        const std::string_view number(digits.data(), static_cast<std::size_t>(written.ptr - digits.data()));
        out += at == 0 ? "" : ",";
        // There is no JSON for what is not finite.
        out += number.find_first_of("in") == std::string_view::npos ? number : std::string_view("0");
    }
    return out + "]";
}

std::string base64FromVector(std::string_view vector)
{
    QByteArray bytes;
    bytes.reserve(static_cast<qsizetype>(vector.size() / 2));
    std::size_t at = vector.find_first_of("-0123456789");
    while (at != std::string_view::npos) {
        double value = 0;
        const auto read = std::from_chars(vector.data() + at, vector.data() + vector.size(), value);
        const auto bits = qToLittleEndian(std::bit_cast<quint32>(static_cast<float>(value)));
        bytes.append(reinterpret_cast<const char *>(&bits), 4);
        const auto end = static_cast<std::size_t>(read.ptr - vector.data());
        at = vector.find_first_of("-0123456789", std::max(end, at + 1));
    }
    return bytes.toBase64().toStdString();
}

Result<void> checkReply(std::string_view body)
{
    const auto parsed = json::Document::parse(body);
    if (!parsed)
        return broken("is " + parsed.error().message);
    if (!parsed->root().is_object())
        return broken("is not an object");
    const auto error = json::find(parsed->root(), "error");
    if (!error)
        return {};
    const auto text = json::findString(parsed->root(), "error");
    const auto inner = json::findString(*error, "message");
    return broken("tells of an error: " + std::string(clipUtf8(text ? *text : inner.value_or(""), 2048)));
}

Result<std::string> withModel(std::string_view body, std::string_view model)
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    std::string quoted;
    json::appendQuoted(quoted, model);
    json::Splice splice(body);
    bool isThere = false;
    for (const json::Member &each :
         *members) { // every one: parsers differ in which of two equal keys they take
        if (each.name(body) != "model")
            continue;
        isThere = true;
        if (body.substr(each.value.begin, each.value.end - each.value.begin) != quoted)
            splice.replace(each.value, quoted);
    }
    if (!isThere)
        splice.set(*members, "model", quoted);
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm::embeddings
