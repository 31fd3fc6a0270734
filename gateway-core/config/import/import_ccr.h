// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/import/import_draft.h"

#include <optional>
#include <string>

// The parts of the importer of claude-code-router's config.json.
namespace pm::config::import {

/// One of its Providers.
struct CcrProvider
{
    std::string there; ///< its name in that file
    std::string here;  ///< and in ours
};

/// Makes a provider of an item of Providers. Nothing when it cannot be had, which is noted.
std::optional<CcrProvider> readCcrProvider(Draft &draft, const At &at);

} // namespace pm::config::import
