// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reply_assembly.h"

namespace pm {

/// The last part where it is of that kind and still grows, else a new one.
template <typename PartType>
PartType &ReplyAssembly::open()
{
    std::vector<Part> &parts = m_reply.parts;
    if (m_isClosed || parts.empty() || !parts.back().as<PartType>())
        parts.push_back({PartType{}, {}});
    m_isClosed = false;
    return *parts.back().as<PartType>();
}

void ReplyAssembly::take(const ChatDelta &delta)
{
    if (const auto *start = std::get_if<StreamStart>(&delta)) {
        m_reply.id = start->id;
        m_reply.model = start->model;
        m_reply.created = start->created;
    } else if (const auto *text = std::get_if<TextDelta>(&delta)) {
        open<TextPart>().text += text->text;
    } else if (const auto *citation = std::get_if<CitationDelta>(&delta)) {
        open<TextPart>().citations.push_back(citation->citation);
    } else if (const auto *refusal = std::get_if<RefusalDelta>(&delta)) {
        open<RefusalPart>().text += refusal->text;
    } else if (const auto *thinking = std::get_if<ThinkingDelta>(&delta)) {
        open<ThinkingPart>().text += thinking->text;
    } else if (const auto *signature = std::get_if<SignatureDelta>(&delta)) {
        open<ThinkingPart>().signature = signature->signature;
        m_isClosed = true;
    } else if (const auto *redacted = std::get_if<RedactedThinkingDelta>(&delta)) {
        m_reply.parts.push_back({RedactedThinkingPart{redacted->data}, {}});
    } else if (const auto *call = std::get_if<ToolCallStart>(&delta)) {
        m_calls[call->index] = m_reply.parts.size();
        m_reply.parts.push_back({ToolCallPart{call->id, call->name, {}, call->signature}, {}});
    } else if (const auto *arguments = std::get_if<ToolCallDelta>(&delta)) {
        if (const auto at = m_calls.find(arguments->index); at != m_calls.end())
            m_reply.parts[at->second].as<ToolCallPart>()->arguments += arguments->arguments;
    } else if (const auto *usage = std::get_if<UsageDelta>(&delta)) {
        m_reply.usage.mergeFrom(usage->usage);
    } else if (const auto *finish = std::get_if<Finish>(&delta)) {
        m_reply.finish = finish->reason;
        m_reply.stopSequence = finish->stopSequence;
    } else if (const auto *broken = std::get_if<StreamError>(&delta)) {
        m_error = broken->error;
    }
}

} // namespace pm
