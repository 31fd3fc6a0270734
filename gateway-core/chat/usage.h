// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace pm {

/// Token counts as the provider reported them; what it did not say is unknown, never zero.
/// Input is split the Anthropic way: the three input counts do not overlap. OpenAI's prompt_tokens is their sum.
struct Usage
{
    std::optional<std::int64_t> uncachedInput; ///< prompt tokens neither read from nor written to a cache
    std::optional<std::int64_t> cacheRead;     ///< prompt tokens read from the provider's prompt cache
    std::optional<std::int64_t> cacheWrite5m;  ///< prompt tokens written to a five-minute (or untyped) cache
    std::optional<std::int64_t> cacheWrite1h;  ///< prompt tokens written to a one-hour cache
    std::optional<std::int64_t> output;        ///< completion tokens, reasoning included
    std::optional<std::int64_t> reasoning;     ///< the part of `output` spent on reasoning
    bool isEstimate = false;                   ///< counted by us, not by the provider

    bool operator==(const Usage &) const = default;
    bool isKnown() const { return uncachedInput || output; }
    std::int64_t cacheWrite() const { return cacheWrite5m.value_or(0) + cacheWrite1h.value_or(0); }
    /// All prompt tokens; unknown when the uncached part is.
    std::optional<std::int64_t> totalInput() const
    {
        if (!uncachedInput)
            return std::nullopt;
        return *uncachedInput + cacheRead.value_or(0) + cacheWrite();
    }
    /// Takes over every count that `newer` knows.
    void mergeFrom(const Usage &newer)
    {
        const auto take = [](auto &mine, const auto &theirs) {
            if (theirs)
                mine = theirs;
        };
        take(uncachedInput, newer.uncachedInput);
        take(cacheRead, newer.cacheRead);
        take(cacheWrite5m, newer.cacheWrite5m);
        take(cacheWrite1h, newer.cacheWrite1h);
        take(output, newer.output);
        take(reasoning, newer.reasoning);
        isEstimate = newer.isEstimate;
    }
};

} // namespace pm
