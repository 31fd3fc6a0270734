// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "config/yaml_tree.h"

#include <string>
#include <string_view>
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

// What wishes are put together from.
Wish textWish(std::string_view text);
Wish mapWish();
Wish listWish(const std::vector<std::string> &items = {});
/// As the text has it, spelling and all.
Wish wishOf(const yaml::Node &node);
void add(Wish &map, std::string_view name, std::string_view text, bool isImplied);
void add(Wish &map, std::string_view name, int value, int standard);
void add(Wish &map, std::string_view name, double value, double standard);
void add(Wish &map, std::string_view name, milliseconds value, milliseconds standard);
/// Implied where all in it is.
void addMap(Wish &parent, std::string_view name, Wish map);
/// The value of that name where `map` is a map that has it; else null.
const yaml::Node *entryAt(const yaml::Node *map, std::string_view name);
const yaml::Node *itemAt(const yaml::Node *list, std::size_t index);

/// The same value in other words: 8s and 8000ms, '0.7' and 0.70, minute and 1m, 2MiB and 2097152.
bool meansSame(std::string_view a, std::string_view b);
/// Does the text say just what is wished, in whatever words?
bool says(const yaml::Node &node, const Wish &wish);

} // namespace pm::config
