// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/request_fields.h"
#include "routing/strategy.h"

#include <chrono>
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <string>

// What a choice costs by itself, for each strategy. Usage: bench_routing [TARGETS=100] [ROUNDS=20000]

using namespace pm;
using namespace pm::routing;

namespace {

class Fields final : public RequestFields
{
public:
    std::optional<std::string> value(std::string_view field) const override
    {
        return field == "metadata.team" ? std::optional<std::string>("ml") : std::nullopt;
    }
    std::uint64_t conversation() const override { return 42; }
    std::string identity() const override { return "user-1"; }
    bool beginsTurn() const override { return true; }
};

/// All that a target can have, so that no strategy finds an easy way out.
Node leaf(int number)
{
    auto target = std::make_shared<Target>();
    target->provider = "provider" + std::to_string(number % 20);
    target->model = "model-" + std::to_string(number);
    target->price = TokenPrice{1.0 + number, 4.0 + number, 0.1};
    target->quality = number % 100;
    target->stats = std::make_shared<TargetStats>(target->label());
    const SteadyTime now{std::chrono::hours(9)};
    target->stats->recordLatency(SizeClass::Small, true, std::chrono::milliseconds(100 + number), now);
    target->stats->recordOutput(SizeClass::Small, 100, std::chrono::seconds(1), now);
    target->stats->recordSuccess({}, now);
    Node node;
    node.target = std::move(target);
    node.weight = 1 + number % 3;
    node.position = number;
    return node;
}

Node routerOf(const Strategy &strategy, int targets)
{
    Node root;
    root.strategy = strategy.key();
    root.state = std::make_shared<NodeState>();
    for (int i = 0; i < targets; ++i) {
        Node child = leaf(i);
        if (strategy.rules() == config::RuleKind::When) {
            config::Condition condition;
            condition.kind = config::Condition::Kind::Test;
            condition.field = "metadata.team";
            condition.values = {"team-" + std::to_string(i)};
            child.when = std::make_shared<const CompiledCondition>(condition);
        }
        child.is = "image";
        child.isDefault = i + 1 == targets;
        root.children.push_back(std::move(child));
    }
    return root;
}

} // namespace

int main(int argc, char **argv)
{
    const int targets = argc > 1 ? std::atoi(argv[1]) : 100;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 20'000;
    const config::CircuitBreaker breaker;
    const Fields fields;
    RequestNeeds needs;
    needs.stream = true;
    needs.inputTokens = 1000;
    needs.fields = &fields;
    Rng rng{1};
    for (const Strategy *strategy : strategies()) {
        const Node root = routerOf(*strategy, targets);
        std::size_t planned = 0;
        const std::clock_t start = std::clock(); // of this process: others on the machine do not count
        for (int i = 0; i < rounds; ++i) {
            const Plan plan = choose(root, {}, {needs, breaker, SteadyTime{std::chrono::hours(9)}, rng});
            planned += plan.choices.size();
        }
        const double micros = static_cast<double>(std::clock() - start) * 1e6 / CLOCKS_PER_SEC;
        std::printf("%-18s %8.2f us a choice, %.1f planned\n", std::string(strategy->key()).c_str(), micros / rounds,
                    static_cast<double>(planned) / rounds);
    }
}
