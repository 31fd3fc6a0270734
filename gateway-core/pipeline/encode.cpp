// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/encode.h"

#include "base/json.h"
#include "pipeline/embeddings.h"
#include "providers/authentication.h"
#include "providers/bedrock_invoke.h"
#include "providers/google_oauth.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pm {

namespace {

bool startsWithIgnoreCase(std::string_view text, std::string_view start)
{
    return text.size() >= start.size() && http::equalsIgnoreCase(text.substr(0, start.size()), start);
}

http::UpstreamTimeouts timeoutsOf(const EncodeContext &context)
{
    const config::Timeouts &timeouts = *context.policy.timeouts;
    // The wait for the first *content* is the exchange's own; the first byte may come no later than that.
    http::UpstreamTimeouts limits{timeouts.connect, timeouts.firstToken, timeouts.idle, timeouts.total};
    // A client may shorten the total, in seconds; what is no number or longer is left as configured.
    const std::string_view asked = context.request.headers.value("x-pointsman-timeout");
    double seconds = 0;
    const auto [end, failed] = std::from_chars(asked.data(), asked.data() + asked.size(), seconds);
    if (failed == std::errc() && end == asked.data() + asked.size() && seconds > 0) {
        const std::chrono::milliseconds wanted(static_cast<long long>(std::min(seconds, 1e6) * 1000));
        limits.total = std::min(limits.total, wanted);
    }
    return limits;
}

/// Version 2026-10-21 of Anthropic's API refuses sampling parameters, even at their defaults (wire reference 3.1). A
/// client of that version is told so here too when its request goes to another provider's model.
Result<void> checkVersion(const http::Request &request, const Route &route)
{
    constexpr std::string_view kStrict = "2026-10-21";
    if (route.dialect != DialectId::AnthropicMessages || route.endpoint != Endpoint::Chat
        || request.headers.value("anthropic-version") != kStrict)
        return {};
    const auto members = json::members(view(request.body));
    if (!members)
        return tl::unexpected(members.error());
    for (const json::Member &member : *members) {
        const std::string_view name = member.name(view(request.body));
        if (name != "temperature" && name != "top_p" && name != "top_k")
            continue;
        Error error{ErrorKind::BadRequest, std::string(name) + ": Extra inputs are not permitted under anthropic-version "
                                               + std::string(kStrict)};
        error.param = name;
        return fail(std::move(error));
    }
    return {};
}

Operation operationOf(Endpoint endpoint)
{
    switch (endpoint) {
    case Endpoint::Embeddings: return Operation::Embeddings;
    case Endpoint::CountTokens: return Operation::CountTokens;
    default: return Operation::Chat;
    }
}

/// The way so far and ourselves at its end: a loop over several gateways shows only in the whole of it.
std::string viaBehind(const http::Headers &headers)
{
    std::string via;
    for (const auto &[name, value] : headers.fields()) {
        if (http::equalsIgnoreCase(name, "via"))
            via += value + ", ";
    }
    return via + "1.1 " + viaName();
}

void addStandardHeaders(const EncodeContext &context, const ProviderRuntime &provider, Encoded &encoded)
{
    http::Headers &headers = encoded.call.headers;
    if (!encoded.isTranslated) {
        // What the client's `connection` names ends here like the known hop-by-hop fields (RFC 9110 7.6.1).
        const auto options = http::listMembers(context.request.headers, "connection");
        const auto endsHere = [&](std::string_view name) {
            return staysHere(name) || std::any_of(options.begin(), options.end(), [&](std::string_view option) {
                       return http::equalsIgnoreCase(name, option.substr(0, option.find_first_of(" \t")));
                   });
        };
        for (const auto &[name, value] : context.request.headers.fields()) {
            if (!endsHere(name))
                headers.add(name, value);
        }
    } else if (const std::string_view parent = context.request.headers.value("traceparent"); !parent.empty()) {
        headers.add("traceparent", std::string(parent));
    }
    if (!headers.contains("user-agent"))
        headers.add("user-agent", "pointsman");
    headers.add("via", viaBehind(context.request.headers));
    const Provider &row = provider.provider;
    if (encoded.dialect->id() == DialectId::AnthropicMessages && !headers.contains("anthropic-version"))
        headers.add("anthropic-version", row.anthropicVersion.empty() ? "2023-06-01" : row.anthropicVersion);
    for (const auto &[name, value] : row.headers)
        headers.set(name, value);
}

/// Last of all: a signature covers the whole call.
void authenticate(const EncodeContext &context, const ProviderRuntime &provider, AuthKind auth, const KeySlot *key,
                  Encoded &encoded)
{
    const Provider &row = provider.provider;
    http::UpstreamRequest &call = encoded.call;
    const auto fields = [&](const Secret &secret) {
        return auth == row.auth ? authentication(row, secret, call, context.now) : authHeaders(auth, secret);
    };
    if (row.passClientKey)
        call.secretHeaders = fields(Secret(clientToken(context.request)));
    if (!call.secretHeaders.empty() || !key)
        return;
    call.secretHeaders = fields(key->key);
    if (auth == AuthKind::GoogleCloud && isServiceAccount(key->key.reveal()))
        encoded.account = key->key;
}

/// Bedrock takes Anthropic's format without translation, wrapped.
Result<void> wrapInvoke(const EncodeContext &context, const TargetTraits &traits, bool stream, std::string &body,
                        Encoded &encoded)
{
    auto wrapped = invokeBody(body, http::listMembers(context.request.headers, "anthropic-beta"));
    if (!wrapped)
        return fail(wrapped.error());
    body = std::move(*wrapped);
    encoded.isInvoke = true;
    encoded.path = invokePath(traits.model, stream);
    for (const char *name : {"anthropic-beta", "anthropic-version"})
        encoded.call.headers.remove(name);
    if (stream)
        encoded.call.headers.set("accept", std::string(mediaType(StreamFraming::AwsEventStream)));
    return {};
}

/// The client's bytes, or for a Responses request those with what it refers to.
Result<std::string> bodyFor(const EncodeContext &context, const Provider &provider, bool isTranslated)
{
    if (!context.turn)
        return std::string();
    return context.turn->bodyFor({provider.name, isTranslated, provider.quirks.keepsResponses});
}

Result<std::string> encodeBody(const EncodeContext &context, Decoded &decoded, const TargetTraits &traits,
                               const Dialect &client, Encoded &encoded, std::string_view body)
{
    if (context.route.endpoint == Endpoint::Embeddings)
        return embeddingsBody(client, *encoded.dialect, body, traits, decoded.embeddings, encoded.losses);
    if (!encoded.isTranslated) {
        const bool isChat = client.id() == DialectId::OpenAiChat && context.route.endpoint == Endpoint::Chat;
        const bool wantsUsage = isChat && decoded.facts.stream && traits.streamUsage;
        encoded.addedUsage = wantsUsage && !decoded.facts.includeUsage;
        auto moved = client.retarget(body, traits, wantsUsage);
        return moved ? client.repaired(std::move(*moved), traits, encoded.losses) : std::move(moved);
    }
    if (auto read = readChat(body, context.route, decoded); !read)
        return tl::unexpected(read.error());
    if (context.signatures)
        context.signatures->restore(*decoded.chat);
    encoded.losses = decoded.chat->uncarried;
    for (const Tool &tool : decoded.chat->tools) {
        if (std::string sent = encoded.dialect->toolName(tool.name); sent != tool.name)
            encoded.shortenedTools.emplace(std::move(sent), tool.name);
    }
    return encoded.dialect->writeRequest(*decoded.chat, traits, encoded.losses);
}

/// A path with query, without a client key in the query: it is for this gateway, and a provider's log is no place for it.
std::string withoutClientKey(const std::string &target)
{
    const std::size_t question = target.find('?');
    if (question == std::string::npos)
        return target;
    std::string out = target.substr(0, question);
    char separator = '?';
    for (const std::string_view pair : http::queryPairs(std::string_view(target).substr(question + 1))) {
        if (pair.starts_with("key="))
            continue;
        out += separator;
        out += pair;
        separator = '&';
    }
    return out;
}

} // namespace

bool staysHere(std::string_view name)
{
    constexpr std::array<std::string_view, 12> kNames{
        "host",   "content-length", "accept-encoding", "authorization", "x-api-key", "x-goog-api-key",
        "api-key", "cookie",        "origin",          "referer",       "expect",    "via",
    };
    const auto is = [&](std::string_view other) { return http::equalsIgnoreCase(name, other); };
    return http::isHopByHop(name) || std::any_of(kNames.begin(), kNames.end(), is)
           || startsWithIgnoreCase(name, "x-pointsman-") || startsWithIgnoreCase(name, "helicone-")
           || startsWithIgnoreCase(name, "x-forwarded-") || startsWithIgnoreCase(name, "sec-")
           || startsWithIgnoreCase(name, "proxy-");
}

bool droppedFromAnswer(std::string_view name)
{
    constexpr std::array<std::string_view, 8> kNames{
        "content-length", "content-encoding", "set-cookie", "x-request-id",
        "request-id",     "via",              "alt-svc",    "strict-transport-security",
    };
    const auto is = [&](std::string_view other) { return http::equalsIgnoreCase(name, other); };
    return http::isHopByHop(name) || std::any_of(kNames.begin(), kNames.end(), is)
           || startsWithIgnoreCase(name, "access-control-");
}

Result<Decoded> decode(const http::Request &request, const Route &route)
{
    const std::string_view encoding = request.headers.value("content-encoding");
    if (!encoding.empty() && !http::equalsIgnoreCase(encoding, "identity")) {
        return fail(ErrorKind::UnsupportedMedia,
                    "content-encoding \"" + std::string(encoding.substr(0, 50)) + "\" is not accepted; send plain JSON");
    }
    const std::string_view type = request.headers.value("content-type");
    if (!type.empty() && !startsWithIgnoreCase(type, "application/json") && type.find("+json") == std::string_view::npos
        && !startsWithIgnoreCase(type, "text/plain") && !startsWithIgnoreCase(type, "application/x-www-form-urlencoded")) {
        return fail(ErrorKind::UnsupportedMedia,
                    "content-type \"" + std::string(type.substr(0, 80)) + "\" is not accepted; send application/json");
    }
    if (request.body.isEmpty())
        return fail(ErrorKind::BadRequest, "the body is empty: send a JSON object");
    const Dialect &client = dialect(route.dialect);
    const bool embeds = route.endpoint == Endpoint::Embeddings && client.embeddings();
    auto facts = embeds ? client.embeddings()->facts(view(request.body)) : client.facts(view(request.body));
    if (!facts)
        return tl::unexpected(facts.error());
    if (!route.modelId.empty())
        facts->model = route.modelId;
    facts->stream = facts->stream || route.pathStreams;
    if (auto version = checkVersion(request, route); !version)
        return tl::unexpected(version.error());
    Decoded decoded;
    decoded.facts = std::move(*facts);
    return decoded;
}

Result<void> readChat(std::string_view body, const Route &route, Decoded &decoded)
{
    if (decoded.chat)
        return {};
    auto chat = dialect(route.dialect).readRequest(body);
    if (!chat)
        return tl::unexpected(chat.error());
    decoded.chat = std::move(*chat);
    decoded.chat->stream = decoded.facts.stream; // where the path says so, the body does not
    return {};
}

const KeySlot *pickKey(const ProviderRuntime &provider, SteadyTime now)
{
    if (provider.keys.empty())
        return nullptr;
    const long long nanos = now.time_since_epoch().count();
    const unsigned start = provider.nextKey ? provider.nextKey->fetch_add(1, std::memory_order_relaxed) : 0;
    for (std::size_t i = 0; i < provider.keys.size(); ++i) {
        const KeySlot &slot = provider.keys[(start + i) % provider.keys.size()];
        if (slot.restsUntil->load(std::memory_order_relaxed) <= nanos)
            return &slot;
    }
    // All rest: the one that wakes first is the best there is.
    return &*std::min_element(provider.keys.begin(), provider.keys.end(), [](const KeySlot &a, const KeySlot &b) {
        return a.restsUntil->load(std::memory_order_relaxed) < b.restsUntil->load(std::memory_order_relaxed);
    });
}

Result<Encoded> encode(const EncodeContext &context, Decoded &decoded, const ProviderRuntime &provider,
                       const std::string &model, const KeySlot *key)
{
    const Dialect &client = dialect(context.route.dialect);
    const Provider &row = provider.provider;
    if (pointsAt(row.baseUrl, context.snapshot.config.server.address, context.snapshot.port)) {
        return fail(ErrorKind::LoopDetected,
                    "providers." + row.name + ".base-url points at this gateway: " + row.baseUrl);
    }
    Encoded encoded;
    const bool embeds = context.route.endpoint == Endpoint::Embeddings;
    const auto found = embeds ? embeddingsSurface(row, context.route.dialect)
                              : std::optional(surfaceFor(row, context.route.dialect, model,
                                                         operationOf(context.route.endpoint)));
    if (!found)
        return fail(ErrorKind::NotSupported, row.name + " has no embeddings");
    const Surface &surface = *found;
    encoded.dialect = &dialect(surface.dialect);
    encoded.isTranslated = surface.dialect != context.route.dialect;
    TargetTraits traits = targetTraits(row, surface.dialect, model, context.snapshot.findModel(row.name, model));
    if (!encoded.isTranslated)
        traits.variant = context.route.variant;
    if (!surface.family.empty())
        traits.family = surface.family;
    traits.platformVersion = surface.platformVersion;
    const auto whole = bodyFor(context, row, encoded.isTranslated);
    if (!whole)
        return tl::unexpected(whole.error());
    auto body = encodeBody(context, decoded, traits, client, encoded,
                           context.turn ? std::string_view(*whole) : view(context.request.body));
    if (!body)
        return tl::unexpected(body.error());
    addStandardHeaders(context, provider, encoded);
    encoded.family = traits.family;
    encoded.call.headers.set("content-type", "application/json");
    encoded.call.headers.set(
        "accept", std::string(decoded.facts.stream ? mediaType(encoded.dialect->framing()) : "application/json"));
    encoded.path = embeds ? encoded.dialect->embeddings()->path(traits)
                          : encoded.dialect->path(operationOf(context.route.endpoint), traits, decoded.facts.stream);
    if (row.auth == AuthKind::Aws && surface.dialect == DialectId::AnthropicMessages) {
        if (auto wrapped = wrapInvoke(context, traits, decoded.facts.stream, *body, encoded); !wrapped)
            return tl::unexpected(wrapped.error());
    }
    encoded.call.url = callUrl(row, surface, encoded.path, traits.model);
    encoded.call.body = QByteArray::fromStdString(*body);
    encoded.call.timeouts = timeoutsOf(context);
    authenticate(context, provider, surface.auth == AuthKind::None ? row.auth : surface.auth, key, encoded);
    return encoded;
}

Result<Encoded> encodeDirect(const EncodeContext &context, const ProviderRuntime &provider, const KeySlot *key)
{
    const Provider &row = provider.provider;
    if (pointsAt(row.baseUrl, context.snapshot.config.server.address, context.snapshot.port)) {
        return fail(ErrorKind::LoopDetected,
                    "providers." + row.name + ".base-url points at this gateway: " + row.baseUrl);
    }
    std::string path = withoutClientKey(context.route.apiPath);
    // The base URL has the version already; SDKs that add their own "/v1" mean the same place.
    for (const std::string_view version : {"/v1", "/v1beta"}) {
        const bool isRepeated = row.baseUrl.ends_with(version) && ("/" + path + "/").starts_with(std::string(version) + "/");
        if (isRepeated)
            path = path.substr(std::min(path.size(), version.size()));
    }
    Encoded encoded;
    encoded.dialect = &dialect(context.route.dialect);
    encoded.family = row.family;
    addStandardHeaders(context, provider, encoded);
    encoded.path = "/" + path;
    encoded.call.method = context.request.method;
    encoded.call.url = joinUrl(row.baseUrl, encoded.path);
    encoded.call.body = context.request.body;
    encoded.call.timeouts = timeoutsOf(context);
    authenticate(context, provider, row.auth, key, encoded);
    return encoded;
}

} // namespace pm
