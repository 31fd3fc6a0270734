// SPDX-License-Identifier: GPL-3.0-or-later
// A target's figures on their way to the store and back.
#include "routing/target_stats.h"

namespace pm::routing {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

/// Moments of the steady clock, which means nothing after a restart, as moments of the wall clock and back.
struct Clocks
{
    SteadyTime now;
    SystemTime wall;

    std::int64_t toWall(std::optional<SteadyTime> time) const
    {
        return time ? unixMicros(wall) - duration_cast<microseconds>(now - *time).count() : 0;
    }

    /// What lies in the future, because the wall clock was set back, was now.
    SteadyTime toSteady(std::int64_t unixTime) const
    {
        return now - microseconds(std::max<std::int64_t>(0, unixMicros(wall) - unixTime));
    }
};

TargetFigures::Estimate figureOf(const PeakEstimate &estimate, const Clocks &clocks)
{
    return {estimate.micros().value_or(-1), clocks.toWall(estimate.seenAt())};
}

TargetFigures::Mean figureOf(const DecayedMean &mean, const Clocks &clocks)
{
    return {mean.sum(), mean.weight(), clocks.toWall(mean.seenAt())};
}

void restoreTo(PeakEstimate &estimate, const TargetFigures::Estimate &figure, const Clocks &clocks)
{
    if (figure.micros >= 0)
        estimate.restore(figure.micros, clocks.toSteady(figure.seenAt));
}

void restoreTo(DecayedMean &mean, const TargetFigures::Mean &figure, const Clocks &clocks)
{
    if (figure.weight > 0)
        mean.restore(figure.sum, figure.weight, clocks.toSteady(figure.seenAt));
}

} // namespace

TargetFigures TargetStats::figures(SteadyTime now, SystemTime wall) const
{
    const Clocks clocks{now, wall};
    TargetFigures figures;
    for (std::size_t size = 0; size < m_speed.size(); ++size) {
        const Speed &from = m_speed[size];
        figures.speed[size] = {figureOf(from.whole, clocks), figureOf(from.firstContent, clocks),
                               figureOf(from.streamEnd, clocks), figureOf(from.tokensPerSecond, clocks),
                               from.firstContents.counts()};
    }
    figures.errors = figureOf(m_errors, clocks);
    figures.lastSuccess = clocks.toWall(lastSuccess());
    figures.lastFailure = clocks.toWall(lastFailure());
    return figures;
}

void TargetStats::restore(const TargetFigures &figures, SteadyTime now, SystemTime wall)
{
    const Clocks clocks{now, wall};
    for (std::size_t size = 0; size < m_speed.size(); ++size) {
        const TargetFigures::Speed &from = figures.speed[size];
        Speed &to = m_speed[size];
        restoreTo(to.whole, from.whole, clocks);
        restoreTo(to.firstContent, from.firstContent, clocks);
        restoreTo(to.streamEnd, from.streamEnd, clocks);
        restoreTo(to.tokensPerSecond, from.tokensPerSecond, clocks);
        to.firstContents.restore(from.firstContents, now);
    }
    restoreTo(m_errors, figures.errors, clocks);
    if (figures.lastSuccess > 0)
        m_lastSuccess.moveTo(clocks.toSteady(figures.lastSuccess));
    if (figures.lastFailure > 0)
        m_lastFailure.moveTo(clocks.toSteady(figures.lastFailure));
}

} // namespace pm::routing
