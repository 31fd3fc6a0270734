// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_request.h"
#include "dialects/openai_chat.h"

namespace {

fuzz::RequestPromises promises()
{
    pm::TargetTraits plain;
    plain.model = "m";
    pm::TargetTraits narrow = plain;
    narrow.strictFields = narrow.echoReasoning = narrow.emptyToolProperties = true;
    narrow.toolContentParts = narrow.structuredOutput = false;
    // A system turn without text is left out, and only then do the user turns beside it meet.
    return {.targets = {plain, narrow}, .roundsToSettle = 2};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto promised = promises();
    fuzz::checkRequest(pm::OpenAiChat(), fuzz::inputText(data, size), promised);
    return 0;
}
