// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"

#include <string>
#include <vector>

namespace pm::ui {

/// Where a router and the targets that the form shows stand in a text, and how the text calls them. Plain
/// value.
struct RoutePlaces
{
    std::string path;                    ///< "routers.production"
    std::optional<config::Place> router; ///< none: the text does not have it
    struct Target
    {
        std::string path; ///< "routers.production.load-balance.chat.providers.0"
        config::Place place;
    };
    std::vector<Target> targets; ///< in the order of the text

    /// The target on this line, else -1.
    int targetAt(int line) const;
    bool contains(int line) const;
};

RoutePlaces placesOf(std::string_view text, const std::string &router);

} // namespace pm::ui
