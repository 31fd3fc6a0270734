// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/config.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Edits of configuration text that keep comments, order and layout: bytes are spliced, then the result is
// parsed again and compared. The emitter of the YAML library is never used.
namespace pm::config {

/// Path of a node: keys and list indices, "routers.production.load-balance.chat.strategy",
/// "server.allowed-hosts.0". A key with dots may stand in double quotes: model-aliases."gpt-4.1". Keys are
/// found in either spelling.
using Path = std::string_view;

/// Where the value at `path` stands in the text, as a line and column from 1; for "cursor here marks the
/// place there".
struct Place
{
    int line = 0;
    int column = 0;
    int endLine = 0;
};
std::optional<Place> findPlace(std::string_view text, Path path);

class Draft;

/// A text that is read once to find many places in it, and what is written there.
class PlaceFinder
{
public:
    explicit PlaceFinder(std::string_view text);
    std::optional<Place> find(Path path) const;
    /// The scalar there, unescaped; none where there is none, or null.
    std::optional<std::string> written(Path path) const;
    /// Entries of the map, or items of the list; 0 of all else.
    std::size_t count(Path path) const;
    bool isMap(Path path) const;
    bool isList(Path path) const;
    std::vector<std::string> keys(Path path) const; ///< of the map, as written
    /// The texts of a list, or of the scalar that stands for one.
    std::vector<std::string> texts(Path path) const;

private:
    std::shared_ptr<const Draft> m_draft;
};

/// Sets the scalar (or flow) value at `path` to `yamlValue` (YAML text), adding missing keys on the way.
/// Error: Config when the text does not parse, or when the edit would change anything else.
Result<std::string> setValue(std::string_view text, Path path, std::string_view yamlValue);

/// Removes the key or list item at `path` with its own lines. Removing what is absent is no error.
Result<std::string> removeValue(std::string_view text, Path path);

/// Gives the key at `path` another name; its value and what is beside it stay. Error: Config.
Result<std::string> renameKey(std::string_view text, Path path, std::string_view name);

/// Appends an item (YAML text, may span lines) to the list at `path`, adding the list when missing.
Result<std::string> appendItem(std::string_view text, Path path, std::string_view yamlItem);

/// Writes the whole router: replaces its block, or adds it under `routers:`. Comments outside the block stay;
/// comments inside stay where the structure around them does.
Result<std::string> setRouter(std::string_view text, const Router &router);
Result<std::string> removeRouter(std::string_view text, std::string_view name);
Result<std::string> renameRouter(std::string_view text, std::string_view from, std::string_view to);

} // namespace pm::config
