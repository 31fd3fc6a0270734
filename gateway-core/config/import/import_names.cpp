// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_names.h"

#include "base/text.h"

#include <QString>
#include <QUrl>

#include <algorithm>
#include <array>
#include <cctype>

namespace pm::config::import {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// Foreign name, ours. LiteLLM's prefixes (docs: providers), Portkey's provider slugs (src/globals.ts), and
/// ours.
constexpr Pair kVendors[] = {
    {"openai", "openai"},
    {"text-completion-openai", "openai"},
    {"azure", "azure"},
    {"azure-openai", "azure"},
    {"azure_text", "azure"},
    {"anthropic", "anthropic"},
    {"anthropic_text", "anthropic"},
    {"bedrock", "bedrock"},
    {"bedrock_converse", "bedrock"},
    {"vertex_ai", "vertex"},
    {"vertex_ai_beta", "vertex"},
    {"vertex-ai", "vertex"},
    {"vertex", "vertex"},
    {"gemini", "gemini"},
    {"google", "gemini"},
    {"openrouter", "openrouter"},
    {"ollama", "ollama"},
    {"ollama_chat", "ollama"},
    {"groq", "groq"},
    {"mistral", "mistral"},
    {"mistral-ai", "mistral"},
    {"deepseek", "deepseek"},
    {"xai", "xai"},
    {"x-ai", "xai"},
    {"cohere", "cohere"},
    {"cohere_chat", "cohere"},
    {"together_ai", "together"},
    {"together-ai", "together"},
    {"together", "together"},
    {"fireworks_ai", "fireworks"},
    {"fireworks-ai", "fireworks"},
    {"fireworks", "fireworks"},
    {"perplexity", "perplexity"},
    {"perplexity-ai", "perplexity"},
    {"cerebras", "cerebras"},
    {"sambanova", "sambanova"},
    {"nvidia_nim", "nvidia"},
    {"nvidia", "nvidia"},
    {"huggingface", "huggingface"},
    {"deepinfra", "deepinfra"},
    {"moonshot", "moonshot"},
    {"zai", "zai"},
    {"z-ai", "zai"},
    {"zhipu", "zhipu"},
    {"dashscope", "alibaba"},
    {"alibaba", "alibaba"},
    {"github", "github-models"},
    {"github-models", "github-models"},
    {"vercel_ai_gateway", "vercel"},
    {"vercel", "vercel"},
    {"cloudflare", "cloudflare"},
    {"workers-ai", "cloudflare"},
    {"nebius", "nebius"},
    {"novita", "novita"},
    {"novita-ai", "novita"},
    {"siliconflow", "siliconflow"},
    {"hyperbolic", "hyperbolic"},
    {"baseten", "baseten"},
    {"scaleway", "scaleway"},
    {"ovhcloud", "ovhcloud"},
    {"chutes", "chutes"},
    {"meta_llama", "llama"},
    {"llama", "llama"},
    {"upstage", "upstage"},
    {"friendliai", "friendli"},
    {"friendli", "friendli"},
    {"lm_studio", "lmstudio"},
    {"lmstudio", "lmstudio"},
    {"hosted_vllm", "vllm"},
    {"vllm", "vllm"},
    {"llamacpp", "llamacpp"},
    {"minimax", "minimax"},
    {"kimi", "kimi"},
    {"xiaomi", "xiaomi"},
    {"inference-net", "inference"},
    {"opencode", "opencode"},
};

/// What the models of a vendor begin with, where LiteLLM takes them without a prefix.
constexpr Pair kModels[] = {
    {"gpt-", "openai"},   {"chatgpt-", "openai"},        {"o1", "openai"},        {"o3", "openai"},
    {"o4", "openai"},     {"text-embedding-", "openai"}, {"dall-e", "openai"},    {"whisper", "openai"},
    {"tts-", "openai"},   {"ft:gpt-", "openai"},         {"claude", "anthropic"}, {"command", "cohere"},
    {"gemini", "vertex"}, {"embed-english", "cohere"},
};

QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

std::string_view withoutSlashes(std::string_view text)
{
    while (text.ends_with('/'))
        text.remove_suffix(1);
    return text;
}

} // namespace

std::string_view vendorNamed(std::string_view foreign)
{
    const std::string name = lowerAscii(foreign);
    for (const auto &[there, here] : kVendors) {
        if (there == name)
            return here;
    }
    return {};
}

std::string_view vendorOfModel(std::string_view model)
{
    for (const auto &[start, vendor] : kModels) {
        if (model.starts_with(start))
            return vendor;
    }
    return {};
}

std::string_view vendorOfSlug(std::string_view slug)
{
    const std::string text = lowerAscii(slug);
    std::string_view longest;
    std::string_view vendor;
    for (const auto &[there, here] : kVendors) {
        const bool isWord = text.size() == there.size() ||
                            (text.size() > there.size() &&
                             std::string_view("-_").find(text[there.size()]) != std::string_view::npos);
        if (text.starts_with(there) && isWord && there.size() > longest.size()) {
            longest = there;
            vendor = here;
        }
    }
    return vendor;
}

bool isPlainUrl(std::string_view text)
{
    const QUrl url(toQt(text), QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && !url.hasQuery() &&
           !url.hasFragment() &&
           (url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https"));
}

std::pair<std::string, std::string> splitUrl(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t slash = std::min(url.find('/', start), url.size());
    std::string host = lowerAscii(url.substr(0, slash));
    for (const std::string_view local : {"//localhost", "//0.0.0.0"}) {
        if (const std::size_t at = host.find(local); at != std::string::npos)
            host.replace(at, local.size(), "//127.0.0.1");
    }
    return {host, std::string(withoutSlashes(url.substr(slash)))};
}

bool isSamePlace(std::string_view a, std::string_view b)
{
    const auto [hostA, pathA] = splitUrl(a);
    const auto [hostB, pathB] = splitUrl(b);
    if (hostA != hostB || hostA.empty())
        return false;
    const bool isShort = pathA.empty() || pathB.empty();
    const std::string &longer = pathA.empty() ? pathB : pathA;
    return pathA == pathB || (isShort && (longer == "/v1" || longer == "/v1beta"));
}

std::string withoutOperation(std::string_view url)
{
    url = withoutSlashes(url);
    for (const std::string_view end :
         {"/chat/completions", "/completions", "/messages", "/responses", "/models"}) {
        if (url.ends_with(end)) {
            url.remove_suffix(end.size());
            break;
        }
    }
    return std::string(withoutSlashes(url));
}

std::string legalName(std::string_view text, std::size_t most)
{
    std::string name;
    for (const char c : text) {
        const bool isLegal = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
        if (isLegal || (!name.empty() && name.back() != '-'))
            name += isLegal ? c : '-';
        if (name.size() == most)
            break;
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name.empty() ? "x" : name;
}

bool isPlainHeader(std::string_view name)
{
    constexpr std::array<std::string_view, 5> kPlain{"http-referer", "x-title", "anthropic-beta",
                                                     "anthropic-version", "user-agent"};
    return std::find(kPlain.begin(), kPlain.end(), lowerAscii(name)) != kPlain.end();
}

} // namespace pm::config::import
