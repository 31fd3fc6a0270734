// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "config/yaml_tree.h"

#include <string>
#include <vector>

namespace pm::config {

struct WishEntry;

/// What a place of the text should come to say, in the shape that the text already has there. Entries that
/// say what would hold anyway are written only where the text has them. Plain value.
struct Wish
{
    yaml::Node::Kind kind = yaml::Node::Kind::Scalar;
    std::string text;
    std::vector<WishEntry> entries; ///< of a map, with names; of a list, without
    bool isWhole = false;           ///< no scalar stands for it: rules and conditions

    /// A map whose first entry alone says it all: in lists the scalar may stand for it.
    bool isShort() const;
    const WishEntry *get(std::string_view name) const;
    /// As a new value: without what would hold anyway.
    yaml::Node node() const;
};

struct WishEntry
{
    std::string name;
    Wish value;
    bool isImplied = false; ///< holds without being written
};

/// The wish for a whole router. `present` is its block in the text, with canonical names, or null;
/// `inherited` holds where the router says nothing about retries.
Wish routerWish(const Router &router, const yaml::Node *present, const Retries &inherited);

/// The same value in other words: 8s and 8000ms, '0.7' and 0.70.
bool meansSame(std::string_view a, std::string_view b);

} // namespace pm::config
