// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "support/chat_facts.h"

#include <string>
#include <vector>

// What becomes of single features on the way from a client's format to a target's, found out by sending them.
namespace pm::test {

enum class Outcome {
    Bytes,     ///< the same format on both sides: the client's bytes go on
    Carried,   ///< read in the target's format it says the same
    OtherForm, ///< it reaches the model, said in another way
    Lost,      ///< it does not, and a loss says so
    Refused,   ///< the client gets an error that says so
    Absent,    ///< the format does not have it
    LeftOut,   ///< of answers: the client's format has no place for it
    Silent,    ///< it is gone and nothing says so: a defect
};

struct Verdict
{
    Outcome outcome = Outcome::Absent;
    std::string named;  ///< the losses, or the error
    std::string silent; ///< what is gone without a name
};

/// One request of a client that makes use of one feature; the first of a format, "plain", uses none.
struct Probe
{
    std::string feature;
    std::string body;
};

/// Of tests/probes/FORMAT.json, in its order; empty when the format has no clients.
std::vector<Probe> probesOf(const Dialect &client);

/// Answers of a format that its writer cannot make, by the feature they show: tests/probes/FORMAT.answers.json.
std::vector<Probe> answersOf(const Dialect &target);

/// A model of today at the format's own vendor, one that takes all that it may.
TargetTraits modelOfToday(DialectId format);
/// "claude-opus-4-6 at anthropic".
std::string describedTarget(DialectId format);
/// False for a format that is never translated to.
bool isTarget(const Dialect &format);

/// What becomes of `wanted`, which `request` states, at the target.
Verdict sentVerdict(const ChatRequest &request, const Facts &wanted, const Dialect &target);

Verdict requestVerdict(const Dialect &client, const Probe &plain, const Probe &probe, const Dialect &target);

} // namespace pm::test
