// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/sigv4.h"

#include "base/text.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QMessageAuthenticationCode>

#include <algorithm>
#include <map>

namespace pm::sigv4 {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

QByteArray bytesOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::string hexHash(std::string_view text)
{
    return QCryptographicHash::hash(bytesOf(text), QCryptographicHash::Sha256).toHex().toStdString();
}

QByteArray hmac(const QByteArray &key, std::string_view text)
{
    return QMessageAuthenticationCode::hash(bytesOf(text), key, QCryptographicHash::Sha256);
}

bool isUnreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::string encoded(std::string_view text, bool keepsSlash)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (isUnreserved(c) || (keepsSlash && c == '/')) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

std::string decoded(std::string_view text)
{
    return QByteArray::fromPercentEncoding(bytesOf(text)).toStdString();
}

struct UrlParts
{
    std::string_view host; ///< with the port, where it is not the scheme's own
    std::string_view path;
    std::string_view query;
};

UrlParts partsOf(std::string_view url)
{
    UrlParts parts;
    const std::size_t scheme = url.find("://");
    const bool isSecure = url.substr(0, scheme) == "https";
    url.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + 3);
    const std::size_t question = url.find('?');
    if (question != std::string_view::npos)
        parts.query = url.substr(question + 1);
    url = url.substr(0, question);
    const std::size_t slash = url.find('/');
    parts.host = url.substr(0, slash);
    const std::string_view usual = isSecure ? ":443" : ":80";
    if (parts.host.ends_with(usual))
        parts.host.remove_suffix(usual.size());
    if (slash != std::string_view::npos)
        parts.path = url.substr(slash);
    return parts;
}

/// The path without empty and dot segments, each other byte encoded once more.
std::string canonicalPath(std::string_view path)
{
    std::vector<std::string_view> kept;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view segment = path.substr(at, end - at);
        if (segment == ".." && !kept.empty())
            kept.pop_back();
        else if (!segment.empty() && segment != "." && segment != "..")
            kept.push_back(segment);
        at = end + 1;
    }
    std::string out;
    for (const std::string_view segment : kept)
        out.append("/").append(encoded(segment, false));
    if (out.empty() || path.ends_with('/'))
        out += '/';
    return out;
}

std::string canonicalQuery(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty())
            continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        pairs.emplace_back(encoded(decoded(pair.substr(0, equals)), false), encoded(decoded(value), false));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const auto &[name, value] : pairs)
        out.append(out.empty() ? "" : "&").append(name).append("=").append(value);
    return out;
}

/// Without white space at the ends, and with one space for each run of it within.
std::string trimmed(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        const bool isSpace = c == ' ' || c == '\t';
        if (!isSpace)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

/// Lower-case names in order; values of one name joined by commas.
std::map<std::string, std::string> canonicalFields(const Request &request)
{
    std::map<std::string, std::string> fields;
    fields["host"] = lowerAscii(partsOf(request.url).host);
    for (const auto &[name, value] : request.headers) {
        const auto [place, isNew] = fields.try_emplace(lowerAscii(name), trimmed(value));
        if (!isNew && place->first != "host")
            place->second.append(",").append(trimmed(value));
    }
    return fields;
}

std::string namesOf(const std::map<std::string, std::string> &fields)
{
    std::string names;
    for (const auto &[name, value] : fields)
        names.append(names.empty() ? "" : ";").append(name);
    return names;
}

bool isIdCharacter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

std::optional<Credentials> parseCredentials(std::string_view text)
{
    constexpr std::size_t kShortestId = 16;
    const std::size_t colon = text.find(':');
    const std::string_view id = text.substr(0, colon);
    if (colon == std::string_view::npos || id.size() < kShortestId || !std::all_of(id.begin(), id.end(), isIdCharacter))
        return std::nullopt;
    const std::string_view rest = text.substr(colon + 1);
    const std::size_t second = rest.find(':');
    Credentials credentials{std::string(id), Secret(std::string(rest.substr(0, second))), {}};
    if (second != std::string_view::npos)
        credentials.sessionToken = Secret(std::string(rest.substr(second + 1)));
    if (credentials.secretKey.isEmpty())
        return std::nullopt;
    return credentials;
}

std::string timeText(SystemTime time)
{
    return QDateTime::fromMSecsSinceEpoch(unixMicros(time) / 1000, Qt::UTC)
        .toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"))
        .toStdString();
}

std::string canonicalRequest(const Request &request)
{
    const UrlParts url = partsOf(request.url);
    const auto fields = canonicalFields(request);
    std::string out(request.method);
    out.append("\n").append(canonicalPath(url.path)).append("\n").append(canonicalQuery(url.query)).append("\n");
    for (const auto &[name, value] : fields)
        out.append(name).append(":").append(value).append("\n");
    out.append("\n").append(namesOf(fields)).append("\n").append(hexHash(request.body));
    return out;
}

std::string authorization(const Request &request, const Credentials &credentials, const Scope &scope)
{
    const std::string date = scope.time.substr(0, 8);
    const std::string where = date + "/" + scope.region + "/" + scope.service + "/aws4_request";
    const std::string toSign =
        std::string(kAlgorithm) + "\n" + scope.time + "\n" + where + "\n" + hexHash(canonicalRequest(request));
    QByteArray key = "AWS4" + bytesOf(credentials.secretKey.reveal());
    for (const std::string_view step : {std::string_view(date), std::string_view(scope.region),
                                        std::string_view(scope.service), std::string_view("aws4_request")}) {
        const QByteArray next = hmac(key, step);
        key.fill('\0'); // the first holds the secret itself
        key = next;
    }
    const std::string signature = hmac(key, toSign).toHex().toStdString();
    return std::string(kAlgorithm) + " Credential=" + credentials.accessKeyId + "/" + where +
           ", SignedHeaders=" + namesOf(canonicalFields(request)) + ", Signature=" + signature;
}

std::vector<std::pair<std::string, Secret>> signedFields(const Request &request, const http::Headers &headers,
                                                         const Credentials &credentials, const Scope &scope)
{
    Request whole = request;
    std::vector<std::pair<std::string, Secret>> fields;
    const auto add = [&](const char *name, const std::string &value) {
        whole.headers.emplace_back(name, value);
        fields.emplace_back(name, Secret(value));
    };
    for (const auto &[name, value] : headers.fields()) {
        const std::string lower = lowerAscii(name);
        if (lower == "content-type" || lower.starts_with("x-amz-"))
            whole.headers.emplace_back(lower, value);
    }
    add("x-amz-date", scope.time);
    add("x-amz-content-sha256", hexHash(request.body));
    if (!credentials.sessionToken.isEmpty())
        add("x-amz-security-token", std::string(credentials.sessionToken.reveal()));
    fields.emplace_back("authorization", Secret(authorization(whole, credentials, scope)));
    return fields;
}

} // namespace pm::sigv4
