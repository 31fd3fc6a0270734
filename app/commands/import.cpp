// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"
#include "config/config_file.h"
#include "runtime/import_context.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

namespace pm::app {

namespace {

struct Wish
{
    std::string kind;
    std::string path;
    std::string out; ///< empty: standard output
    bool isStrict = false;
};

int count(const config::Imported &imported, config::ImportNote::Level level)
{
    return int(std::count_if(imported.notes.begin(), imported.notes.end(),
                             [&](const config::ImportNote &note) { return note.level == level; }));
}

int run(const Wish &wish)
{
    using config::ImportNote;
    if (!config::configFileExists(wish.path)) {
        std::fprintf(stderr, "%s: there is no such file\n", wish.path.c_str());
        return 1;
    }
    if (!wish.out.empty() && config::configFileExists(wish.out)) {
        std::fprintf(stderr, "%s is there already; give another name, or move it away\n", wish.out.c_str());
        return 1;
    }
    const auto text = config::readConfigFile(wish.path);
    if (!text)
        return failed(text.error());
    const auto imported = config::findImporter(wish.kind)->run(*text, importContext());
    if (!imported) {
        std::fprintf(stderr, "%s: %s\n", wish.path.c_str(), imported.error().message.c_str());
        return 1;
    }
    std::fputs(config::formatNotes(wish.path, imported->notes).c_str(), stderr);
    std::fprintf(stderr, "%d not mapped, %d changed\n", count(*imported, ImportNote::Level::NotMapped),
                 count(*imported, ImportNote::Level::Changed));
    if (wish.out.empty())
        std::fputs(imported->yaml.c_str(), stdout);
    else if (const auto written = config::writeConfigFile(wish.out, imported->yaml); !written)
        return failed(written.error());
    return wish.isStrict && !imported->isComplete() ? 1 : 0;
}

} // namespace

void addImport(CLI::App &cli, Options &options)
{
    std::vector<std::string> kinds;
    std::string titles;
    for (const config::Importer &importer : config::importers()) {
        kinds.emplace_back(importer.name);
        titles +=
            (titles.empty() ? "" : ", ") + std::string(importer.name) + ": " + std::string(importer.title);
    }
    auto wish = std::make_shared<Wish>();
    CLI::App *command = cli.add_subcommand(
        "import", "make a configuration of another gateway's; what does not map is told on standard error");
    command->add_option("KIND", wish->kind, titles)->required()->check(CLI::IsMember(kinds));
    command->add_option("FILE", wish->path, "its configuration file")->required();
    command->add_option("--out", wish->out,
                        "file to write, which must not be there yet (default: standard output)");
    command->add_flag("--strict", wish->isStrict, "exit 1 when anything did not map");
    setAction(*command, options, [wish] { return run(*wish); });
}

} // namespace pm::app
