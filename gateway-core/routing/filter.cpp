// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/filter.h"

#include "routing/reasons.h"

#include <algorithm>
#include <limits>

namespace pm::routing {

namespace {

std::int64_t sum(std::int64_t a, std::int64_t b)
{
    a = std::max<std::int64_t>(a, 0);
    b = std::max<std::int64_t>(b, 0);
    return a > std::numeric_limits<std::int64_t>::max() - b ? std::numeric_limits<std::int64_t>::max()
                                                            : a + b;
}

} // namespace

std::int64_t tokensOf(const RequestNeeds &needs)
{
    return sum(needs.inputTokens, needs.maxTokens);
}

std::string lackText(Lack lack, const Target &target, const RequestNeeds &needs)
{
    switch (lack) {
    case Lack::Nothing:
        break;
    case Lack::Enabled:
        return "disabled";
    case Lack::Key:
        return "no key";
    case Lack::Chat:
        return "no chat";
    case Lack::Embeddings:
        return "no embeddings";
    case Lack::Tools:
        return "takes no tools";
    case Lack::Images:
        return "takes no images";
    case Lack::Audio:
        return "takes no audio";
    case Lack::Documents:
        return "takes no documents";
    case Lack::JsonSchema:
        return "takes no JSON schema";
    case Lack::Context:
        return "context " + tokensHave(target.can.context) + " < " + tokensNeeded(tokensOf(needs)) + " needed";
    }
    return {};
}

std::string unhealthyReason(const TargetStats::HealthState &state)
{
    switch (state.health) {
    case Health::Open:
        return "circuit open, " + secondsText(state.remaining) + " left";
    case Health::Resting:
        return "resting " + secondsText(state.remaining) + " after 429";
    case Health::HalfOpen:
        return state.remaining.count() > 0 ? "circuit half-open, a test is running" : "";
    case Health::Unknown:
    case Health::Healthy:
    case Health::Failing:
        break;
    }
    return {};
}

} // namespace pm::routing
