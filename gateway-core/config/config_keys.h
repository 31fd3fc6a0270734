// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

// THE TABLE of configuration keys. The check is driven from it and the reference page is made from it; a new
// key is one row in its section's file (config_keys_routers.cpp and so on) and one line in the builder.
// Immutable, any thread.
namespace pm::config {

enum class KeyType {
    Section, ///< map with the keys of the rows below it
    Names,   ///< map whose keys are the user's; its rows stand below `*`
    List,    ///< its items' row stands below `[]`
    Condition, ///< `when` of a rule; condition_yaml.h
    Data,      ///< anything, read as it stands
    Settings,  ///< map of the settings of the node's strategy, whose rows the strategy has
    Route,   ///< a strategy over children, or a target; its rows stand below `<route>`
    Bool,
    Integer,
    Number,
    Size,
    Duration,
    Date, ///< local time: 2026-12-31, or 2026-12-31T18:00
    Text,
    Word,    ///< one of `words`
    Address, ///< IP address or localhost
    Url,
    RedisUrl, ///< redis://[user@]host[:port][/database]
    Pattern, ///< regular expression (RE2)
    KeyReference,
    Strategy,
    Format,
    Provider,  ///< provider name
    Model,     ///< provider/model
    Target,    ///< provider, or provider/model
    Router,    ///< router name
    Identity,  ///< who has one of their own: "api-key", "metadata.NAME"; `words` more than the usual
    Later,     ///< of our own design, not in this version: an error, since leaving it out would change what
               ///< happens
    Elsewhere, ///< a key of Helicone's gateway that has no sense here: a warning
};

struct Key
{
    std::string_view
        path; ///< "server.port"; `*` a name of the user's, `[]` an item, `<route>` a node of a tree
    KeyType type;
    std::string_view
        standard; ///< what holds when the key is missing, as YAML; empty: nothing, or told in `sense`
    std::string_view sense;   ///< for the reference page; for Elsewhere and Later the remedy
    std::string_view words{}; ///< of Word: "full|metadata|off"; of Integer and Duration: words besides
    double least = 0;         ///< of numbers, sizes in bytes, durations in milliseconds
    double most = std::numeric_limits<double>::infinity();
    std::string_view synonyms{}; ///< "fallback-order|x", accepted besides the name
    KeyType shortForm =
        KeyType::Section; ///< a scalar of this type may stand for the section; Section: none may
    bool orMany = false;  ///< a list of such values may stand for one; of sections too
    bool isRequired = false;

    std::string_view name() const; ///< last part of the path
};

const std::vector<Key> &keys();

/// The row of exactly this pattern; null when there is none.
const Key *findKey(std::string_view pattern);
/// The row of `name` (kebab-case, or a synonym) right below `pattern`; null when there is none.
const Key *findKeyBelow(std::string_view pattern, std::string_view name);
/// All rows right below `pattern`, in table order.
const std::vector<const Key *> &keysBelow(std::string_view pattern);
/// The pattern under which the rows below a value of `key` stand.
std::string_view patternBelow(const Key &key);

/// "a whole number from 0 to 65535": what a value of this row has to be.
std::string describe(const Key &key);

/// First path segments that a provider may not be called.
const std::vector<std::string> &reservedProviderNames();

/// The reference page, in Markdown.
std::string referencePage();

} // namespace pm::config
