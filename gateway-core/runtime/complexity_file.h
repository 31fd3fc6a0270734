// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "routing/complexity_model.h"
#include "routing/plan.h"

#include <string>

// Where models of the strategy `complexity` lie. Main thread.
namespace pm {

/// The file that the setting `model` names: complexity.json in the data folder when it is empty, a relative
/// path is of that folder.
std::string complexityPath(const std::string &dataDir, const std::string &written);

/// Error: Storage, with the path.
Result<routing::ComplexityModel> readComplexityModel(const std::string &path);
/// Replaces the file as a whole; makes its folder. Error: Storage, with the path.
Result<void> writeComplexityModel(const std::string &path, const routing::ComplexityModel &model);

/// The models that the routers name. A file that is broken, or is named and missing, is told in the log and
/// in its source's `problem`; a missing complexity.json is none: nothing was trained.
routing::ComplexitySources readComplexitySources(const config::Config &config, const std::string &dataDir);

} // namespace pm
