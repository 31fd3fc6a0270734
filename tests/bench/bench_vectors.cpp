// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/vector_index.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

// How long the nearest of many vectors takes to be found, all of them in one scope. Usage: bench_vectors [VECTORS=100000]
// [NUMBERS=768]. Prints one line of JSON.

using namespace pm::policy;

namespace {

/// As models make them: a few numbers are much larger than the rest.
std::vector<float> randomUnit(std::mt19937 &rng, std::size_t numbers)
{
    std::normal_distribution<float> normal;
    std::vector<float> values(numbers);
    for (float &value : values)
        value = normal(rng);
    for (std::size_t i = 0; i < 4; ++i)
        values[i * 7 % numbers] *= 8;
    double squares = 0;
    for (const float value : values)
        squares += static_cast<double>(value) * value;
    for (float &value : values)
        value = static_cast<float>(value / std::sqrt(squares));
    return values;
}

std::size_t argument(int argc, char **argv, int index, std::size_t standard)
{
    return argc > index ? std::strtoul(argv[index], nullptr, 10) : standard;
}

} // namespace

int main(int argc, char **argv)
{
    using Clock = std::chrono::steady_clock;
    const std::size_t vectors = argument(argc, argv, 1, 100'000);
    const std::size_t numbers = argument(argc, argv, 2, 768);
    std::mt19937 rng(5);
    VectorIndex index;
    std::vector<float> last;
    for (std::size_t i = 0; i < vectors; ++i) {
        last = randomUnit(rng, numbers);
        index.add({sha256("scope"), sha256(std::to_string(i)), {}}, last);
    }
    std::vector<double> times;
    for (int i = 0; i < 101; ++i) {
        // A text that was not asked before, as most are: nothing is near.
        const std::vector<float> query = i % 2 ? last : randomUnit(rng, numbers);
        const auto begin = Clock::now();
        const auto found = index.nearest(sha256("scope"), query, 0.85);
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
        if (found.has_value() != (i % 2 == 1))
            return 1;
    }
    std::sort(times.begin(), times.end());
    std::printf("{\"vectors\": %zu, \"numbers\": %zu, \"p50\": %.3f, \"p99\": %.3f}\n", index.size(), numbers,
                times[times.size() / 2], times[times.size() * 99 / 100]);
    return 0;
}
