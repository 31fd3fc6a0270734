// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/api_paths.h"

#include <algorithm>
#include <array>

namespace pm {

namespace {

constexpr DialectId kChat = DialectId::OpenAiChat;
constexpr DialectId kMessages = DialectId::AnthropicMessages;
constexpr DialectId kGoogle = DialectId::Gemini;

/// THE TABLE. Where two rows match, the first one holds.
constexpr std::array kPaths{
    ApiPath{ApiFamily::V1, "chat/completions", Endpoint::Chat, "POST", kChat, {}},
    ApiPath{ApiFamily::V1, "embeddings", Endpoint::Embeddings, "POST", kChat, {}},
    ApiPath{ApiFamily::V1, "messages", Endpoint::Chat, "POST", kMessages, {}},
    ApiPath{ApiFamily::V1, "messages/count_tokens", Endpoint::CountTokens, "POST", kMessages, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}:generateContent", Endpoint::Chat, "POST", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}:streamGenerateContent", Endpoint::Chat, "POST", kGoogle, {}, true},
    ApiPath{ApiFamily::V1Beta, "models/{model}:countTokens", Endpoint::CountTokens, "POST", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models", Endpoint::Models, "GET", kGoogle, {}},
    ApiPath{ApiFamily::V1Beta, "models/{model}", Endpoint::Models, "GET", kGoogle, {}},
    ApiPath{ApiFamily::V1, "models", Endpoint::Models, "GET", kChat, {}},
    ApiPath{ApiFamily::V1, "models/{model}", Endpoint::Models, "GET", kChat, {}},
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

std::optional<ApiMatch> matchApiPath(std::string_view api)
{
    // A base URL with a slash too many ("…/v1/" + "/chat/completions") means the same place.
    api = withoutLeadingSlashes(api);
    while (api.ends_with('/'))
        api.remove_suffix(1);
    const ApiFamily family = takePrefix(api);
    for (const ApiPath &row : kPaths) {
        if (!standsBehind(row, family))
            continue;
        if (auto model = fit(row, api))
            return ApiMatch{&row, std::string(api), std::move(*model)};
    }
    return std::nullopt;
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
    for (const ApiPath &row : kPaths)
        names.push_back(pathName(row));
    return names;
}

bool beginsApiPath(std::string_view segment)
{
    const auto isPrefix = [&](const Prefix &prefix) { return prefix.text == segment; };
    return std::any_of(kPrefixes.begin(), kPrefixes.end(), isPrefix)
           || std::any_of(kPaths.begin(), kPaths.end(), [&](const ApiPath &row) {
                  return row.pattern.substr(0, row.pattern.find('/')) == segment;
              });
}

} // namespace pm
