// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pm::policy {

/// "gpt-5*" is any name that begins so; without a star it is that name alone.
inline bool fitsPattern(std::string_view name, std::string_view pattern)
{
    return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
}

} // namespace pm::policy
