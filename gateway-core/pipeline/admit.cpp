// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/route.h"

#include "base/ids.h"
#include "base/text.h"
#include "policy/budget_span.h"
#include "policy/client_keys.h"
#include "pipeline/socket_request.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pm {

namespace {

/// "[::1]:8080" -> "::1", "localhost:8080" -> "localhost"; empty for what is no name with an optional port.
std::string_view hostName(std::string_view host)
{
    const bool isBracketed = host.starts_with('[');
    const std::size_t end = std::min(host.find(isBracketed ? ']' : ':'), host.size());
    const std::string_view name = isBracketed ? host.substr(1, end - 1) : host.substr(0, end);
    std::string_view rest = host.substr(end);
    if (isBracketed) {
        if (rest.empty())
            return {};
        rest.remove_prefix(1);
    }
    const bool isPort = rest.starts_with(':') && rest.find_first_not_of("0123456789", 1) == std::string_view::npos;
    return rest.empty() || isPort ? name : std::string_view();
}

/// 127.0.0.0/8 as four numbers. A name may begin like one ("127.0.0.1.evil.com") and resolve to anything.
bool isLoopbackAddress(std::string_view name)
{
    if (!name.starts_with("127."))
        return false;
    for (int part = 0; part < 4; ++part) {
        unsigned number = 256;
        const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (failed != std::errc() || number > 255)
            return false;
        name.remove_prefix(static_cast<std::size_t>(end - name.data()));
        if (part < 3 && !name.starts_with('.'))
            return false;
        if (part < 3)
            name.remove_prefix(1);
    }
    return name.empty();
}

bool isLoopbackName(std::string_view name)
{
    constexpr std::string_view kBelow = ".localhost";
    return http::equalsIgnoreCase(name, "localhost") || name == "::1" || isLoopbackAddress(name)
           || (name.size() > kBelow.size()
               && http::equalsIgnoreCase(name.substr(name.size() - kBelow.size()), kBelow));
}

bool contains(const std::vector<std::string> &names, std::string_view name)
{
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string &n) { return http::equalsIgnoreCase(n, name); });
}

Result<void> checkHost(const http::Request &request, const config::Server &server)
{
    const std::string_view host = request.headers.value("host");
    const std::string_view name = hostName(host);
    const bool isKnown = isLoopbackName(name) || name == server.address || contains(server.allowedHosts, name)
                         || contains(server.allowedHosts, host);
    if (isKnown && !name.empty())
        return {};
    return fail(ErrorKind::Forbidden, "Host \"" + std::string(host.substr(0, 100))
                                          + "\" is not allowed; add it to server.allowed-hosts if it is yours");
}

Result<std::string> checkOrigin(const http::Request &request, const config::Server &server)
{
    const std::string_view origin = request.headers.value("origin");
    if (origin.empty())
        return std::string();
    if (contains(server.allowedOrigins, origin))
        return std::string(origin);
    return fail(ErrorKind::Forbidden, "web pages may not call this gateway: origin \""
                                          + std::string(origin.substr(0, 100))
                                          + "\" is not in server.allowed-origins");
}

/// Has the request been here? Each member of `via` is "protocol name (comment)"; proxies may add fields of their own.
bool cameBack(const http::Headers &headers)
{
    constexpr std::string_view kBlanks = " \t";
    const std::string &own = viaName();
    for (std::string_view member : http::listMembers(headers, "via")) {
        member.remove_prefix(std::min(member.find_first_of(kBlanks), member.size()));
        member.remove_prefix(std::min(member.find_first_not_of(kBlanks), member.size()));
        if (http::equalsIgnoreCase(member.substr(0, member.find_first_of(kBlanks)), own))
            return true;
    }
    return false;
}

Failure keyRefused(std::string message)
{
    Error error{ErrorKind::Unauthorized, std::move(message)};
    error.code = "invalid_api_key";
    return fail(std::move(error));
}

Result<void> checkLife(const std::string &name, std::int64_t expiresAt, std::int64_t revokedAt, SystemTime now)
{
    if (revokedAt != 0)
        return keyRefused("client key \"" + name + "\" was revoked on " + policy::localText(revokedAt));
    if (expiresAt != 0 && unixMicros(now) / 1'000'000 >= expiresAt)
        return keyRefused("client key \"" + name + "\" expired on " + policy::localText(expiresAt));
    return {};
}

template <typename Key>
void takeRights(const Key &key, Caller &caller)
{
    caller.name = key.name;
    caller.routers = key.routers;
    caller.models = key.models;
    caller.limits = key.limits;
    caller.budgets = key.budgets;
    caller.metadata = key.metadata;
}

/// Who has this key, and what they may.
Result<void> identify(const std::string &token, const Snapshot &snapshot, SystemTime now, Caller &caller)
{
    // Every key is compared, so that the time says nothing about which one was nearest.
    const CallerKey *match = nullptr;
    for (const CallerKey &key : snapshot.callerKeys) {
        if (key.key.equals(token))
            match = &key;
    }
    if (match && !token.empty()) {
        takeRights(*match, caller);
        return checkLife(match->name, match->expiresAt, 0, now);
    }
    if (const auto *made = snapshot.madeKeys ? snapshot.madeKeys->find(token) : nullptr) {
        takeRights(made->key, caller);
        caller.isMade = true;
        made->used->store(unixMicros(now) / 1'000'000, std::memory_order_relaxed);
        return checkLife(made->key.name, made->key.expiresAt, made->key.revokedAt, now);
    }
    return keyRefused(token.empty() ? "this gateway wants a client key" : "the client key is not known here");
}

} // namespace

const std::string &viaName()
{
    static const std::string name = [] {
        Rng rng = makeRng();
        return makeId("pointsman-", 8, rng);
    }();
    return name;
}

std::string clientToken(const http::Request &request)
{
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view authorization = request.headers.value("authorization");
    if (authorization.size() > kBearer.size()
        && http::equalsIgnoreCase(authorization.substr(0, kBearer.size()), kBearer))
        return std::string(authorization.substr(std::min(authorization.find_first_not_of(' ', kBearer.size()),
                                                         authorization.size())));
    constexpr std::array<std::string_view, 3> kNames{"x-api-key", "x-goog-api-key", "api-key"};
    for (const std::string_view name : kNames) {
        if (const std::string_view value = request.headers.value(name); !value.empty())
            return std::string(value);
    }
    if (const std::string_view key = keyInProtocols(request.headers); !key.empty())
        return std::string(key);
    for (const std::string_view pair : http::queryPairs(request.query)) {
        if (pair.starts_with("key="))
            return QByteArray::fromPercentEncoding(QByteArray(pair.data() + 4, static_cast<qsizetype>(pair.size() - 4)))
                .toStdString();
    }
    return {};
}

Result<Caller> admit(const http::Request &request, const Snapshot &snapshot, SystemTime now)
{
    const config::Server &server = snapshot.config.server;
    if (auto host = checkHost(request, server); !host)
        return tl::unexpected(host.error());
    auto origin = checkOrigin(request, server);
    if (!origin)
        return tl::unexpected(origin.error());
    if (cameBack(request.headers)) {
        return fail(ErrorKind::LoopDetected,
                    "the request came back to this gateway: a provider's base-url points at it");
    }
    Caller caller;
    caller.origin = std::move(*origin);
    const bool isOpen = request.path == "/health" || request.path == "/" || request.method == "OPTIONS";
    if (!snapshot.asksForKeys() || isOpen)
        return caller;
    // With that key as without client keys: who sits at the window may change the configuration, too.
    if (!snapshot.ownKey.isEmpty() && snapshot.ownKey.equals(request.headers.value(kOwnKeyHeader)))
        return caller;
    if (auto known = identify(clientToken(request), snapshot, now, caller); !known)
        return tl::unexpected(known.error());
    return caller;
}

Result<void> authorize(const Caller &caller, const Route &route, bool forcesProvider)
{
    if (route.endpoint == Endpoint::Admin && caller.isBound() && caller.routers.empty()) {
        return fail(ErrorKind::Forbidden, "client key \"" + caller.name
                                              + "\" does not administer: only keys of the configuration that are held to "
                                                "nothing do, and who uses no key where none is asked for");
    }
    if (caller.routers.empty())
        return {};
    switch (route.endpoint) {
    case Endpoint::Root:
    case Endpoint::Health:
    case Endpoint::Metrics:
    case Endpoint::Models:
    case Endpoint::Preflight: return {};
    default: break;
    }
    const bool isListed = std::find(caller.routers.begin(), caller.routers.end(), route.name) != caller.routers.end();
    // A provider may have a router's name: only what goes through the router counts.
    if (route.scope == Scope::Router && isListed && !forcesProvider)
        return {};
    return fail(ErrorKind::Forbidden,
                "client key \"" + caller.name + "\" may use " + joinNames(caller.routers) + " only");
}

Result<void> authorizeModel(const Caller &caller, std::string_view model)
{
    if (policy::allowsModel(caller.models, model))
        return {};
    const std::string what = model.empty() ? std::string("a request that names no model")
                                           : "\"" + std::string(clipUtf8(model, 100)) + "\"";
    return fail(ErrorKind::Forbidden, "client key \"" + caller.name + "\" may not ask for " + what + "; it may ask for "
                                          + joinNames(caller.models, 20));
}

std::string appOf(const http::Headers &headers)
{
    struct Row
    {
        std::string_view start;
        std::string_view app;
    };
    constexpr std::array kAgents{
        Row{"claude-cli", "claude-code"}, Row{"codex", "codex"},          Row{"opencode", "opencode"},
        Row{"GeminiCLI", "gemini-cli"},   Row{"QwenCode", "qwen-code"},   Row{"OpenAI/JS", "openai-js"},
        Row{"OpenAI/Python", "openai-py"}, Row{"Anthropic/JS", "anthropic-js"},
        Row{"Anthropic/Python", "anthropic-py"}, Row{"curl/", "curl"},   Row{"aider", "aider"},
        Row{"ai-sdk", "ai-sdk"},          Row{"Cline", "cline"},          Row{"continue", "continue"},
    };
    if (const std::string_view originator = headers.value("originator"); originator.starts_with("codex"))
        return "codex";
    const std::string_view agent = headers.value("user-agent");
    for (const Row &row : kAgents) {
        if (agent.size() >= row.start.size() && http::equalsIgnoreCase(agent.substr(0, row.start.size()), row.start))
            return std::string(row.app);
    }
    return std::string(agent.substr(0, std::min(agent.find_first_of("/ "), std::size_t(32))));
}

} // namespace pm
