// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_request.h"
#include "dialects/openai_responses.h"

namespace {

fuzz::RequestPromises promises()
{
    pm::TargetTraits plain;
    plain.model = "m";
    pm::TargetTraits own = plain;
    own.family = "openai";
    own.customTools = true;
    own.samplingAllowed = false;
    // Turns that hold nothing are left out, and only then do those beside them meet.
    return {.targets = {plain, own}, .roundsToSettle = 2, .mayNestDeeper = true};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto promised = promises();
    fuzz::checkRequest(pm::OpenAiResponses(), fuzz::inputText(data, size), promised);
    return 0;
}
