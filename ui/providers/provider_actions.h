// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <functional>

namespace pm::ui {

/// What the providers page does with keys and asks about models. All are called on the GUI thread, answers
/// come on it too, once; every member is set.
struct ProviderActions
{
    std::function<void(const std::string &provider, const Secret &key,
                       std::function<void(Result<void>)> done)>
        setKey;
    std::function<void(const std::string &provider, std::function<void(Result<void>)> done)> deleteKey;
    std::function<void(const std::string &provider, std::function<void(Result<std::string>)> done)> testKey;
    std::function<std::vector<ModelInfo>(const std::string &provider)> models;
};

/// Over a running gateway, which must outlive the window.
ProviderActions providerActionsOf(Gateway &gateway);

} // namespace pm::ui
