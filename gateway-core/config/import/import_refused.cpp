// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_draft.h"

#include <algorithm>

namespace pm::config::import {

namespace {

/// The last entry of a map that begins before a problem; null when there is none.
const yaml::Child *entryBefore(const yaml::Tree &tree, const yaml::Node &map, const Problem &problem)
{
    const yaml::Child *last = nullptr;
    if (!map.isMap())
        return nullptr;
    for (const yaml::Child &child : map.children) {
        const yaml::Lines::At at = tree.lines.at(child.keySpan.begin);
        if (std::pair(at.line, at.column) <= std::pair(problem.line, problem.column))
            last = &child;
    }
    return last;
}

} // namespace

void dropRefused(Draft &draft, const At &root)
{
    constexpr int kPasses = 4; // a provider that goes may take targets with it, those their router
    for (int pass = 0; pass < kPasses; ++pass) {
        const std::string made = draft.preview();
        const yaml::Tree tree = yaml::parse(made);
        std::vector<std::pair<std::string, std::string>> gone;
        for (const Problem &problem : load(made, draft.context().known).problems) {
            const yaml::Child *section = entryBefore(tree, tree.root, problem);
            if (problem.severity != Problem::Severity::Error || !section)
                continue;
            const yaml::Child *entry = entryBefore(tree, section->value, problem);
            const At there = root[section->key];
            const std::string name = entry ? entry->key : std::string();
            draft.notMapped(entry && there[name].node ? there[name] : there, problem.message,
                            name.empty() ? section->key + " is left out"
                                         : section->key + "." + name + " is left out");
            gone.emplace_back(section->key, name);
        }
        if (gone.empty())
            return;
        for (const auto &[section, name] : gone)
            draft.remove(section, name);
    }
}

} // namespace pm::config::import
