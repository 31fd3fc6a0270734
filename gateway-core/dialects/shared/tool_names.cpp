// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/tool_names.h"

#include "base/text.h"

namespace pm {

std::string shortToolName(std::string_view name)
{
    constexpr std::size_t kMost = 64;
    if (name.size() <= kMost)
        return std::string(name);
    const std::string hash = stableHash(name);
    return std::string(clipUtf8(name, kMost - 1 - hash.size())) + "_" + hash;
}

} // namespace pm
