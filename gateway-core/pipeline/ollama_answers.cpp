// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/ollama_answers.h"

#include "base/json.h"
#include "base/text.h"
#include "pipeline/compiled_route.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QDateTime>

#include <algorithm>

namespace pm {

namespace {

/// The server whose API this is like. Clients refuse older ones: Codex below 0.13.4, VS Code below 0.6.4.
constexpr std::string_view kVersion = "0.15.0";

LocalAnswer failed(Error error)
{
    LocalAnswer answer;
    answer.error = std::move(error);
    return answer;
}

/// Nothing is stored here that a digest could be of; clients tell models apart by it and print its first twelve
/// characters, so it is that of the name.
std::string digestOf(const std::string &id)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(id), QCryptographicHash::Sha256).toHex().toStdString();
}

std::string modifiedAt(const Model *facts)
{
    return (facts && !facts->released.empty() ? facts->released : std::string("2025-01-01")) + "T00:00:00Z";
}

/// Clients want all of the members; what nobody knows is empty.
void writeDetails(json::Writer &out, const std::string &family)
{
    out.key("details");
    out.beginObject();
    out.member("parent_model", "");
    out.member("format", "");
    out.member("family", family);
    out.key("families");
    out.beginArray();
    out.string(family);
    out.endArray();
    out.member("parameter_size", "");
    out.member("quantization_level", "");
    out.endObject();
}

LocalAnswer tags(const Snapshot &snapshot, const Caller &caller)
{
    json::Writer out;
    out.beginObject();
    out.key("models");
    out.beginArray();
    for (const ListedModel &model : listedModels(snapshot, caller)) {
        out.beginObject();
        out.member("name", model.id);
        out.member("model", model.id);
        out.member("modified_at", modifiedAt(model.facts));
        out.member("size", 0);
        out.member("digest", digestOf(model.id));
        writeDetails(out, model.ownedBy);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    LocalAnswer answer;
    answer.body = out.take();
    return answer;
}

/// What a name can do. A router can what one of its targets can, since requests go to those that fit; a model that nobody
/// has facts about is taken to chat and to call tools, as routing takes it.
struct Abilities
{
    bool completion = false;
    bool tools = false;
    bool vision = false;
    bool thinking = false;
    bool embedding = false;
    std::int64_t context = 0;

    void add(const Model *facts)
    {
        completion = completion || !facts || !facts->isEmbedding;
        tools = tools || !facts || facts->tools;
        vision = vision || (facts && facts->images);
        thinking = thinking || (facts && facts->reasoning);
        embedding = embedding || (facts && facts->embeds);
        context = std::max(context, facts ? facts->context : 0);
    }
};

void addLeaves(const config::RouteNode &node, const Snapshot &snapshot, Abilities &abilities)
{
    if (node.isTarget())
        abilities.add(node.model.empty() ? nullptr : snapshot.findModel(node.provider, node.model));
    for (const config::RouteNode &child : node.children)
        addLeaves(child, snapshot, abilities);
}

Abilities abilitiesOf(const std::string &id, const Snapshot &snapshot)
{
    Abilities abilities;
    const ModelReference reference = readModel(id, snapshot);
    const config::Router *router = snapshot.findRouter(reference.router);
    if (!router) {
        abilities.add(snapshot.findModel(reference.provider, reference.model));
        return abilities;
    }
    for (const auto &[endpoint, tree] : router->routes)
        addLeaves(tree, snapshot, abilities);
    if (router->routes.empty())
        abilities.add(nullptr);
    return abilities;
}

void writeAbilities(json::Writer &out, const Abilities &abilities)
{
    const auto name = [&](bool can, const char *what) {
        if (can)
            out.string(what);
    };
    out.key("capabilities");
    out.beginArray();
    name(abilities.completion, "completion");
    name(abilities.tools, "tools");
    name(abilities.vision, "vision");
    name(abilities.thinking, "thinking");
    name(abilities.embedding, "embedding");
    out.endArray();
}

std::string describe(const ListedModel &model, const Snapshot &snapshot)
{
    const Abilities abilities = abilitiesOf(model.id, snapshot);
    json::Writer out;
    out.beginObject();
    for (const char *text : {"license", "modelfile", "parameters", "template"})
        out.member(text, "");
    writeDetails(out, model.ownedBy);
    out.key("model_info");
    out.beginObject();
    out.member("general.architecture", model.ownedBy);
    out.member("general.basename", model.name.empty() ? model.id : model.name);
    if (abilities.context > 0)
        out.member(model.ownedBy + ".context_length", abilities.context);
    out.endObject();
    writeAbilities(out, abilities);
    out.member("modified_at", modifiedAt(model.facts));
    out.endObject();
    return out.take();
}

/// "name", or "name:latest", which is how Ollama's own programs write a name without a tag.
bool isNamed(const ListedModel &model, std::string_view name)
{
    constexpr std::string_view kLatest = ":latest";
    const auto is = [&](std::string_view asked) {
        const std::size_t slash = model.id.find('/');
        return model.id == asked || (slash != std::string::npos && std::string_view(model.id).substr(slash + 1) == asked);
    };
    return is(name) || (name.ends_with(kLatest) && is(name.substr(0, name.size() - kLatest.size())));
}

LocalAnswer show(std::string_view body, const Snapshot &snapshot, const Caller &caller)
{
    const auto parsed = json::Document::parse(body);
    if (!parsed)
        return failed(parsed.error());
    auto name = json::findString(parsed->root(), "model");
    if (!name)
        name = json::findString(parsed->root(), "name"); // older clients
    if (!name || name->empty()) {
        Error error{ErrorKind::BadRequest, "model must be a string that is not empty"};
        error.param = "model";
        return failed(std::move(error));
    }
    const std::vector<ListedModel> models = listedModels(snapshot, caller);
    const auto exact = std::find_if(models.begin(), models.end(), [&](const auto &each) { return each.id == *name; });
    const auto found = exact != models.end()
                           ? exact
                           : std::find_if(models.begin(), models.end(), [&](const auto &each) { return isNamed(each, *name); });
    if (found == models.end()) {
        std::vector<std::string> names;
        for (const ListedModel &model : models)
            names.push_back(model.id);
        const std::string asked(clipUtf8(*name, 100));
        return failed({ErrorKind::ModelNotFound, "model '" + asked + "' not found; the nearest: "
                                                     + joinNames(nearest(asked, std::move(names)))});
    }
    LocalAnswer answer;
    answer.body = describe(*found, snapshot);
    return answer;
}

} // namespace

LocalAnswer ollamaAnswer(const Route &route, std::string_view body, const Snapshot &snapshot, const Caller &caller)
{
    LocalAnswer answer;
    if (route.variant == "tags")
        return tags(snapshot, caller);
    if (route.variant == "show")
        return show(body, snapshot, caller);
    if (route.variant == "ps") {
        answer.body = R"({"models":[]})"; // what is in memory is each server's own business
        return answer;
    }
    if (route.variant == "version") {
        json::Writer out;
        out.beginObject();
        out.member("version", kVersion);
        out.endObject();
        answer.body = out.take();
        return answer;
    }
    return failed({ErrorKind::NotFound, "/api/" + std::string(route.variant)
                                            + " changes the models of an Ollama server, and Pointsman stores none: run it "
                                              "against the server itself (OLLAMA_HOST=127.0.0.1:11434 ollama "
                                            + std::string(route.variant) + " ...)"});
}

LocalAnswer ollamaLoaded(const Route &route, std::string_view body, std::int64_t now)
{
    const auto document = json::Document::parse(body);
    if (!document)
        return failed(document.error());
    const json::Element root = document->root();
    const auto keepAlive = json::findInt(root, "keep_alive");
    const std::string_view keepAliveText = json::findString(root, "keep_alive").value_or("");
    const bool isUnloaded = keepAlive == 0 || keepAliveText == "0" || keepAliveText == "0s";
    json::Writer out;
    out.beginObject();
    out.member("model", json::findString(root, "model").value_or(""));
    out.member("created_at", QDateTime::fromSecsSinceEpoch(now, Qt::UTC).toString(Qt::ISODate).toStdString());
    if (route.variant == "generate") {
        out.member("response", "");
    } else {
        out.key("message");
        out.beginObject();
        out.member("role", "assistant");
        out.member("content", "");
        out.endObject();
    }
    out.member("done", true);
    out.member("done_reason", isUnloaded ? "unload" : "load");
    out.endObject();
    LocalAnswer answer;
    answer.body = out.take();
    return answer;
}

} // namespace pm
