// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/complexity_model.h"

#include <vector>

namespace pm::routing {

/// A prompt's score by a model that has not seen it, and what is known of its weak answer.
struct Scored
{
    double score = 0;
    bool isPoor = false;
};

/// How well the scores rank. Equal scores count as mixed. The interval: 1000 resamples of the prompts, fixed
/// seed; the same input gives the same report. Needs at least one prompt of each kind, else all figures are
/// those of chance.
RankingReport rankingReport(std::vector<Scored> scored);

} // namespace pm::routing
