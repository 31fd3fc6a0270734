// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <string>
#include <string_view>
#include <vector>

namespace pm {

/// Recognises the events of a stream that say the same as one before, but for a piece of text: nearly all of
/// them. What was read of that one then holds for them too, and they need not be parsed. An event matches
/// when it has the same bytes around the text, and the text is a whole JSON string: so it is as valid as the
/// one learned.
///
/// Holds as long as the reader's state does: forget() when an event was parsed that is not such a one. Lives
/// in its StreamRelay.
class TextEventShape
{
public:
    /// `deltas` is all that was read from `event`, a whole one. Learns when that is a piece of text that
    /// stands in the event as it is, and once; else forgets.
    void learn(std::string_view event, const std::vector<ChatDelta> &deltas);
    bool matches(std::string_view event) const;

private:
    std::string m_before; ///< up to the text's opening quote, with it; empty when nothing is learned
    std::string m_behind; ///< from the closing quote on
};

} // namespace pm
