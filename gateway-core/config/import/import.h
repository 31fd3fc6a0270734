// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/config_yaml.h"

#include <string>
#include <string_view>
#include <vector>

// Another gateway's configuration as one of ours, with a report of what did not come along. Pure, any thread;
// keys that stand in the foreign text are neither written nor told.
namespace pm::config {

/// Something of the foreign file that is not in the new one as it was.
struct ImportNote
{
    enum class Level {
        Changed,  ///< came along, though not with quite the same sense
        NotMapped ///< did not come along
    };
    Level level = Level::NotMapped;
    int line = 0;     ///< in the foreign text, from 1; 0: of no one line
    std::string path; ///< there: "router_settings.routing_strategy"
    std::string what;
    std::string remedy; ///< what to do; empty: nothing has to be done
    bool operator==(const ImportNote &) const = default;
};

struct Imported
{
    std::string yaml;              ///< passes the check without errors
    std::vector<ImportNote> notes; ///< by line
    bool isComplete() const;       ///< nothing is NotMapped
};

/// A provider that needs no configuration, as far as importers must know it.
struct BuiltInProvider
{
    std::string name;
    std::string format;
    std::string baseUrl; ///< empty: the user's own, as with Azure
    bool isLocal = false;
};

struct ImportContext
{
    KnownNames known;
    std::vector<BuiltInProvider> builtIns;
};

using ImportResult = Result<Imported>;

/// The proxy's config.yaml.
ImportResult importLiteLlm(std::string_view text, const ImportContext &context);
/// A config object, as it stands in x-portkey-config or in an export; comments are allowed.
ImportResult importPortkey(std::string_view text, const ImportContext &context);
/// The AI gateway's YAML. Ours is close to it; this one says our names and leaves out what has no effect.
ImportResult importHelicone(std::string_view text, const ImportContext &context);
/// claude-code-router's config.json; comments are allowed.
ImportResult importCcr(std::string_view text, const ImportContext &context);

/// One kind of file that can be read. Error of `run`: Config, with the line and what to do.
struct Importer
{
    std::string_view name;  ///< on the command line
    std::string_view title; ///< for people
    ImportResult (*run)(std::string_view text, const ImportContext &context);
};
const std::vector<Importer> &importers();
/// Null when there is none of this name.
const Importer *findImporter(std::string_view name);

/// "file:12: not mapped: path: what; remedy" lines.
std::string formatNotes(std::string_view fileName, const std::vector<ImportNote> &notes);

} // namespace pm::config
