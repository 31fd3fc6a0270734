// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_request.h"
#include "dialects/bedrock.h"

/// As for the other dialects, but for retargeting: the path names the model, the body stays.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::vector<pm::TargetTraits> targets = [] {
        pm::TargetTraits claude;
        claude.model = "anthropic.claude-sonnet-4-5-v1:0";
        claude.family = "anthropic";
        pm::TargetTraits other;
        other.model = "amazon.nova-pro-v1:0";
        other.structuredOutput = false;
        return std::vector<pm::TargetTraits>{claude, other};
    }();
    const pm::Bedrock bedrock;
    const std::string_view body = fuzz::inputText(data, size);
    const auto facts = bedrock.facts(body);
    if (facts)
        fuzz::require(facts->promptText.size() <= 8 * 1024);
    const auto request = bedrock.readRequest(body);
    if (!request)
        return 0;
    for (const pm::TargetTraits &target : targets) {
        pm::Losses losses;
        const auto written = bedrock.writeRequest(*request, target, losses);
        if (!written)
            continue;
        // What was written is a request again, unless it nests too deep now.
        const auto again = bedrock.readRequest(*written);
        fuzz::require(again.has_value() || again.error().message.find("nests deeper") != std::string::npos);
    }
    return 0;
}
