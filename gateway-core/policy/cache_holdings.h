// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_store.h"

#include <string>

namespace pm::policy {

/// What the cache of answers holds.
struct CacheHoldings
{
    std::string store; ///< "memory", "disk", "redis"; empty: no router keeps answers
    CacheUse use;
};

} // namespace pm::policy
