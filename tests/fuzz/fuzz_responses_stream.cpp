// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_stream.h"
#include "dialects/openai_responses.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::checkStream(pm::OpenAiResponses(), data, size);
    return 0;
}
