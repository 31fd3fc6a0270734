// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_portkey.h"

#include "config/import/import_names.h"

#include <set>

namespace pm::config::import {

namespace {

/// What a child does not say it has from its parent.
At inherited(const At &target, const At &parent, std::string_view key)
{
    return target[key] ? target[key] : parent[key];
}

/// "@openai-prod/gpt-4o": a provider of Portkey's model catalogue before the model.
std::string slugOfModel(const std::string &model)
{
    return model.starts_with("@") ? model.substr(0, model.find('/')) : std::string();
}

/// The vendor of a target. A slug is a name that the user gave: it is taken for the vendor that it begins
/// with.
std::string vendorOf(Draft &draft, const At &target, const At &parent, const std::string &modelSlug)
{
    const At provider = inherited(target, parent, "provider");
    std::string text = provider.text();
    if (!text.empty() && !text.starts_with("@"))
        return std::string(vendorNamed(text));
    const At virtualKey = inherited(target, parent, "virtual_key");
    const At &said = !text.empty() ? provider : virtualKey ? virtualKey : target["override_params"]["model"];
    if (text.empty())
        text = virtualKey ? virtualKey.text() : modelSlug;
    const std::string_view slug = std::string_view(text).substr(text.starts_with("@") ? 1 : 0);
    const std::string vendor(vendorOfSlug(slug));
    if (!vendor.empty())
        draft.changed(said, "a name of Portkey's vault, taken for " + vendor,
                      "its key is in the vault: pointsman keys set " + vendor);
    return vendor;
}

void readPlaces(const At &target, const At &parent, ProviderWish &wish)
{
    const auto text = [&](std::string_view key) { return inherited(target, parent, key).text(); };
    if (wish.builtIn == "azure") {
        wish.resource =
            text("azure_resource_name").empty() ? text("resource_name") : text("azure_resource_name");
        wish.apiVersion = text("azure_api_version").empty() ? text("api_version") : text("azure_api_version");
        wish.resource = wish.resource.empty() ? wish.resource : legalName(wish.resource, 60);
    } else if (wish.builtIn == "bedrock") {
        wish.region = text("aws_region");
    } else if (wish.builtIn == "vertex") {
        wish.project = text("vertex_project_id");
        wish.location = text("vertex_region");
    }
}

void noteSecrets(Draft &draft, const At &target)
{
    for (const char *key : {"aws_access_key_id", "aws_secret_access_key", "aws_session_token",
                            "vertex_service_account_json", "azure_ad_token", "azure_entra_client_secret"}) {
        if (const At at = target[key])
            draft.notMapped(at, "credentials are not copied",
                            "pointsman keys set bedrock (AKID:SECRET), vertex (service account) or azure");
    }
}

void noteRestOfTarget(Draft &draft, const At &target)
{
    for (const auto &[key, at] : target.children()) {
        if (key == "retry" || key == "request_timeout")
            draft.notMapped(at, "retries and times are those of the whole router",
                            "routers.NAME.retries and timeouts");
        else if (!isPortkeyTargetKey(key))
            draft.notMapped(at, "has no counterpart at a target");
    }
}

void noteParams(Draft &draft, const At &params)
{
    for (const auto &[key, at] : params.children()) {
        if (key != "model")
            draft.notMapped(at, "a request's own settings are passed on as they come",
                            "let the client send it");
    }
}

ProviderWish wishOf(Draft &draft, const At &target, const At &parent, const std::string &slug)
{
    ProviderWish wish;
    wish.builtIn = vendorOf(draft, target, parent, slug);
    wish.label = inherited(target, parent, "provider").text();
    if (const std::string host = inherited(target, parent, "custom_host").text(); !host.empty()) {
        wish.baseUrl = withoutOperation(host);
        const std::string name = target["name"].text();
        wish.label = name.empty() ? splitUrl(wish.baseUrl).first.substr(wish.baseUrl.find("//") + 2) : name;
    }
    wish.keyAt = inherited(target, parent, "api_key");
    wish.key = readKey(wish.keyAt.text());
    readPlaces(target, parent, wish);
    return wish;
}

} // namespace

bool isPortkeyTargetKey(std::string_view key)
{
    static const std::set<std::string_view> keys{"name",
                                                 "provider",
                                                 "virtual_key",
                                                 "api_key",
                                                 "weight",
                                                 "override_params",
                                                 "custom_host",
                                                 "azure_resource_name",
                                                 "resource_name",
                                                 "azure_api_version",
                                                 "api_version",
                                                 "azure_deployment_id",
                                                 "deployment_id",
                                                 "aws_region",
                                                 "vertex_project_id",
                                                 "vertex_region",
                                                 "aws_access_key_id",
                                                 "aws_secret_access_key",
                                                 "aws_session_token",
                                                 "vertex_service_account_json",
                                                 "azure_ad_token",
                                                 "azure_entra_client_secret"};
    return keys.contains(key);
}

std::optional<yaml::Node> readPortkeyTarget(Draft &draft, const At &target, const At &parent)
{
    const At params = target["override_params"] ? target["override_params"] : parent["override_params"];
    std::string model = params["model"].text();
    const std::string slug = slugOfModel(model);
    if (!slug.empty())
        model.erase(0, slug.size() + 1);
    // Never sent to the vendor instead: prompts and keys were not meant for it.
    if (const At host = inherited(target, parent, "custom_host"); host && !isPlainUrl(host.text())) {
        draft.notMapped(
            host,
            "not an address that may stand in the file: it needs http:// or https:// and no user, "
            "query or fragment; the target is left out",
            "add a provider with this base-url; keys go into the keychain");
        return std::nullopt;
    }
    const ProviderWish wish = wishOf(draft, target, parent, slug);
    const std::string provider = draft.provider(wish, target);
    if (provider.empty())
        return std::nullopt;
    for (const char *key : {"azure_deployment_id", "deployment_id"}) {
        if (const std::string deployment = inherited(target, parent, key).text(); !deployment.empty())
            model = deployment; // Azure asks by it
    }
    draft.addModel(provider, model);
    noteSecrets(draft, target);
    noteParams(draft, params);
    if (target.node != parent.node)
        noteRestOfTarget(draft, target);
    return targetNode(model.empty() ? provider : provider + "/" + model);
}

} // namespace pm::config::import
