// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_openai_chat.h"

#include "base/json.h"
#include "support/protocol_sse.h"

#include <set>

namespace pm::test {

namespace {

class Protocol
{
public:
    std::string take(const SseEvent &event)
    {
        if (!event.name.empty())
            return "an event with a name";
        if (m_isOver)
            return "something follows the end";
        if (event.data == "[DONE]") {
            m_isOver = true;
            return m_hasFinished ? "" : "[DONE] before a finish_reason";
        }
        const auto data = json::Document::parse(event.data);
        if (!data || !data->root().is_object())
            return "data that is no JSON object";
        if (const auto error = json::findObject(data->root(), "error")) {
            m_isOver = true;
            const bool isWhole = json::findString(*error, "message") && json::findString(*error, "type");
            return isWhole ? "" : "an error lacks message or type";
        }
        return chunk(data->root());
    }
    std::string end() const { return m_isOver ? "" : "no [DONE]"; }

private:
    std::string chunk(json::Element root)
    {
        if (json::findString(root, "object") != "chat.completion.chunk")
            return "object is not chat.completion.chunk";
        const std::string head = std::string(json::findString(root, "id").value_or("")) + '\n' +
                                 std::string(json::findString(root, "model").value_or("")) + '\n' +
                                 std::to_string(json::findInt(root, "created").value_or(-1));
        if (m_head.empty())
            m_head = head;
        if (head != m_head || head.front() == '\n' || !json::findInt(root, "created"))
            return "id, model or created is missing or another one";
        const auto choices = json::findArray(root, "choices");
        if (!choices || choices->size() > 1)
            return "not one list of at most one choice";
        if (choices->size() == 0)
            return counts(root);
        if (json::findObject(root, "usage"))
            return "counts beside a choice";
        return choice(choices->at(0).value_unsafe());
    }
    std::string counts(json::Element root)
    {
        const auto usage = json::findObject(root, "usage");
        // What the provider did not count is not there.
        if (!usage || (!json::findInt(*usage, "prompt_tokens") && !json::findInt(*usage, "completion_tokens")))
            return "a chunk with neither choice nor counts";
        if (m_hasUsage || !m_hasFinished)
            return "counts twice, or before the finish_reason";
        m_hasUsage = true;
        return {};
    }
    std::string choice(json::Element choice)
    {
        if (m_hasFinished)
            return "a choice behind its finish_reason";
        const auto delta = json::findObject(choice, "delta");
        json::Element ended;
        if (json::findInt(choice, "index") != 0 || !delta || choice["finish_reason"].get(ended))
            return "a choice without index, delta or finish_reason";
        const bool hasRole = json::findString(*delta, "role") == "assistant";
        if (hasRole == m_hasBegun)
            return hasRole ? "a second role" : "a piece before the role";
        m_hasBegun = true;
        if (const auto calls = json::findArray(*delta, "tool_calls")) {
            for (const json::Element call : *calls) {
                if (std::string breach = takeCall(call); !breach.empty())
                    return breach;
            }
        }
        return reason(choice) ? finish(*reason(choice)) : "";
    }
    static std::optional<std::string_view> reason(json::Element choice)
    {
        return json::findString(choice, "finish_reason");
    }
    std::string finish(std::string_view reason)
    {
        const std::set<std::string_view> known{"stop", "length", "tool_calls", "content_filter"};
        if (!known.contains(reason))
            return "finish_reason is '" + std::string(reason) + "'";
        if (reason == "tool_calls" && m_calls == 0)
            return "finish_reason tool_calls without a call";
        m_hasFinished = true;
        return {};
    }
    std::string takeCall(json::Element call)
    {
        const std::int64_t index = json::findInt(call, "index").value_or(-1);
        const auto type = json::findString(call, "type");
        const auto id = json::findString(call, "id");
        const auto inner = json::findObject(call, json::find(call, "custom") ? "custom" : "function");
        const bool isOpening = type || id || (inner && json::find(*inner, "name"));
        if (index < 0 || !inner)
            return "a call without index or function";
        if (!isOpening)
            return index < m_calls ? "" : "a piece of a call that was not opened";
        if (index != m_calls++)
            return "calls are not counted from 0";
        if (!type || !json::find(call, *type) || json::findString(*inner, "name").value_or("").empty())
            return "a call is opened without type or name";
        return id && !id->empty() && m_ids.insert(std::string(*id)).second ? "" : "a call without an id of its own";
    }

    std::string m_head; ///< id, model and created of all chunks
    std::set<std::string> m_ids;
    std::int64_t m_calls = 0;
    bool m_hasBegun = false;
    bool m_hasFinished = false;
    bool m_hasUsage = false;
    bool m_isOver = false;
};

} // namespace

std::string openAiChatBreach(std::string_view stream)
{
    Protocol protocol;
    return sseFault(
        stream, [&](const SseEvent &event) { return protocol.take(event); }, [&] { return protocol.end(); });
}

} // namespace pm::test
