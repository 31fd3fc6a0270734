// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"
#include "support/qt_text.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>

// Targets below one strategy, a clock that stands still and a die that always falls the same.
namespace pm::routing::test {

using pm::test::q;
using std::chrono::milliseconds;

struct World
{
    SteadyTime now{std::chrono::hours(9)};
    config::CircuitBreaker breaker;
    RequestNeeds needs;
    Rng rng{20261121};
    Node root;
    std::map<std::string, std::shared_ptr<TargetStats>> stats;

    explicit World(const char *strategy)
    {
        root.strategy = strategy;
        needs.stream = true;
    }
    std::shared_ptr<Target> add(const char *provider, double weight = 1)
    {
        auto target = std::make_shared<Target>();
        target->provider = provider;
        target->stats = stats[provider] = std::make_shared<TargetStats>(provider);
        Node node;
        node.target = target;
        node.weight = weight;
        root.children.push_back(node);
        return target;
    }
    void seen(const char *provider, milliseconds latency, SizeClass size = SizeClass::Small)
    {
        stats[provider]->recordLatency(size, needs.stream, latency, now);
    }
    Plan choose() { return routing::choose(root, {}, ChooseContext{needs, breaker, now, rng}); }
    std::string first()
    {
        const Plan plan = choose();
        return plan.choices.empty() ? "" : plan.choices.front().target->provider;
    }
    /// Shares of the first place over many choices.
    std::map<std::string, double> shares(int rounds = 10'000)
    {
        std::map<std::string, double> shares;
        for (int i = 0; i < rounds; ++i)
            shares[first()] += 1.0 / rounds;
        return shares;
    }
};

inline QString textOf(const Plan &plan)
{
    QStringList choices;
    for (const Choice &choice : plan.choices)
        choices << q(choice.target->label()) + q(": ") + q(choice.reason.text());
    return choices.join(q(" | "));
}

inline bool isNear(double value, double expected)
{
    return std::abs(value - expected) <= 0.03;
}

} // namespace pm::routing::test
