// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "routing/complexity_features.h"
#include "trace/trace.h"

#include <optional>
#include <string>
#include <vector>

// What stored traces tell the strategy `complexity`: prompts as routing saw them, and how the weak tier
// answered. Pure functions, any thread.
namespace pm {

/// A target as a router names it; an empty model is any model of the provider.
struct TierTarget
{
    std::string provider;
    std::string model;
    bool operator==(const TierTarget &) const = default;
};

/// The weak targets of a router's conversations: of each `complexity` its second child's, of each `cascade`
/// all but its last child's. Empty when it has neither.
std::vector<TierTarget> weakTargets(const config::Router &router);

/// A prompt with what routing knew of it. Owns its text.
struct StoredPrompt
{
    std::string text;
    bool tools = false;
    bool media = false;
    std::int64_t inputTokens = 0;

    routing::PromptFacts facts() const { return {text, tools, media, inputTokens}; }
};
/// Nothing when the trace is of no conversation, or its texts were not kept. A body that was cut gives the
/// text alone.
std::optional<StoredPrompt> storedPrompt(const trace::Record &record);

/// Was the answer of a weak target poor? Poor: passed over by a cascade, stopped by a content filter or the
/// context's length, a refusal, empty, invalid JSON where JSON was asked for, or a tool call with bad
/// arguments. Nothing when no weak target answered, or only failed as providers fail (busy, unreachable):
/// that says nothing of the prompt.
std::optional<bool> weakAnswerIsPoor(const trace::Record &record, const std::vector<TierTarget> &weak);

} // namespace pm
