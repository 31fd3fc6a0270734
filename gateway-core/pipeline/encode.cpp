// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/encode.h"

#include "base/json.h"
#include "pipeline/embeddings.h"
#include "pipeline/encode_call.h"
#include "policy/guard.h"
#include "providers/bedrock_invoke.h"

#include <algorithm>

namespace pm {

namespace {

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
    auto body = context.turn->bodyFor({provider.name, isTranslated, provider.quirks.keepsResponses});
    if (!body || !context.guard)
        return body;
    auto guarded = context.guard->again(*body); // earlier turns came with their own values
    if (guarded.refusal)
        return fail(std::move(*guarded.refusal));
    return std::move(guarded.body);
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

} // namespace

Result<Decoded> decode(const http::Request &request, const Route &route)
{
    const std::string_view encoding = request.headers.value("content-encoding");
    if (!encoding.empty() && !http::equalsIgnoreCase(encoding, "identity")) {
        return fail(ErrorKind::UnsupportedMedia,
                    "content-encoding \"" + std::string(encoding.substr(0, 50)) + "\" is not accepted; send plain JSON");
    }
    const std::string_view type = request.headers.value("content-type");
    const auto is = [&](std::string_view start) { return http::startsWithIgnoreCase(type, start); };
    if (!type.empty() && !is("application/json") && type.find("+json") == std::string_view::npos && !is("text/plain")
        && !is("application/x-www-form-urlencoded")) {
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

Result<Encoded> encode(const EncodeContext &context, Decoded &decoded, const ProviderRuntime &provider,
                       const std::string &model, const KeySlot *key)
{
    const Dialect &client = dialect(context.route.dialect);
    const Provider &row = provider.provider;
    if (auto loop = refuseLoop(context, row); !loop)
        return tl::unexpected(loop.error());
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
    if (auto loop = refuseLoop(context, row); !loop)
        return tl::unexpected(loop.error());
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
