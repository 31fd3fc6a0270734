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

std::string lackingCapability(const Capabilities &can, const RequestNeeds &needs)
{
    if (needs.endpoint == config::EndpointType::Chat && !can.chat)
        return "no chat";
    if (needs.endpoint == config::EndpointType::Embeddings && !can.embeddings)
        return "no embeddings";
    struct Row
    {
        bool isNeeded;
        const std::optional<bool> &known;
        std::string_view text;
    };
    for (const Row &row :
         {Row{needs.tools, can.tools, "takes no tools"}, Row{needs.images, can.images, "takes no images"},
          Row{needs.audio, can.audio, "takes no audio"},
          Row{needs.documents, can.documents, "takes no documents"},
          Row{needs.jsonSchema, can.jsonSchema, "takes no JSON schema"}}) {
        if (row.isNeeded && row.known == false)
            return std::string(row.text);
    }
    return {};
}

} // namespace

std::string unableReason(const Target &target, const RequestNeeds &needs)
{
    if (!target.isEnabled)
        return "disabled";
    if (!target.hasKey)
        return "no key";
    if (std::string lacking = lackingCapability(target.can, needs); !lacking.empty())
        return lacking;
    const std::int64_t needed = sum(needs.inputTokens, needs.maxTokens);
    if (target.can.context > 0 && target.can.context < needed)
        return "context " + tokensHave(target.can.context) + " < " + tokensNeeded(needed) + " needed";
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
