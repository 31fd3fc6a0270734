// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "config/config.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>
#include <vector>

// Who is called: data. A vendor on a known format is one row of the table in providers.cpp.
namespace pm {

enum class AuthKind {
    None,
    Bearer,  ///< Authorization: Bearer KEY
    XApiKey, ///< x-api-key: KEY (Anthropic)
    ApiKey,  ///< api-key: KEY (Azure style)
    Aws,     ///< Signature Version 4 for a key AKID:SECRET[:TOKEN], else a bearer key (providers/sigv4.h)
    GoogleKey,   ///< x-goog-api-key: KEY (Google AI)
    GoogleCloud, ///< Vertex: a service account (its token as bearer), an access token, or an API key (express mode)
};

/// How a vendor deviates from its format; becomes TargetTraits.
struct Quirks
{
    bool maxTokensOnly = false;      ///< knows max_tokens, not max_completion_tokens
    bool developerRole = false;
    bool noStreamOptions = false;    ///< refuses stream_options
    bool noReasoningEffort = false;
    bool echoReasoning = false;
    bool noParallelToolCallsField = false;
    bool requiredIsAny = false;
    bool emptyToolProperties = false;
    bool noToolContentParts = false;
    bool strictFields = false;
    bool noStructuredOutput = false;
    OpenAiDeviations deviations{};
    bool customTools = false;        ///< knows tools of free text
    bool keepsResponses = false;     ///< Responses: finds earlier answers by their ids
};

/// A further format in the table of vendors.
struct SurfaceRow
{
    DialectId dialect = DialectId::OpenAiChat;
    std::string_view baseUrl;      ///< empty means the row's own
    bool isForEmbeddings = false;  ///< for embeddings alone
    AuthKind auth = AuthKind::None; ///< None: as the row says
};

/// One wire format that a vendor speaks, and what precedes the paths of that format there.
struct Surface
{
    DialectId dialect = DialectId::OpenAiChat;
    std::string baseUrl;
    std::string models;            ///< what the names of its models begin with: those alone, and always those; empty: all
    std::string family;            ///< of its signatures, where it is not the provider's
    std::string platformVersion;   ///< see TargetTraits
    bool isForEmbeddings = false;  ///< for embeddings alone
    AuthKind auth = AuthKind::None; ///< None: the provider's
    bool operator==(const Surface &) const = default;
};

/// One of config::Service that a provider has, in the form of one format.
struct Offer
{
    config::Service service = config::Service::Images;
    DialectId format = DialectId::OpenAiChat; ///< OpenAI's form is OpenAiChat, whichever of its formats is asked
    std::string below;              ///< between the provider's base URL and the paths of that form: "/openai"
    AuthKind auth = AuthKind::None; ///< None: the provider's
    bool isKnown = true;            ///< false: nobody has said that it has, or that it has not
    bool operator==(const Offer &) const = default;
};

/// A vendor as the program knows it. `ProviderRow` is built in; `Provider` is what a snapshot uses.
struct ProviderRow
{
    std::string_view name;        ///< "openai": in URLs and config
    std::string_view title;       ///< "OpenAI": in the window
    DialectId dialect = DialectId::OpenAiChat;
    std::string_view baseUrl;     ///< what precedes /chat/completions or /messages; no trailing slash
    AuthKind auth = AuthKind::Bearer;
    std::vector<std::string_view> environment; ///< names that hold a key by convention, in order
    std::string_view keyPage;     ///< where a user gets a key
    std::string_view family;      ///< whose reasoning signatures it takes: "anthropic", "openai", ...
    bool isLocal = false;         ///< runs on this machine, found by discovery, needs no key
    Quirks quirks;
    std::string_view colour;      ///< steady colour of its dot, "#d97757"
    /// Further formats, so that their clients' bytes pass untouched; an empty URL means the row's own.
    std::vector<SurfaceRow> also{};
};

/// THE TABLE.
const std::vector<ProviderRow> &providerRows();
const ProviderRow *findProviderRow(std::string_view name);

/// A provider of one configuration: the row, overlaid by the config's entry. Custom providers have no row.
struct Provider
{
    std::string name;
    std::string title;
    DialectId dialect = DialectId::OpenAiChat;
    std::string baseUrl;
    AuthKind auth = AuthKind::Bearer;
    std::vector<std::string> keyReferences; ///< in the order in which they are tried
    std::string keyPage;
    std::string family;
    bool isLocal = false;
    bool isDemo = false;
    bool isConfigured = false;  ///< named in the config file
    bool isEnabled = true;
    bool passClientKey = false;
    std::string anthropicVersion;
    std::string region;     ///< AWS: where it runs, part of its host and of the signature
    std::string apiVersion; ///< Azure: asks in the classic form, deployment in the path
    std::vector<std::string> models; ///< config's and discovered ones; the catalogue's come on top
    std::optional<config::Price> price;
    std::vector<std::pair<std::string, std::string>> headers;
    Quirks quirks;
    std::string colour;
    std::vector<Surface> also; ///< further formats that it speaks
    std::optional<std::vector<Offer>> services; ///< besides conversations and embeddings; unset: not known
};

/// Where a client of that format is best served: at the place of the model where it has one of its own, in the client's
/// format where the provider speaks it, else in the provider's main one.
Surface surfaceFor(const Provider &provider, DialectId client, std::string_view model = {},
                   Operation operation = Operation::Chat);

/// The URL of a call: base, path, and what Azure's classic form puts between and behind them.
std::string callUrl(const Provider &provider, const Surface &surface, std::string_view path, std::string_view model);

/// Rows and config together, rows first in table order, then custom ones. Disabled ones are left in, marked.
std::vector<Provider> buildProviders(const config::Config &config);

/// First segments that a provider may not be called: router ai v1 v1beta api health metrics.
bool isReservedName(std::string_view name);

/// Where a server of that format lists its models in a shape that discovery reads, below its base URL.
std::string_view modelsPath(DialectId dialect);

/// Builds the authentication fields for `key`. Empty for AuthKind::None or an empty key, and for a key that signs: see
/// providers/sigv4.h.
std::vector<std::pair<std::string, Secret>> authHeaders(const Provider &provider, const Secret &key);
std::vector<std::pair<std::string, Secret>> authHeaders(AuthKind auth, const Secret &key);

/// "https://host/v1" + "/chat/completions". Handles slashes on both sides.
std::string joinUrl(std::string_view baseUrl, std::string_view path);

/// True when a URL's host and port are this gateway's own (loopback names included).
bool pointsAt(std::string_view url, std::string_view address, int port);

} // namespace pm
