// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/simulation_sums.h"

#include <algorithm>
#include <utility>

namespace pm {

namespace {

void addTo(SimulationReport::Sums &sums, const SimulatedRequest &request)
{
    const SimulatedRequest::Happened &before = request.before;
    const SimulatedRequest::Expected &after = request.after;
    sums.changed += request.isChanged() ? 1 : 0;
    sums.byChance += after.isByChance ? 1 : 0;
    sums.byFigures += after.isByFigures ? 1 : 0;
    if (before.costMicroUsd && after.costMicroUsd) {
        ++sums.priced;
        sums.costBefore += *before.costMicroUsd;
        sums.costAfter += *after.costMicroUsd;
    }
    if (before.latencyUs && after.latencyUs) {
        ++sums.timed;
        sums.latencyBefore += *before.latencyUs;
        sums.latencyAfter += *after.latencyUs;
    }
    if (!before.target.empty() && after.errorRate) {
        ++sums.rated;
        sums.errorsBefore += before.hasFirstFailed ? 1 : 0;
        sums.errorsAfter += *after.errorRate;
    }
}

} // namespace

void sumUp(SimulationReport &report)
{
    std::map<std::string, std::pair<int, int>> shares;
    std::map<std::pair<std::string, std::string>, int> moves;
    for (const SimulatedRequest &request : report.requests) {
        ++shares[request.before.target].first;
        ++shares[request.after.target].second;
        if (request.isChanged())
            ++moves[{request.before.target, request.after.target}];
        addTo(report.sums, request);
    }
    for (const auto &[target, counts] : shares)
        report.targets.push_back({target, counts.first, counts.second});
    for (const auto &[places, count] : moves)
        report.moves.push_back({places.first, places.second, count});
    // Of equal ones the names decide, in whose order they are already.
    std::stable_sort(report.targets.begin(), report.targets.end(), [](const auto &a, const auto &b) {
        return std::pair(a.after, a.before) > std::pair(b.after, b.before);
    });
    std::stable_sort(report.moves.begin(), report.moves.end(),
                     [](const auto &a, const auto &b) { return a.count > b.count; });
}

} // namespace pm
