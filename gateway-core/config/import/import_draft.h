// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/import/import.h"
#include "config/import/import_source.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The configuration that an importer makes, and its notes. Pure, any thread.
namespace pm::config::import {

// New values. Texts that would read as null are quoted.
yaml::Node textNode(std::string_view text);
yaml::Node mapNode();
yaml::Node listNode();
yaml::Node wordsNode(const std::vector<std::string> &words);
/// Sets the entry of a map; returns it.
yaml::Node &put(yaml::Node &map, std::string_view key, yaml::Node value);
yaml::Node &put(yaml::Node &map, std::string_view key, std::string_view value);
/// The entry of a map, made as a map where it is not there yet.
yaml::Node &sub(yaml::Node &map, std::string_view key);
void add(yaml::Node &list, yaml::Node value);
/// {target: provider/model}, or {target: provider}.
yaml::Node targetNode(std::string_view target);
/// A strategy over children; one child alone stands for itself.
yaml::Node strategyNode(std::string_view strategy, std::vector<yaml::Node> children);

/// How a foreign file says a key.
struct KeyWish
{
    enum class Kind { None, Reference, Literal };
    Kind kind = Kind::None;
    std::string
        value; ///< a reference of ours; of Literal the key itself, to tell one from another, never written
    bool operator==(const KeyWish &) const = default;
};

/// "os.environ/X", "$X", "${X}", "{{ X }}" as env:X; placeholders such as "none" as no key; all else is a
/// literal.
KeyWish readKey(std::string_view text);

/// A provider as a foreign file describes it.
struct ProviderWish
{
    std::string builtIn; ///< our name of the vendor; empty: known by its address alone
    std::string label;   ///< its name there: for what we call it when it is none of the built-in ones
    std::string baseUrl; ///< empty: the vendor's own
    std::string format;  ///< empty: the vendor's own, else OpenAI's
    KeyWish key;
    At keyAt;                                                    ///< where its key stands
    std::string region, resource, apiVersion, project, location; ///< as in `providers.*`
};

class Draft
{
public:
    Draft(const yaml::Tree &tree, const ImportContext &context);

    yaml::Node root = mapNode();

    void changed(const At &at, std::string what, std::string remedy = {});
    void notMapped(const At &at, std::string what, std::string remedy = {});

    /// What the provider is called here; its entry is made where it needs one. Empty when it cannot be had:
    /// then that is noted. `at` is where the foreign file describes it.
    std::string provider(const ProviderWish &wish, const At &at);
    /// Lists a model at a provider that is not built in, where the catalogue cannot know it.
    void addModel(const std::string &provider, std::string_view model);
    /// The entry of a provider of ours, to add to; null for one that needs none.
    yaml::Node *entryOf(const std::string &provider);

    /// A router's name made of a foreign one: legal, and not given twice.
    std::string routerName(std::string_view wanted);
    yaml::Node &router(const std::string &name) { return sub(sub(root, "routers"), name); }

    /// `key: milliseconds` into a router's section, clamped to what is allowed and noted then.
    void putDuration(yaml::Node &map, std::string_view key, double milliseconds, const At &at);
    /// A whole number from `least` to `most`, clamped and noted.
    void putInteger(yaml::Node &map, std::string_view key, double value, int least, int most, const At &at);

    const BuiltInProvider *findBuiltIn(std::string_view name) const;
    const ImportContext &context() const { return m_context; }

    /// The text as it is now; and an entry of a section taken out of it, or the whole section.
    std::string preview() const;
    void remove(std::string_view section, std::string_view name);

    /// The text, with a head that says what made it. Error: Internal when it would not read back.
    Result<Imported> finish(std::string_view importer);

private:
    struct Entry
    {
        ProviderWish wish;
        std::string name;
        bool isCustom = false;
    };
    const BuiltInProvider *builtInAt(const std::string &baseUrl) const;
    bool settle(ProviderWish &wish, const At &at);
    std::string freeName(const std::string &wanted) const;
    void write(const Entry &entry, const At &at);
    void note(ImportNote::Level level, const At &at, std::string what, std::string remedy);

    const yaml::Tree &m_tree;
    const ImportContext &m_context;
    std::vector<Entry> m_entries;
    std::set<std::string> m_routers;
    std::vector<ImportNote> m_notes;
};

/// The key that all callers need there, under server.client-keys. False when it is a literal one, which is
/// noted.
bool putCallerKey(Draft &draft, const At &key, std::string_view name);

/// Entries of sections that the check does not take are left out, and told: what is left loads. `root` is the
/// foreign file's, for the places.
void dropRefused(Draft &draft, const At &root);

} // namespace pm::config::import
