// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/local_answers.h"

#include "base/json.h"
#include "base/text.h"
#include "pipeline/gemini_models.h"
#include "pipeline/model_reference.h"
#include "policy/client_key.h"

#include <algorithm>
#include <set>

namespace pm {

namespace {

/// One item in both shapes at once: OpenAI's (object, created, owned_by) and Anthropic's (type, display_name,
/// created_at). Both SDKs accept the merged object (wire reference 3.5).
void writeModel(json::Writer &out, const ListedModel &model)
{
    const std::string released = model.facts && !model.facts->released.empty() ? model.facts->released : "2025-01-01";
    out.beginObject();
    out.member("id", model.id);
    out.member("object", "model");
    out.member("type", "model");
    out.member("created", 0);
    out.member("created_at", released + "T00:00:00Z");
    out.member("owned_by", model.ownedBy);
    out.member("display_name", model.name.empty() ? model.id : model.name);
    if (model.facts && model.facts->context > 0)
        out.member("context_length", model.facts->context);
    if (model.facts && model.facts->context > 0)
        out.member("max_input_tokens", model.facts->context);
    if (model.facts && model.facts->maxOutput > 0)
        out.member("max_tokens", model.facts->maxOutput);
    out.endObject();
}

std::string modelList(const std::vector<ListedModel> &models)
{
    json::Writer out;
    out.beginObject();
    out.member("object", "list");
    out.key("data");
    out.beginArray();
    for (const ListedModel &model : models)
        writeModel(out, model);
    out.endArray();
    out.member("has_more", false);
    if (models.empty()) {
        out.memberNull("first_id");
        out.memberNull("last_id");
    } else {
        out.member("first_id", models.front().id);
        out.member("last_id", models.back().id);
    }
    out.endObject();
    return out.take();
}

ListedModel routerRow(const std::string &name)
{
    return {"router/" + name, "router", "Router " + name, nullptr};
}

ListedModel aliasRow(const std::string &alias, const std::string &target)
{
    return {alias, "alias", alias + " (" + target + ")", nullptr};
}

ListedModel modelRow(const std::string &provider, const std::string &id, const Snapshot &snapshot)
{
    const Model *facts = snapshot.findModel(provider, id);
    return {provider + "/" + id, provider, facts ? facts->name : std::string(), facts};
}

/// What a request for `id` would ask for, if it is known to be there: the same reading as a request's own.
std::optional<ListedModel> listedModel(const std::string &id, const Snapshot &snapshot)
{
    const auto &aliases = snapshot.config.modelAliases;
    if (const auto alias = aliases.find(id); alias != aliases.end())
        return aliasRow(alias->first, alias->second);
    const ModelReference asked = readModel(id, snapshot);
    if (!asked.router.empty())
        return routerRow(asked.router);
    const ProviderRuntime *provider = providerOf(asked, snapshot);
    if (!provider || !canBeAsked(*provider) || !snapshot.lists(*provider, asked.model))
        return std::nullopt;
    return modelRow(provider->provider.name, asked.model, snapshot);
}

/// A router or model that the client key is not held away from. An alias is also what it means.
bool mayAskFor(const Caller &caller, const ListedModel &model, const Snapshot &snapshot)
{
    const bool isRouter = model.ownedBy == "router";
    if (isRouter && !caller.routers.empty()
        && std::none_of(caller.routers.begin(), caller.routers.end(), [&](const std::string &name) { return model.id == "router/" + name; }))
        return false;
    const auto alias = snapshot.config.modelAliases.find(model.id);
    return policy::allowsModel(caller.models, model.id)
           || (alias != snapshot.config.modelAliases.end() && policy::allowsModel(caller.models, alias->second));
}

LocalAnswer oneModel(const std::string &id, const Snapshot &snapshot, const Caller &caller)
{
    LocalAnswer answer;
    if (const auto model = listedModel(id, snapshot); model && mayAskFor(caller, *model, snapshot)) {
        json::Writer out;
        writeModel(out, *model);
        answer.body = out.take();
        return answer;
    }
    std::vector<std::string> names;
    for (const ListedModel &model : listedModels(snapshot, caller))
        names.push_back(model.id);
    Error error{ErrorKind::ModelNotFound, "there is no model \"" + id.substr(0, 100)
                                              + "\"; the nearest: " + joinNames(nearest(id, std::move(names)))};
    error.code = "model_not_found";
    error.param = "model";
    answer.error = std::move(error);
    return answer;
}

} // namespace

std::vector<ListedModel> listedModels(const Snapshot &snapshot, const Caller &caller)
{
    std::vector<ListedModel> models;
    for (const config::Router &router : snapshot.config.routers)
        models.push_back(routerRow(router.name));
    for (const auto &[alias, target] : snapshot.config.modelAliases)
        models.push_back(aliasRow(alias, target));
    for (const ProviderRuntime &provider : snapshot.providers) {
        if (!canBeAsked(provider))
            continue;
        const std::string &name = provider.provider.name;
        std::set<std::string> seen;
        const auto add = [&](const std::string &id) {
            if (seen.insert(id).second)
                models.push_back(modelRow(name, id, snapshot));
        };
        for (const std::string &id : provider.provider.models)
            add(id);
        for (const std::string &id : provider.discoveredModels)
            add(id);
        if (provider.provider.isLocal)
            continue; // what the server has is what it says it has
        for (const Model *model : snapshot.catalogue->modelsOf(name))
            add(model->id);
    }
    if (!caller.routers.empty() || !caller.models.empty())
        std::erase_if(models, [&](const ListedModel &model) { return !mayAskFor(caller, model, snapshot); });
    return models;
}

LocalAnswer localAnswer(const Route &route, const Snapshot &snapshot, const metrics::Metrics &metrics, const Caller &caller)
{
    LocalAnswer answer;
    switch (route.endpoint) {
    case Endpoint::Root:
        answer.contentType = "text/plain; charset=utf-8";
        answer.body = "Pointsman is running\n";
        return answer;
    case Endpoint::Health:
        answer.body = R"({"status":"ok"})";
        return answer;
    case Endpoint::Metrics:
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8";
        answer.body = metrics.prometheusText();
        return answer;
    default:
        break;
    }
    if (route.dialect == DialectId::Gemini)
        return geminiModels(route.modelId, snapshot, caller);
    if (!route.modelId.empty())
        return oneModel(route.modelId, snapshot, caller);
    answer.body = modelList(listedModels(snapshot, caller));
    return answer;
}

} // namespace pm
