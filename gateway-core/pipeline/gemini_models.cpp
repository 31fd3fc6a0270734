// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/gemini_models.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>

namespace pm {

namespace {

constexpr std::string_view kFolder = "models/";

void writeModel(json::Writer &out, const ListedModel &model)
{
    out.beginObject();
    out.member("name", std::string(kFolder) + model.id);
    out.member("version", "001");
    out.member("displayName", model.name.empty() ? model.id : model.name);
    out.member("description", model.ownedBy);
    if (model.facts && model.facts->context > 0)
        out.member("inputTokenLimit", model.facts->context);
    if (model.facts && model.facts->maxOutput > 0)
        out.member("outputTokenLimit", model.facts->maxOutput);
    out.memberRaw("supportedGenerationMethods", R"(["generateContent","streamGenerateContent","countTokens"])");
    out.endObject();
}

bool isCalled(const ListedModel &model, std::string_view id)
{
    const std::size_t slash = model.id.find('/');
    return model.id == id || (slash != std::string::npos && std::string_view(model.id).substr(slash + 1) == id);
}

Error unknown(std::string_view id, const std::vector<ListedModel> &models)
{
    std::vector<std::string> names;
    for (const ListedModel &model : models)
        names.push_back(model.id);
    Error error{ErrorKind::ModelNotFound, "there is no model \"" + std::string(id.substr(0, 100)) +
                                              "\"; the nearest: " + joinNames(nearest(id, std::move(names)))};
    error.code = "model_not_found";
    error.param = "model";
    return error;
}

} // namespace

LocalAnswer geminiModels(std::string_view id, const Snapshot &snapshot, const Caller &caller)
{
    const std::vector<ListedModel> models = listedModels(snapshot, caller);
    LocalAnswer answer;
    json::Writer out;
    if (!id.empty()) {
        if (id.starts_with(kFolder))
            id.remove_prefix(kFolder.size());
        const auto found =
            std::find_if(models.begin(), models.end(), [&](const ListedModel &model) { return isCalled(model, id); });
        if (found == models.end()) {
            answer.error = unknown(id, models);
            return answer;
        }
        writeModel(out, *found);
        answer.body = out.take();
        return answer;
    }
    out.beginObject();
    out.key("models");
    out.beginArray();
    for (const ListedModel &model : models)
        writeModel(out, model);
    out.endArray();
    out.endObject();
    answer.body = out.take();
    return answer;
}

} // namespace pm
