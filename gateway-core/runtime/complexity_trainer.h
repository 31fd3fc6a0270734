// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "routing/complexity_model.h"

#include <cstdint>
#include <string>

// `pointsman train`: from the user's own traces to a model of the strategy `complexity`. Nothing leaves the
// machine.
namespace pm {

struct TrainingWish
{
    std::string storePath;  ///< traces.db
    std::string router;     ///< its traces only; empty: of all routers
    int last = 10'000;      ///< newest traces to look at
    std::string labelsPath; ///< JSON lines; empty: labels come from the traces alone
    std::string trained;    ///< the date to write down
};

struct Training
{
    routing::ComplexityModel model;
    std::int64_t traces = 0;     ///< that were looked at
    std::int64_t unlabelled = 0; ///< prompts that count for the quantiles only
};

constexpr std::int64_t kLeastLabelled = 200;  ///< fewer teach nothing
constexpr std::int64_t kLeastOfAKind = 20;    ///< poor ones, and good ones
constexpr std::int64_t kMostPrompts = 20'000; ///< labelled and not

/// Labels of the file go before those of the traces: a line is {"id": TRACE, "strong": 0 or 1} or {"prompt":
/// TEXT, "strong": 0 or 1}; 1: the weak tier is not enough. One prompt counts once, as poor when any of its
/// answers was. Errors: NotFound for an unknown router; BadRequest with file, line and what is wrong for
/// labels, or with the counts and what would give more when there are too few; Storage.
Result<Training> trainFromTraces(const config::Config &config, const TrainingWish &wish);

/// What people read: counts, AUROC, APGR with its interval, CPT50 and CPT80, and the verdict. Lines, each
/// ended.
std::string trainingReport(const Training &training);

} // namespace pm
