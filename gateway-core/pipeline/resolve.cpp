// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/route.h"

#include "base/text.h"
#include "pipeline/api_paths.h"
#include "pipeline/socket_request.h"

#include <algorithm>
#include <array>

namespace pm {

namespace {

std::string_view withoutLeadingSlashes(std::string_view path)
{
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    return path;
}

/// Takes the first segment off.
std::string_view takeSegment(std::string_view &path, std::string_view ends = "/")
{
    path = withoutLeadingSlashes(path);
    const std::string_view segment = path.substr(0, path.find_first_of(ends));
    path = withoutLeadingSlashes(path.substr(segment.size()));
    return segment;
}

std::string_view trimmed(std::string_view path)
{
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

Failure unknownPath(std::string_view path)
{
    std::vector<std::string> known = apiPathNames();
    for (const char *other : {"/router/{name}/…", "/{provider}/…", "/ai/…", "/health", "/metrics"})
        known.emplace_back(other);
    constexpr std::size_t kNamed = 10;
    return fail(ErrorKind::NotFound, "there is no " + std::string(path.substr(0, 200)) + " here; there are "
                                         + joinNames(nearest(path, known), kNamed));
}

/// Two vendors list their models, and keep files, under the same path: a header tells them apart.
DialectId dialectOfRow(const ApiPath &row, const http::Headers &headers)
{
    const bool isFiles = row.service == config::Service::Files;
    const bool isShared = row.family == ApiFamily::V1 && (row.endpoint == Endpoint::Models || isFiles);
    return isShared && headers.contains("anthropic-version") ? DialectId::AnthropicMessages : row.dialect;
}

/// A provider may speak other formats than its main one; the address tells. Lists of models have one address in two
/// formats, so that only Ollama, whose own addresses are others', is known by them.
void readDirect(std::string_view api, const http::Request &request, Route &route)
{
    auto match = matchApiPath(api, request.method);
    if (!match)
        return;
    const ApiPath &row = *match->row;
    const bool isConversation = row.endpoint == Endpoint::Chat || row.endpoint == Endpoint::CountTokens;
    if (isConversation || route.dialect == DialectId::Ollama)
        route.dialect = row.dialect;
    if (!isConversation)
        return;
    route.modelId = std::move(match->model);
    route.pathStreams = row.streams;
}

/// Gemini's "?alt=sse"; without it a stream is one JSON array.
bool asksForEvents(const http::Request &request)
{
    for (const std::string_view pair : http::queryPairs(request.query)) {
        if (pair == "alt=sse" || pair == "$alt=sse" || pair == "%24alt=sse")
            return true;
    }
    return false;
}

/// Steps in a path would lead out of what the table lists.
bool hasSteps(std::string_view path)
{
    while (!path.empty()) {
        const std::string_view segment = path.substr(0, path.find('/'));
        if (segment == "." || segment == "..")
            return true;
        path.remove_prefix(std::min(segment.size() + 1, path.size()));
    }
    return false;
}

/// Fills what an API path says.
Result<void> resolveApi(std::string_view api, const http::Request &request, Route &route)
{
    auto match = matchApiPath(api, request.method);
    if (!match || (match->row->service && hasSteps(match->path)))
        return unknownPath(request.path);
    const ApiPath &row = *match->row;
    route.apiPath = std::move(match->path);
    route.endpoint = row.endpoint;
    route.modelId = std::move(match->model);
    route.variant = row.variant;
    route.service = row.service;
    route.version = match->version;
    // A session over a WebSocket begins with it and ends with it.
    const bool isSession = row.variant == "socket" && !joinsCall(request);
    route.keepsState = row.service && config::keepsState(*row.service) && !isSession;
    route.pathStreams = row.streams;
    route.asArray = row.streams && row.dialect == DialectId::Gemini && !asksForEvents(request);
    route.dialect = dialectOfRow(row, request.headers);
    if (!takesMethod(row, request.method)) {
        return fail(ErrorKind::MethodNotAllowed, pathName(row) + " takes " + std::string(row.method) + ", not "
                                                     + request.method.substr(0, 20));
    }
    return {};
}

Result<Route> resolveRouter(std::string_view rest, const http::Request &request, const Snapshot &snapshot,
                            Route route)
{
    route.scope = Scope::Router;
    route.name = std::string(takeSegment(rest));
    route.router = snapshot.findRouter(route.name);
    if (!route.router) {
        const auto names = nearest(route.name, snapshot.routerNames());
        return fail(ErrorKind::NotFound,
                    "there is no router \"" + route.name.substr(0, 50) + "\"; "
                        + (names.empty() ? "no router is configured, use /ai or /v1"
                                         : "there are: " + joinNames(names)));
    }
    if (auto api = resolveApi(rest, request, route); !api)
        return tl::unexpected(api.error());
    return route;
}

Result<Route> resolveBare(const http::Request &request, const Snapshot &snapshot, Route route)
{
    route.scope = Scope::Ai;
    route.name = "ai";
    if (const config::Router *active = snapshot.findRouter(snapshot.activeRouter)) {
        route.scope = Scope::Router;
        route.name = active->name;
        route.router = active;
    }
    if (auto api = resolveApi(request.path, request, route); !api)
        return tl::unexpected(api.error());
    return route;
}

constexpr std::string_view kAdmin = "v1/admin/"; // behind "/api/"

/// What stands behind a router's, /ai's or a provider's name.
std::string_view apiPart(std::string_view path)
{
    std::string_view rest = path;
    const std::string_view first = takeSegment(rest);
    if (first == "router")
        takeSegment(rest);
    return first == "router" || first == "ai" || !beginsApiPath(first) ? rest : path;
}

Result<Route> resolveOperations(std::string_view first, std::string_view rest, const http::Request &request,
                                Route route)
{
    const bool isRead = request.method == "GET" || request.method == "HEAD";
    if (first == "api") {
        route.endpoint = Endpoint::Admin;
        route.apiPath = std::string(trimmed(rest.substr(kAdmin.size())));
        return route;
    }
    route.endpoint = first.empty() ? Endpoint::Root : first == "health" ? Endpoint::Health : Endpoint::Metrics;
    if (!isRead) {
        return fail(ErrorKind::MethodNotAllowed,
                    "/" + std::string(first) + " takes GET, not " + request.method.substr(0, 20));
    }
    return route;
}

} // namespace

std::string allowedMethods(std::string_view path)
{
    const std::string_view api = apiPart(path);
    std::string list;
    for (const std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        const auto match = matchApiPath(api, method);
        if (!match || !takesMethod(*match->row, method))
            continue;
        list += list.empty() ? "" : ", ";
        list += method == "GET" ? "GET, HEAD" : method;
    }
    return list.empty() ? "GET, HEAD" : list; // /health and its like
}

DialectId dialectOfPath(std::string_view path, const http::Headers &headers)
{
    if (const auto match = matchApiPath(apiPart(path)))
        return dialectOfRow(*match->row, headers);
    std::string_view rest = path;
    if (takeSegment(rest) == "api" && !rest.starts_with(kAdmin.substr(0, kAdmin.size() - 1)))
        return DialectId::Ollama;
    return headers.contains("anthropic-version") ? DialectId::AnthropicMessages : DialectId::OpenAiChat;
}

Result<Route> resolve(const http::Request &request, const Snapshot &snapshot)
{
    Route route;
    route.dialect = dialectOfPath(request.path, request.headers);
    if (request.method == "OPTIONS") {
        route.endpoint = Endpoint::Preflight;
        return route;
    }
    std::string_view rest = request.path;
    const std::string_view first = takeSegment(rest);
    if (first.empty() || first == "health" || first == "metrics" || (first == "api" && rest.starts_with(kAdmin)))
        return resolveOperations(first, rest, request, route);
    if (first == "router")
        return resolveRouter(rest, request, snapshot, route);
    if (first == "ai") {
        route.scope = Scope::Ai;
        route.name = "ai";
        if (auto api = resolveApi(rest, request, route); !api)
            return tl::unexpected(api.error());
        return route;
    }
    if (const ProviderRuntime *provider = snapshot.findProvider(first)) {
        route.endpoint = Endpoint::PassThrough;
        route.scope = Scope::Direct;
        route.name = provider->provider.name;
        // The raw target keeps the client's own percent-encoding; the provider's name holds none.
        std::string_view raw = request.target;
        takeSegment(raw, "/?");
        route.apiPath = std::string(raw);
        route.dialect = provider->provider.dialect;
        readDirect(rest, request, route);
        return route;
    }
    if (beginsApiPath(first))
        return resolveBare(request, snapshot, route);
    if (!rest.empty()) {
        std::vector<std::string> names;
        for (const ProviderRuntime &known : snapshot.providers)
            names.push_back(known.provider.name);
        return fail(ErrorKind::NotFound, "there is no provider \"" + std::string(first.substr(0, 50))
                                             + "\"; there are: " + joinNames(nearest(first, names)));
    }
    return unknownPath(request.path);
}

std::string_view endpointName(Endpoint endpoint)
{
    switch (endpoint) {
    case Endpoint::Root: return "root";
    case Endpoint::Health: return "health";
    case Endpoint::Metrics: return "metrics";
    case Endpoint::Admin: return "admin";
    case Endpoint::Chat: return "chat";
    case Endpoint::CountTokens: return "count-tokens";
    case Endpoint::Embeddings: return "embeddings";
    case Endpoint::StoredResponse: return "stored-response";
    case Endpoint::Service: return "service";
    case Endpoint::Models: return "models";
    case Endpoint::PassThrough: return "pass-through";
    case Endpoint::Preflight: return "preflight";
    }
    return "unknown";
}

} // namespace pm
