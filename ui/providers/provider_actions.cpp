// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/provider_actions.h"

namespace pm::ui {

ProviderActions providerActionsOf(Gateway &gateway)
{
    ProviderActions actions;
    actions.setKey = [&gateway](const std::string &provider, const Secret &key,
                                std::function<void(Result<void>)> done) {
        gateway.setKey(provider, key, std::move(done));
    };
    actions.deleteKey = [&gateway](const std::string &provider, std::function<void(Result<void>)> done) {
        gateway.deleteKey(provider, std::move(done));
    };
    actions.testKey = [&gateway](const std::string &provider, std::function<void(Result<std::string>)> done) {
        gateway.testKey(provider, std::move(done));
    };
    actions.models = [&gateway](const std::string &provider) { return gateway.models(provider); };
    return actions;
}

} // namespace pm::ui
