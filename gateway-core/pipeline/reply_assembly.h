// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <map>
#include <optional>

namespace pm {

/// Puts the deltas of a streamed answer together again. One answer each; not thread-safe.
class ReplyAssembly
{
public:
    void take(const ChatDelta &delta);
    const ChatReply &reply() const { return m_reply; }
    /// What an error event said, if there was one.
    const std::optional<Error> &error() const { return m_error; }

private:
    template <typename PartType>
    PartType &open();

    ChatReply m_reply;
    std::map<int, std::size_t> m_calls; ///< index of a tool call -> place of its part
    std::optional<Error> m_error;
    bool m_isClosed = false; ///< the last part is whole: more of its kind begins another
};

} // namespace pm
