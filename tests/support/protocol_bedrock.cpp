// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_bedrock.h"

#include "base/json.h"
#include "dialects/framing/aws_event_stream.h"

#include <map>

namespace pm::test {

namespace {

class Protocol
{
public:
    std::string take(const AwsMessage &message)
    {
        if (m_isOver)
            return "an event after the end";
        if (message.type == "exception") {
            m_isOver = true;
            return json::Document::parse(message.payload) ? "" : "an exception that is no JSON";
        }
        const auto payload = json::Document::parse(message.payload);
        if (!payload)
            return "an event that is no JSON";
        if (!m_hasBegun && message.name != "messageStart")
            return std::string(message.name) + " before messageStart";
        return event(message.name, payload->root());
    }
    std::string end() const { return m_isOver ? "" : "no metadata at the end"; }

private:
    std::string event(std::string_view name, json::Element root)
    {
        const std::int64_t index = json::findInt(root, "contentBlockIndex").value_or(-1);
        if (name == "messageStart") {
            if (m_hasBegun)
                return "a second messageStart";
            m_hasBegun = true;
        } else if (m_hasStopped && name != "metadata") {
            return std::string(name) + " after messageStop";
        } else if (name == "contentBlockStart") {
            if (index != m_next)
                return "a block index that does not follow";
            ++m_next;
            m_open[index] = true;
        } else if (name == "contentBlockDelta") {
            return delta(index, root);
        } else if (name == "contentBlockStop") {
            if (m_open.erase(index) == 0)
                return "a stop of a block that is not open";
        } else if (name == "messageStop") {
            m_hasStopped = true;
            if (!m_open.empty())
                return "messageStop while a block is open";
        } else if (name == "metadata") {
            m_isOver = true;
            return m_hasStopped ? "" : "metadata before messageStop";
        } else {
            return "an unknown event " + std::string(name);
        }
        return {};
    }
    std::string delta(std::int64_t index, json::Element root)
    {
        const auto inner = json::findObject(root, "delta");
        const bool isTool = inner && json::find(*inner, "toolUse");
        if (!m_open.contains(index)) {
            if (isTool)
                return "tool input without a start";
            if (index != m_next)
                return "a block index that does not follow";
            ++m_next;
            m_open[index] = false;
        }
        return m_open[index] == isTool ? "" : "a delta of another kind than its block";
    }

    std::map<std::int64_t, bool> m_open; ///< index -> is a tool's
    std::int64_t m_next = 0;
    bool m_hasBegun = false;
    bool m_hasStopped = false;
    bool m_isOver = false;
};

} // namespace

std::string bedrockBreach(std::string_view bytes)
{
    Protocol protocol;
    std::string breach;
    AwsEventStreamFraming framing;
    const auto fed = framing.feed(bytes, [&](const AwsMessage &message) {
        breach = protocol.take(message);
        return breach.empty();
    });
    if (!fed)
        return fed.error().message;
    if (breach.empty() && framing.hasPartial())
        breach = "half a message at the end";
    return breach.empty() ? protocol.end() : breach;
}

} // namespace pm::test
