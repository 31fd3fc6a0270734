// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/chat_facts.h"

#include <map>

namespace pm::test {

namespace {

/// Puts an answer together, part by part in the order begun.
class Folder
{
public:
    void take(const StreamStart &start)
    {
        m_reply.id = start.id;
        m_reply.model = start.model;
    }
    void take(const TextDelta &delta) { last<TextPart>().text += delta.text; }
    void take(const CitationDelta &delta) { last<TextPart>().citations.push_back(delta.citation); }
    void take(const RefusalDelta &delta) { last<RefusalPart>().text += delta.text; }
    void take(const ThinkingDelta &delta)
    {
        const auto *open = m_reply.parts.empty() ? nullptr : m_reply.parts.back().as<ThinkingPart>();
        if (open && !open->signature.empty())
            m_reply.parts.push_back({ThinkingPart{}, {}});
        last<ThinkingPart>().text += delta.text;
    }
    void take(const SignatureDelta &delta) { last<ThinkingPart>().signature = delta.signature; }
    void take(const RedactedThinkingDelta &delta) { m_reply.parts.push_back({RedactedThinkingPart{delta.data}, {}}); }
    void take(const ToolCallStart &start)
    {
        m_calls[start.index] = m_reply.parts.size();
        m_reply.parts.push_back({ToolCallPart{start.id, start.name, {}, start.signature}, {}});
    }
    void take(const ToolCallDelta &delta)
    {
        const auto found = m_calls.find(delta.index);
        if (found != m_calls.end())
            m_reply.parts[found->second].as<ToolCallPart>()->arguments += delta.arguments;
    }
    void take(const UsageDelta &delta) { m_reply.usage.mergeFrom(delta.usage); }
    void take(const Finish &finish)
    {
        m_reply.finish = finish.reason;
        m_reply.stopSequence = finish.stopSequence;
    }
    void take(const StreamEnd &) {}
    void take(const StreamError &) { m_hasFailed = true; }

    bool hasFailed() const { return m_hasFailed; }
    ChatReply reply() { return std::move(m_reply); }

private:
    template <typename T>
    T &last()
    {
        if (m_reply.parts.empty() || !m_reply.parts.back().as<T>())
            m_reply.parts.push_back({T{}, {}});
        return *m_reply.parts.back().as<T>();
    }

    ChatReply m_reply;
    std::map<int, std::size_t> m_calls; ///< index -> place among the parts
    bool m_hasFailed = false;
};

void pieces(const Part &part, int &calls, std::vector<ChatDelta> &out)
{
    if (const auto *text = part.as<TextPart>()) {
        out.push_back(TextDelta{text->text});
        for (const Citation &citation : text->citations)
            out.push_back(CitationDelta{citation});
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        if (!thinking->text.empty())
            out.push_back(ThinkingDelta{thinking->text});
        if (!thinking->signature.empty())
            out.push_back(SignatureDelta{thinking->signature});
    } else if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        out.push_back(RedactedThinkingDelta{redacted->data});
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        out.push_back(RefusalDelta{refusal->text});
    } else if (const auto *call = part.as<ToolCallPart>()) {
        out.push_back(ToolCallStart{calls, call->id, call->name, call->signature});
        out.push_back(ToolCallDelta{calls++, call->arguments});
    }
}

} // namespace

ChatReply folded(const std::vector<ChatDelta> &deltas, bool *error)
{
    Folder folder;
    for (const ChatDelta &delta : deltas)
        std::visit([&](const auto &each) { folder.take(each); }, delta);
    if (error)
        *error = folder.hasFailed();
    return folder.reply();
}

std::vector<ChatDelta> unfolded(const ChatReply &reply)
{
    std::vector<ChatDelta> deltas{StreamStart{reply.id, reply.model, reply.created}};
    int calls = 0;
    for (const Part &part : reply.parts)
        pieces(part, calls, deltas);
    deltas.push_back(UsageDelta{reply.usage});
    deltas.push_back(Finish{reply.finish, reply.stopSequence});
    deltas.push_back(StreamEnd{});
    return deltas;
}

} // namespace pm::test
