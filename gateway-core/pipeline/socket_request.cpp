// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/socket_request.h"

#include "base/json.h"

#include <QCryptographicHash>

#include <algorithm>

namespace pm {

namespace {

constexpr std::string_view kKeyProtocol = "openai-insecure-api-key.";
constexpr std::string_view kKey = "sec-websocket-key";
constexpr std::string_view kProtocol = "sec-websocket-protocol";

bool lists(const http::Headers &headers, std::string_view name, std::string_view member)
{
    const auto members = http::listMembers(headers, name);
    return std::any_of(members.begin(), members.end(),
                       [&](std::string_view other) { return http::equalsIgnoreCase(other, member); });
}

bool isKeyProtocol(std::string_view protocol)
{
    return http::startsWithIgnoreCase(protocol, kKeyProtocol);
}

/// 16 bytes in base64 (RFC 6455 4.1).
bool isSoundKey(std::string_view key)
{
    const auto decoded = QByteArray::fromBase64Encoding(QByteArray(key.data(), static_cast<qsizetype>(key.size())),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    return decoded && decoded.decoded.size() == 16;
}

/// What a server answers to that key (RFC 6455 4.2.2).
std::string acceptOf(std::string_view key)
{
    QByteArray text(key.data(), static_cast<qsizetype>(key.size()));
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    return QCryptographicHash::hash(text, QCryptographicHash::Sha1).toBase64().toStdString();
}

} // namespace

std::optional<SocketRefusal> refusalOfSocket(const http::Request &request)
{
    const http::Headers &headers = request.headers;
    if (request.method != "GET" || !lists(headers, "upgrade", "websocket") || !lists(headers, "connection", "upgrade")) {
        return SocketRefusal{426, {{"upgrade", "websocket"}},
                             "this path is a WebSocket: ask by GET with \"Connection: Upgrade\" and \"Upgrade: "
                             "websocket\""};
    }
    const auto isKey = [](const http::Headers::Field &field) { return http::equalsIgnoreCase(field.first, kKey); };
    const auto keys = std::count_if(headers.fields().begin(), headers.fields().end(), isKey);
    if (keys != 1 || !isSoundKey(headers.value(kKey)))
        return SocketRefusal{400, {}, "sec-websocket-key: a WebSocket needs one, of 16 bytes in base64"};
    if (headers.value("sec-websocket-version") != "13")
        return SocketRefusal{400, {{"sec-websocket-version", "13"}}, "sec-websocket-version: only 13 is spoken here"};
    return std::nullopt;
}

bool joinsCall(const http::Request &request)
{
    const auto pairs = http::queryPairs(request.query);
    return std::any_of(pairs.begin(), pairs.end(),
                       [](std::string_view pair) { return pair.starts_with("call_id="); });
}

void askForSocket(const http::Request &request, http::UpstreamRequest &call)
{
    call.method = "GET";
    call.body.clear();
    call.headers.remove("content-type");
    call.headers.set("connection", "Upgrade");
    call.headers.set("upgrade", "websocket");
    call.headers.set("sec-websocket-version", "13");
    call.headers.set(kKey, std::string(request.headers.value(kKey)));
    std::string protocols;
    for (const std::string_view protocol : http::listMembers(request.headers, kProtocol)) {
        if (!isKeyProtocol(protocol))
            protocols.append(protocols.empty() ? "" : ", ").append(protocol);
    }
    if (!protocols.empty())
        call.headers.set(kProtocol, std::move(protocols));
}

Result<void> checkSocketAnswer(const http::Request &request, const http::UpstreamHead &head,
                               const std::string &provider)
{
    if (head.status != 101) {
        return fail(ErrorKind::UpstreamBroken, provider + " answered " + std::to_string(head.status)
                                                   + " where a WebSocket was asked for");
    }
    const bool isOurs = lists(head.headers, "upgrade", "websocket")
                        && head.headers.value("sec-websocket-accept") == acceptOf(request.headers.value(kKey));
    if (!isOurs) {
        return fail(ErrorKind::UpstreamBroken,
                    provider + " answered 101 without the upgrade or the sec-websocket-accept that belongs to the key");
    }
    if (head.headers.contains("sec-websocket-extensions"))
        return fail(ErrorKind::UpstreamBroken, provider + " agreed to WebSocket extensions that were not offered");
    return {};
}

std::string_view keyInProtocols(const http::Headers &headers)
{
    for (const std::string_view protocol : http::listMembers(headers, kProtocol)) {
        if (isKeyProtocol(protocol))
            return protocol.substr(kKeyProtocol.size());
    }
    return {};
}

std::string starredProtocols(std::string_view value)
{
    const http::Headers field{{std::string(kProtocol), std::string(value)}};
    std::string out;
    for (const std::string_view protocol : http::listMembers(field, kProtocol)) {
        out += out.empty() ? "" : ", ";
        out += isKeyProtocol(protocol) ? std::string(kKeyProtocol) + "****" : std::string(protocol);
    }
    return out;
}

Usage realtimeUsage(std::string_view message)
{
    Usage usage;
    // Most messages are pieces of sound: those are not parsed.
    if (message.find("\"response.done\"") == std::string_view::npos)
        return usage;
    const auto document = json::Document::parse(message);
    if (!document || json::findString(document->root(), "type") != "response.done")
        return usage;
    const auto response = json::findObject(document->root(), "response");
    const auto said = response ? json::findObject(*response, "usage") : std::nullopt;
    if (!said)
        return usage;
    usage.output = json::findInt(*said, "output_tokens");
    usage.uncachedInput = json::findInt(*said, "input_tokens");
    const auto details = json::findObject(*said, "input_token_details");
    usage.cacheRead = details ? json::findInt(*details, "cached_tokens") : std::nullopt;
    if (usage.uncachedInput && usage.cacheRead)
        *usage.uncachedInput = std::max<std::int64_t>(0, *usage.uncachedInput - *usage.cacheRead);
    return usage;
}

} // namespace pm
