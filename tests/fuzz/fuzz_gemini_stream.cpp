// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_stream.h"
#include "dialects/gemini.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::checkStream(pm::Gemini(), data, size);
    return 0;
}
