// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/plan.h"
#include "support/qt_text.h"

#include <QStringList>

// Targets, trees and a clock for tests of plans. Any thread.
namespace pm::routing::test {

using pm::test::q;

struct World
{
    SteadyTime now{std::chrono::hours(9)};
    config::CircuitBreaker breaker;
    RequestNeeds needs;
    Rng rng{1};
    std::vector<std::shared_ptr<Target>> targets;

    World() { needs.stream = true; }

    std::shared_ptr<Target> target(const char *provider, const char *model = "")
    {
        auto target = std::make_shared<Target>();
        target->provider = provider;
        target->model = model;
        target->stats = std::make_shared<TargetStats>(target->label());
        targets.push_back(target);
        return target;
    }
    Plan choose(const Node &root, const std::vector<std::shared_ptr<const Target>> &fallbacks = {})
    {
        return routing::choose(root, fallbacks, ChooseContext{needs, breaker, now, rng});
    }
    void fail(const std::shared_ptr<Target> &target, int times)
    {
        for (int i = 0; i < times; ++i)
            target->stats->recordFailure(ErrorKind::UpstreamError, "answered 500", breaker, now);
    }
};

inline Node leaf(const std::shared_ptr<Target> &target, double weight = 1)
{
    Node node;
    node.target = target;
    node.weight = weight;
    return node;
}

inline Node group(const char *strategy, std::vector<Node> children, double weight = 1)
{
    Node node;
    node.strategy = strategy;
    node.children = std::move(children);
    node.weight = weight;
    return node;
}

/// "openai: first in order | anthropic: next in order // ollama: no key"
inline QString textOf(const Plan &plan)
{
    QStringList choices;
    for (const Choice &choice : plan.choices)
        choices << q(choice.target->label()) + q(": ") + q(choice.reason.text());
    QStringList excluded;
    for (const Exclusion &exclusion : plan.excluded)
        excluded << q(exclusion.target) + q(": ") + q(exclusion.reason);
    return choices.join(q(" | ")) + (excluded.isEmpty() ? QString() : q(" // ") + excluded.join(q(" | ")));
}

} // namespace pm::routing::test
