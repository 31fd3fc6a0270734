// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_cohere.h"

#include "base/json.h"
#include "support/protocol_sse.h"

namespace pm::test {

namespace {

class Protocol
{
public:
    std::string take(const SseEvent &event)
    {
        const auto data = json::Document::parse(event.data);
        if (!data)
            return "an event that is no JSON";
        const std::string type(json::findString(data->root(), "type").value_or(""));
        if (type != event.name)
            return "an event whose name is not its type";
        if (m_isOver)
            return type + " after message-end";
        const bool isError = type == "message-end" && !m_hasBegun;
        if (!m_hasBegun && type != "message-start" && !isError)
            return type + " before message-start";
        return step(type, json::findInt(data->root(), "index").value_or(-1));
    }
    std::string end() const { return m_isOver ? "" : "no message-end"; }

private:
    std::string step(const std::string &type, std::int64_t index)
    {
        const std::string kind = type.substr(0, type.rfind('-'));
        if (type == "message-start") {
            if (m_hasBegun)
                return "a second message-start";
            m_hasBegun = true;
        } else if (type == "message-end") {
            m_isOver = true;
        } else if (kind == "citation") {
            return {};
        } else if (type.ends_with("-start")) {
            if (!m_open.empty())
                return type + " while " + m_open + " is open";
            m_open = kind;
            m_index = index;
        } else if (kind != m_open || index != m_index) {
            return type + " outside its block";
        } else if (type.ends_with("-end")) {
            m_open.clear();
        }
        return {};
    }

    std::string m_open;
    std::int64_t m_index = -1;
    bool m_hasBegun = false;
    bool m_isOver = false;
};

} // namespace

std::string cohereBreach(std::string_view bytes)
{
    Protocol protocol;
    return sseFault(
        bytes, [&](const SseEvent &event) { return protocol.take(event); }, [&] { return protocol.end(); });
}

} // namespace pm::test
