// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_request.h"
#include "dialects/gemini.h"

namespace {

fuzz::RequestPromises promises()
{
    pm::TargetTraits plain;
    plain.model = "m";
    plain.geminiVersion = 30;
    plain.family = "gemini";
    pm::TargetTraits older = plain;
    older.geminiVersion = 25;
    older.leastThinking = 128;
    older.toolJsonSchema = false;
    pm::TargetTraits capped = plain;
    capped.geminiVersion = 0;
    capped.maxOutputTokens = 8000;
    capped.structuredOutput = capped.reasoningEffort = false;
    // A schema is wrapped, two levels deeper than what came in; what that leaves out shows in the second round.
    return {.targets = {plain, older, capped}, .roundsToSettle = 2, .mayNestDeeper = true, .isModelInPath = true};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto promised = promises();
    fuzz::checkRequest(pm::Gemini(), fuzz::inputText(data, size), promised);
    return 0;
}
