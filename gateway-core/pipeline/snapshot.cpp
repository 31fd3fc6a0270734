// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/snapshot.h"

#include <algorithm>

namespace pm {

namespace {

/// Without the registry's lock: workers wait for it.
std::vector<trace::TargetRow> rowsOf(const std::vector<std::shared_ptr<routing::TargetStats>> &targets, SteadyTime now,
                                     SystemTime wall)
{
    std::vector<trace::TargetRow> rows;
    rows.reserve(targets.size());
    for (const auto &stats : targets) {
        const routing::TargetFigures figures = stats->figures(now, wall);
        rows.push_back({stats->label(), std::max(figures.lastSuccess, figures.lastFailure), figures.toJson()});
    }
    return rows;
}

} // namespace

std::shared_ptr<routing::TargetStats> StatsRegistry::get(const std::string &provider, const std::string &model)
{
    std::string label = model.empty() ? provider : provider + "/" + model;
    const std::lock_guard lock(m_mutex);
    const bool isFull = m_byLabel.size() >= kMaxTargets && m_byLabel.find(label) == m_byLabel.end();
    if (isFull || label.size() > kMaxLabel)
        label = provider;
    auto &stats = m_byLabel[label];
    if (!stats)
        stats = make(label);
    return stats;
}

std::shared_ptr<routing::TargetStats> StatsRegistry::make(const std::string &label)
{
    auto stats = std::make_shared<routing::TargetStats>(label);
    const auto kept = m_kept.find(label);
    if (kept == m_kept.end())
        return stats;
    if (const auto figures = routing::TargetFigures::fromJson(kept->second))
        stats->restore(*figures, std::chrono::steady_clock::now(), std::chrono::system_clock::now());
    m_kept.erase(kept);
    m_taken[label] = stats->lastSeen();
    return stats;
}

void StatsRegistry::restore(std::vector<trace::TargetRow> rows)
{
    const std::lock_guard lock(m_mutex);
    for (trace::TargetRow &row : rows)
        m_kept[std::move(row.label)] = std::move(row.data);
}

std::vector<trace::TargetRow> StatsRegistry::takeChanged(SteadyTime now, SystemTime wall)
{
    std::vector<std::shared_ptr<routing::TargetStats>> changed;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[label, stats] : m_byLabel) {
            const auto seen = stats->lastSeen();
            if (auto &taken = m_taken[label]; seen != taken) {
                taken = seen;
                changed.push_back(stats);
            }
        }
    }
    return rowsOf(changed, now, wall);
}

std::vector<trace::TargetRow> StatsRegistry::rows(SteadyTime now, SystemTime wall) const
{
    return rowsOf(all(), now, wall);
}

std::vector<std::shared_ptr<routing::TargetStats>> StatsRegistry::all() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<routing::TargetStats>> found;
    for (const auto &[label, stats] : m_byLabel)
        found.push_back(stats);
    return found;
}

std::vector<std::shared_ptr<routing::TargetStats>> StatsRegistry::ofProvider(const std::string &provider) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<routing::TargetStats>> found;
    for (const auto &[label, stats] : m_byLabel) {
        if (label == provider || label.starts_with(provider + "/"))
            found.push_back(stats);
    }
    return found;
}

void Snapshot::placeRouters()
{
    routerPlaces.clear();
    for (std::size_t i = 0; i < config.routers.size(); ++i)
        routerPlaces.emplace(config.routers[i].name, i);
}

const config::Router *Snapshot::findRouter(std::string_view name) const
{
    const auto found = routerPlaces.find(std::string(name));
    return found == routerPlaces.end() ? nullptr : &config.routers[found->second];
}

const ProviderRuntime *Snapshot::findProvider(std::string_view name) const
{
    const auto found = std::find_if(providers.begin(), providers.end(),
                                    [&](const ProviderRuntime &p) { return p.provider.name == name; });
    return found == providers.end() ? nullptr : &*found;
}

const Model *Snapshot::findModel(std::string_view provider, std::string_view model) const
{
    return catalogue ? catalogue->find(provider, model) : nullptr;
}

bool Snapshot::lists(const ProviderRuntime &provider, std::string_view model) const
{
    const auto has = [&](const std::vector<std::string> &names) {
        return std::find(names.begin(), names.end(), model) != names.end();
    };
    return has(provider.provider.models) || has(provider.discoveredModels)
           || findModel(provider.provider.name, model) != nullptr;
}

std::vector<policy::GuardCount> Snapshot::guardrails(const policy::GuardCounts &counts, SystemTime now) const
{
    std::vector<const policy::GuardRules *> rules;
    for (const auto &[router, each] : guards)
        rules.push_back(each.get());
    return counts.today(rules, now);
}

std::vector<std::string> Snapshot::routerNames() const
{
    std::vector<std::string> names;
    for (const config::Router &router : config.routers)
        names.push_back(router.name);
    return names;
}

} // namespace pm
