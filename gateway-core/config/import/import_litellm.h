// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/import/import_draft.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

// The parts of the importer of LiteLLM's config.yaml.
namespace pm::config::import {

struct KeyRemedy
{
    std::string_view key;
    std::string_view remedy;
};

/// Notes the entries of a section that nobody reads.
void noteRest(Draft &draft, const At &section, const std::set<std::string> &known);

/// A setting of the router; litellm_settings has the same names and comes second.
At setting(const At &file, std::string_view key);

/// One item of model_list.
struct Deployment
{
    std::string group;  ///< model_name
    std::string target; ///< ours: provider/model
    At params;          ///< litellm_params
    double order = 0;   ///< lower ones first
};

/// Reads an item: its provider is made. Empty target: it is left out, which is noted.
Deployment readDeployment(Draft &draft, const At &item);

/// Times, rest after failures and retries of a group into its router.
void putGroupSettings(Draft &draft, const At &file, const std::vector<Deployment> &deployments,
                      yaml::Node &router);

/// model_list, and all settings that are about its groups: routers and aliases.
void importGroups(Draft &draft, const At &file);

} // namespace pm::config::import
