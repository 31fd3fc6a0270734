// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_training.h"

#include "routing/complexity_metrics.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace pm::routing {

namespace {

constexpr int kFolds = 5;
constexpr int kEpochs = 12;
constexpr float kStep = 0.1F;
constexpr float kPenalty = 1e-3F;
constexpr std::uint64_t kSeed = 20'260'102;
constexpr std::size_t kGrams = std::size_t(1) << kGramBits;

using Order = std::vector<std::size_t>;

/// Fisher and Yates with our own draw: std::shuffle differs between libraries.
void shuffle(Order &order, std::mt19937_64 &rng)
{
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[rng() % i]);
}

/// A weight with the sum of its squared gradients (AdaGrad): rare words move as far as frequent ones.
struct Weight
{
    float value = 0;
    float squares = 1e-6F;

    void move(float gradient, float penalty)
    {
        const float slope = gradient + penalty * value;
        squares += slope * slope;
        value -= kStep * slope / std::sqrt(squares);
    }
};

class Regression
{
public:
    Regression()
        : m_grams(kGrams)
    {
    }

    double score(const PromptFeatures &features) const
    {
        float sum = m_bias.value;
        for (std::size_t i = 0; i < kHandFeatures; ++i)
            sum += m_hand[i].value * features.hand[i];
        float counted = 0;
        for (const std::uint16_t gram : features.grams)
            counted += m_grams[gram].value;
        return logistic(sum + counted * unitOf(features));
    }
    void learn(const TrainingPrompt &prompt)
    {
        const PromptFeatures &features = prompt.features;
        const auto error = static_cast<float>(score(features) - (prompt.isPoor ? 1 : 0));
        m_bias.move(error, 0);
        for (std::size_t i = 0; i < kHandFeatures; ++i)
            m_hand[i].move(error * features.hand[i], kPenalty);
        const float unit = unitOf(features);
        for (const std::uint16_t gram : features.grams)
            m_grams[gram].move(error * unit, kPenalty);
    }
    ComplexityModel rounded() const
    {
        ComplexityModel model;
        model.bias = m_bias.value;
        for (std::size_t i = 0; i < kHandFeatures; ++i)
            model.weights[i] = m_hand[i].value;
        float most = 0;
        for (const Weight &weight : m_grams)
            most = std::max(most, std::abs(weight.value));
        model.gramScale = most / 127;
        model.grams.resize(kGrams);
        for (std::size_t i = 0; most > 0 && i < kGrams; ++i)
            model.grams[i] = static_cast<std::int8_t>(std::lround(m_grams[i].value / model.gramScale));
        return model;
    }

private:
    /// Long prompts weigh no more than short ones.
    static float unitOf(const PromptFeatures &features)
    {
        return features.grams.empty() ? 0.0F : 1.0F / std::sqrt(static_cast<float>(features.grams.size()));
    }

    Weight m_bias;
    std::array<Weight, kHandFeatures> m_hand;
    std::vector<Weight> m_grams;
};

Regression fit(const std::vector<TrainingPrompt> &prompts, Order order)
{
    std::mt19937_64 rng(kSeed);
    Regression regression;
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
        shuffle(order, rng);
        for (const std::size_t i : order)
            regression.learn(prompts[i]);
    }
    return regression;
}

/// Which fold each prompt is of: of each kind every fold gets its share.
std::vector<int> folds(const std::vector<TrainingPrompt> &prompts)
{
    Order order(prompts.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::mt19937_64 rng(kSeed);
    shuffle(order, rng);
    std::vector<int> fold(prompts.size());
    std::array<int, 2> next{};
    for (const std::size_t i : order)
        fold[i] = next[prompts[i].isPoor ? 1 : 0]++ % kFolds;
    return fold;
}

/// Each prompt's score by a model that has not seen it.
std::vector<Scored> crossValidated(const std::vector<TrainingPrompt> &prompts)
{
    const std::vector<int> fold = folds(prompts);
    std::vector<Scored> scored(prompts.size());
    for (int left = 0; left < kFolds; ++left) {
        Order others;
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            if (fold[i] != left)
                others.push_back(i);
        }
        const Regression regression = fit(prompts, std::move(others));
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            if (fold[i] == left)
                scored[i] = {regression.score(prompts[i].features), prompts[i].isPoor};
        }
    }
    return scored;
}

void calibrate(ComplexityModel &model, std::vector<double> scores)
{
    std::sort(scores.begin(), scores.end());
    for (std::size_t i = 0; i < ComplexityModel::kQuantiles; ++i) {
        const double place = double(i) / double(ComplexityModel::kQuantiles - 1) * double(scores.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const double above = scores[std::min(below + 1, scores.size() - 1)];
        model.quantiles[i] =
            static_cast<float>(scores[below] + (place - double(below)) * (above - scores[below]));
    }
}

} // namespace

ComplexityModel trainComplexity(const std::vector<TrainingPrompt> &prompts,
                                const std::vector<PromptFeatures> &unlabelled)
{
    const std::vector<Scored> scored = crossValidated(prompts);
    Order all(prompts.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    ComplexityModel model = fit(prompts, std::move(all)).rounded();
    std::vector<double> scores;
    for (const Scored &each : scored)
        scores.push_back(each.score);
    for (const PromptFeatures &features : unlabelled)
        scores.push_back(model.score(features));
    calibrate(model, std::move(scores));
    model.report = rankingReport(scored);
    return model;
}

} // namespace pm::routing
