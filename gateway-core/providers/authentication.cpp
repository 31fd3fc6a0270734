// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/authentication.h"

#include "providers/sigv4.h"

namespace pm {

std::vector<std::pair<std::string, Secret>> authentication(const Provider &provider, const Secret &key,
                                                           const http::UpstreamRequest &call, SystemTime now)
{
    const auto credentials = provider.auth == AuthKind::Aws ? sigv4::parseCredentials(key.reveal()) : std::nullopt;
    if (!credentials)
        return authHeaders(provider, key);
    const std::string_view body(call.body.constData(), static_cast<std::size_t>(call.body.size()));
    return sigv4::signedFields({call.method, call.url, {}, body}, call.headers, *credentials,
                               {provider.region, "bedrock", sigv4::timeText(now)});
}

std::string modelsUrl(const Provider &provider)
{
    std::string base = provider.baseUrl;
    if (provider.auth == AuthKind::Aws) {
        constexpr std::string_view kRuntime = "bedrock-runtime."; // the lists are at the host beside it
        if (const std::size_t at = base.find(kRuntime); at != std::string::npos)
            base.replace(at, kRuntime.size(), "bedrock.");
        return joinUrl(base, "/foundation-models");
    }
    if (provider.dialect == DialectId::Cohere && base.ends_with("/v2"))
        base.replace(base.size() - 3, 3, "/v1");
    Surface surface;
    surface.dialect = provider.dialect;
    surface.baseUrl = std::move(base);
    return callUrl(provider, surface, modelsPath(provider.dialect), {});
}

std::vector<std::string_view> secretParts(const Provider &provider, const Secret &key)
{
    std::vector<std::string_view> parts;
    if (key.isEmpty())
        return parts;
    parts.push_back(key.reveal());
    if (provider.auth != AuthKind::Aws || !sigv4::parseCredentials(key.reveal()))
        return parts;
    std::string_view rest = key.reveal();
    rest.remove_prefix(rest.find(':') + 1);
    const std::size_t colon = rest.find(':');
    parts.push_back(rest.substr(0, colon));
    if (colon != std::string_view::npos)
        parts.push_back(rest.substr(colon + 1));
    return parts;
}

} // namespace pm
