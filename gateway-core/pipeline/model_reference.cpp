// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/model_reference.h"

#include "base/text.h"

#include <set>

namespace pm {

ModelReference readModel(std::string_view asked, const Snapshot &snapshot)
{
    const auto alias = snapshot.config.modelAliases.find(std::string(asked));
    const std::string name = alias == snapshot.config.modelAliases.end() ? std::string(asked) : alias->second;
    ModelReference reference;
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) {
        reference.model = name;
        return reference;
    }
    const std::string first = name.substr(0, slash);
    if (first == "router" && snapshot.findRouter(name.substr(slash + 1)))
        reference.router = name.substr(slash + 1);
    else if (snapshot.findProvider(first))
        reference.provider = first;
    if (reference.router.empty())
        reference.model = reference.provider.empty() ? name : name.substr(slash + 1);
    return reference;
}

bool canBeAsked(const ProviderRuntime &provider)
{
    // Discovery looks at the usual ports only; a local server that the file names is there until it fails.
    const bool isThere = !provider.provider.isLocal || provider.isReachable || provider.provider.isConfigured;
    return provider.isUsable() && isThere;
}

const ProviderRuntime *providerOf(const ModelReference &reference, const Snapshot &snapshot)
{
    if (!reference.provider.empty())
        return snapshot.findProvider(reference.provider);
    const ProviderRuntime *first = nullptr;
    for (const ProviderRuntime &provider : snapshot.providers) {
        if (!provider.provider.isEnabled || !snapshot.lists(provider, reference.model))
            continue;
        if (canBeAsked(provider))
            return &provider;
        if (!first)
            first = &provider;
    }
    return first;
}

std::string onlyModelOf(const ProviderRuntime &provider, const Snapshot &snapshot)
{
    std::set<std::string> models(provider.provider.models.begin(), provider.provider.models.end());
    models.insert(provider.discoveredModels.begin(), provider.discoveredModels.end());
    if (!provider.provider.isLocal) { // what a local server has is what it says it has
        for (const Model *model : snapshot.catalogue->modelsOf(provider.provider.name))
            models.insert(model->id);
    }
    return models.size() == 1 ? *models.begin() : std::string();
}

Failure modelNotFound(std::string_view asked, const Snapshot &snapshot)
{
    std::vector<std::string> names;
    for (const auto &[alias, target] : snapshot.config.modelAliases)
        names.push_back(alias);
    for (const ProviderRuntime &provider : snapshot.providers) {
        if (!provider.isUsable())
            continue;
        for (const Model *model : snapshot.catalogue->modelsOf(provider.provider.name))
            names.push_back(provider.provider.name + "/" + model->id);
        for (const std::string &model : provider.provider.models)
            names.push_back(provider.provider.name + "/" + model);
        for (const std::string &model : provider.discoveredModels)
            names.push_back(provider.provider.name + "/" + model);
    }
    Error error{ErrorKind::ModelNotFound, "no provider is known for model \"" + std::string(asked.substr(0, 100))
                                              + "\"; write provider/model, or one of: "
                                              + joinNames(nearest(asked, std::move(names)))};
    error.code = "model_not_found";
    error.param = "model";
    return fail(std::move(error));
}

} // namespace pm
