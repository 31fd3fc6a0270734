// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"

#include <string>
#include <vector>

namespace pm::ui {

/// Where a router and the nodes of its tree stand in a text, and how the text calls them. Plain value.
struct RoutePlaces
{
    std::string path;                    ///< "routers.production"
    std::optional<config::Place> router; ///< none: the text does not have it
    struct Node
    {
        std::string path; ///< "routers.production.load-balance.chat.providers.0"
        config::Place place;
    };
    std::vector<Node> nodes; ///< each before its children, as spotsOf has them

    /// The innermost node on this line, else -1.
    int nodeAt(int line) const;
    /// The innermost node that this path is in, else -1.
    int nodeOf(const std::string &path) const;
    bool contains(int line) const;
    /// What of `path` is below the node, as fields know it: "settings.cost"; what a rule uses is the node
    /// itself, and "target" is that as a whole.
    std::string placeIn(std::size_t node, const std::string &path) const;
};

RoutePlaces placesOf(const config::PlaceFinder &text, const std::string &router);

/// Whether `path` is `prefix` or something in it.
bool isBelow(const std::string &path, const std::string &prefix);

} // namespace pm::ui
