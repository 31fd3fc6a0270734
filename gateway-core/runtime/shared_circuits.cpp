// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/shared_circuits.h"

#include "routing/target_stats.h"

namespace pm {

namespace {

// For each key the milliseconds that are left of what others than ARGV[1] said, or 0.
constexpr std::string_view kLook = R"lua(
local left = {}
for i, key in ipairs(KEYS) do
    local who = redis.call('GET', key)
    left[i] = (who and who ~= ARGV[1]) and math.max(0, redis.call('PTTL', key)) or 0
end
return left
)lua";

// Only what we said ourselves.
constexpr std::string_view kTakeBack = R"lua(
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
)lua";

const auto kLookScript = std::make_shared<const redis::Script>(kLook);
const auto kTakeBackScript = std::make_shared<const redis::Script>(kTakeBack);

std::string keyOf(const std::string &label)
{
    return "pointsman:circuit:" + label;
}

} // namespace

SharedCircuits::SharedCircuits(redis::Link &link, std::shared_ptr<StatsRegistry> stats, std::string instance,
                               const Clock &clock, QObject *parent)
    : QObject(parent), m_link(link), m_stats(std::move(stats)), m_instance(std::move(instance)), m_clock(clock)
{
    connect(&m_timer, &QTimer::timeout, this, &SharedCircuits::look);
    m_timer.start(kInterval);
}

void SharedCircuits::look()
{
    static const config::CircuitBreaker kSettings; // only the cooldown that began with it says how long it stays open
    const SteadyTime now = m_clock.steadyNow();
    std::vector<std::shared_ptr<routing::TargetStats>> others;
    for (const auto &target : m_stats->all()) {
        const auto told = m_told.find(target->label());
        const auto health = target->isSound() ? routing::TargetStats::HealthState() : target->health(kSettings, now);
        if (health.health == routing::Health::Open) {
            if (told == m_told.end() || told->second <= now)
                tell(*target, health.remaining);
            continue;
        }
        if (told != m_told.end())
            takeBack(target->label());
        others.push_back(target);
    }
    ask(std::move(others));
}

void SharedCircuits::tell(const routing::TargetStats &target, std::chrono::milliseconds remaining)
{
    if (remaining.count() <= 0)
        return;
    m_told[target.label()] = m_clock.steadyNow() + remaining;
    // NX: who said it first says how long.
    m_link.send({"SET", keyOf(target.label()), m_instance, "PX", std::to_string(remaining.count()), "NX"},
                [](const Result<redis::Reply> &) {});
}

void SharedCircuits::takeBack(const std::string &label)
{
    m_told.erase(label);
    m_link.run(kTakeBackScript, {keyOf(label)}, {m_instance}, [](const Result<redis::Reply> &) {});
}

void SharedCircuits::ask(std::vector<std::shared_ptr<routing::TargetStats>> targets)
{
    if (targets.empty())
        return;
    std::vector<std::string> keys;
    for (const auto &target : targets)
        keys.push_back(keyOf(target->label()));
    m_link.run(kLookScript, std::move(keys), {m_instance},
               [targets = std::move(targets), clock = &m_clock](const Result<redis::Reply> &left) {
                   for (std::size_t i = 0; left && i < targets.size() && i < left->list().size(); ++i) {
                       const std::chrono::milliseconds rest(left->list()[i].number());
                       if (rest.count() > 0)
                           targets[i]->rest(rest, clock->steadyNow());
                   }
               });
}

} // namespace pm
