// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_key.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace pm::policy {

/// Vectors of length one, and what each stands for; finds the nearest one exactly. All are compared in a coarse form first
/// (four bits a number), whose error is known for each; only what may be the nearest is computed in full. Safe from any
/// thread. Bounded: the oldest go when there are too many.
class VectorIndex
{
public:
    /// About 100'000 vectors of 768 numbers.
    static constexpr std::size_t kUsualBytes = 384 * 1024 * 1024;

    struct Row
    {
        Sha256 scope{}; ///< only rows of one scope are compared
        Sha256 entry{}; ///< what it leads to
        std::string text; ///< for people: the beginning of the prompt
    };
    struct Near
    {
        Row row;
        double similarity = 0; ///< cosine
    };

    explicit VectorIndex(std::size_t maxBytes = kUsualBytes) : m_maxBytes(maxBytes) {}

    /// `vector` must be of length one; the first one says how many numbers all have, others are not taken. A row of the
    /// same entry is replaced.
    void add(Row row, const std::vector<float> &vector);
    /// The nearest one in that scope, if it is at least as near as `least`.
    std::optional<Near> nearest(const Sha256 &scope, const std::vector<float> &vector, double least) const;
    void remove(const Sha256 &entry);
    void clear();
    std::size_t size() const;

private:
    static constexpr std::size_t kRowsOfBlock = 1024;
    struct Block
    {
        std::vector<float> values;        ///< rows one after the other
        std::vector<std::uint8_t> codes;  ///< the same, coarse
        std::vector<float> steps;         ///< of each row: what 1 of a code is worth
        std::vector<float> errors;        ///< of each row: length of what the code leaves out
        std::vector<std::uint64_t> scopes; ///< start of the scope's hash; 0: no row
    };
    struct Query;

    std::size_t rowBytes() const;
    std::size_t placeFor(const Sha256 &entry);
    bool isOf(std::size_t place, const Sha256 &scope) const { return m_rows[place].scope == scope; }

    const std::size_t m_maxBytes;
    mutable std::shared_mutex m_mutex;
    std::size_t m_numbers = 0;                     // m_mutex; of each vector
    std::size_t m_codeBytes = 0;                   // m_mutex; of each row
    std::vector<std::unique_ptr<Block>> m_blocks;  // m_mutex
    std::vector<Row> m_rows;                       // m_mutex
    std::unordered_map<Sha256, std::size_t, Sha256Hash> m_places; // m_mutex; by entry
    std::size_t m_next = 0;                        // m_mutex; the place to be taken when all are
};

} // namespace pm::policy
