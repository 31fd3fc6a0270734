// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <string>
#include <vector>

// What a request or an answer says, as a list of single statements: so that two of them, from different formats, can be
// compared and what is missing has a name.
namespace pm::test {

/// One statement. Calls, results and citations are counted in the order met, since ids may be spelled anew.
struct Fact
{
    enum class Kind {
        Setting, ///< holds when it is stated again, the same
        Words,   ///< free text: holds when a longer text of the same place has it, and reached the model wherever it is
    };
    std::string what;
    std::string value;
    Kind kind = Kind::Setting;
    bool operator==(const Fact &) const = default;
};
using Facts = std::vector<Fact>;

/// Without the model. Defaults say nothing: tool choice auto, image detail auto, calls in parallel, top_p 1. Nor do the
/// name of an answer's schema, which is a label, and its strictness, which most formats have in schemas alone.
Facts factsOf(const ChatRequest &request);
Facts factsOf(const ChatReply &reply);

/// Those of `facts` that `others` does not state.
Facts missing(const Facts &facts, const Facts &others);
bool states(const Facts &facts, std::string_view what);
/// "temperature = 0.5; user text = hi", for messages.
std::string shown(const Facts &facts);

/// The answer that a stream makes when it is put together. A StreamError ends it; `error` says so.
ChatReply folded(const std::vector<ChatDelta> &deltas, bool *error = nullptr);
/// The stream of an answer, piece by piece.
std::vector<ChatDelta> unfolded(const ChatReply &reply);

} // namespace pm::test
