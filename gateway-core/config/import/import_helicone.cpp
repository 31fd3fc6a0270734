// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import.h"

#include "config/config_check.h"
#include "config/import/import_draft.h"
#include "config/import/import_names.h"
#include "config/scalars.h"

#include <algorithm>
#include <array>

namespace pm::config {

namespace import {

namespace {

/// Its names of strategies, where ours is another. Models or providers are told by the list beside.
std::string_view strategyNamed(std::string_view there)
{
    if (there == "provider-weighted" || there == "model-weighted")
        return "weighted";
    if (there == "balanced-latency" || there == "provider-latency" || there == "model-latency")
        return "latency";
    return there;
}

/// Walks along the table of keys and copies what has a meaning here.
class Helicone
{
public:
    Helicone(Draft &draft, const At &root)
        : m_draft(draft)
        , m_root(root)
    {
    }

    void run();

private:
    std::optional<yaml::Node> value(const At &at, const Key &key);
    std::optional<yaml::Node> section(const At &at, std::string_view pattern);
    std::optional<yaml::Node> names(const At &at, const Key &key);
    std::optional<yaml::Node> items(const At &at, const Key &key);
    std::optional<yaml::Node> scalar(const At &at, const Key &key);
    void mendServer();
    void mendRouters();
    void addTimes(yaml::Node &router);
    void noteTraps();

    Draft &m_draft;
    const At m_root;
};

std::optional<yaml::Node> Helicone::scalar(const At &at, const Key &key)
{
    const bool isShort = key.shortForm != KeyType::Section;
    const KeyType type = isShort ? key.shortForm : key.type;
    yaml::Node node = *at.node;
    if (key.type == KeyType::Strategy)
        node.text = strategyNamed(node.text);
    if (const std::string problem = scalarProblem(key, type, node, m_draft.context().known);
        !problem.empty()) {
        const bool isSecretive = type == KeyType::KeyReference || type == KeyType::Url || type == KeyType::RedisUrl;
        m_draft.notMapped(at, isSecretive ? "this value may not stand here" : problem,
                          type == KeyType::RedisUrl ? "give the address without password, and that as `password: env:NAME`"
                          : isSecretive
                              ? "give keys as keychain:NAME or env:NAME, and addresses without user and query"
                              : "");
        return std::nullopt;
    }
    if (node.text != at.node->text)
        m_draft.changed(at, "the strategy is called " + node.text + " here");
    return textNode(node.text);
}

std::optional<yaml::Node> Helicone::items(const At &at, const Key &key)
{
    const Key *row = findKeyBelow(key.path, "[]");
    if (!at.isList() || !row) {
        m_draft.notMapped(at, "a list is needed here");
        return std::nullopt;
    }
    yaml::Node list = listNode();
    for (const auto &[index, item] : at.children()) {
        if (auto made = value(item, *row))
            add(list, std::move(*made));
    }
    return list;
}

std::optional<yaml::Node> Helicone::names(const At &at, const Key &key)
{
    const Key *row = findKeyBelow(key.path, "*");
    if (!at.isMap() || !row) {
        m_draft.notMapped(at, "a map of names is needed here");
        return std::nullopt;
    }
    yaml::Node map = mapNode();
    for (const auto &[name, child] : at.children()) {
        if (key.path == "providers.*.headers" && !isPlainHeader(name)) {
            m_draft.notMapped(child, "the header field is not copied, it may hold a key");
            continue;
        }
        if (auto made = value(child, *row))
            put(map, name, std::move(*made));
    }
    return map;
}

std::optional<yaml::Node> Helicone::section(const At &at, std::string_view pattern)
{
    yaml::Node map = mapNode();
    for (const auto &[name, child] : at.children()) {
        const Key *key = findKeyBelow(pattern, kebab(name));
        if (!key) {
            m_draft.notMapped(
                child,
                "there is no such key, there neither perhaps: misspelt ones are passed over in silence");
            continue;
        }
        auto made = value(child, *key);
        if (made && (made->isScalar() || !made->children.empty()))
            put(map, key->name(), std::move(*made));
    }
    return map;
}

std::optional<yaml::Node> Helicone::value(const At &at, const Key &key)
{
    switch (key.type) {
    case KeyType::Later:
        m_draft.notMapped(at, "is not supported yet", std::string(key.sense));
        return std::nullopt;
    case KeyType::Elsewhere:
        if (key.path != "dispatcher" || !m_root["routers"].isMap()) // see addTimes
            m_draft.notMapped(at, "has no effect here", std::string(key.sense));
        return std::nullopt;
    case KeyType::Names:
        return names(at, key);
    case KeyType::List:
        return items(at, key);
    case KeyType::Section:
    case KeyType::Route:
        if (at.isMap())
            return section(at, patternBelow(key));
        if (at.node->isNull())
            return mapNode();
        break;
    default:
        break;
    }
    if (at.isList() && key.orMany) {
        yaml::Node list = listNode();
        for (const auto &[index, item] : at.children()) {
            if (auto made = scalar(item, key))
                add(list, std::move(*made));
        }
        return list;
    }
    const bool isMapOnly = key.type == KeyType::Section && key.shortForm == KeyType::Section;
    if (!at.node->isScalar() || isMapOnly) {
        m_draft.notMapped(at, "must be " + describe(key));
        return std::nullopt;
    }
    return scalar(at, key);
}

/// Its gateway listens on all addresses by default, with no check of who calls.
void Helicone::mendServer()
{
    const At address = m_root["server"]["address"];
    if (!address || address.text() == "127.0.0.1" || address.text() == "localhost" || address.text() == "::1")
        return;
    m_draft.notMapped(address, "it listens on this machine only",
                      "server.address, which needs server.client-keys");
    if (!m_draft.root.get("server"))
        return;
    yaml::Node &server = sub(m_draft.root, "server");
    std::erase_if(server.children, [](const yaml::Child &child) { return child.key == "address"; });
    if (server.children.empty())
        std::erase_if(m_draft.root.children, [](const yaml::Child &child) { return child.key == "server"; });
}

/// dispatcher.timeout and connection_timeout hold for all routers there.
void Helicone::addTimes(yaml::Node &router)
{
    const At dispatcher = m_root["dispatcher"];
    const At connect = dispatcher["connection_timeout"] ? dispatcher["connection_timeout"]
                                                        : dispatcher["connection-timeout"];
    const std::pair<const char *, At> times[] = {{"connect", connect}, {"total", dispatcher["timeout"]}};
    for (const auto &[here, at] : times) {
        const auto time = parseDuration(at.text());
        if (time && !(router.get("timeouts") && router.get("timeouts")->get(here)))
            m_draft.putDuration(sub(router, "timeouts"), here, double(time->count()), at);
    }
}

void Helicone::mendRouters()
{
    if (!m_root["routers"].isMap())
        return;
    for (const auto &[name, at] : m_root["routers"].children()) {
        yaml::Node *router = &sub(sub(m_draft.root, "routers"), name);
        const bool hasTargets =
            router->get("load-balance") || router->get("route") || router->get("load-balancing");
        if (!hasTargets) {
            yaml::Node chat = mapNode();
            put(chat, "strategy", "latency");
            put(chat, "providers", wordsNode({"openai", "anthropic", "gemini"}));
            put(sub(*router, "load-balance"), "chat", std::move(chat));
            m_draft.changed(at, "it names no targets; those that are taken there are written out");
        }
        addTimes(*router);
    }
}

void Helicone::noteTraps()
{
    if (const At at = m_root["global"]["retries"])
        m_draft.changed(at, "it has no effect there; here routers without retries of their own use it");
    if (const At at = m_root["dispatcher"]; at && m_root["routers"].isMap())
        m_draft.changed(at, "its times are written into each router's timeouts");
    if (const At at = m_root["routers"]; at.isMap())
        m_draft.changed(at, "when a target fails the next is tried, which it is not there",
                        "fallback: {enabled: false} stops that");
    for (const auto &[name, at] : m_root["providers"].children()) {
        if (const At url = at["base-url"]; url && !url.text().ends_with("/"))
            m_draft.changed(
                url, "the whole path is used here; there the last part is lost without a slash at its end");
    }
}

void Helicone::run()
{
    auto made = section(m_root, {});
    m_draft.root = made ? std::move(*made) : mapNode();
    mendServer();
    mendRouters();
    for (const auto &[name, at] : m_root["providers"].children()) {
        const yaml::Node *providers = m_draft.root.get("providers");
        const yaml::Node *entry = providers ? providers->get(name) : nullptr;
        if (entry && entry->get("base-url") && !entry->get("format") && !m_draft.findBuiltIn(name)) {
            put(sub(sub(m_draft.root, "providers"), name), "format", "openai");
            m_draft.changed(at, "it is taken to speak OpenAI's format", "providers." + name + ".format");
        }
    }
    noteTraps();
    dropRefused(m_draft, m_root);
}

} // namespace

} // namespace import

ImportResult importHelicone(std::string_view text, const ImportContext &context)
{
    using namespace import;
    auto tree = readSource(text, Syntax::Yaml);
    if (!tree)
        return fail(tree.error());
    const At root{&tree->root, {}, 0};
    Draft draft(*tree, context);
    Helicone(draft, root).run();
    if (draft.root.children.empty())
        return fail(ErrorKind::Config,
                    "nothing in it has a meaning here; is it the configuration of Helicone's gateway?");
    return draft.finish("helicone");
}

} // namespace pm::config
