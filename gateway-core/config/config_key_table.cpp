// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

namespace pm::config {

const std::vector<Key> &keys()
{
    static const std::vector<Key> table = [] {
        std::vector<Key> all;
        // In the order of the reference page.
        for (const auto section : {serverKeys, clientKeyKeys, providerKeys, routerKeys, cacheKeys, limitKeys, generalKeys,
                                   budgetKeys, guardrailKeys, foreignKeys})
            all.insert(all.end(), section().begin(), section().end());
        return all;
    }();
    return table;
}

} // namespace pm::config
