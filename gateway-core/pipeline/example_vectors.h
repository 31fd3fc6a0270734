// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace pm {

/// An embedding of length one: the dot product of two is their cosine similarity.
using UnitVector = std::vector<float>;
/// Scaled to length one. Empty for a vector of zeros, or with a number that is none.
UnitVector unitVector(std::vector<float> values);
/// -1..1; 0 for vectors of different sizes.
double similarity(const UnitVector &a, const UnitVector &b);

/// Embeddings of the examples of routers' rules, by model and text: they are asked for once. One for all workers,
/// thread-safe; bounded.
class ExampleVectors
{
public:
    static constexpr std::size_t kMost = 4096; ///< beyond it all are forgotten and asked for anew

    /// Null when it is not known yet.
    std::shared_ptr<const UnitVector> find(const std::string &model, const std::string &text) const;
    void keep(const std::string &model, const std::string &text, UnitVector vector);

private:
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, std::shared_ptr<const UnitVector>> m_vectors; ///< guarded by m_mutex
};

} // namespace pm
