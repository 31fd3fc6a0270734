// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/catalogue.h"

#include <cmath>

namespace pm {

namespace {

// Beyond these a count or price is nonsense, and below them the sum fits 64 bits.
constexpr std::int64_t kMostTokens = 100'000'000;
constexpr double kDearest = 10'000; // USD for a million tokens

/// The prices that hold for one answer.
struct Rates
{
    std::optional<double> input;
    std::optional<double> output;
    std::optional<double> reasoning;
    std::optional<double> cacheRead;
    std::optional<double> cacheWrite5m;
    std::optional<double> cacheWrite1h;
};

Rates ratesOf(const ModelPrice &price, std::int64_t inputTokens)
{
    Rates rates{price.input,     price.output,     price.reasoning,
                price.cacheRead, price.cacheWrite, price.cacheWrite1h};
    for (const ModelPrice::Tier &tier : price.tiers) {
        // What a tier does not name is unknown in it: the base price would be too low.
        if (inputTokens >= tier.fromInputTokens)
            rates = {tier.input, tier.output, std::nullopt, tier.cacheRead, tier.cacheWrite, std::nullopt};
    }
    return rates;
}

std::optional<Rates> ratesFor(const Model *model, const std::optional<config::Price> &configPrice,
                              std::int64_t inputTokens)
{
    if (model && model->price) {
        Rates rates = ratesOf(*model->price, inputTokens);
        if (!rates.cacheWrite1h && model->provider == "anthropic" && rates.input)
            rates.cacheWrite1h = 2 * *rates.input; // Anthropic's rule for every model
        return rates;
    }
    if (!configPrice)
        return std::nullopt;
    return Rates{configPrice->input,     configPrice->output,     std::nullopt,
                 configPrice->cacheRead, configPrice->cacheWrite, std::nullopt};
}

/// Adds tokens at a price in millionths of a micro-dollar, in integers.
class Sum
{
public:
    void add(std::int64_t tokens, const std::optional<double> &usdPerMillion)
    {
        if (tokens == 0)
            return;
        const bool isSound = usdPerMillion && *usdPerMillion >= 0 && *usdPerMillion <= kDearest &&
                             tokens > 0 && tokens <= kMostTokens;
        if (isSound)
            m_millionths += tokens * std::llround(*usdPerMillion * 1e6);
        else
            m_isKnown = false;
    }
    std::optional<MicroUsd> total() const
    {
        return m_isKnown ? std::optional<MicroUsd>((m_millionths + 500'000) / 1'000'000) : std::nullopt;
    }

private:
    std::int64_t m_millionths = 0;
    bool m_isKnown = true;
};

} // namespace

std::optional<MicroUsd> costOf(const Usage &usage, const Model *model,
                               const std::optional<config::Price> &configPrice)
{
    const auto inputTokens = usage.totalInput();
    if (!inputTokens)
        return std::nullopt;
    const auto rates = ratesFor(model, configPrice, *inputTokens);
    if (!rates)
        return std::nullopt;
    // Embeddings have no output; elsewhere a missing count hides a cost unless output is free.
    if (!usage.output && !(model && model->isEmbedding) && rates->output != 0.0)
        return std::nullopt;
    Sum sum;
    sum.add(*usage.uncachedInput, rates->input);
    sum.add(usage.cacheRead.value_or(0), rates->cacheRead);
    sum.add(usage.cacheWrite5m.value_or(0), rates->cacheWrite5m);
    sum.add(usage.cacheWrite1h.value_or(0), rates->cacheWrite1h);
    const std::int64_t output = usage.output.value_or(0);
    const std::int64_t reasoning = rates->reasoning ? std::min(usage.reasoning.value_or(0), output) : 0;
    sum.add(reasoning, rates->reasoning);
    sum.add(output - reasoning, rates->output);
    return sum.total();
}

} // namespace pm
