// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/cost_estimate.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pm::routing {

std::optional<double> expectedCost(const Target &target, const RequestNeeds &needs, double expectedOutput, bool isCached)
{
    if (!target.price)
        return std::nullopt;
    const TokenPrice &price = *target.price;
    const double input = isCached ? price.cacheRead.value_or(price.input) : price.input;
    const double output = needs.maxTokens > 0 ? std::min(static_cast<double>(needs.maxTokens), expectedOutput) : expectedOutput;
    return (static_cast<double>(needs.inputTokens) * input + output * price.output) / 1e6;
}

std::string costText(double usd)
{
    std::array<char, 32> text{};
    const int decimals = usd >= 1 ? 2 : usd >= 0.01 ? 4 : 6;
    const int size = std::snprintf(text.data(), text.size(), "$%.*f", decimals, usd);
    std::string out(text.data(), static_cast<std::size_t>(std::max(size, 0)));
    while (out.find('.') != std::string::npos && (out.back() == '0' || out.back() == '.')) {
        const bool isPoint = out.back() == '.';
        out.pop_back();
        if (isPoint)
            break;
    }
    return out;
}

} // namespace pm::routing
