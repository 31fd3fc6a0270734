// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/import/import_draft.h"

#include <optional>

// The parts of the importer of Portkey's config objects.
namespace pm::config::import {

/// A leaf of the config object: which provider it is, and the model it is asked for. Nothing when it cannot
/// be had, which is noted.
std::optional<yaml::Node> readPortkeyTarget(Draft &draft, const At &target, const At &parent);

/// A key that readPortkeyTarget looks at.
bool isPortkeyTargetKey(std::string_view key);

/// A condition of Portkey ("metadata.user_plan": {"$eq": "paid"}) as `when`. Nothing when part of it cannot
/// be said, which is noted.
std::optional<yaml::Node> readPortkeyQuery(Draft &draft, const At &query);

/// What the outermost object says of retries, times and failures, into the router.
void putPortkeySettings(Draft &draft, const At &config, yaml::Node &router);

} // namespace pm::config::import
