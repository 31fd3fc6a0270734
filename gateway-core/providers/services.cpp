// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/services.h"

#include <algorithm>

// What the vendors have beside their chats, from their own API references. Only what takes the same paths and bodies as
// the reference of its form stands here: a service under another path is reached directly, at /{provider}/….
namespace pm {

namespace {

using S = config::Service;
constexpr DialectId kOpenAi = DialectId::OpenAiChat;
constexpr DialectId kMessages = DialectId::AnthropicMessages;
constexpr DialectId kGoogle = DialectId::Gemini;

struct Row
{
    std::string_view provider;
    DialectId format; ///< whose form
    std::vector<S> services;
    std::string_view below{};
    AuthKind auth = AuthKind::None;
};

/// THE TABLE. A built-in provider without a row has nothing but conversations and embeddings.
const std::vector<Row> &rows()
{
    // clang-format off
    static const std::vector<Row> table{
        {"openai", kOpenAi, {S::Images, S::ImageEdits, S::Speech, S::Transcriptions, S::Translations, S::Moderations,
                             S::Files, S::Uploads, S::Batches, S::Realtime, S::Videos}},
        {"anthropic", kMessages, {S::Files, S::Batches}},
        {"gemini", kGoogle, {S::Files, S::Batches, S::Caches, S::Predictions}},
        {"gemini", kOpenAi, {S::Images}, "/openai", AuthKind::Bearer},
        {"vertex", kGoogle, {S::Predictions}},
        {"mistral", kOpenAi, {S::Transcriptions, S::Moderations, S::Files}},
        {"groq", kOpenAi, {S::Speech, S::Transcriptions, S::Translations, S::Files, S::Batches}},
        {"xai", kOpenAi, {S::Images, S::ImageEdits, S::Files, S::Batches, S::Realtime, S::Videos}},
        {"cohere", kOpenAi, {S::Rerank}},
        {"openrouter", kOpenAi, {S::Speech, S::Rerank}},
        {"together", kOpenAi, {S::Images, S::Speech, S::Transcriptions, S::Translations, S::Rerank, S::Files,
                               S::Batches}},
        {"fireworks", kOpenAi, {S::Rerank}},
        {"sambanova", kOpenAi, {S::Transcriptions, S::Translations}},
        {"deepinfra", kOpenAi, {S::Images, S::ImageEdits, S::Speech, S::Transcriptions, S::Translations}},
        {"moonshot", kOpenAi, {S::Files}},
        {"zai", kOpenAi, {S::Images, S::Transcriptions}},
        {"zhipu", kOpenAi, {S::Images, S::Speech, S::Transcriptions, S::Moderations, S::Rerank, S::Files, S::Batches}},
        {"alibaba", kOpenAi, {S::Files, S::Batches}},
        {"azure", kOpenAi, {S::Images, S::ImageEdits, S::Speech, S::Transcriptions, S::Translations, S::Files,
                            S::Batches, S::Realtime, S::Videos}},
        {"vercel", kOpenAi, {S::Images}},
        {"nebius", kOpenAi, {S::Files, S::Batches}},
        {"siliconflow", kOpenAi, {S::Images, S::Speech, S::Transcriptions, S::Rerank}},
        {"scaleway", kOpenAi, {S::Transcriptions}},
        {"ovhcloud", kOpenAi, {S::Transcriptions}},
        {"venice", kOpenAi, {S::Images, S::Speech}},
        {"llamacpp", kOpenAi, {S::Rerank}},
        {"vllm", kOpenAi, {S::Transcriptions, S::Translations, S::Rerank}},
    };
    // clang-format on
    return table;
}

/// Anthropic's and Google's services have forms of their own; all else is asked as OpenAI's are, rerank too.
DialectId formOf(DialectId format)
{
    return format == kMessages || format == kGoogle ? format : kOpenAi;
}

/// Where a server of that format has the services of OpenAI's form.
std::string_view belowOf(DialectId format)
{
    return format == DialectId::Ollama ? "/v1" : "";
}

bool canServe(DialectId format)
{
    return format != DialectId::Bedrock; // signs each call for its own paths, and has none of these
}

/// Google takes uploads beside its versions: "https://host/v1beta" -> "https://host/upload/v1beta".
std::string uploadBase(std::string_view base)
{
    const std::size_t scheme = base.find("://");
    const std::size_t path = scheme == std::string_view::npos ? scheme : base.find('/', scheme + 3);
    if (path == std::string_view::npos)
        return std::string(base) + "/upload";
    return std::string(base.substr(0, path)) + "/upload" + std::string(base.substr(path));
}

} // namespace

std::vector<Offer> knownOffers(std::string_view provider)
{
    std::vector<Offer> offers;
    for (const Row &row : rows()) {
        if (row.provider != provider)
            continue;
        for (const S service : row.services)
            offers.push_back({service, row.format, std::string(row.below), row.auth});
    }
    return offers;
}

std::vector<Offer> offersOf(DialectId format, const std::vector<config::Service> &services)
{
    std::vector<Offer> offers;
    for (const S service : services)
        offers.push_back({service, formOf(format), std::string(belowOf(format))});
    return offers;
}

std::optional<Offer> offerOf(const Provider &provider, config::Service service, DialectId client)
{
    const DialectId form = formOf(client);
    if (!provider.services) {
        if (!canServe(provider.dialect) || formOf(provider.dialect) != form)
            return std::nullopt;
        return Offer{service, form, std::string(belowOf(provider.dialect)), AuthKind::None, false};
    }
    const auto found = std::find_if(provider.services->begin(), provider.services->end(), [&](const Offer &offer) {
        return offer.service == service && offer.format == form;
    });
    return found == provider.services->end() ? std::nullopt : std::optional(*found);
}

std::string serviceUrl(const Provider &provider, const Offer &offer, std::string_view path, std::string_view version,
                       std::string_view query, std::string_view model)
{
    constexpr std::string_view kUpload = "upload/";
    Surface surface;
    surface.dialect = offer.format;
    surface.baseUrl = provider.baseUrl + offer.below;
    if (offer.format == kGoogle && path.starts_with(kUpload)) {
        surface.baseUrl = uploadBase(surface.baseUrl);
        path.remove_prefix(kUpload.size());
    }
    // Cohere has its rerank in two versions, and the client means the one that it wrote.
    if (version == "v1" && surface.baseUrl.ends_with("/v2"))
        surface.baseUrl.replace(surface.baseUrl.size() - version.size(), version.size(), version);
    std::string url = callUrl(provider, surface, "/" + std::string(path), model);
    if (!query.empty())
        url.append(url.find('?') == std::string::npos ? "?" : "&").append(query);
    return url;
}

} // namespace pm
