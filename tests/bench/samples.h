// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace load {

/// Samples in microseconds.
class Samples
{
public:
    void add(long long value)
    {
        m_values.push_back(static_cast<int>(std::min<long long>(value, 2'000'000'000)));
    }
    std::string json()
    {
        std::sort(m_values.begin(), m_values.end());
        return "{\"count\":" + std::to_string(m_values.size()) + ",\"p50\":" + at(0.5) +
               ",\"p99\":" + at(0.99) + ",\"most\":" + at(1.0) + "}";
    }

private:
    std::string at(double part) const
    {
        if (m_values.empty())
            return "null";
        return std::to_string(
            m_values[static_cast<std::size_t>(part * static_cast<double>(m_values.size() - 1))]);
    }
    std::vector<int> m_values;
};

} // namespace load
