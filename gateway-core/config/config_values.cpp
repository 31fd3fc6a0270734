// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_check.h"

#include "base/text.h"
#include "config/scalars.h"
#include "redis/redis_url.h"

#include <QHostAddress>
#include <QUrl>

#include <re2/re2.h>

#include <algorithm>
#include <cctype>

namespace pm::config {

namespace {

constexpr std::size_t kMaxQuoted = 60;
constexpr std::string_view kMetadata = "metadata."; ///< before a name of the user's, where a word may be metadata.NAME

std::string quoted(std::string_view text)
{
    const std::string_view shown = clipUtf8(text, kMaxQuoted);
    return "'" + std::string(shown) + (shown.size() < text.size() ? "…'" : "'");
}

std::vector<std::string> split(std::string_view words)
{
    std::vector<std::string> parts;
    while (!words.empty()) {
        const auto bar = words.find('|');
        parts.emplace_back(words.substr(0, bar));
        words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
    }
    return parts;
}

bool contains(const std::vector<std::string> &list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool inRange(const Key &key, double value)
{
    return value >= key.least && value <= key.most;
}

QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

bool isAddress(std::string_view text)
{
    return text == "localhost" || !QHostAddress(toQt(text)).isNull();
}

bool isUrl(std::string_view text)
{
    const QUrl url(toQt(text), QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && !url.hasQuery() &&
           !url.hasFragment() &&
           (url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https"));
}

bool isKeyReference(std::string_view text)
{
    const auto colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    const std::string_view name =
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    if (name.empty() || name.find('\n') != std::string_view::npos)
        return false;
    if (kind == "env") // a name as shells have it, so that a key pasted behind env: is seen
        return std::all_of(name.begin(), name.end(),
                           [](unsigned char c) { return std::isalnum(c) || c == '_'; });
    return kind == "file" ||
           ((kind == "keychain" || kind == "credential") && name.find(' ') == std::string_view::npos);
}

/// Of whom a limit or budget can be.
bool isIdentity(std::string_view text)
{
    constexpr std::string_view kOwn = "metadata.";
    return contains({"api-key", "user", "team", "model", "router", "global", "app"}, text)
           || (text.starts_with(kOwn) && text.size() > kOwn.size());
}

bool isModel(std::string_view text)
{
    const auto slash = text.find('/');
    return slash != std::string_view::npos && slash > 0 && slash + 1 < text.size();
}

std::string unknownName(std::string_view kind, std::string_view text, const std::vector<std::string> &valid)
{
    std::string message = "unknown " + std::string(kind) + " " + quoted(text);
    const std::string meant = didYouMean(text, valid);
    if (!meant.empty())
        return message + meant;
    for (const std::string &name : valid)
        message += (name == valid.front() ? "; there are " : ", ") + name;
    return message;
}

std::string patternProblem(std::string_view text)
{
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(re2::StringPiece(text.data(), text.size()), options);
    return pattern.ok() ? std::string() : "not a regular expression: " + pattern.error();
}

/// What a message calls the value: the key, or for items and named entries what they belong to.
std::string labelOf(const Key &key)
{
    if (key.name() != "[]" && key.name() != "*")
        return std::string(key.name());
    std::string_view parent = key.path.substr(0, key.path.size() - key.name().size() - 1);
    parent = parent.substr(parent.rfind('.') + 1);
    return "a value in " + std::string(parent);
}

/// Whether the text reads as a value of the type; range and form.
bool fits(const Key &key, KeyType type, std::string_view text)
{
    switch (type) {
    case KeyType::Bool:
        return parseBool(text).has_value();
    case KeyType::Integer: {
        const auto number = parseInteger(text);
        return (number && inRange(key, double(*number))) || contains(split(key.words), text);
    }
    case KeyType::Number: {
        const auto number = parseNumber(text);
        return number && inRange(key, *number);
    }
    case KeyType::Size: {
        const auto size = parseSize(text);
        return size && inRange(key, double(*size));
    }
    case KeyType::Duration: {
        const auto duration = parseDuration(text);
        return (duration && inRange(key, double(duration->count()))) || contains(split(key.words), text);
    }
    case KeyType::Date:
        return parseDate(text).has_value();
    case KeyType::Identity:
        return isIdentity(text) || contains(split(key.words), text);
    case KeyType::Address:
        return isAddress(text);
    case KeyType::Url:
        return isUrl(text);
    case KeyType::RedisUrl:
        return redis::parseUrl(text).has_value();
    case KeyType::Model:
        return isModel(text);
    default:
        return !text.empty();
    }
}

} // namespace

std::string scalarProblem(const Key &key, KeyType type, const yaml::Node &node, const KnownNames &known)
{
    const std::string name = labelOf(key);
    Key shape = key;
    shape.type = type;
    if (node.isMap() || node.isList())
        return name + " must be " + describe(shape) + (node.isMap() ? ", not a map" : ", not a list");
    if (node.isNull())
        return name + " has no value; it must be " + describe(shape) + ", or leave the key out";
    const std::string_view text = node.text;
    switch (type) {
    case KeyType::KeyReference:
        // The value may be a key: it is not repeated.
        return isKeyReference(text)
                   ? std::string()
                   : name + " must be " + describe(shape) + "; the key itself does not belong in this file";
    case KeyType::Url:
        return isUrl(text) ? std::string() : name + " must be " + describe(shape); // may hold a password
    case KeyType::RedisUrl: {
        const auto address = redis::parseUrl(text);
        return address ? std::string() : name + ": " + address.error().message;
    }
    case KeyType::Strategy:
        return contains(known.strategies, text) ? std::string() : unknownName("strategy", text, known.strategies);
    case KeyType::Format:
        return contains(known.formats, text) ? std::string() : unknownName("format", text, known.formats);
    case KeyType::Word:
        if (key.path == "<route>.rules.[].is")
            return contains(known.requestClasses, text) ? std::string()
                                                        : unknownName("class of request", text, known.requestClasses);
        if (text.starts_with(kMetadata) && text.size() > kMetadata.size() && contains(split(key.words), "metadata.NAME"))
            return {};
        return contains(split(key.words), text) ? std::string()
                                                : unknownName("value", text, split(key.words));
    case KeyType::Pattern:
        return patternProblem(text);
    default:
        return fits(key, type, text) ? std::string()
                                     : name + " must be " + describe(shape) + ", not " + quoted(text);
    }
}

} // namespace pm::config
