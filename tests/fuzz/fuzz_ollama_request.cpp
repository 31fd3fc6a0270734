// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_request.h"
#include "dialects/embeddings.h"
#include "dialects/ollama.h"

namespace {

fuzz::RequestPromises promises()
{
    pm::TargetTraits plain;
    plain.model = "m";
    pm::TargetTraits narrow = plain;
    narrow.model = "gpt-oss:20b";
    narrow.reasoningEffort = false;
    narrow.contextTokens = 8192;
    narrow.maxOutputTokens = 100;
    // Turns of one role in a row become one; arguments that are no object are wrapped in one, a level deeper.
    return {.targets = {plain, narrow}, .roundsToSettle = 2, .mayNestDeeper = true};
}

void checkEmbeddings(std::string_view body)
{
    const pm::EmbeddingsFormat &format = *pm::Ollama().embeddings();
    const auto request = format.readRequest(body);
    if (!request)
        return;
    fuzz::require(format.facts(body).has_value());
    pm::TargetTraits target;
    target.model = "m";
    pm::Losses losses;
    const auto written = format.writeRequest(*request, target, losses);
    fuzz::require(written.has_value());
    const auto again = format.readRequest(*written);
    fuzz::require(again && again->inputs == request->inputs && again->dimensions == request->dimensions);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto promised = promises();
    fuzz::checkRequest(pm::Ollama(), fuzz::inputText(data, size), promised);
    checkEmbeddings(fuzz::inputText(data, size));
    return 0;
}
