// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config.h"

namespace pm::config {

const Router *Config::findRouter(std::string_view name) const
{
    for (const Router &router : routers) {
        if (router.name == name)
            return &router;
    }
    return nullptr;
}

const Provider *Config::findProvider(std::string_view name) const
{
    for (const Provider &provider : providers) {
        if (provider.name == name)
            return &provider;
    }
    return nullptr;
}

} // namespace pm::config
