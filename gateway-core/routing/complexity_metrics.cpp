// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_metrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

namespace pm::routing {

namespace {

constexpr int kResamples = 1000;
constexpr std::uint64_t kSeed = 20'260'101;

/// The curve "share of strong calls -> share of poor answers avoided", run over in order of falling scores.
/// `counts` says how often each prompt is there.
class Curve
{
public:
    Curve(const std::vector<Scored> &sorted, const std::vector<std::uint32_t> &counts)
        : m_sorted(sorted)
        , m_counts(counts)
    {
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            m_all += counts[i];
            m_poor += sorted[i].isPoor ? counts[i] : 0;
        }
    }
    double poor() const { return m_poor; }
    double good() const { return m_all - m_poor; }

    /// Calls `block(prompts, poor)` for each run of equal scores.
    template <typename Block>
    void run(Block block) const
    {
        for (std::size_t i = 0; i < m_sorted.size();) {
            const double score = m_sorted[i].score;
            double prompts = 0;
            double poorOnes = 0;
            for (; i < m_sorted.size() && m_sorted[i].score == score; ++i) {
                prompts += m_counts[i];
                poorOnes += m_sorted[i].isPoor ? m_counts[i] : 0;
            }
            block(prompts, poorOnes);
        }
    }
    double area() const
    {
        double before = 0;
        double sum = 0;
        run([&](double prompts, double poorOnes) {
            sum += prompts * (2 * before + poorOnes) / 2;
            before += poorOnes;
        });
        return m_poor > 0 ? sum / (m_all * m_poor) : 0.5;
    }
    double auroc() const
    {
        double before = 0;
        double pairs = 0;
        run([&](double prompts, double poorOnes) {
            pairs += (prompts - poorOnes) * (2 * before + poorOnes) / 2;
            before += poorOnes;
        });
        return m_poor > 0 && good() > 0 ? pairs / (m_poor * good()) : 0.5;
    }
    /// The share of strong calls at which `wanted` of the poor answers are avoided.
    double shareFor(double wanted) const
    {
        double seen = 0;
        double before = 0;
        double share = -1;
        run([&](double prompts, double poorOnes) {
            const double missing = wanted * m_poor - before;
            if (share < 0 && poorOnes > 0 && missing <= poorOnes)
                share = (seen + prompts * missing / poorOnes) / m_all;
            seen += prompts;
            before += poorOnes;
        });
        return share < 0 ? wanted : share;
    }

private:
    const std::vector<Scored> &m_sorted;
    const std::vector<std::uint32_t> &m_counts;
    double m_all = 0;
    double m_poor = 0;
};

/// Areas of resampled prompts, in rising order. The draw does not depend on the library's distributions.
std::array<double, kResamples> resampledAreas(const std::vector<Scored> &sorted)
{
    std::mt19937_64 rng(kSeed);
    std::array<double, kResamples> areas{};
    std::vector<std::uint32_t> counts(sorted.size());
    for (double &area : areas) {
        std::fill(counts.begin(), counts.end(), 0);
        for (std::size_t i = 0; i < sorted.size(); ++i)
            ++counts[rng() % sorted.size()];
        area = Curve(sorted, counts).area();
    }
    std::sort(areas.begin(), areas.end());
    return areas;
}

} // namespace

RankingReport rankingReport(std::vector<Scored> scored)
{
    std::stable_sort(scored.begin(), scored.end(),
                     [](const Scored &a, const Scored &b) { return a.score > b.score; });
    const std::vector<std::uint32_t> once(scored.size(), 1);
    const Curve curve(scored, once);
    RankingReport report;
    report.prompts = static_cast<std::int64_t>(scored.size());
    report.positives = static_cast<std::int64_t>(curve.poor());
    if (curve.poor() == 0 || curve.good() == 0)
        return report;
    report.auroc = curve.auroc();
    report.apgr = curve.area();
    report.cpt50 = curve.shareFor(0.5);
    report.cpt80 = curve.shareFor(0.8);
    const auto areas = resampledAreas(scored);
    report.apgrLow = areas[kResamples * 25 / 1000];
    report.apgrHigh = areas[kResamples * 975 / 1000 - 1];
    return report;
}

} // namespace pm::routing
