// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/coarse_vector.h"

#include <algorithm>
#include <array>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__)
#define PM_WITH_AVX2 1
#include <immintrin.h>
#endif

namespace pm::policy::coarse {

namespace {

constexpr std::size_t kHalf = kGroup / 2;

/// Of one group.
std::int32_t plainDot(const std::uint8_t *code, const std::int8_t *query)
{
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < kHalf; ++i)
        sum += (code[i] & 15) * query[i] + (code[i] >> 4) * query[i + kHalf];
    return sum;
}

std::int32_t dotPlain(const std::uint8_t *code, const std::int8_t *query, std::size_t bytes)
{
    std::int32_t sum = 0;
    for (std::size_t at = 0; at < bytes; at += kHalf)
        sum += plainDot(code + at, query + 2 * at);
    return sum;
}

#ifdef PM_WITH_AVX2
/// 64 numbers a turn. A pair of products is at most 2 * 15 * 127, so that eight of them fit 16 bits: four turns.
__attribute__((target("avx2"))) std::int32_t dotAvx2(const std::uint8_t *code, const std::int8_t *query, std::size_t bytes)
{
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t at = 0; at < bytes;) {
        __m256i pairs = _mm256_setzero_si256();
        const std::size_t end = std::min(bytes, at + 4 * kHalf);
        for (; at < end; at += kHalf) {
            const __m256i both = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(code + at));
            const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(query + 2 * at));
            const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(query + 2 * at + kHalf));
            pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(_mm256_and_si256(both, low), first));
            const __m256i high = _mm256_and_si256(_mm256_srli_epi16(both, 4), low);
            pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(high, second));
        }
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xB1)));
}
#endif

using Dot = std::int32_t (*)(const std::uint8_t *, const std::int8_t *, std::size_t);

Dot bestDot()
{
#ifdef PM_WITH_AVX2
    if (__builtin_cpu_supports("avx2"))
        return dotAvx2;
#endif
    return dotPlain;
}

float largest(const float *values, std::size_t numbers)
{
    float most = 0;
    for (std::size_t i = 0; i < numbers; ++i)
        most = std::max(most, std::abs(values[i]));
    return most;
}

/// Rounded up a little: what comes of it bounds.
float lengthOf(double squares)
{
    return static_cast<float>(std::sqrt(squares) * 1.0001 + 1e-6);
}

} // namespace

Scale encode(const float *values, std::size_t numbers, std::uint8_t *code)
{
    const float most = largest(values, numbers);
    const float step = most > 0 ? most / 7 : 1;
    std::fill_n(code, codeBytes(numbers), std::uint8_t(0x88));
    double left = 0;
    for (std::size_t i = 0; i < numbers; ++i) {
        const int value = std::clamp(static_cast<int>(std::lround(values[i] / step)), -7, 7);
        const double error = values[i] - static_cast<double>(value) * step;
        left += error * error;
        const std::size_t inGroup = i % kGroup;
        std::uint8_t &byte = code[i / kGroup * kHalf + inGroup % kHalf];
        const auto bits = static_cast<std::uint8_t>(value + 8);
        byte = inGroup < kHalf ? static_cast<std::uint8_t>((byte & 0xF0) | bits)
                               : static_cast<std::uint8_t>((byte & 0x0F) | (bits << 4));
    }
    return {step, lengthOf(left)};
}

Query queryOf(const float *values, std::size_t numbers)
{
    Query query;
    query.numbers.resize(codeBytes(numbers) * 2, 0);
    const float most = largest(values, numbers);
    query.scale.step = most > 0 ? most / 127 : 1;
    double left = 0;
    for (std::size_t i = 0; i < numbers; ++i) {
        const int value = std::clamp(static_cast<int>(std::lround(values[i] / query.scale.step)), -127, 127);
        query.numbers[i] = static_cast<std::int8_t>(value);
        query.sum += value;
        const double error = values[i] - static_cast<double>(value) * query.scale.step;
        left += error * error;
    }
    query.scale.error = lengthOf(left);
    return query;
}

std::int32_t dot(const std::uint8_t *code, const Query &query, std::size_t bytes)
{
    static const Dot best = bestDot();
    return best(code, query.numbers.data(), bytes);
}

double exactDot(const float *a, const float *b, std::size_t numbers)
{
    std::array<double, 4> sums{};
    std::size_t i = 0;
    for (; i + 4 <= numbers; i += 4) {
        for (std::size_t k = 0; k < 4; ++k)
            sums[k] += static_cast<double>(a[i + k]) * b[i + k];
    }
    for (; i < numbers; ++i)
        sums[0] += static_cast<double>(a[i]) * b[i];
    return sums[0] + sums[1] + sums[2] + sums[3];
}

} // namespace pm::policy::coarse
