// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/openai_responses_fields.h"
#include "dialects/openai_responses_items.h"

#include <algorithm>

// Whole answers, both ways.
namespace pm {

using namespace responses;

namespace {

void readMessage(json::Element item, std::vector<Part> &parts)
{
    const auto content = json::findArray(item, "content");
    if (!content)
        return;
    for (const json::Element each : *content) {
        if (const auto refusal = json::findString(each, "refusal")) {
            parts.push_back({RefusalPart{std::string(*refusal)}, {}});
            continue;
        }
        TextPart text{std::string(json::findString(each, "text").value_or("")), {}};
        if (const auto annotations = json::findArray(each, "annotations")) {
            for (const json::Element annotation : *annotations) {
                if (auto citation = readAnnotation(annotation))
                    text.citations.push_back(std::move(*citation));
            }
        }
        if (!text.text.empty())
            parts.push_back({std::move(text), {}});
    }
}

Result<Part> readCall(json::Element item, bool isCustom, std::string_view seed, std::size_t index)
{
    ToolCallPart call;
    call.id = json::findString(item, "call_id").value_or("");
    if (call.id.empty())
        call.id = openai::madeUpCallId(seed, index);
    call.name = calledName(item);
    if (call.name.empty())
        return fail(ErrorKind::UpstreamBroken, "the provider's answer has a tool call without a name");
    if (isCustom) {
        call.arguments = customArguments(json::findString(item, "input").value_or(""));
    } else if (const auto arguments = json::find(item, "arguments")) {
        call.arguments = arguments->is_string()
                             ? std::string(std::string_view(arguments->get_string().value_unsafe()))
                             : json::text(*arguments);
    }
    return Part{std::move(call), {}};
}

Result<void> readItem(json::Element item, std::string_view seed, ChatReply &reply)
{
    const std::string_view type = json::findString(item, "type").value_or("message");
    if (type == "message") {
        readMessage(item, reply.parts);
    } else if (type == "reasoning") {
        if (auto part = readReasoning(item, false))
            reply.parts.push_back(std::move(*part));
    } else if (type == "function_call" || type == "custom_tool_call") {
        auto part = readCall(item, type == "custom_tool_call", seed, reply.parts.size());
        if (!part)
            return fail(std::move(part.error()));
        reply.parts.push_back(std::move(*part));
    } else if (kindOfForeign(item) == Foreign::Calls) {
        reply.parts.push_back({foreignCall(item), {}});
    } else if (kindOfForeign(item) == Foreign::Shows) {
        reply.parts.push_back({TextPart{foreignNote(item), {}}, {}});
    }
    return {};
}

template <typename T>
bool has(const std::vector<Part> &parts)
{
    return std::any_of(parts.begin(), parts.end(), [](const Part &part) { return part.as<T>() != nullptr; });
}

Failure notAReply(std::string_view what)
{
    return fail(ErrorKind::UpstreamBroken, "the provider's answer is no response object: " + std::string(what));
}

} // namespace

Result<ChatReply> OpenAiResponses::readReply(std::string_view body) const
{
    const auto parsed = parseLenient(body);
    if (!parsed)
        return notAReply(parsed.error().message);
    const json::Element root = parsed->root();
    if (json::find(root, "error") || json::findString(root, "status") == "failed")
        return fail(openai::readErrorBody(200, body));
    const auto output = json::findArray(root, "output");
    if (!output)
        return notAReply("it has no output");
    ChatReply reply;
    reply.id = json::findString(root, "id").value_or("");
    reply.model = json::findString(root, "model").value_or("");
    reply.created = json::findInt(root, "created_at").value_or(0);
    reply.serviceTier = json::findString(root, "service_tier").value_or("");
    const std::string seed = stableHash(body);
    for (const json::Element item : *output) {
        if (auto read = readItem(item, seed, reply); !read)
            return fail(std::move(read.error()));
    }
    reply.finish = responses::readFinish(root, has<ToolCallPart>(reply.parts), has<RefusalPart>(reply.parts));
    if (const auto usage = json::findObject(root, "usage"))
        reply.usage = responses::readUsage(*usage);
    return reply;
}

namespace {

/// The items of an answer. Texts and refusals in a row are one message.
class ItemList
{
public:
    ItemList(const ReplyContext &context, std::string_view lastStatus)
        : m_context(context)
        , m_lastStatus(lastStatus)
    {
    }
    void add(const Part &part, bool isLast);
    void closeMessage(bool isLast);
    std::string text() const { return arrayOf(m_items); }

private:
    std::string_view status(bool isLast) const { return isLast ? m_lastStatus : "completed"; }
    std::string id(std::string_view prefix) const { return itemId(prefix, m_context, m_items.size()); }

    const ReplyContext &m_context;
    std::string_view m_lastStatus;
    std::vector<std::string> m_content; ///< of the message under way
    std::vector<std::string> m_items;
};

void ItemList::closeMessage(bool isLast)
{
    if (!m_content.empty())
        m_items.push_back(messageItem(id("msg_"), status(isLast), m_content));
    m_content.clear();
}

void ItemList::add(const Part &part, bool isLast)
{
    if (const auto *text = part.as<TextPart>())
        return m_content.push_back(textContent(text->text, text->citations));
    if (const auto *refusal = part.as<RefusalPart>())
        return m_content.push_back(refusalContent(refusal->text));
    closeMessage(false);
    if (const auto *thinking = part.as<ThinkingPart>()) {
        m_items.push_back(reasoningItem(id("rs_"), thinking->text, sealedForClient(thinking->signature)));
    } else if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        m_items.push_back(reasoningItem(id("rs_"), {}, sealedRedacted(redacted->data)));
    } else if (const auto *call = part.as<ToolCallPart>()) {
        ToolCallPart shown = *call;
        const bool isCustom = m_context.customTools.count(call->name) > 0;
        if (isCustom)
            shown.arguments = customInput(call->arguments);
        else if (shown.arguments.empty())
            shown.arguments = "{}";
        m_items.push_back(callItem(id(isCustom ? "ctc_" : "fc_"), status(isLast), shown, m_context));
    }
}

} // namespace

std::string OpenAiResponses::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    const std::string_view incomplete = incompleteReason(reply.finish);
    // A refusal says itself why there is no more.
    const bool isCut = !incomplete.empty() && !has<RefusalPart>(reply.parts);
    ItemList list(context, isCut ? "incomplete" : "completed");
    for (std::size_t i = 0; i < reply.parts.size(); ++i)
        list.add(reply.parts[i], i + 1 == reply.parts.size());
    list.closeMessage(true);
    const Envelope envelope(context, reply.id, reply.created, reply.model);
    return envelope.response(isCut ? "incomplete" : "completed", list.text(), &reply.usage,
                             isCut ? incomplete : std::string_view());
}

} // namespace pm
