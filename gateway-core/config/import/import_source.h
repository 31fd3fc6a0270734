// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/yaml_tree.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reading a foreign configuration. Pure, any thread.
namespace pm::config::import {

/// What kind of text it is: JSON may hold comments, tabs and commas before a closing bracket, as editors
/// allow.
enum class Syntax { Yaml, Json };

/// The text as a tree whose root is a map. Scalars and keys hold nothing that could not be written again: one
/// line, printable, keys clipped. Error: Config, with the line and what is wrong; never with a value.
Result<yaml::Tree> readSource(std::string_view text, Syntax syntax);

/// A value and where it stands: what importers hand around.
struct At
{
    const yaml::Node *node = nullptr; ///< null: not there
    std::string path;
    std::size_t offset = 0; ///< of its key, or of the item

    explicit operator bool() const { return node && !node->isNull(); }
    bool isMap() const { return node && node->isMap(); }
    bool isList() const { return node && node->isList(); }
    /// The entry of this key.
    At operator[](std::string_view key) const;
    /// Entries of a map, each with its key; items of a list, with empty keys. None of anything else.
    std::vector<std::pair<std::string, At>> children() const;
    /// A scalar's text; empty when it is none.
    std::string text() const;
    std::optional<double> number() const;
    bool isTrue() const;
};

} // namespace pm::config::import
