// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/complexity_training.h"

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Prompts whose difficulty is known because they were made so. The same seed gives the same prompts.
namespace pm::routing::test {

/// A prompt of 12 to 40 words. Hard ones have one word in eight of their own kind, easy ones of theirs.
inline std::string madeUpPrompt(bool isHard, std::mt19937_64 &rng)
{
    constexpr std::array<std::string_view, 10> kPlain{"the",  "of",   "in",   "house", "list",
                                                      "week", "with", "blue", "table", "river"};
    constexpr std::array<std::string_view, 5> kHard{"mutex", "eigenvalue", "integral", "scheduler",
                                                    "invariant"};
    constexpr std::array<std::string_view, 5> kEasy{"weather", "recipe", "birthday", "greeting", "holiday"};
    std::string text;
    const std::size_t words = 12 + rng() % 29;
    for (std::size_t i = 0; i < words; ++i) {
        const auto &own = isHard ? kHard : kEasy;
        const std::string_view word =
            rng() % 8 == 0 ? own[rng() % own.size()] : kPlain[rng() % kPlain.size()];
        text.append(i > 0 ? " " : "").append(word);
    }
    return text;
}

struct MadeUp
{
    std::string text;
    bool isHard = false; ///< what it was made as
};

inline std::vector<MadeUp> madeUpPrompts(std::size_t count, std::uint64_t seed)
{
    std::mt19937_64 rng(seed);
    std::vector<MadeUp> all;
    for (std::size_t i = 0; i < count; ++i) {
        const bool isHard = rng() % 3 == 0;
        all.push_back({madeUpPrompt(isHard, rng), isHard});
    }
    return all;
}

inline PromptFeatures featuresOf(const MadeUp &prompt)
{
    return pm::routing::featuresOf({prompt.text, false, false, 0});
}

/// Labelled by how they were made, or by a coin.
inline std::vector<TrainingPrompt> trainingPrompts(std::size_t count, std::uint64_t seed, bool byCoin = false)
{
    std::mt19937_64 coin(seed + 1);
    std::vector<TrainingPrompt> all;
    for (const MadeUp &prompt : madeUpPrompts(count, seed))
        all.push_back({featuresOf(prompt), byCoin ? coin() % 3 == 0 : prompt.isHard});
    return all;
}

} // namespace pm::routing::test
