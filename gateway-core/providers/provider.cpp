// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/provider.h"

#include "providers/google_oauth.h"
#include "providers/services.h"
#include "providers/sigv4.h"

#include <QHostAddress>
#include <QString>
#include <QUrl>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace pm {

namespace {

constexpr std::string_view kDefaultAnthropicVersion =
    "2023-06-01"; // the one that every compatible server knows

/// The first of `variables` that is set, else `otherwise`.
std::string environmentOr(std::initializer_list<const char *> variables, const char *otherwise)
{
    for (const char *variable : variables) {
        if (const char *value = std::getenv(variable); value && *value)
            return value;
    }
    return otherwise;
}

QUrl parsed(std::string_view url)
{
    return QUrl(QString::fromUtf8(url.data(), static_cast<qsizetype>(url.size())), QUrl::StrictMode);
}

std::string withoutTrailingSlash(std::string_view url)
{
    while (url.ends_with('/'))
        url.remove_suffix(1);
    return std::string(url);
}

/// "https://api.openai.com" says which host, not which path: it gets `path`. A single "/" means the root
/// itself.
std::string completedUrl(std::string_view given, std::string_view path)
{
    const QUrl url = parsed(given);
    const bool isBare = url.isValid() && url.path().isEmpty() && !url.hasQuery();
    return isBare ? std::string(given) + std::string(path) : withoutTrailingSlash(given);
}

std::string percentEncoded(std::string_view text)
{
    return QUrl::toPercentEncoding(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))).toStdString();
}

std::string pathOf(std::string_view url)
{
    return parsed(url).path().toStdString();
}

std::vector<std::string> defaultReferences(std::string_view name, AuthKind auth,
                                           const std::vector<std::string_view> &environment)
{
    std::vector<std::string> references{"keychain:" + std::string(name)};
    for (const std::string_view variable : environment)
        references.push_back("env:" + std::string(variable));
    if (auth == AuthKind::Aws) {
        references.emplace_back("aws:environment");
        references.push_back("aws:" + environmentOr({"AWS_PROFILE"}, "default"));
    }
    return references;
}

Provider fromRow(const ProviderRow &row)
{
    Provider provider;
    provider.name = row.name;
    provider.title = row.title;
    provider.dialect = row.dialect;
    provider.baseUrl = row.baseUrl;
    provider.auth = row.auth;
    provider.keyPage = row.keyPage;
    provider.family = row.family;
    provider.isLocal = row.isLocal;
    provider.isDemo = row.name == "demo";
    provider.quirks = row.quirks;
    provider.colour = row.colour;
    for (const SurfaceRow &also : row.also) {
        Surface surface;
        surface.dialect = also.dialect;
        surface.baseUrl = also.baseUrl.empty() ? row.baseUrl : also.baseUrl;
        surface.isForEmbeddings = also.isForEmbeddings;
        surface.auth = also.auth;
        provider.also.push_back(std::move(surface));
    }
    provider.services = knownOffers(row.name);
    if (row.auth != AuthKind::None)
        provider.keyReferences = defaultReferences(row.name, row.auth, row.environment);
    if (row.dialect == DialectId::AnthropicMessages)
        provider.anthropicVersion = kDefaultAnthropicVersion;
    return provider;
}

/// A steady colour for a provider that has no row: the same name gives the same one on every machine.
std::string customColour(std::string_view name)
{
    constexpr std::array<std::string_view, 8> kColours{"#b5651d", "#2f9e8f", "#a64ca6", "#5f8a3c",
                                                       "#cc5c7a", "#4a7ebb", "#9c8a2e", "#7a6652"};
    unsigned hash = 2166136261U;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return std::string(kColours[hash % kColours.size()]);
}

Provider fromName(const std::string &name)
{
    Provider provider;
    provider.name = name;
    provider.title = name;
    provider.family = name; // its signatures are its own
    provider.colour = customColour(name);
    provider.quirks.maxTokensOnly = true;
    provider.quirks.noToolContentParts = true;
    provider.keyReferences = defaultReferences(name, provider.auth, {});
    return provider;
}

/// Ollama's base URL is the server's root, also when a user copies one of the addresses that it serves formats at.
std::string withoutFormatPath(std::string url)
{
    for (const std::string_view path : {"/v1", "/api"}) {
        if (url.ends_with(path))
            url.resize(url.size() - path.size());
    }
    return url;
}

/// Formats that the vendor serves at or below the main one's address are there too; those at other places are not.
void moveSurfaces(Provider &provider, const std::string &before)
{
    std::erase_if(provider.also, [&](const Surface &surface) { return !surface.baseUrl.starts_with(before); });
    for (Surface &surface : provider.also)
        surface.baseUrl.replace(0, before.size(), provider.baseUrl);
}

/// Another wire format than the row's: what the row says of authentication and deviations no longer holds.
void changeDialect(Provider &provider, const config::Provider &entry)
{
    const Dialect *named = findDialect(entry.format);
    if (!named || named->id() == provider.dialect)
        return;
    const auto isNamed = [&](const Surface &surface) { return surface.dialect == named->id(); };
    const auto beside = std::find_if(provider.also.begin(), provider.also.end(), isNamed);
    if (beside != provider.also.end())
        provider.baseUrl = beside->baseUrl;
    else if (provider.dialect == DialectId::Ollama)
        provider.baseUrl += "/v1"; // where it serves all formats but its own
    provider.dialect = named->id();
    provider.also.clear();
    provider.services.reset();
    if (provider.dialect == DialectId::Bedrock) {
        const ProviderRow &row = *findProviderRow("bedrock");
        provider.baseUrl = row.baseUrl;
        provider.auth = row.auth;
        provider.quirks = row.quirks;
        provider.family = row.family;
        for (const SurfaceRow &also : row.also) {
            Surface surface;
            surface.dialect = also.dialect;
            surface.baseUrl = provider.baseUrl;
            provider.also.push_back(std::move(surface));
        }
        provider.keyReferences = defaultReferences(provider.name, provider.auth, row.environment);
        return;
    }
    const bool isMessages = provider.dialect == DialectId::AnthropicMessages;
    if (provider.auth != AuthKind::None)
        provider.auth = isMessages                               ? AuthKind::XApiKey
                        : provider.dialect == DialectId::Gemini ? AuthKind::GoogleKey
                                                                 : AuthKind::Bearer;
    provider.quirks = {};
    provider.quirks.maxTokensOnly = !isMessages;
    provider.quirks.noToolContentParts = !isMessages;
    provider.anthropicVersion = isMessages ? kDefaultAnthropicVersion : std::string_view();
}

/// Azure has no address of its own: it is the resource's. A custom provider with one of Azure's keys is Azure too.
void placeAzure(Provider &provider, const config::Provider &entry)
{
    const bool isRow = provider.name == "azure";
    if (!isRow && entry.resource.empty() && entry.apiVersion.empty())
        return;
    const ProviderRow &row = *findProviderRow("azure");
    provider.auth = row.auth;
    provider.quirks = row.quirks;
    provider.apiVersion = entry.apiVersion;
    const std::string resource =
        entry.resource.empty() && isRow ? environmentOr({"AZURE_RESOURCE_NAME"}, "") : entry.resource;
    if (entry.baseUrl.empty() && !resource.empty())
        provider.baseUrl = "https://" + resource + ".openai.azure.com";
    // The host alone says which resource, not which form.
    if (entry.apiVersion.empty() && !provider.baseUrl.empty() && pathOf(provider.baseUrl).empty())
        provider.baseUrl += "/openai/v1";
    for (Surface &surface : provider.also)
        surface.baseUrl = provider.baseUrl;
}

void placeAws(Provider &provider, const config::Provider &entry)
{
    constexpr std::string_view kPlace = "REGION"; // in the row
    if (provider.auth != AuthKind::Aws)
        return;
    provider.region = entry.region.empty() ? environmentOr({"AWS_REGION", "AWS_DEFAULT_REGION"}, "us-east-1") : entry.region;
    const auto place = [&](std::string &url) {
        if (const std::size_t at = url.find(kPlace); at != std::string::npos)
            url.replace(at, kPlace.size(), provider.region);
    };
    place(provider.baseUrl);
    for (Surface &surface : provider.also)
        place(surface.baseUrl);
}

/// What a server of one's own has before the paths of its format, when its address does not say.
std::string_view usualPath(DialectId dialect)
{
    switch (dialect) {
    case DialectId::AnthropicMessages: return "/v1";
    case DialectId::Gemini: return "/v1beta";
    default: return "";
    }
}

/// "https://europe-west1-aiplatform.googleapis.com/v1beta1/projects/P/locations/europe-west1/publishers/google".
/// `host` stands in for Google's own when it is not empty.
std::string vertexUrl(const config::Provider &entry, std::string_view host, std::string_view publisher)
{
    const std::string location = entry.location.empty() ? "global" : entry.location;
    std::string url(host);
    if (url.empty() && location == "global")
        url = "https://aiplatform.googleapis.com";
    else if (url.empty() && (location == "us" || location == "eu"))
        url = "https://aiplatform." + location + ".rep.googleapis.com";
    else if (url.empty())
        url = "https://" + location + "-aiplatform.googleapis.com";
    return url + "/v1beta1/projects/" + entry.project + "/locations/" + location + "/publishers/" +
           std::string(publisher);
}

/// With a project, Claude is there beside Gemini.
void placeVertex(Provider &provider, const config::Provider &entry)
{
    if (provider.auth != AuthKind::GoogleCloud || entry.project.empty())
        return;
    const std::string host = withoutTrailingSlash(entry.baseUrl);
    provider.baseUrl = vertexUrl(entry, host, "google");
    Surface claude;
    claude.dialect = DialectId::AnthropicMessages;
    claude.baseUrl = vertexUrl(entry, host, "anthropic");
    claude.models = "claude";
    claude.family = "anthropic";
    claude.platformVersion = "vertex-2023-10-16";
    provider.also.push_back(std::move(claude));
}

void applyEntry(Provider &provider, const config::Provider &entry, bool hasRow)
{
    provider.isConfigured = true;
    provider.isEnabled = entry.enabled;
    provider.passClientKey = entry.passClientKey;
    provider.models = entry.models;
    provider.price = entry.price;
    changeDialect(provider, entry);
    if (!entry.baseUrl.empty()) {
        const std::string path = hasRow ? pathOf(provider.baseUrl) : std::string(usualPath(provider.dialect));
        const std::string before = std::exchange(provider.baseUrl, completedUrl(entry.baseUrl, path));
        if (provider.dialect == DialectId::Ollama)
            provider.baseUrl = withoutFormatPath(std::move(provider.baseUrl));
        moveSurfaces(provider, before);
    }
    placeVertex(provider, entry);
    if (entry.services)
        provider.services = offersOf(provider.dialect, *entry.services);
    if (!entry.apiKeys.empty()) {
        provider.keyReferences = entry.apiKeys;
        if (provider.auth == AuthKind::None && !provider.isDemo)
            provider.auth = AuthKind::Bearer;
    } else if (!hasRow && entry.baseUrl.starts_with("http://")) {
        // A server of one's own on a plain connection: no key unless one is named.
        provider.auth = AuthKind::None;
        provider.keyReferences.clear();
    }
    if (entry.version)
        provider.anthropicVersion = *entry.version;
    provider.headers.assign(entry.headers.begin(), entry.headers.end());
}

bool isLoopbackName(const QString &host)
{
    if (host == QStringLiteral("localhost") || host.endsWith(QStringLiteral(".localhost")))
        return true;
    const QHostAddress address(host);
    // Connecting to the unspecified address reaches this machine.
    return address.isLoopback() || address == QHostAddress(QHostAddress::AnyIPv4) ||
           address == QHostAddress(QHostAddress::AnyIPv6);
}

/// Surely: by digits behind the host's colon, or by none and a port that no scheme implies. What looks otherwise is
/// left to QUrl.
bool namesOtherPort(std::string_view url, int port)
{
    const std::size_t slashes = url.find("://");
    if (slashes == std::string_view::npos)
        return false;
    const std::string_view authority = url.substr(slashes + 3, url.find_first_of("/?#", slashes + 3) - (slashes + 3));
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos)
        return port != 80 && port != 443;
    const std::string_view digits = authority.substr(colon + 1);
    int named = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), named);
    return error == std::errc() && end == digits.data() + digits.size() && named != port;
}

} // namespace

std::vector<Provider> buildProviders(const config::Config &config)
{
    std::vector<Provider> providers;
    for (const ProviderRow &row : providerRows()) {
        Provider provider = fromRow(row);
        const config::Provider *entry = config.findProvider(row.name);
        if (entry)
            applyEntry(provider, *entry, true);
        placeAzure(provider, entry ? *entry : config::Provider{});
        placeAws(provider, entry ? *entry : config::Provider{});
        providers.push_back(std::move(provider));
    }
    for (const config::Provider &entry : config.providers) {
        if (findProviderRow(entry.name))
            continue;
        Provider provider = fromName(entry.name);
        applyEntry(provider, entry, false);
        placeAzure(provider, entry);
        placeAws(provider, entry);
        providers.push_back(std::move(provider));
    }
    for (Provider &provider : providers) {
        if (provider.baseUrl.empty()) // Azure and the like: there is no address until the user gives one
            provider.isEnabled = false;
    }
    return providers;
}

Surface surfaceFor(const Provider &provider, DialectId client, std::string_view model, Operation operation)
{
    // Bedrock takes the Anthropic format for Claude models alone.
    const bool isForeignModel = provider.auth == AuthKind::Aws && model.find("claude") == std::string_view::npos;
    for (const Surface &surface : provider.also) {
        if (!surface.models.empty() && model.starts_with(surface.models))
            return surface;
    }
    for (const Surface &surface : provider.also) {
        const bool isMeant = surface.models.empty() && (!surface.isForEmbeddings || operation == Operation::Embeddings);
        if (isMeant && surface.dialect == client && client != provider.dialect && !isForeignModel)
            return surface;
    }
    Surface own;
    own.dialect = provider.dialect;
    own.baseUrl = provider.baseUrl;
    return own;
}

std::string callUrl(const Provider &provider, const Surface &surface, std::string_view path, std::string_view model)
{
    if (provider.apiVersion.empty() || surface.dialect == DialectId::AnthropicMessages)
        return joinUrl(surface.baseUrl, path);
    std::string_view base = surface.baseUrl;
    for (const std::string_view end : {"/v1", "/openai"}) {
        if (base.ends_with(end))
            base.remove_suffix(end.size());
    }
    const bool hasDeployment = path == "/chat/completions" || path == "/completions" || path == "/embeddings"
                               || path.starts_with("/images/") || path.starts_with("/audio/");
    std::string url = joinUrl(base, "/openai");
    if (hasDeployment && !model.empty())
        url = joinUrl(url, "/deployments/" + percentEncoded(model));
    return joinUrl(url, path) + "?api-version=" + percentEncoded(provider.apiVersion);
}

bool isReservedName(std::string_view name)
{
    constexpr std::array<std::string_view, 7> kReserved{"router", "ai",     "v1",     "v1beta",
                                                        "api",    "health", "metrics"};
    return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

std::string_view modelsPath(DialectId dialect)
{
    return dialect == DialectId::Ollama ? "/v1/models" : "/models";
}

std::vector<std::pair<std::string, Secret>> authHeaders(const Provider &provider, const Secret &key)
{
    return authHeaders(provider.auth, key);
}

std::vector<std::pair<std::string, Secret>> authHeaders(AuthKind auth, const Secret &key)
{
    std::vector<std::pair<std::string, Secret>> headers;
    // A secret that signs must never be sent itself.
    if (key.isEmpty() || (auth == AuthKind::Aws && sigv4::parseCredentials(key.reveal())))
        return headers;
    switch (auth) {
    case AuthKind::None:
        break;
    case AuthKind::Aws: // a key that does not sign
    case AuthKind::Bearer:
        headers.emplace_back("authorization", Secret("Bearer " + std::string(key.reveal())));
        break;
    case AuthKind::XApiKey:
        headers.emplace_back("x-api-key", key);
        break;
    case AuthKind::ApiKey:
        headers.emplace_back("api-key", key);
        break;
    case AuthKind::GoogleKey:
        headers.emplace_back("x-goog-api-key", key);
        break;
    case AuthKind::GoogleCloud:
        if (isServiceAccount(key.reveal()))
            break; // its token is fetched first
        return authHeaders(key.reveal().starts_with("ya29.") ? AuthKind::Bearer : AuthKind::GoogleKey, key);
    }
    return headers;
}

std::string joinUrl(std::string_view baseUrl, std::string_view path)
{
    std::string url = withoutTrailingSlash(baseUrl);
    while (path.starts_with('/'))
        path.remove_prefix(1);
    if (path.empty())
        return url;
    if (path.front() != '?')
        url += '/';
    url += path;
    return url;
}

bool pointsAt(std::string_view url, std::string_view address, int port)
{
    if (namesOtherPort(url, port)) // asked for each request, where reading the whole address would show
        return false;
    const QUrl target = parsed(url);
    if (!target.isValid() || target.host().isEmpty())
        return false;
    if (target.port(target.scheme() == QStringLiteral("https") ? 443 : 80) != port)
        return false;
    QString host = target.host().toLower();
    if (host.endsWith(u'.'))
        host.chop(1);
    const QString own = QString::fromUtf8(address.data(), static_cast<qsizetype>(address.size())).toLower();
    // Bound to one outside address, this gateway is not what listens on loopback.
    return host == own || (isLoopbackName(own) && isLoopbackName(host));
}

} // namespace pm
