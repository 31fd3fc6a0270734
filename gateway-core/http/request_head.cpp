// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_head.h"

#include "http/characters.h"

#include <algorithm>
#include <limits>

namespace pm::http {

namespace {

std::optional<Refusal> badRequest(std::string message)
{
    return refusal(ErrorKind::BadRequest, std::move(message));
}

/// Digits only, saturating: a number too big for us is too big for every limit.
std::optional<std::uint64_t> parseLength(std::string_view text)
{
    if (text.empty())
        return std::nullopt;
    std::uint64_t length = 0;
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        length = length > (kMax - digit) / 10 ? kMax : length * 10 + digit;
    }
    return length;
}

std::optional<Refusal> readLength(const Headers &headers, Framing &framing)
{
    std::optional<std::uint64_t> length;
    bool hasEncoding = false;
    int encodings = 0;
    for (const auto &[name, value] : headers.fields()) {
        if (equalsIgnoreCase(name, "transfer-encoding"))
            hasEncoding = true;
        if (!equalsIgnoreCase(name, "content-length"))
            continue;
        const std::optional<std::uint64_t> parsed = parseLength(value);
        if (!parsed)
            return badRequest("Content-Length must be one non-negative number");
        if (length && *length != *parsed)
            return badRequest("two Content-Length fields that differ");
        length = parsed;
    }
    for (const std::string_view coding : listMembers(headers, "transfer-encoding")) {
        ++encodings;
        framing.isChunked = equalsIgnoreCase(coding, "chunked");
    }
    if (hasEncoding && length)
        return badRequest("Content-Length and Transfer-Encoding exclude each other");
    if (hasEncoding && framing.isHttp10)
        return badRequest("HTTP/1.0 has no Transfer-Encoding");
    if (hasEncoding && (encodings != 1 || !framing.isChunked))
        return badRequest("the only Transfer-Encoding understood is \"chunked\"");
    framing.contentLength = length.value_or(0);
    return std::nullopt;
}

void readConnection(const Headers &headers, Framing &framing)
{
    bool hasUpgradeOption = false;
    framing.keepsAlive = !framing.isHttp10; // HTTP/1.0 is always answered and closed
    for (const std::string_view option : listMembers(headers, "connection")) {
        if (equalsIgnoreCase(option, "close"))
            framing.keepsAlive = false;
        hasUpgradeOption = hasUpgradeOption || equalsIgnoreCase(option, "upgrade");
    }
    framing.asksUpgrade = hasUpgradeOption && headers.contains("upgrade");
    const bool hasBody = framing.isChunked || framing.contentLength > 0;
    framing.expectsContinue =
        hasBody && !framing.isHttp10 && equalsIgnoreCase(headers.value("expect"), "100-continue");
}

/// No blanks, no path, no user: a name or address with perhaps a port.
bool isHostValue(std::string_view host)
{
    return std::all_of(host.begin(), host.end(), [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("/?#@\\,\"<>^`{|}").find(c) == std::string_view::npos;
    });
}

std::optional<Refusal> checkHost(const Request &request, const Framing &framing)
{
    int hosts = 0;
    for (const auto &[name, value] : request.headers.fields()) {
        if (!equalsIgnoreCase(name, "host"))
            continue;
        ++hosts;
        if (!isHostValue(value))
            return badRequest("the Host field is not a host name with an optional port");
    }
    if (hosts > 1)
        return badRequest("more than one Host field");
    if (hosts == 0 && !framing.isHttp10)
        return badRequest("an HTTP/1.1 request needs a Host field");
    return std::nullopt;
}

/// Makes absolute-form into origin-form; its authority wins over the Host field (RFC 9112 3.2.2).
std::optional<Refusal> readTarget(Request &request)
{
    std::string &target = request.target;
    if (request.method == "CONNECT")
        return refusal(ErrorKind::MethodNotAllowed,
                       "this is a gateway, not a forward proxy: set the tool's base "
                       "URL to it, and leave HTTP_PROXY alone");
    if (target == "*" && request.method == "OPTIONS") {
        request.path = target;
        return std::nullopt;
    }
    const std::size_t scheme = target.find("://");
    if (target.front() != '/' && scheme != std::string::npos &&
        (equalsIgnoreCase(target.substr(0, scheme), "http") ||
         equalsIgnoreCase(target.substr(0, scheme), "https"))) {
        const std::size_t authority = scheme + 3;
        const std::size_t end = std::min(target.find_first_of("/?", authority), target.size());
        std::string host = target.substr(authority, end - authority);
        if (host.empty() || !isHostValue(host))
            return badRequest("the request target has no valid host");
        target.erase(0, end);
        if (target.empty() || target.front() != '/')
            target.insert(0, 1, '/');
        request.headers.set("Host", std::move(host));
    }
    if (target.front() != '/')
        return badRequest("the request target must begin with '/'");
    const std::size_t mark = std::min(target.find('?'), target.size());
    std::optional<std::string> path = percentDecoded(std::string_view(target).substr(0, mark));
    if (!path)
        return badRequest("the path has a wrong percent escape");
    request.path = std::move(*path);
    request.query = target.substr(std::min(mark + 1, target.size()));
    return std::nullopt;
}

} // namespace

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::optional<Refusal> parseField(std::string_view line, Headers &into)
{
    if (line.front() == ' ' || line.front() == '\t')
        return badRequest("a header field may not go on in the next line");
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    if (colon == std::string_view::npos || name.empty() ||
        !std::all_of(name.begin(), name.end(), isTokenChar))
        return badRequest("a header field must be name, colon, value, with no blank before the colon");
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), isValueChar))
        return badRequest("a header field has a control character");
    into.add(std::string(name), std::string(value));
    return std::nullopt;
}

std::optional<Refusal> finishHead(RequestLine line, Request &request, Framing &framing)
{
    request.method = std::move(line.method);
    request.target = std::move(line.target);
    if (line.major != '1') {
        Refusal version = refusal(ErrorKind::NotSupported, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        version.status = 505;
        return version;
    }
    framing.isHttp10 = line.minor == '0';
    if (auto problem = checkHost(request, framing))
        return problem;
    if (auto problem = readTarget(request))
        return problem;
    if (auto problem = readLength(request.headers, framing))
        return problem;
    readConnection(request.headers, framing);
    if (framing.isHttp10)
        request.headers.remove("upgrade"); // it must be ignored there (RFC 9110 7.8)
    return std::nullopt;
}

} // namespace pm::http
