// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/local_answers.h"
#include "pipeline/snapshot.h"
#include "pipeline/status.h"

namespace pm {

std::vector<ModelInfo> modelInfos(const Snapshot &snapshot, const std::string &provider)
{
    std::vector<ModelInfo> infos;
    const auto add = [&](const std::string &owner, const std::string &id, const Model *facts) {
        ModelInfo info;
        info.provider = owner;
        info.id = id;
        info.name = facts ? facts->name : id;
        if (facts) {
            info.context = facts->context;
            info.maxOutput = facts->maxOutput;
            info.tools = facts->tools;
            info.images = facts->images;
            info.reasoning = facts->reasoning;
        }
        if (facts && facts->price) {
            info.inputPrice = facts->price->input;
            info.outputPrice = facts->price->output;
            info.cacheReadPrice = facts->price->cacheRead;
            info.cacheWritePrice = facts->price->cacheWrite;
        } else if (const ProviderRuntime *own = snapshot.findProvider(owner); own && own->provider.price) {
            info.inputPrice = own->provider.price->input; // as costOf() counts
            info.outputPrice = own->provider.price->output;
            info.cacheReadPrice = own->provider.price->cacheRead;
            info.cacheWritePrice = own->provider.price->cacheWrite;
        }
        infos.push_back(std::move(info));
    };
    if (provider.empty()) {
        for (const ListedModel &model : listedModels(snapshot)) {
            if (model.ownedBy != "router" && model.ownedBy != "alias")
                add(model.ownedBy, model.id.substr(model.id.find('/') + 1), model.facts);
        }
        return infos;
    }
    const ProviderRuntime *runtime = snapshot.findProvider(provider);
    if (!runtime)
        return infos;
    for (const auto *list : {&runtime->provider.models, &runtime->discoveredModels}) {
        for (const std::string &id : *list)
            add(provider, id, snapshot.findModel(provider, id));
    }
    if (!runtime->provider.isLocal) {
        for (const Model *model : snapshot.catalogue->modelsOf(provider))
            add(provider, model->id, model);
    }
    return infos;
}

} // namespace pm
