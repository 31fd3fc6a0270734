// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_yaml.h"

#include "config/config_build.h"
#include "config/config_check.h"
#include "config/config_overlay.h"

#include <algorithm>

namespace pm::config {

namespace {

/// A provider that is not built in and names no format speaks OpenAI's.
void fillFormats(Config &config, const KnownNames &known)
{
    for (Provider &provider : config.providers) {
        const auto &names = known.providers;
        if (provider.format.empty() && std::find(names.begin(), names.end(), provider.name) == names.end())
            provider.format = "openai";
    }
}

} // namespace

bool Loaded::isUsable() const
{
    return std::none_of(problems.begin(), problems.end(),
                        [](const Problem &problem) { return problem.severity == Problem::Severity::Error; });
}

Loaded load(std::string_view yamlText, const KnownNames &known, const Environment &environment)
{
    yaml::Tree tree = yaml::parse(yamlText);
    overlay(tree, environment);
    Checker(tree, known).run();
    Loaded loaded;
    loaded.config = build(tree.root);
    fillFormats(loaded.config, known);
    loaded.problems = std::move(tree.problems);
    std::stable_sort(loaded.problems.begin(), loaded.problems.end(), [](const Problem &a, const Problem &b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return loaded;
}

std::string formatProblems(std::string_view fileName, const std::vector<Problem> &problems)
{
    std::string text;
    for (const Problem &problem : problems) {
        // Without a line it is about an environment variable, which stands in the path.
        if (problem.line > 0)
            text += std::string(fileName) + ":" + std::to_string(problem.line) + ":" +
                    std::to_string(problem.column);
        else
            text += problem.path;
        text += problem.severity == Problem::Severity::Error ? ": error: " : ": warning: ";
        text += problem.message + "\n";
    }
    return text;
}

} // namespace pm::config
