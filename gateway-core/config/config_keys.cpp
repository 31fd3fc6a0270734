// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_keys.h"

#include <map>

namespace pm::config {

namespace {

std::string_view parentOf(std::string_view path)
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

bool isOneOf(std::string_view word, std::string_view words)
{
    while (!words.empty()) {
        const auto bar = words.find('|');
        if (words.substr(0, bar) == word)
            return true;
        words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
    }
    return false;
}

} // namespace

std::string_view Key::name() const
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

const std::vector<const Key *> &keysBelow(std::string_view pattern)
{
    static const std::vector<const Key *> none;
    static const auto byParent = [] {
        std::map<std::string_view, std::vector<const Key *>> map;
        for (const Key &key : keys())
            map[parentOf(key.path)].push_back(&key);
        return map;
    }();
    const auto found = byParent.find(pattern);
    return found == byParent.end() ? none : found->second;
}

const Key *findKey(std::string_view pattern)
{
    for (const Key *key : keysBelow(parentOf(pattern))) {
        if (key->path == pattern)
            return key;
    }
    return nullptr;
}

const Key *findKeyBelow(std::string_view pattern, std::string_view name)
{
    for (const Key *key : keysBelow(pattern)) {
        if (key->name() == name || isOneOf(name, key->synonyms))
            return key;
    }
    return nullptr;
}

std::string_view patternBelow(const Key &key)
{
    if (key.type == KeyType::Route)
        return "<route>";
    // The three places of retries share the router's rows.
    if (key.path == "global.retries" || key.path == "unified-api.retries")
        return "routers.*.retries";
    if (key.path == "global.cache" || key.path == "unified-api.cache")
        return "routers.*.cache";
    // Budgets stand in many places; their rows once, and once for those of client keys.
    if (key.path.ends_with(".budget") || key.path.ends_with(".budgets.[]") || key.path == "budget")
        return key.path.starts_with("server.client-keys.") ? "server.client-keys.[].budgets.[]" : "budgets.[]";
    if (key.name() == "guardrails")
        return "guardrails";
    if (key.path == "global.rate-limit" || key.path == "unified-api.rate-limit")
        return "routers.*.rate-limit";
    return key.path;
}

const std::vector<std::string> &reservedProviderNames()
{
    static const std::vector<std::string> names{"router", "ai", "v1", "v1beta", "api", "health", "metrics"};
    return names;
}

} // namespace pm::config
