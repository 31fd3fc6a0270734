// SPDX-License-Identifier: GPL-3.0-or-later
#include "chat/chat.h"

namespace pm {

bool isContent(const ChatDelta &delta)
{
    struct Visitor
    {
        bool operator()(const TextDelta &d) const { return !d.text.empty(); }
        bool operator()(const RefusalDelta &d) const { return !d.text.empty(); }
        bool operator()(const ThinkingDelta &d) const { return !d.text.empty(); }
        bool operator()(const SignatureDelta &) const { return true; }
        bool operator()(const RedactedThinkingDelta &) const { return true; }
        bool operator()(const CitationDelta &) const { return true; }
        bool operator()(const ToolCallStart &) const { return true; }
        bool operator()(const ToolCallDelta &) const { return true; }
        bool operator()(const StreamStart &) const { return false; }
        bool operator()(const UsageDelta &) const { return false; }
        bool operator()(const Finish &) const { return false; }
        bool operator()(const StreamEnd &) const { return false; }
        bool operator()(const StreamError &) const { return false; }
    };
    return std::visit(Visitor{}, delta);
}

} // namespace pm
