// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "routing/complexity_features.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The linear model of the strategy `complexity`: what it is, how it scores, and its file. Immutable when
// handed to a route; any thread.
namespace pm::routing {

/// How well scores rank prompts that were not trained on (five-fold cross validation). It is taken that the
/// strong tier answers all of them well, so the figures are an upper bound.
struct RankingReport
{
    std::int64_t prompts = 0;
    std::int64_t positives = 0; ///< prompts whose weak answer was poor
    double auroc = 0.5;
    double apgr = 0.5;    ///< mean share of the poor answers that are avoided, over all shares of the strong
                          ///< tier; random: 0.5
    double apgrLow = 0.5; ///< 95 % interval, by resampling prompts
    double apgrHigh = 0.5;
    double cpt50 = 0.5; ///< share of strong calls that avoids half of the poor answers; random: 0.5
    double cpt80 = 0.8; ///< that avoids 80 % of them; random: 0.8

    bool isBetterThanRandom() const { return apgrLow > 0.5; }
    bool operator==(const RankingReport &) const = default;
};

struct ComplexityModel
{
    static constexpr int kVersion = 1;
    static constexpr std::size_t kQuantiles = 101;

    std::string trained; ///< date, for people: "2026-11-27"
    std::array<float, kHandFeatures> weights{};
    float bias = 0;
    float gramScale = 0;                       ///< of one unit of `grams`
    std::vector<std::int8_t> grams;            ///< 2^kGramBits weights
    std::array<float, kQuantiles> quantiles{}; ///< of the scores of the prompts at hand: 0 %, 1 % ... 100 %
    RankingReport report;

    /// 0..1, the higher the more the prompt is like those whose weak answers were poor.
    double score(const PromptFeatures &features) const;
    /// From which score on `share` (0..1) of the prompts that it was calibrated on are strong. 0: none, 1:
    /// all.
    double threshold(double share) const;
    bool operator==(const ComplexityModel &) const = default;
};

/// JSON, one object. Reading gives back the same model.
std::string modelText(const ComplexityModel &model);
/// Error: Storage, naming the member at fault ("weights.digits is no number") and the remedy.
Result<ComplexityModel> parseModel(std::string_view text);

/// What a node of this strategy is given when its route is compiled.
struct ComplexitySource
{
    std::shared_ptr<const ComplexityModel> model; ///< null: by rules
    std::string problem;                          ///< why there is none, where a file was there or was named
};

/// Sums and scores use this: 1 / (1 + e^-x).
double logistic(double x);

} // namespace pm::routing
