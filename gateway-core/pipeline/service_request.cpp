// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/service_request.h"

#include "base/json.h"
#include "base/text.h"
#include "pipeline/encode_call.h"
#include "pipeline/service_model.h"
#include "providers/services.h"

#include <QUrl>

#include <algorithm>
#include <array>

namespace pm {

namespace {

constexpr std::size_t kPromptMost = 4096; ///< bytes of the text that is kept for the list and the search

/// What a request is about, in the words of its service.
std::string promptOf(std::string_view body)
{
    const auto document = json::Document::parse(body);
    if (!document || !document->root().is_object())
        return {};
    for (const char *name : {"prompt", "input", "query"}) {
        if (const auto text = json::findString(document->root(), name))
            return std::string(clipUtf8(*text, kPromptMost));
    }
    return {};
}

/// As it goes on the wire; what separates segments stays.
std::string encodedPath(std::string_view path)
{
    const QString text = QString::fromUtf8(path.data(), static_cast<qsizetype>(path.size()));
    return QUrl::toPercentEncoding(text, "/:@!$&'()*+,;=").toStdString();
}

/// "models/{model}:predict" for another model.
std::string pathFor(const Route &route, const std::string &model)
{
    std::string path = route.apiPath;
    if (route.modelId.empty() || model.empty())
        return path;
    constexpr std::string_view kModels = "models/"; // what stands before {model} in all rows
    return path.replace(path.find(route.modelId, kModels.size()), route.modelId.size(), model);
}

/// In whose words the provider tells of errors.
DialectId errorDialect(const Provider &provider, const Offer &offer)
{
    const bool isCohere = provider.dialect == DialectId::Cohere && offer.format == DialectId::OpenAiChat;
    return isCohere ? DialectId::Cohere : offer.format;
}

std::string queryFor(const EncodeContext &context, const ServiceModel &place, const std::string &model)
{
    const std::string whole = withoutClientKey("?" + context.request.query);
    const std::string query = whole.empty() ? whole : whole.substr(1);
    return place.where == ServiceModel::Where::Query ? queryWithModel(query, model) : query;
}

} // namespace

Result<Decoded> decodeService(const http::Request &request, const Route &route)
{
    auto place = findServiceModel(request, route);
    if (!place)
        return tl::unexpected(place.error());
    Decoded decoded;
    decoded.facts.model = place->model;
    if (place->isJson) {
        decoded.facts.promptText = promptOf(view(request.body));
        decoded.facts.inputTokensEstimate = static_cast<std::int64_t>(decoded.facts.promptText.size() / 4);
    }
    return decoded;
}

Result<Encoded> encodeService(const EncodeContext &context, const Decoded &decoded, const ProviderRuntime &provider,
                              const std::string &model, const KeySlot *key)
{
    const Provider &row = provider.provider;
    const Route &route = context.route;
    if (auto loop = refuseLoop(context, row); !loop)
        return tl::unexpected(loop.error());
    const auto offer = offerOf(row, *route.service, route.dialect);
    if (!offer)
        return fail(ErrorKind::NotSupported, row.name + " has no /" + route.apiPath.substr(0, 100));
    Encoded encoded;
    encoded.dialect = &dialect(errorDialect(row, *offer));
    encoded.family = row.family;
    addStandardHeaders(context, provider, encoded);
    encoded.call.method = context.request.method;
    encoded.call.body = context.request.body;
    ServiceModel place;
    if (const bool differs = !model.empty() && model != decoded.facts.model; differs) {
        auto found = findServiceModel(context.request, route);
        if (!found)
            return tl::unexpected(found.error());
        place = std::move(*found);
        encoded.call.body = bodyWithModel(context.request, route, place, model);
    }
    if (isBareJson(context.request, route)) // what curl sends without being told a type
        encoded.call.headers.set("content-type", "application/json");
    encoded.path = "/" + encodedPath(pathFor(route, model));
    encoded.call.url = serviceUrl(row, *offer, std::string_view(encoded.path).substr(1), route.version,
                                  queryFor(context, place, model), model);
    encoded.call.timeouts = timeoutsOf(context);
    // A picture takes its time, and nothing comes before it is done.
    encoded.call.timeouts.firstByte = encoded.call.timeouts.total;
    authenticate(context, provider, offer->auth == AuthKind::None ? row.auth : offer->auth, key, encoded);
    return encoded;
}

bool asksForSocket(const http::Request &request, const Route &route)
{
    const auto protocols = http::listMembers(request.headers, "upgrade");
    const bool isUpgrade = std::any_of(protocols.begin(), protocols.end(), [](std::string_view protocol) {
        return http::equalsIgnoreCase(protocol, "websocket");
    });
    return (route.endpoint == Endpoint::Service && route.variant == "socket")
           || (route.endpoint == Endpoint::PassThrough && request.method == "GET" && isUpgrade);
}

Usage serviceUsage(std::string_view body)
{
    Usage usage;
    const auto document = json::Document::parse(body);
    const auto said = document ? json::findObject(document->root(), "usage") : std::nullopt;
    if (!said)
        return usage;
    const auto first = [&](const std::array<const char *, 2> &names) {
        const auto count = json::findInt(*said, names[0]);
        return count ? count : json::findInt(*said, names[1]);
    };
    usage.uncachedInput = first({"input_tokens", "prompt_tokens"});
    usage.output = first({"output_tokens", "completion_tokens"});
    return usage;
}

} // namespace pm
