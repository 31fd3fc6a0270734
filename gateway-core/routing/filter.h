// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/plan.h"

namespace pm::routing {

/// What a target has not that a request needs, whatever its health.
enum class Lack { Nothing, Enabled, Key, Chat, Embeddings, Tools, Images, Audio, Documents, JsonSchema, Context };

/// Tokens of prompt and answer; 0 where not said.
std::int64_t tokensOf(const RequestNeeds &needs);

/// The first that is lacking. What is unknown never excludes. Costs next to nothing: it is asked of every target for
/// every request.
inline Lack lackOf(const Target &target, const RequestNeeds &needs)
{
    const Capabilities &can = target.can;
    if (!target.isEnabled)
        return Lack::Enabled;
    if (!target.hasKey)
        return Lack::Key;
    if (!can.chat && needs.endpoint == config::EndpointType::Chat)
        return Lack::Chat;
    if (!can.embeddings && needs.endpoint == config::EndpointType::Embeddings)
        return Lack::Embeddings;
    if (needs.tools && can.tools == false)
        return Lack::Tools;
    if (needs.images && can.images == false)
        return Lack::Images;
    if (needs.audio && can.audio == false)
        return Lack::Audio;
    if (needs.documents && can.documents == false)
        return Lack::Documents;
    if (needs.jsonSchema && can.jsonSchema == false)
        return Lack::JsonSchema;
    return can.context > 0 && can.context < tokensOf(needs) ? Lack::Context : Lack::Nothing;
}
/// "takes no tools", "context 32k < 48k needed"; empty for nothing.
std::string lackText(Lack lack, const Target &target, const RequestNeeds &needs);

/// Why it should not be tried now. Empty when it may. Reads only: a half-open test is claimed when the target
/// is tried.
std::string unhealthyReason(const TargetStats::HealthState &state);

} // namespace pm::routing
