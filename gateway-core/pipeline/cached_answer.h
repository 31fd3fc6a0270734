// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "policy/cache_entry.h"

#include <string>
#include <vector>

// A kept answer in the form in which the one who asks wants it, whoever got it first. Pure, any thread.
namespace pm {

/// A reply as the deltas of a stream that would have brought it.
std::vector<ChatDelta> deltasOf(const ChatReply &reply);

struct ReplayWish
{
    const Dialect *client = nullptr;
    const ReplyContext &reply;
    bool isStream = false;
    bool isWhole = false; ///< it has what only its own form has (several answers, log-probabilities)
};

struct Replay
{
    std::string contentType;
    std::string bytes;
    std::vector<policy::ReplayPiece> pieces; ///< of a stream: together as long as `bytes`
};

/// Bytes as they are where form and format are the same, except in the Responses format, whose answers have ids that are
/// referred to: each gets its own. Errors: UpstreamBroken, NotSupported where the form cannot be had from this entry; both
/// mean that the entry is of no use here.
Result<Replay> replay(const policy::CachedAnswer &answer, const ReplayWish &wish);

} // namespace pm
