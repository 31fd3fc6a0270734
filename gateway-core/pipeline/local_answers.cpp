// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/local_answers.h"

#include "base/json.h"
#include "base/text.h"
#include "pipeline/gemini_models.h"

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

std::string modelList(const Snapshot &snapshot)
{
    const std::vector<ListedModel> models = listedModels(snapshot);
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

LocalAnswer oneModel(const std::string &id, const Snapshot &snapshot)
{
    const std::vector<ListedModel> models = listedModels(snapshot);
    LocalAnswer answer;
    for (const ListedModel &model : models) {
        const std::size_t slash = model.id.find('/');
        const bool isBare = slash != std::string::npos && model.id.substr(slash + 1) == id;
        if (model.id != id && !isBare)
            continue;
        json::Writer out;
        writeModel(out, model);
        answer.body = out.take();
        return answer;
    }
    std::vector<std::string> names;
    for (const ListedModel &model : models)
        names.push_back(model.id);
    Error error{ErrorKind::ModelNotFound, "there is no model \"" + id.substr(0, 100)
                                              + "\"; the nearest: " + joinNames(nearest(id, std::move(names)))};
    error.code = "model_not_found";
    error.param = "model";
    answer.error = std::move(error);
    return answer;
}

} // namespace

std::vector<ListedModel> listedModels(const Snapshot &snapshot)
{
    std::vector<ListedModel> models;
    for (const config::Router &router : snapshot.config.routers)
        models.push_back({"router/" + router.name, "router", "Router " + router.name, nullptr});
    for (const auto &[alias, target] : snapshot.config.modelAliases)
        models.push_back({alias, "alias", alias + " (" + target + ")", nullptr});
    for (const ProviderRuntime &provider : snapshot.providers) {
        if (!provider.isUsable() || (provider.provider.isLocal && !provider.isReachable && !provider.provider.isConfigured))
            continue;
        const std::string &name = provider.provider.name;
        std::set<std::string> seen;
        const auto add = [&](const std::string &id) {
            if (!seen.insert(id).second)
                return;
            const Model *facts = snapshot.findModel(name, id);
            models.push_back({name + "/" + id, name, facts ? facts->name : std::string(), facts});
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
    return models;
}

LocalAnswer localAnswer(const Route &route, const Snapshot &snapshot,
                        const metrics::Metrics &metrics)
{
    LocalAnswer answer;
    switch (route.endpoint) {
    case Endpoint::Root:
        answer.contentType = "text/plain; charset=utf-8";
        answer.body = "Pointsman is running\n";
        return answer;
    case Endpoint::Health:
        answer.body = "{\"status\":\"ok\"}";
        return answer;
    case Endpoint::Metrics:
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8";
        answer.body = metrics.prometheusText();
        return answer;
    default:
        break;
    }
    if (route.dialect == DialectId::Gemini)
        return geminiModels(route.modelId, snapshot);
    if (!route.modelId.empty())
        return oneModel(route.modelId, snapshot);
    answer.body = modelList(snapshot);
    return answer;
}

} // namespace pm
