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
    ApiPath{ApiFamily::V1Beta, "models", Endpoint::Models, "GET", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}", Endpoint::Models, "GET", kGoogle, {}},
    ApiPath{ApiFamily::V1, "models", Endpoint::Models, "GET", kChat, {}},
    ApiPath{ApiFamily::V1, "models/{model}", Endpoint::Models, "GET", kChat, {}},
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

struct Prefix
{
    std::string_view text;
    ApiFamily family;
};
constexpr std::array kPrefixes{
    Prefix{"v1", ApiFamily::V1},
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
    const std::size_t at = row.pattern.find(kModel);
    if (at == std::string_view::npos)
        return api == row.pattern ? std::optional<std::string>(std::in_place) : std::nullopt;
    const std::string_view before = row.pattern.substr(0, at);
    const std::string_view behind = row.pattern.substr(at + kModel.size());
    if (api.size() <= before.size() + behind.size() || !api.starts_with(before) || !api.ends_with(behind))
        return std::nullopt;
    return std::string(api.substr(before.size(), api.size() - before.size() - behind.size()));
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

/// Takes the prefix off and says which it was.
ApiFamily takePrefix(std::string_view &api)
{
    for (const Prefix &prefix : kPrefixes) {
        const std::string_view segment = api.substr(0, api.find('/'));
        if (segment != prefix.text)
            continue;
        api = withoutLeadingSlashes(api.substr(segment.size()));
        return prefix.family == ApiFamily::V1Beta && takeOpenAiBase(api) ? ApiFamily::V1 : prefix.family;
    }
    return ApiFamily::V1;
}

} // namespace

std::optional<ApiMatch> matchApiPath(std::string_view api, std::string_view method)
{
    // A base URL with a slash too many ("…/v1/" + "/chat/completions") means the same place.
    api = withoutLeadingSlashes(api);
    while (api.ends_with('/'))
        api.remove_suffix(1);
    const ApiFamily family = takePrefix(api);
    std::optional<ApiMatch> first;
    for (const ApiPath &row : kPaths) {
        if (!standsBehind(row, family))
            continue;
        auto model = fit(row, api);
        if (!model)
            continue;
        const bool isMethod = row.method == method || (row.method == "GET" && method == "HEAD");
        if (isMethod)
            return ApiMatch{&row, std::string(api), std::move(*model)};
        if (!first)
            first = ApiMatch{&row, std::string(api), std::move(*model)};
    }
    return first;
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
