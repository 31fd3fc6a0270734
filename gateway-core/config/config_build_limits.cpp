// SPDX-License-Identifier: GPL-3.0-or-later
// Limits from `rate-limit`, whose rows stand in config_keys_limits.cpp.
#include "config/config_build.h"

#include "config/scalars.h"

#include <cmath>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr double kMicro = 1e6;

std::int64_t microUsd(double usd)
{
    return std::max<std::int64_t>(1, std::llround(usd * kMicro));
}

void readSpan(const Node &map, std::string_view name, milliseconds &field)
{
    const Node *node = map.get(name);
    if (node && node->isScalar() && !node->isNull())
        field = parseSpan(node->text).value_or(field);
}

void readCount(const Node &map, std::string_view name, std::int64_t &field)
{
    const Node *node = map.get(name);
    if (node && node->isScalar() && !node->isNull())
        field = parseInteger(node->text).value_or(field);
}

/// The short forms: what comes back in the span is also what may be taken at once.
void addShort(const Node &section, std::string_view name, Limit limit, std::vector<Limit> &limits)
{
    const Node *node = section.get(name);
    if (!node)
        return;
    readCount(*node, "capacity", limit.amount);
    readSpan(*node, "refill-frequency", limit.per);
    readSpan(*node, "per", limit.per);
    double usd = 0;
    readInto(*node, "usd", usd);
    if (limit.of == Limit::Of::Cost)
        limit.amount = microUsd(usd);
    readInto(*node, "by", limit.by);
    limits.push_back(std::move(limit));
}

Concurrency buildConcurrency(const Node &node)
{
    Concurrency concurrency;
    readInto(node, "requests", concurrency.requests);
    readInto(node, "by", concurrency.by);
    readInto(node, "queue", concurrency.queue);
    readInto(node, "max-wait", concurrency.maxWait);
    return concurrency;
}

} // namespace

Limit buildLimit(const Node &node, milliseconds per)
{
    Limit limit;
    limit.per = per;
    double usd = 0;
    double burst = 0;
    readInto(node, "usd", usd);
    readInto(node, "burst", burst);
    if (node.get("tokens")) {
        limit.of = Limit::Of::Tokens;
        readCount(node, "tokens", limit.amount);
    } else if (node.get("usd")) {
        limit.of = Limit::Of::Cost;
        limit.amount = microUsd(usd);
        burst *= kMicro;
    } else {
        readCount(node, "requests", limit.amount);
    }
    limit.burst = burst > 0 ? std::max<std::int64_t>(1, std::llround(burst)) : 0;
    readSpan(node, "per", limit.per);
    readInto(node, "by", limit.by);
    return limit;
}

void buildLimits(const Node *section, Policies &policies)
{
    if (!section || !section->isMap())
        return;
    using Of = Limit::Of;
    using std::chrono::seconds;
    addShort(*section, "per-api-key", {Of::Requests, 500, seconds(1)}, policies.limits);
    addShort(*section, "requests", {Of::Requests, 500, seconds(1)}, policies.limits);
    addShort(*section, "tokens", {Of::Tokens, 1, seconds(60)}, policies.limits);
    addShort(*section, "cost", {Of::Cost, 1, std::chrono::hours(24)}, policies.limits);
    const Node *limits = section->get("limits");
    for (const Child &item : limits && limits->isList() ? limits->children : std::vector<Child>())
        policies.limits.push_back(buildLimit(item.value));
    const Node *concurrency = section->get("concurrency");
    if (concurrency && concurrency->isMap())
        policies.concurrency.push_back(buildConcurrency(*concurrency));
    for (const Child &item :
         concurrency && concurrency->isList() ? concurrency->children : std::vector<Child>())
        policies.concurrency.push_back(buildConcurrency(item.value));
}

} // namespace pm::config
