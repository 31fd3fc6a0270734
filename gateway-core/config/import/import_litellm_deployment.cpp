// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_litellm.h"

#include "config/import/import_names.h"
#include "config/scalars.h"

#include <cmath>

namespace pm::config::import {

namespace {

constexpr std::string_view kEnvironment = "os.environ/";

/// Prefixes that mean "speaks OpenAI's format at api_base".
bool isCompatible(std::string_view prefix)
{
    constexpr std::string_view kNames[] = {"openai_like", "custom_openai",      "litellm_proxy",
                                           "xinference",  "llamafile",          "infinity",
                                           "azure_ai",    "docker_model_runner"};
    for (const std::string_view name : kNames) {
        if (name == prefix)
            return true;
    }
    return false;
}

/// A text that may be "os.environ/X": then it is not known here, which is noted with the variable that sets
/// it.
std::string known(Draft &draft, const At &at, std::string_view ours)
{
    const std::string text = at.text();
    if (!text.starts_with(kEnvironment))
        return text;
    draft.notMapped(at, "the value is in an environment variable, where only keys may be",
                    "write it into providers.NAME." + std::string(ours));
    return {};
}

struct ModelName
{
    std::string vendor; ///< ours; empty: unknown
    std::string prefix; ///< as written
    std::string model;
};

/// "azure/my-deployment", "bedrock/converse/anthropic.claude…", "gpt-4o".
ModelName splitModel(const At &params)
{
    ModelName name;
    const std::string text = params["model"].text();
    const std::string said = params["custom_llm_provider"].text();
    const std::size_t slash = text.find('/');
    name.prefix = said.empty() ? text.substr(0, slash == std::string::npos ? 0 : slash) : said;
    name.vendor = vendorNamed(name.prefix);
    const bool isPrefixed = slash != std::string::npos && text.starts_with(name.prefix + "/");
    const bool isKnown = !name.vendor.empty() || isCompatible(name.prefix);
    name.model = isPrefixed && isKnown ? text.substr(slash + 1) : text;
    if (!isKnown && said.empty()) {
        name.prefix.clear();
        name.vendor = vendorOfModel(text);
    }
    if (name.vendor == "bedrock") {
        for (const std::string_view route : {"converse/", "invoke/", "converse_like/"}) {
            if (name.model.starts_with(route))
                name.model.erase(0, route.size());
        }
    }
    return name;
}

/// "my-res" of https://my-res.openai.azure.com; empty for other addresses.
std::string azureResource(const std::string &url)
{
    const std::string host = splitUrl(url).first;
    constexpr std::string_view kScheme = "https://";
    constexpr std::string_view kDomain = ".openai.azure.com";
    const bool isAzure = host.starts_with(kScheme) && host.ends_with(kDomain);
    return isAzure ? host.substr(kScheme.size(), host.size() - kScheme.size() - kDomain.size())
                   : std::string();
}

void readPlaces(Draft &draft, const At &params, ProviderWish &wish)
{
    if (wish.builtIn == "azure") {
        wish.apiVersion = known(draft, params["api_version"], "api-version");
        if (std::string resource = azureResource(wish.baseUrl); !resource.empty()) {
            wish.resource = std::move(resource);
            wish.baseUrl.clear();
        }
    } else if (wish.builtIn == "bedrock") {
        wish.region = known(draft, params["aws_region_name"], "region");
        for (const char *key : {"aws_access_key_id", "aws_secret_access_key", "aws_session_token",
                                "aws_profile_name", "aws_role_name", "aws_bedrock_runtime_endpoint"}) {
            if (const At at = params[key])
                draft.notMapped(at, "AWS credentials are not copied",
                                "api-key: aws:PROFILE, or pointsman keys set bedrock with AKID:SECRET");
        }
    } else if (wish.builtIn == "vertex") {
        wish.project = known(draft, params["vertex_project"], "project");
        wish.location = known(draft, params["vertex_location"], "location");
        if (const At at = params["vertex_credentials"])
            draft.notMapped(at, "Google credentials are not copied",
                            "GOOGLE_APPLICATION_CREDENTIALS, or api-key: file:PATH of the service account");
    }
}

At addressOf(const At &params)
{
    return params["api_base"] ? params["api_base"] : params["base_url"];
}

/// False for an address that may not stand in our file, which is noted: such a deployment is left out, for
/// what is meant for one server must not go to the vendor instead. Azure has no such other place.
bool hasUsableAddress(Draft &draft, const At &params, const ModelName &name)
{
    const At base = addressOf(params);
    const bool isElsewhere = base.text().starts_with(kEnvironment);
    if (!base || isPlainUrl(base.text()))
        return true;
    if (isElsewhere)
        draft.notMapped(base,
                        name.vendor == "azure"
                            ? "the address is in an environment variable, where only keys may be"
                            : "the address is in an environment variable, where only keys may "
                              "be; the deployment is left out",
                        name.vendor == "azure" ? "write providers.azure.resource or base-url"
                                               : "write the address into the file and import it again");
    else
        draft.notMapped(
            base,
            "not an address that may stand in the file: it needs http:// or https:// and no user, "
            "query or fragment; the deployment is left out",
            "add a provider with this base-url; keys go into the keychain");
    return isElsewhere && name.vendor == "azure";
}

ProviderWish readProvider(Draft &draft, const At &params, const ModelName &name)
{
    ProviderWish wish;
    wish.builtIn = name.vendor;
    const std::string base = addressOf(params).text();
    if (isPlainUrl(base))
        wish.baseUrl = base;
    wish.label =
        wish.baseUrl.empty() ? name.prefix : splitUrl(wish.baseUrl).first.substr(wish.baseUrl.find("//") + 2);
    if (name.vendor == "huggingface" && !wish.baseUrl.empty() && splitUrl(wish.baseUrl).second.empty())
        wish.baseUrl =
            splitUrl(wish.baseUrl).first + "/v1"; // its inference servers speak OpenAI's format there
    wish.keyAt = params["api_key"];
    wish.key = readKey(wish.keyAt.text());
    readPlaces(draft, params, wish);
    return wish;
}

/// USD for a token there, for a million here. Known prices need no entry.
void readPrice(Draft &draft, const std::string &provider, const At &params)
{
    const std::pair<const char *, const char *> kPrices[] = {{"input_cost_per_token", "input"},
                                                             {"output_cost_per_token", "output"}};
    yaml::Node *entry = draft.entryOf(provider);
    for (const auto &[there, here] : kPrices) {
        const At at = params[there];
        if (!at.number())
            continue;
        const std::string price = writeNumber(std::round(*at.number() * 1e12) / 1e6);
        const yaml::Node *before = entry && entry->get("price") ? entry->get("price")->get(here) : nullptr;
        if (!entry || *at.number() < 0)
            draft.notMapped(at, "prices of built-in providers are those of the catalogue");
        else if (before && before->text != price)
            draft.notMapped(at, "another model of " + provider + " has another price; a provider has one",
                            "providers." + provider + ".price is for all of its models");
        else
            put(sub(*entry, "price"), here, price);
    }
}

void readHeaders(Draft &draft, const std::string &provider, const At &headers)
{
    yaml::Node *entry = draft.entryOf(provider);
    for (const auto &[name, at] : headers.children()) {
        const std::string value = at.text();
        if (entry && isPlainHeader(name) && !value.empty() && !value.starts_with(kEnvironment))
            put(sub(*entry, "headers"), name, value);
        else
            draft.notMapped(at, "the header field is not copied, it may hold a key",
                            "providers." + provider + ".headers, where it holds none");
    }
}

void noteParams(Draft &draft, const At &params)
{
    const std::set<std::string> known{"model",
                                      "api_key",
                                      "api_base",
                                      "base_url",
                                      "api_version",
                                      "custom_llm_provider",
                                      "weight",
                                      "order",
                                      "timeout",
                                      "stream_timeout",
                                      "max_retries",
                                      "num_retries",
                                      "aws_region_name",
                                      "aws_access_key_id",
                                      "aws_secret_access_key",
                                      "aws_session_token",
                                      "aws_profile_name",
                                      "aws_role_name",
                                      "aws_bedrock_runtime_endpoint",
                                      "vertex_project",
                                      "vertex_location",
                                      "vertex_credentials",
                                      "input_cost_per_token",
                                      "output_cost_per_token",
                                      "extra_headers",
                                      "rpm",
                                      "tpm"};
    const std::set<std::string> sampling{
        "temperature",      "max_tokens",       "top_p",   "top_k", "stop", "seed", "n", "frequency_penalty",
        "presence_penalty", "reasoning_effort", "thinking"};
    for (const auto &[key, at] : params.children()) {
        if (sampling.contains(key))
            draft.notMapped(at, "a request's own settings are passed on; a model has none",
                            "let the client send it");
        else if (!known.contains(key))
            draft.notMapped(at, "has no counterpart");
    }
}

} // namespace

Deployment readDeployment(Draft &draft, const At &item)
{
    Deployment made;
    made.group = item["model_name"].text();
    made.params = item["litellm_params"];
    made.order = made.params["order"].number().value_or(0);
    const ModelName name = splitModel(made.params);
    if (made.group.empty() || name.model.empty()) {
        draft.notMapped(item, "needs a model_name, and litellm_params with a model; it is left out");
        return made;
    }
    if (name.model.starts_with("auto_router/")) {
        draft.notMapped(made.params["model"],
                        "routers that choose by the prompt's text do not come along; it is left out",
                        "make a router whose strategy is task");
        return made;
    }
    if (!hasUsableAddress(draft, made.params, name))
        return made;
    const bool isWild =
        name.model.find('*') != std::string::npos || made.group.find('*') != std::string::npos;
    const std::string provider = draft.provider(readProvider(draft, made.params, name), made.params["model"]);
    if (provider.empty())
        return made;
    if (isWild) {
        draft.changed(item, "patterns need no entry: every model is asked for as " + provider + "/MODEL");
        return made;
    }
    draft.addModel(provider, name.model);
    readPrice(draft, provider, made.params);
    readHeaders(draft, provider, made.params["extra_headers"]);
    noteParams(draft, made.params);
    if (const At info = item["model_info"])
        draft.changed(info, "what a model can do and costs is known from the catalogue");
    made.target = provider + "/" + name.model;
    return made;
}

} // namespace pm::config::import
