// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/response_turn.h"

#include "base/json.h"

namespace pm {

namespace {

constexpr std::size_t kMostTurns = 4096;
constexpr std::size_t kMostBytes = 64 * 1024 * 1024;

/// Appends the items of an array, or the one message that a text stands for.
void appendItems(json::Element items, json::Writer &out)
{
    if (items.is_string()) {
        out.beginObject();
        out.member("type", "message");
        out.member("role", "user");
        out.member("content", std::string_view(items.get_string().value_unsafe()));
        out.endObject();
    } else if (items.is_array()) {
        const json::Array list = items.get_array().value_unsafe();
        for (const json::Element item : list)
            out.raw(json::text(item));
    }
}

bool isReasoning(json::Element item)
{
    return json::findString(item, "type") == "reasoning";
}

/// An answer's items. Reasoning goes back to its maker only, or to whoever can open it.
void appendOutput(const StoredResponse &turn, const ResponseTurn::Target &target, json::Writer &out)
{
    const auto response = json::Document::parse(turn.response);
    const auto output = response ? json::findArray(response->root(), "output") : std::nullopt;
    if (!output)
        return;
    const bool isForeign = !turn.provider.empty() && turn.provider != target.provider;
    for (const json::Element item : *output) {
        if (!isForeign || !isReasoning(item))
            out.raw(json::text(item));
    }
}

/// The item with that id, as JSON text; empty when the answer has none.
std::string itemOf(const StoredResponse &turn, std::string_view id)
{
    const auto input = json::Document::parse("{\"items\":" + turn.input + "}");
    const auto response = json::Document::parse(turn.response);
    for (const auto &list : {input ? json::findArray(input->root(), "items") : std::nullopt,
                             response ? json::findArray(response->root(), "output") : std::nullopt}) {
        if (!list)
            continue;
        for (const json::Element item : *list) {
            if (json::findString(item, "id") == id)
                return json::text(item);
        }
    }
    return {};
}

bool isReference(json::Element item)
{
    return json::findString(item, "type") == "item_reference";
}

Error notFound(const std::string &id)
{
    Error error{ErrorKind::BadRequest, "previous_response_id: there is no answer \"" + id.substr(0, 100)
                                           + "\" here; it was not stored, is too old, or is another's"};
    error.code = "previous_response_not_found";
    error.param = "previous_response_id";
    return error;
}

} // namespace

ResponseTurn::ResponseTurn(std::string_view body, ResponseStore &store, std::string owner)
    : m_body(body)
    , m_store(store)
    , m_owner(std::move(owner))
{
    const auto document = json::Document::parse(body);
    if (!document)
        return;
    const json::Element root = document->root();
    m_keeps = json::findBool(root, "store").value_or(true);
    m_previousId = json::findString(root, "previous_response_id").value_or("");
    if (const auto input = json::findArray(root, "input")) {
        for (const json::Element item : *input)
            m_hasReferences = m_hasReferences || isReference(item);
    }
}

ResponseTurn::Earlier ResponseTurn::earlier() const
{
    Earlier found;
    std::size_t bytes = 0;
    std::string id = m_previousId;
    while (!id.empty()) {
        auto turn = m_store.find(id, m_owner);
        bytes += turn ? turn->bytes() : 0;
        if (!turn || found.turns.size() >= kMostTurns || bytes > kMostBytes) {
            found.isWhole = false;
            break;
        }
        id = turn->previousId;
        found.turns.insert(found.turns.begin(), std::move(turn));
    }
    return found;
}

Result<std::string> ResponseTurn::bodyFor(const Target &target) const
{
    if (!refers())
        return std::string(m_body);
    const Earlier before = earlier();
    const bool isNative = !target.isTranslated && target.keepsResponses;
    const bool isUnknown = before.turns.empty(); // perhaps made without us
    const bool isItsOwn = isUnknown || before.turns.back()->provider == target.provider;
    if (isNative && (m_previousId.empty() || isItsOwn))
        return std::string(m_body);
    if (!before.isWhole)
        return fail(notFound(m_previousId));
    const auto document = json::Document::parse(m_body);
    const auto members = json::members(m_body);
    if (!document || !members)
        return fail(ErrorKind::BadRequest, "the body is no JSON object");
    json::Writer items;
    items.beginArray();
    for (const StoredResponsePtr &turn : before.turns) {
        const auto input = json::Document::parse("{\"items\":" + turn->input + "}");
        if (const auto list = input ? json::find(input->root(), "items") : std::nullopt)
            appendItems(*list, items);
        appendOutput(*turn, target, items);
    }
    const auto own = json::find(document->root(), "input");
    if (own && own->is_array() && m_hasReferences) {
        const json::Array list = own->get_array().value_unsafe();
        for (const json::Element item : list) {
            if (!isReference(item)) {
                items.raw(json::text(item));
                continue;
            }
            const std::string id(json::findString(item, "id").value_or(""));
            const auto turn = m_store.findByItem(id, m_owner);
            if (!turn) {
                Error error{ErrorKind::BadRequest, "input: there is no item \"" + id.substr(0, 100) + "\" here; send it itself"};
                error.param = "input";
                return fail(std::move(error));
            }
            items.raw(itemOf(*turn, id));
        }
    } else if (own) {
        appendItems(*own, items);
    }
    items.endArray();
    json::Splice splice(m_body);
    splice.set(*members, "input", items.take());
    splice.remove(*members, "previous_response_id");
    return splice.apply();
}

void ResponseTurn::watch(std::string_view streamToClient)
{
    if (!m_keeps)
        return;
    const auto framed = m_framing.feed(streamToClient, [this](const SseEvent &event) {
        if (event.name != "response.completed" && event.name != "response.incomplete")
            return true;
        const auto data = json::Document::parse(event.data);
        const auto response = data ? json::findObject(data->root(), "response") : std::nullopt;
        if (response)
            m_response = json::text(*response);
        return true;
    });
    m_keeps = framed.has_value();
}

/// The items that the request itself brought, each with an id of its own.
std::string ResponseTurn::ownItems() const
{
    const auto document = json::Document::parse(m_body);
    const auto input = document ? json::find(document->root(), "input") : std::nullopt;
    json::Writer list;
    list.beginArray();
    if (input)
        appendItems(*input, list);
    list.endArray();
    const auto items = json::Document::parse(list.text());
    if (!items)
        return "[]";
    const auto response = json::Document::parse(m_response);
    const std::string seed(response ? json::findString(response->root(), "id").value_or("") : "");
    json::Writer named;
    named.beginArray();
    std::size_t index = 0;
    const json::Array each = items->root().get_array().value_unsafe();
    for (const json::Element item : each) {
        std::string text = json::text(item);
        const auto members = json::members(text);
        if (isReference(item)) {
            const auto turn = m_store.findByItem(json::findString(item, "id").value_or(""), m_owner);
            text = turn ? itemOf(*turn, json::findString(item, "id").value_or("")) : std::string();
        } else if (members && !json::findString(item, "id")) {
            json::Splice splice(text);
            splice.set(*members, "id", "\"in_" + seed + "_" + std::to_string(index) + "\"");
            if (!json::findString(item, "type"))
                splice.set(*members, "type", "\"message\"");
            text = splice.apply();
        }
        ++index;
        if (!text.empty())
            named.raw(text);
    }
    named.endArray();
    return named.take();
}

void ResponseTurn::keep(const std::string &maker, std::int64_t now, bool onDisk)
{
    if (!m_keeps || m_response.empty())
        return;
    const auto document = json::Document::parse(m_response);
    const std::string id(document ? json::findString(document->root(), "id").value_or("") : "");
    if (id.empty())
        return;
    m_store.put({id, m_owner, maker, m_previousId, now, ownItems(), m_response}, onDisk);
    m_keeps = false;
}

} // namespace pm
