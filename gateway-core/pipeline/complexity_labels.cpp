// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/complexity_labels.h"

#include "pipeline/answer_check.h"
#include "pipeline/stored_body.h"
#include "pipeline/understood.h"

#include <algorithm>

namespace pm {

namespace {

void collectTargets(const config::RouteNode &node, std::vector<TierTarget> &out)
{
    if (node.isTarget() && !node.provider.empty())
        out.push_back({node.provider, node.model});
    for (const config::RouteNode &child : node.children)
        collectTargets(child, out);
}

void collectWeak(const config::RouteNode &node, std::vector<TierTarget> &out)
{
    const std::size_t count = node.children.size();
    for (std::size_t i = 0; i < count; ++i) {
        const bool isWeak =
            (node.strategy == "complexity" && i == 1) || (node.strategy == "cascade" && i + 1 < count);
        if (isWeak)
            collectTargets(node.children[i], out);
        else
            collectWeak(node.children[i], out);
    }
}

bool isOf(const trace::Attempt &attempt, const std::vector<TierTarget> &targets)
{
    return std::any_of(targets.begin(), targets.end(), [&](const TierTarget &target) {
        return target.provider == attempt.provider && (target.model.empty() || target.model == attempt.model);
    });
}

/// By the errors that speak of the prompt and not of the provider's day.
bool failedOnPrompt(const trace::Attempt &attempt)
{
    return attempt.errorKind == traits(ErrorKind::ContentFilter).label ||
           attempt.errorKind == traits(ErrorKind::ContextLength).label;
}

/// Cascade's own look at the answer that the client got; nothing when it cannot be read.
std::optional<bool> storedAnswerIsPoor(const trace::Record &record)
{
    std::string ignored;
    const auto asked = readStoredChat(record, ignored);
    const auto reply = storedReply(record);
    if (!asked || !reply)
        return std::nullopt;
    return !poorReason(*reply, *asked, {"empty,refusal,json,tools", -1, {}}).empty();
}

} // namespace

std::vector<TierTarget> weakTargets(const config::Router &router)
{
    std::vector<TierTarget> weak;
    if (const auto chat = router.routes.find(config::EndpointType::Chat); chat != router.routes.end())
        collectWeak(chat->second, weak);
    return weak;
}

std::optional<StoredPrompt> storedPrompt(const trace::Record &record)
{
    if (endpointOf(record.head) != Endpoint::Chat || record.detail.promptText.empty())
        return std::nullopt;
    StoredPrompt prompt;
    prompt.text = record.detail.promptText;
    if (!whyUnread(record.detail.requestBody, false).empty())
        return prompt;
    if (const auto facts = clientFormat(record).facts(storedText(record.detail.requestBody))) {
        prompt.tools = facts->hasTools;
        prompt.media = facts->hasImages || facts->hasAudio || facts->hasDocuments;
        prompt.inputTokens = facts->inputTokensEstimate;
    }
    return prompt;
}

std::optional<bool> weakAnswerIsPoor(const trace::Record &record, const std::vector<TierTarget> &weak)
{
    const std::vector<trace::Attempt> &attempts = record.detail.attempts;
    const bool isPoor = std::any_of(attempts.begin(), attempts.end(), [&](const trace::Attempt &attempt) {
        return isOf(attempt, weak) && (attempt.outcome.starts_with("poor") || failedOnPrompt(attempt));
    });
    if (isPoor)
        return true;
    const bool answered =
        !attempts.empty() && attempts.back().outcome == "answered" && isOf(attempts.back(), weak);
    return answered && record.head.state == trace::State::Done ? storedAnswerIsPoor(record) : std::nullopt;
}

} // namespace pm
