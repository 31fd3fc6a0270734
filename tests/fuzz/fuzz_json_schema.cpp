// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a JSON Schema and as what it is to check: the library never ends the program, whatever it throws.
#include "policy/json_schema.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    // The first line is the schema.
    const std::string_view schema = bytes.substr(0, bytes.find('\n'));
    const std::string_view text = bytes.substr(std::min(schema.size() + 1, bytes.size()));
    const auto parsed = pm::policy::JsonSchema::parse(schema);
    if (!parsed)
        return parsed.error().message.empty() ? std::abort(), 0 : 0;
    const auto first = parsed->problem(text);
    if (first != parsed->problem(text)) // it keeps nothing of what it has seen
        std::abort();
    return 0;
}
