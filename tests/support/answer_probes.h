// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/feature_probes.h"

// What becomes of what an answer holds, on the way from a target's format to a client's.
namespace pm::test {

/// Something that answers may hold, and the way there whole and in a stream.
struct AnswerFeature
{
    std::string name;
    ChatReply reply; ///< signatures without family: the target's own
};

/// Without the first, which is the plain one that the others are compared with.
const std::vector<AnswerFeature> &answerFeatures();

struct AnswerVerdict
{
    Verdict whole;
    Verdict streamed;
};
AnswerVerdict answerVerdict(const AnswerFeature &feature, const Dialect &target, const Dialect &client);

/// Errors that clients act on differently.
struct ErrorFeature
{
    std::string name;
    ErrorKind kind;
};
const std::vector<ErrorFeature> &errorFeatures();
Verdict errorVerdict(const ErrorFeature &feature, const Dialect &target, const Dialect &client);

/// A stream that ends within its answer: cut off, or with an error of the target's. Silent when the client sees a clean end.
Verdict brokenStreamVerdict(bool isCut, const Dialect &target, const Dialect &client);

} // namespace pm::test
