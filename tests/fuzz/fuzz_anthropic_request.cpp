// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_request.h"
#include "dialects/anthropic.h"

namespace {

fuzz::RequestPromises promises()
{
    pm::TargetTraits plain;
    plain.model = "m";
    pm::TargetTraits narrow = plain;
    narrow.strictFields = narrow.echoReasoning = narrow.adaptiveThinking = true;
    narrow.structuredOutput = narrow.samplingAllowed = false;
    pm::TargetTraits capped = plain;
    capped.family = "anthropic";
    capped.maxOutputTokens = 8000;
    // A schema is wrapped, two levels deeper than what came in.
    return {.targets = {plain, narrow, capped}, .mayNestDeeper = true};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto promised = promises();
    fuzz::checkRequest(pm::Anthropic(), fuzz::inputText(data, size), promised);
    return 0;
}
