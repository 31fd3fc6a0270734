// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/complexity_model.h"

#include <vector>

namespace pm::routing {

/// One prompt. The same prompt must not come twice: it would be trained on and tested on.
struct TrainingPrompt
{
    PromptFeatures features;
    bool isPoor = false; ///< the weak answer was
};

/// Logistic regression by stochastic gradient descent with steps that shrink per weight and an L2 penalty;
/// report from five-fold cross validation, stratified. Quantiles are of `prompts`, each scored by the model
/// that has not seen it, and of `unlabelled`. The same input gives the same model. `prompts` needs both
/// kinds. Takes seconds for thousands.
ComplexityModel trainComplexity(const std::vector<TrainingPrompt> &prompts,
                                const std::vector<PromptFeatures> &unlabelled);

} // namespace pm::routing
