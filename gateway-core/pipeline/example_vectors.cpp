// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/example_vectors.h"

#include <cmath>

namespace pm {

namespace {

std::string keyOf(const std::string &model, const std::string &text)
{
    return model + "\n" + text;
}

} // namespace

UnitVector unitVector(std::vector<float> values)
{
    double squares = 0;
    for (const float value : values)
        squares += static_cast<double>(value) * value;
    if (!std::isfinite(squares) || squares <= 0)
        return {};
    const auto scale = static_cast<float>(1 / std::sqrt(squares));
    for (float &value : values)
        value *= scale;
    return values;
}

double similarity(const UnitVector &a, const UnitVector &b)
{
    if (a.size() != b.size())
        return 0;
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

std::shared_ptr<const UnitVector> ExampleVectors::find(const std::string &model, const std::string &text) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_vectors.find(keyOf(model, text));
    return found == m_vectors.end() ? nullptr : found->second;
}

void ExampleVectors::keep(const std::string &model, const std::string &text, UnitVector vector)
{
    auto kept = std::make_shared<const UnitVector>(std::move(vector));
    const std::lock_guard lock(m_mutex);
    if (m_vectors.size() >= kMost)
        m_vectors.clear();
    m_vectors[keyOf(model, text)] = std::move(kept);
}

} // namespace pm
