// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_paths.h"

namespace pm::ui {

namespace {

std::string whole(const std::string &router, const std::string &path)
{
    return "routers." + router + "." + path;
}

void addItems(std::vector<std::string> &paths, const config::PlaceFinder &text, const std::string &router,
              const std::string &list)
{
    const std::size_t count = text.isList(whole(router, list)) ? text.count(whole(router, list)) : 0;
    for (std::size_t i = 0; i < count; ++i)
        paths.push_back(list + "." + std::to_string(i));
}

} // namespace

std::vector<std::string> limitPaths(const config::PlaceFinder &text, const std::string &router)
{
    std::vector<std::string> paths;
    for (const char *form : {"rate-limit.per-api-key", "rate-limit.requests", "rate-limit.tokens", "rate-limit.cost"}) {
        if (text.find(whole(router, form)))
            paths.emplace_back(form);
    }
    addItems(paths, text, router, "rate-limit.limits");
    return paths;
}

std::vector<std::string> concurrencyPaths(const config::PlaceFinder &text, const std::string &router)
{
    std::vector<std::string> paths;
    if (text.isMap(whole(router, "rate-limit.concurrency")))
        paths.emplace_back("rate-limit.concurrency");
    addItems(paths, text, router, "rate-limit.concurrency");
    return paths;
}

std::vector<std::string> budgetPaths(const config::PlaceFinder &text, const std::string &router)
{
    std::vector<std::string> paths;
    addItems(paths, text, router, "budgets");
    if (text.isMap(whole(router, "budget")))
        paths.emplace_back("budget");
    return paths;
}

std::vector<std::string> guardrailPaths(const config::PlaceFinder &text, const std::string &router)
{
    std::vector<std::string> paths;
    addItems(paths, text, router, "guardrails");
    return paths;
}

std::optional<std::string> writtenAt(const config::PlaceFinder &text, const std::string &item, const std::string &key)
{
    if (key == "check" && !text.isMap(item))
        return text.written(item);
    return text.written(item + "." + key);
}

std::string lastPart(const std::string &path)
{
    return path.substr(path.rfind('.') + 1);
}

} // namespace pm::ui
