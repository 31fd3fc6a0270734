// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "style/tokens.h"

#include <QString>

#include <algorithm>
#include <string>
#include <vector>

namespace pm::ui {

/// A provider's colour as its status has it; of one that is not listed by its name alone.
inline QColor colourAmong(const std::vector<ProviderStatus> &providers, const std::string &name)
{
    const auto found = std::find_if(providers.begin(), providers.end(),
                                    [&](const ProviderStatus &provider) { return provider.name == name; });
    return providerColour(QString::fromStdString(name),
                          found == providers.end() ? QString() : QString::fromStdString(found->colour));
}

} // namespace pm::ui
