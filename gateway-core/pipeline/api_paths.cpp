// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/api_paths.h"

#include <algorithm>
#include <array>

namespace pm {

namespace {

constexpr DialectId kChat = DialectId::OpenAiChat;
constexpr DialectId kMessages = DialectId::AnthropicMessages;
constexpr DialectId kResponses = DialectId::OpenAiResponses;
constexpr DialectId kCompletions = DialectId::OpenAiCompletions;
constexpr DialectId kOllama = DialectId::Ollama;
constexpr DialectId kGoogle = DialectId::Gemini;
constexpr DialectId kCohere = DialectId::Cohere;
using S = config::Service;

/// A row of what passes through as it is.
constexpr ApiPath passes(ApiFamily family, std::string_view pattern, S service, DialectId dialect = kChat,
                         std::string_view method = {}, std::string_view variant = {})
{
    return {family, pattern, Endpoint::Service, method, dialect, variant, false, service};
}

/// THE TABLE. Where two rows match, the first one with the request's method holds, else the first one.
constexpr std::array kPaths{
    ApiPath{ApiFamily::V1, "chat/completions", Endpoint::Chat, "POST", kChat, {}},
    ApiPath{ApiFamily::V1, "completions", Endpoint::Chat, "POST", kCompletions, {}},
    ApiPath{ApiFamily::V1, "responses", Endpoint::Chat, "POST", kResponses, {}},
    ApiPath{ApiFamily::V1, "responses", Endpoint::StoredResponse, "GET", kResponses, "socket"},
    ApiPath{ApiFamily::V1, "responses/input_tokens", Endpoint::CountTokens, "POST", kResponses, {}},
    ApiPath{ApiFamily::V1, "responses/{model}/input_items", Endpoint::StoredResponse, "GET", kResponses, "input_items"},
    ApiPath{ApiFamily::V1, "responses/{model}/cancel", Endpoint::StoredResponse, "POST", kResponses, "cancel"},
    ApiPath{ApiFamily::V1, "responses/{model}", Endpoint::StoredResponse, "GET", kResponses, "whole"},
    ApiPath{ApiFamily::V1, "responses/{model}", Endpoint::StoredResponse, "DELETE", kResponses, "delete"},
    ApiPath{ApiFamily::V1, "embeddings", Endpoint::Embeddings, "POST", kChat, {}},
    ApiPath{ApiFamily::V1, "messages", Endpoint::Chat, "POST", kMessages, {}},
    ApiPath{ApiFamily::V1, "messages/count_tokens", Endpoint::CountTokens, "POST", kMessages, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}:generateContent", Endpoint::Chat, "POST", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}:streamGenerateContent", Endpoint::Chat, "POST", kGoogle, {}, true},
    ApiPath{ApiFamily::V1Beta, "models/{model}:countTokens", Endpoint::CountTokens, "POST", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}:embedContent", Endpoint::Embeddings, "POST", kGoogle, "embedContent"},
    ApiPath{ApiFamily::V1Beta, "models/{model}:batchEmbedContents", Endpoint::Embeddings, "POST", kGoogle,
            "batchEmbedContents"},
    passes(ApiFamily::V1Beta, "models/{model}:batchGenerateContent", S::Batches, kGoogle, "POST"),
    passes(ApiFamily::V1Beta, "models/{model}:asyncBatchEmbedContent", S::Batches, kGoogle, "POST"),
    passes(ApiFamily::V1Beta, "models/{model}:predict", S::Predictions, kGoogle, "POST"),
    passes(ApiFamily::V1Beta, "models/{model}:predictLongRunning", S::Predictions, kGoogle, "POST"),
    passes(ApiFamily::V1Beta, "models/{model}/operations/*", S::Predictions, kGoogle),
    passes(ApiFamily::V1Beta, "operations/*", S::Predictions, kGoogle),
    passes(ApiFamily::V1Beta, "files", S::Files, kGoogle),
    passes(ApiFamily::V1Beta, "files/*", S::Files, kGoogle),
    passes(ApiFamily::V1Beta, "upload/files", S::Files, kGoogle),
    passes(ApiFamily::V1Beta, "batches", S::Batches, kGoogle),
    passes(ApiFamily::V1Beta, "batches/*", S::Batches, kGoogle),
    passes(ApiFamily::V1Beta, "cachedContents", S::Caches, kGoogle),
    passes(ApiFamily::V1Beta, "cachedContents/*", S::Caches, kGoogle),
    ApiPath{ApiFamily::V1Beta, "models", Endpoint::Models, "GET", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}", Endpoint::Models, "GET", kGoogle, {}},
    ApiPath{ApiFamily::V1, "models", Endpoint::Models, "GET", kChat, {}},
    ApiPath{ApiFamily::V1, "models/{model}", Endpoint::Models, "GET", kChat, {}},
    passes(ApiFamily::V1, "images/generations", S::Images, kChat, "POST"),
    passes(ApiFamily::V1, "images/edits", S::ImageEdits, kChat, "POST"),
    passes(ApiFamily::V1, "images/variations", S::ImageEdits, kChat, "POST"),
    passes(ApiFamily::V1, "audio/speech", S::Speech, kChat, "POST"),
    passes(ApiFamily::V1, "audio/transcriptions", S::Transcriptions, kChat, "POST"),
    passes(ApiFamily::V1, "audio/translations", S::Translations, kChat, "POST"),
    passes(ApiFamily::V1, "moderations", S::Moderations, kChat, "POST"),
    passes(ApiFamily::V1, "rerank", S::Rerank, kChat, "POST"),
    passes(ApiFamily::V2, "rerank", S::Rerank, kCohere, "POST"),
    passes(ApiFamily::V1, "files", S::Files),
    passes(ApiFamily::V1, "files/*", S::Files),
    passes(ApiFamily::V1, "uploads", S::Uploads),
    passes(ApiFamily::V1, "uploads/*", S::Uploads),
    passes(ApiFamily::V1, "batches", S::Batches),
    passes(ApiFamily::V1, "batches/*", S::Batches),
    passes(ApiFamily::V1, "messages/batches", S::Batches, kMessages),
    passes(ApiFamily::V1, "messages/batches/*", S::Batches, kMessages),
    passes(ApiFamily::V1, "realtime", S::Realtime, kChat, "GET", "socket"),
    passes(ApiFamily::V1, "realtime/*", S::Realtime),
    passes(ApiFamily::V1, "videos", S::Videos),
    passes(ApiFamily::V1, "videos/*", S::Videos),
    ApiPath{ApiFamily::Api, "chat", Endpoint::Chat, "POST", kOllama, {}},
    ApiPath{ApiFamily::Api, "generate", Endpoint::Chat, "POST", kOllama, "generate"},
    ApiPath{ApiFamily::Api, "embed", Endpoint::Embeddings, "POST", kOllama, {}},
    ApiPath{ApiFamily::Api, "embeddings", Endpoint::Embeddings, "POST", kOllama, "embeddings"},
    ApiPath{ApiFamily::Api, "tags", Endpoint::Models, "GET", kOllama, "tags"},
    ApiPath{ApiFamily::Api, "show", Endpoint::Models, "POST", kOllama, "show"},
    ApiPath{ApiFamily::Api, "ps", Endpoint::Models, "GET", kOllama, "ps"},
    ApiPath{ApiFamily::Api, "version", Endpoint::Models, "GET", kOllama, "version"},
    ApiPath{ApiFamily::Api, "pull", Endpoint::Models, "POST", kOllama, "pull"},
    ApiPath{ApiFamily::Api, "push", Endpoint::Models, "POST", kOllama, "push"},
    ApiPath{ApiFamily::Api, "create", Endpoint::Models, "POST", kOllama, "create"},
    ApiPath{ApiFamily::Api, "copy", Endpoint::Models, "POST", kOllama, "copy"},
    ApiPath{ApiFamily::Api, "delete", Endpoint::Models, "DELETE", kOllama, "delete"},
};

constexpr std::string_view kModel = "{model}";
/// Google takes uploads at a place before its versions.
constexpr std::string_view kUpload = "upload";

struct Prefix
{
    std::string_view text;
    ApiFamily family;
};
constexpr std::array kPrefixes{
    Prefix{"v1", ApiFamily::V1},
    Prefix{"v2", ApiFamily::V2},
    Prefix{"v1beta", ApiFamily::V1Beta},
    Prefix{"v1alpha", ApiFamily::V1Beta},
    Prefix{"api", ApiFamily::Api},
};

/// Google serves its methods under "v1" too.
bool standsBehind(const ApiPath &row, ApiFamily prefix)
{
    const bool isMethod = row.family == ApiFamily::V1Beta && row.pattern.find(':') != std::string_view::npos;
    return row.family == prefix || (prefix == ApiFamily::V1 && isMethod);
}

/// What `{model}` stands for in `api`; nothing when the row's pattern does not fit.
std::optional<std::string> fit(const ApiPath &row, std::string_view api)
{
    const bool goesOn = row.pattern.ends_with('*');
    const std::string_view pattern = row.pattern.substr(0, row.pattern.size() - (goesOn ? 1 : 0));
    const std::size_t at = pattern.find(kModel);
    if (at == std::string_view::npos) {
        const bool fits = goesOn ? api.starts_with(pattern) && api.size() > pattern.size() : api == pattern;
        return fits ? std::optional<std::string>(std::in_place) : std::nullopt;
    }
    const std::string_view behind = pattern.substr(at + kModel.size());
    if (!api.starts_with(pattern.substr(0, at)))
        return std::nullopt;
    const std::string_view rest = api.substr(at);
    const std::size_t end = goesOn                   ? rest.find(behind)
                            : rest.ends_with(behind) ? rest.size() - behind.size()
                                                     : std::string_view::npos;
    if (end == std::string_view::npos || end == 0 || (goesOn && end + behind.size() == rest.size()))
        return std::nullopt;
    return std::string(rest.substr(0, end));
}

std::string_view withoutLeadingSlashes(std::string_view path)
{
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    return path;
}

/// Google's base URL for OpenAI's clients ends in "v1beta/openai".
bool takeOpenAiBase(std::string_view &api)
{
    constexpr std::string_view kBase = "openai";
    if (api.substr(0, api.find('/')) != kBase)
        return false;
    api = withoutLeadingSlashes(api.substr(kBase.size()));
    return true;
}

/// Takes the prefix off and says which it was; without one V1 is meant.
Prefix takePrefix(std::string_view &api)
{
    for (const Prefix &prefix : kPrefixes) {
        const std::string_view segment = api.substr(0, api.find('/'));
        if (segment != prefix.text)
            continue;
        api = withoutLeadingSlashes(api.substr(segment.size()));
        const bool isOpenAi = prefix.family == ApiFamily::V1Beta && takeOpenAiBase(api);
        return {prefix.text, isOpenAi ? ApiFamily::V1 : prefix.family};
    }
    return {{}, ApiFamily::V1};
}

bool takeUpload(std::string_view &api)
{
    if (api.substr(0, api.find('/')) != kUpload)
        return false;
    api = withoutLeadingSlashes(api.substr(kUpload.size()));
    return true;
}

} // namespace

std::optional<ApiMatch> matchApiPath(std::string_view api, std::string_view method)
{
    // A base URL with a slash too many ("…/v1/" + "/chat/completions") means the same place.
    api = withoutLeadingSlashes(api);
    while (api.ends_with('/'))
        api.remove_suffix(1);
    const bool isUpload = takeUpload(api);
    const Prefix prefix = takePrefix(api);
    const std::string path = (isUpload ? std::string(kUpload) + "/" : std::string()) + std::string(api);
    std::optional<ApiMatch> first;
    for (const ApiPath &row : kPaths) {
        if (!standsBehind(row, prefix.family))
            continue;
        auto model = fit(row, path);
        if (!model)
            continue;
        if (takesMethod(row, method))
            return ApiMatch{&row, path, std::move(*model), prefix.text};
        if (!first)
            first = ApiMatch{&row, path, std::move(*model), prefix.text};
    }
    return first;
}

bool takesMethod(const ApiPath &row, std::string_view method)
{
    return row.method.empty() || row.method == method || (row.method == "GET" && method == "HEAD");
}

std::string pathName(const ApiPath &row)
{
    const auto prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(),
                                     [&](const Prefix &each) { return each.family == row.family; });
    return "/" + std::string(prefix->text) + "/" + std::string(row.pattern);
}

std::vector<std::string> apiPathNames()
{
    std::vector<std::string> names;
    for (const ApiPath &row : kPaths) {
        if (row.pattern.ends_with('*') || row.pattern.starts_with(kUpload))
            continue; // what is below, or before, a path that is named
        if (std::string name = pathName(row); names.empty() || names.back() != name) // one path, several methods
            names.push_back(std::move(name));
    }
    return names;
}

bool beginsApiPath(std::string_view segment)
{
    const auto isPrefix = [&](const Prefix &prefix) { return prefix.text == segment; };
    return std::any_of(kPrefixes.begin(), kPrefixes.end(), isPrefix)
           || std::any_of(kPaths.begin(), kPaths.end(), [&](const ApiPath &row) {
                  // Without its prefix no path of Ollama's is one: a base URL that leaves it out means V1.
                  return row.family != ApiFamily::Api && row.pattern.substr(0, row.pattern.find('/')) == segment;
              });
}

} // namespace pm
