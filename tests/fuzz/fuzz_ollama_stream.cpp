// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect_stream.h"
#include "dialects/embeddings.h"
#include "dialects/ollama.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    fuzz::checkStream(pm::Ollama(), data, size);
    (void)pm::Ollama().embeddings()->readReply({reinterpret_cast<const char *>(data), size});
    return 0;
}
