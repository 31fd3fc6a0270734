// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// Vectors with four bits a number, and their products. Pure, any thread.
namespace pm::policy::coarse {

/// Codes are packed in groups: the low halves of a group's bytes are its first numbers.
constexpr std::size_t kGroup = 64;

/// Bytes of a code of `numbers` numbers.
constexpr std::size_t codeBytes(std::size_t numbers)
{
    return (numbers + kGroup - 1) / kGroup * (kGroup / 2);
}

struct Scale
{
    float step = 0;  ///< what 1 is worth
    float error = 0; ///< length of what the code leaves out
};
/// Writes codeBytes(numbers) bytes.
Scale encode(const float *values, std::size_t numbers, std::uint8_t *code);

/// The other side of a product: eight bits a number.
struct Query
{
    std::vector<std::int8_t> numbers; ///< filled up with 0 to whole groups
    std::int32_t sum = 0;
    Scale scale;
};
Query queryOf(const float *values, std::size_t numbers);

/// Sum of code times query, each code being 0 to 15.
std::int32_t dot(const std::uint8_t *code, const Query &query, std::size_t bytes);

/// The product of the vectors that both stand for, but for their errors.
inline float product(const std::uint8_t *code, float step, const Query &query, std::size_t bytes)
{
    constexpr std::int32_t kZero = 8; // the code of 0
    return step * query.scale.step * static_cast<float>(dot(code, query, bytes) - kZero * query.sum);
}

/// In full, summed in doubles' place by several floats.
double exactDot(const float *a, const float *b, std::size_t numbers);

} // namespace pm::policy::coarse
