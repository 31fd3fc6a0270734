// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_anthropic.h"

#include "base/json.h"
#include "support/protocol_sse.h"

#include <set>

namespace pm::test {

namespace {

std::string textAt(json::Element object, std::string_view key)
{
    return std::string(json::findString(object, key).value_or(""));
}

class Protocol
{
public:
    std::string take(const SseEvent &event)
    {
        const auto data = json::Document::parse(event.data);
        if (!data || !data->root().is_object())
            return "an event that is no JSON object";
        const std::string type = textAt(data->root(), "type");
        if (type != event.name)
            return "an event whose name is not its type";
        if (m_isOver)
            return type + " after the end";
        if (type == "ping")
            return {};
        if (type == "error")
            return error(data->root());
        if (!m_hasBegun)
            return type == "message_start" ? start(data->root()) : type + " before message_start";
        return step(type, data->root());
    }
    std::string end() const { return m_isOver ? "" : "no message_stop"; }

private:
    std::string error(json::Element root)
    {
        m_isOver = true;
        const auto inner = json::findObject(root, "error");
        return inner && json::findString(*inner, "type") && json::findString(*inner, "message")
                   ? ""
                   : "an error lacks type or message";
    }
    std::string start(json::Element root)
    {
        m_hasBegun = true;
        const auto message = json::findObject(root, "message");
        if (!message || textAt(*message, "id").empty() || textAt(*message, "role") != "assistant")
            return "message_start lacks its message, id or role";
        const auto content = json::findArray(*message, "content");
        const auto usage = json::findObject(*message, "usage");
        if (!content || content->size() > 0 || json::find(*message, "stop_reason"))
            return "message_start has content or a reason already";
        return usage && json::findInt(*usage, "input_tokens") && json::findInt(*usage, "output_tokens")
                   ? ""
                   : "message_start lacks its counts";
    }
    std::string step(const std::string &type, json::Element root)
    {
        const std::int64_t index = json::findInt(root, "index").value_or(-1);
        if (m_hasReason)
            return type == "message_stop" ? stop() : type + " behind message_delta";
        if (type == "content_block_start")
            return open(index, root);
        if (type == "message_delta")
            return reason(root);
        if (type != "content_block_delta" && type != "content_block_stop")
            return "an unexpected " + type;
        if (m_kind.empty() || index != m_next - 1)
            return type + " of a block that is not open";
        return type == "content_block_delta" ? piece(root) : close();
    }
    std::string open(std::int64_t index, json::Element root)
    {
        const auto block = json::findObject(root, "content_block");
        if (!block || !m_kind.empty())
            return "a block within a block, or none";
        if (index != m_next++)
            return "blocks are not counted from 0";
        m_kind = textAt(*block, "type");
        m_input.clear();
        m_isSigned = false;
        if (m_kind == "text")
            return textAt(*block, "text").empty() ? "" : "a text begins with words";
        if (m_kind == "thinking")
            return json::findString(*block, "thinking") ? "" : "a thinking block without its field";
        if (m_kind == "redacted_thinking")
            return textAt(*block, "data").empty() ? "a redacted block without data" : "";
        if (m_kind != "tool_use")
            return "a block of type " + m_kind;
        m_calls = true;
        if (textAt(*block, "name").empty() || !json::findObject(*block, "input"))
            return "a call without name or input";
        const std::string id = textAt(*block, "id");
        return !id.empty() && m_ids.insert(id).second ? "" : "a call without an id of its own";
    }
    std::string piece(json::Element root)
    {
        const auto delta = json::findObject(root, "delta");
        const std::string type = delta ? textAt(*delta, "type") : "";
        if (m_kind == "tool_use" && type == "input_json_delta") {
            m_input += textAt(*delta, "partial_json");
            return {};
        }
        if (m_kind == "text" && (type == "text_delta" || type == "citations_delta"))
            return {};
        if (m_kind != "thinking" || (type != "thinking_delta" && type != "signature_delta"))
            return type + " in a block of type " + m_kind;
        if (m_isSigned)
            return type + " behind the signature";
        m_isSigned = type == "signature_delta";
        return {};
    }
    std::string close()
    {
        const bool isCall = m_kind == "tool_use";
        m_kind.clear();
        if (!isCall || m_input.empty())
            return {};
        const auto input = json::Document::parse(m_input);
        m_hasHalfInput = m_hasHalfInput || !input || !input->root().is_object();
        return {};
    }
    std::string reason(json::Element root)
    {
        m_hasReason = true;
        const auto delta = json::findObject(root, "delta");
        const auto usage = json::findObject(root, "usage");
        const std::string why = delta ? textAt(*delta, "stop_reason") : "";
        if (!m_kind.empty())
            return "message_delta while a block is open";
        if (why.empty() || !usage || !json::findInt(*usage, "output_tokens"))
            return "message_delta lacks its reason or counts";
        if (why == "tool_use" && !m_calls)
            return "stop_reason tool_use without a call";
        if (m_hasHalfInput && why == "tool_use")
            return "the pieces of a call are no object";
        return {};
    }
    std::string stop()
    {
        m_isOver = true;
        return {};
    }

    std::set<std::string> m_ids;
    std::string m_kind;  ///< of the open block; empty when none is
    std::string m_input; ///< of the open call, as it came
    std::int64_t m_next = 0;
    bool m_isSigned = false; ///< the open thought
    bool m_calls = false;
    bool m_hasHalfInput = false;
    bool m_hasBegun = false;
    bool m_hasReason = false;
    bool m_isOver = false;
};

} // namespace

std::string anthropicBreach(std::string_view stream)
{
    Protocol protocol;
    return sseFault(
        stream, [&](const SseEvent &event) { return protocol.take(event); }, [&] { return protocol.end(); });
}

} // namespace pm::test
