// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_responses.h"

#include "base/json.h"
#include "support/protocol_sse.h"

#include <map>
#include <vector>

namespace pm::test {

namespace {

class Checker
{
public:
    std::string onEvent(std::string_view name, std::string_view data);
    std::string conclude() const { return m_isOver ? std::string() : "no terminal event"; }

private:
    struct Item
    {
        std::string id;
        bool isOpen = true;
        bool hasPart = false;
        std::string pieces; ///< of the open part, summary or call
        std::string whole;  ///< JSON of the item when it is done
    };

    std::string onEnvelope(std::string_view type, json::Element root);
    std::string onItem(std::string_view type, json::Element root, Item *item);
    std::string onPiece(std::string_view type, json::Element root, Item &item);

    std::int64_t m_next = 0;
    int m_envelopes = 0;
    bool m_isOver = false;
    std::map<std::int64_t, Item> m_items;
};

std::string Checker::onEvent(std::string_view name, std::string_view data)
{
    const auto parsed = json::Document::parse(data);
    if (!parsed)
        return "an event is no JSON";
    const json::Element root = parsed->root();
    const std::string type(json::findString(root, "type").value_or(""));
    if (type != name)
        return "event " + std::string(name) + " has type " + type;
    if (m_isOver)
        return type + " after the end";
    if (json::findInt(root, "sequence_number") != m_next++)
        return type + ": sequence_number is not " + std::to_string(m_next - 1);
    if (json::findObject(root, "response"))
        return onEnvelope(type, root);
    if (type == "error") {
        m_isOver = true;
        return {};
    }
    if (m_envelopes < 2)
        return type + " before response.in_progress";
    const auto index = json::findInt(root, "output_index");
    if (!index)
        return type + " has no output_index";
    const auto found = m_items.find(*index);
    if (type == "response.output_item.added") {
        if (found != m_items.end() || *index != std::int64_t(m_items.size()))
            return "items are not counted from 0";
        const auto item = json::findObject(root, "item");
        m_items[*index].id = item ? json::findString(*item, "id").value_or("") : "";
        return m_items[*index].id.empty() ? "an item without id" : "";
    }
    return onItem(type, root, found == m_items.end() ? nullptr : &found->second);
}

std::string Checker::onEnvelope(std::string_view type, json::Element root)
{
    const json::Element response = *json::findObject(root, "response");
    const int count = m_envelopes++;
    if (count == 0 || count == 1)
        return type == (count == 0 ? "response.created" : "response.in_progress") ? "" : "wrong first events";
    m_isOver = true;
    const auto output = json::findArray(response, "output");
    if (!output)
        return "the last event has no output";
    const std::string status(json::findString(response, "status").value_or(""));
    if (type != "response." + status)
        return std::string(type) + " with status " + status;
    if (type == "response.failed")
        return json::findObject(response, "error") ? "" : "a failure without error";
    std::size_t at = 0;
    for (const json::Element item : *output) {
        const auto known = m_items.find(std::int64_t(at++));
        if (known == m_items.end() || known->second.whole != json::text(item))
            return "output does not repeat the items";
    }
    return at == m_items.size() ? "" : "output lacks items";
}

std::string Checker::onItem(std::string_view type, json::Element root, Item *item)
{
    if (!item || !item->isOpen)
        return std::string(type) + " for an item that is not open";
    if (type == "response.output_item.done") {
        const auto whole = json::findObject(root, "item");
        if (!whole || json::findString(*whole, "id") != item->id)
            return "an item ends with another id";
        if (item->hasPart)
            return "an item ends within a part";
        item->whole = json::text(*whole);
        item->isOpen = false;
        return {};
    }
    if (json::findString(root, "item_id") != item->id)
        return std::string(type) + " with another item_id";
    return onPiece(type, root, *item);
}

std::string Checker::onPiece(std::string_view type, json::Element root, Item &item)
{
    const bool isCall = type.starts_with("response.function_call") || type.starts_with("response.custom_tool");
    if (type.ends_with("part.added")) {
        if (item.hasPart)
            return "a part within a part";
        item.hasPart = true;
        item.pieces.clear();
        return {};
    }
    if (!isCall && !item.hasPart)
        return std::string(type) + " outside of a part";
    if (type.ends_with("part.done")) {
        item.hasPart = false;
        return {};
    }
    if (type.ends_with(".delta")) {
        item.pieces += json::findString(root, "delta").value_or("");
        return {};
    }
    if (!type.ends_with(".done"))
        return type.ends_with("annotation.added") ? "" : "unknown event " + std::string(type);
    for (const char *key : {"text", "refusal", "arguments", "input"}) {
        if (const auto whole = json::findString(root, key))
            return *whole == item.pieces ? "" : std::string(type) + " does not repeat the pieces";
    }
    return std::string(type) + " repeats nothing";
}

} // namespace

std::string responsesProtocolFault(std::string_view stream)
{
    Checker checker;
    return sseFault(
        stream, [&](const SseEvent &event) { return checker.onEvent(event.name, event.data); },
        [&] { return checker.conclude(); });
}

} // namespace pm::test
