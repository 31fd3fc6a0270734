// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_build.h"

#include "config/scalars.h"

#include <algorithm>
#include <climits>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

const Node *scalarAt(const Node &map, std::string_view name)
{
    const Node *node = map.get(name);
    return node && node->isScalar() && !node->isNull() ? node : nullptr;
}

void buildServer(const Node *node, Server &server)
{
    if (!node)
        return;
    readInto(*node, "address", server.address);
    readInto(*node, "port", server.port);
    readInto(*node, "workers", server.workers); // "auto" is no number and leaves 0
    readSize(*node, "max-body", server.maxBody);
    readInto(*node, "max-connections", server.maxConnections);
    readInto(*node, "allowed-hosts", server.allowedHosts);
    readInto(*node, "allowed-origins", server.allowedOrigins);
    const Node *keys = node->get("client-keys");
    for (const Child &item : keys ? keys->children : std::vector<Child>()) {
        Server::ClientKey key;
        readInto(item.value, "name", key.name);
        readInto(item.value, "key", key.key);
        readInto(item.value, "routers", key.routers);
        buildClientKey(item.value, key);
        server.clientKeys.push_back(std::move(key));
    }
}

Price buildPrice(const Node &node)
{
    Price price;
    readInto(node, "input", price.input);
    readInto(node, "output", price.output);
    readInto(node, "cache-read", price.cacheRead);
    readInto(node, "cache-write", price.cacheWrite);
    return price;
}

void buildServices(const Node &node, Provider &provider)
{
    const Node *list = node.get("services");
    if (!list || list->isNull())
        return;
    std::vector<std::string> names;
    readInto(*list, names);
    provider.services.emplace();
    for (const std::string &name : names) {
        if (const auto service = findService(name)) // the check has refused others
            provider.services->push_back(*service);
    }
}

Provider buildProvider(const Child &child)
{
    const Node &node = child.value;
    Provider provider;
    provider.name = child.key;
    readInto(node, "format", provider.format);
    readInto(node, "base-url", provider.baseUrl);
    readInto(node, "api-key", provider.apiKeys);
    readInto(node, "models", provider.models);
    buildServices(node, provider);
    readInto(node, "pass-client-key", provider.passClientKey);
    readInto(node, "region", provider.region);
    readInto(node, "resource", provider.resource);
    readInto(node, "api-version", provider.apiVersion);
    readInto(node, "enabled", provider.enabled);
    if (const Node *ranks = node.get("quality"); ranks && ranks->isMap()) {
        for (const Child &rank : ranks->children)
            provider.quality[rank.key] = parseNumber(rank.value.text).value_or(0);
    }
    if (const Node *price = node.get("price"); price && price->isMap())
        provider.price = buildPrice(*price);
    if (const Node *version = scalarAt(node, "version"))
        provider.version = version->text;
    readInto(node, "project", provider.project);
    readInto(node, "location", provider.location);
    if (const Node *headers = node.get("headers"); headers && headers->isMap()) {
        for (const Child &header : headers->children)
            provider.headers[header.key] = header.value.text;
    }
    return provider;
}

void buildMedia(const Node *node, Media &media)
{
    if (!node)
        return;
    readInto(*node, "fetch", media.fetch);
    readSize(*node, "max-size", media.maxSize);
    readInto(*node, "allow-hosts", media.allowHosts);
}

void buildTraces(const Node *node, Traces &traces)
{
    if (!node)
        return;
    std::string bodies;
    readInto(*node, "bodies", bodies);
    if (bodies == "metadata")
        traces.bodies = Traces::Bodies::Metadata;
    else if (bodies == "off")
        traces.bodies = Traces::Bodies::Off;
    milliseconds age = traces.maxAge;
    readInto(*node, "max-age", age);
    traces.maxAge = std::chrono::duration_cast<std::chrono::hours>(age);
    readSize(*node, "max-size", traces.maxSize);
    readSize(*node, "max-body", traces.maxBody);
    readInto(*node, "redact", traces.redact);
}

const Node *retriesOf(const Node &root, std::string_view section)
{
    const Node *node = root.get(section);
    return node ? node->get("retries") : nullptr;
}

} // namespace

void readInto(const Node &map, std::string_view name, std::string &field)
{
    if (const Node *node = scalarAt(map, name))
        field = node->text;
}

void readInto(const Node &map, std::string_view name, bool &field)
{
    if (const Node *node = scalarAt(map, name))
        field = parseBool(node->text).value_or(field);
}

void readInto(const Node &map, std::string_view name, int &field)
{
    const Node *node = scalarAt(map, name);
    const auto number = node ? parseInteger(node->text) : std::nullopt;
    if (number && *number >= INT_MIN && *number <= INT_MAX)
        field = int(*number);
}

void readInto(const Node &map, std::string_view name, double &field)
{
    if (const Node *node = scalarAt(map, name))
        field = parseNumber(node->text).value_or(field);
}

void readInto(const Node &map, std::string_view name, std::optional<double> &field)
{
    if (const Node *node = scalarAt(map, name))
        field = parseNumber(node->text);
}

void readInto(const Node &map, std::string_view name, milliseconds &field)
{
    if (const Node *node = scalarAt(map, name))
        field = parseDuration(node->text).value_or(field);
}

void readSize(const Node &map, std::string_view name, std::int64_t &field)
{
    if (const Node *node = scalarAt(map, name))
        field = parseSize(node->text).value_or(field);
}

void readInto(const Node &map, std::string_view name, std::vector<std::string> &field)
{
    if (const Node *node = map.get(name))
        readInto(*node, field);
}

void readInto(const Node &list, std::vector<std::string> &field)
{
    if (list.isNull())
        return;
    field.clear();
    if (list.isScalar())
        field.push_back(list.text);
    for (const Child &item : list.children) {
        if (list.isList() && item.value.isScalar())
            field.push_back(item.value.text);
    }
}

Config build(const Node &root)
{
    Config config;
    buildServer(root.get("server"), config.server);
    if (const Node *providers = root.get("providers"); providers && providers->isMap()) {
        for (const Child &child : providers->children)
            config.providers.push_back(buildProvider(child));
    }
    if (const Node *aliases = root.get("model-aliases"); aliases && aliases->isMap()) {
        for (const Child &child : aliases->children)
            config.modelAliases[child.key] = child.value.text;
    }
    const Retries global = buildRetries(retriesOf(root, "global"), {});
    config.retries = buildRetries(retriesOf(root, "unified-api"), global);
    if (const Node *routers = root.get("routers"); routers && routers->isMap()) {
        for (const Child &child : routers->children)
            config.routers.push_back(buildRouter(child.key, child.value, global));
    }
    buildSharedBudgets(root, config);
    buildGuardrails(&root, config.globalPolicies.guardrails);
    buildGuardrails(root.get("global"), config.globalPolicies.guardrails);
    buildGuardrails(root.get("unified-api"), config.unifiedPolicies.guardrails);
    const Node *everything = root.get("global");
    const Node *unified = root.get("unified-api");
    buildLimits(everything ? everything->get("rate-limit") : nullptr, config.globalPolicies);
    buildLimits(unified ? unified->get("rate-limit") : nullptr, config.unifiedPolicies);
    readInto(root, "active-router", config.activeRouter);
    if (const Node *section = root.get("global"))
        config.globalPolicies.cache = buildCache(section->get("cache"));
    if (const Node *section = root.get("unified-api"))
        config.unifiedPolicies.cache = buildCache(section->get("cache"));
    config.cacheStore = buildCacheStore(root.get("cache-store"));
    config.rateLimitStore = buildSharedStore(root.get("rate-limit-store"));
    buildTraces(root.get("traces"), config.traces);
    buildMedia(root.get("media"), config.media);
    if (const Node *discover = root.get("discover"))
        readInto(*discover, "local", config.discoverLocal);
    return config;
}

} // namespace pm::config
