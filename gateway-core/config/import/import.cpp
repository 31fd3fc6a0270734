// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import.h"

#include <algorithm>

namespace pm::config {

bool Imported::isComplete() const
{
    return std::none_of(notes.begin(), notes.end(),
                        [](const ImportNote &note) { return note.level == ImportNote::Level::NotMapped; });
}

const std::vector<Importer> &importers()
{
    // THE TABLE: a new kind of file is one importer and one row here.
    static const std::vector<Importer> table{
        {"litellm", "LiteLLM's proxy (config.yaml)", importLiteLlm},
        {"portkey", "Portkey's gateway (a config object, JSON)", importPortkey},
        {"helicone", "Helicone's AI gateway (config.yaml)", importHelicone},
        {"ccr", "claude-code-router (config.json)", importCcr},
    };
    return table;
}

const Importer *findImporter(std::string_view name)
{
    for (const Importer &importer : importers()) {
        if (importer.name == name)
            return &importer;
    }
    return nullptr;
}

std::string formatNotes(std::string_view fileName, const std::vector<ImportNote> &notes)
{
    std::string text;
    for (const ImportNote &note : notes) {
        text += std::string(fileName) + (note.line > 0 ? ":" + std::to_string(note.line) : std::string());
        text += note.level == ImportNote::Level::Changed ? ": changed: " : ": not mapped: ";
        text += (note.path.empty() ? "" : note.path + ": ") + note.what;
        text += (note.remedy.empty() ? "" : "; " + note.remedy) + "\n";
    }
    return text;
}

} // namespace pm::config
