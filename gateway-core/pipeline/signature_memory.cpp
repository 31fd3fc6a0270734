// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/signature_memory.h"

namespace pm {

namespace {

/// The first call of a turn, when nothing in the turn says what it was signed with.
ToolCallPart *unsignedCall(Message &message)
{
    if (message.role != Role::Assistant)
        return nullptr;
    for (Part &part : message.parts) {
        const auto *thinking = part.as<ThinkingPart>();
        const auto *redacted = part.as<RedactedThinkingPart>();
        if ((thinking && !thinking->signature.empty()) || (redacted && !redacted->data.empty()))
            return nullptr;
        if (auto *call = part.as<ToolCallPart>())
            return call->signature.empty() ? call : nullptr;
    }
    return nullptr;
}

} // namespace

std::size_t SignatureMemory::bytesOf(const Entry &entry)
{
    constexpr std::size_t kOverhead = 200;
    return 2 * entry.callId.size() + entry.signature.value.size() + kOverhead;
}

void SignatureMemory::remember(const std::string &callId, const Signature &signature)
{
    Entry entry{callId, signature};
    if (callId.empty() || signature.empty() || signature.family.empty() || bytesOf(entry) > kMostBytes / 16)
        return;
    const std::lock_guard lock(m_mutex);
    if (const auto known = m_byId.find(callId); known != m_byId.end()) {
        m_bytes -= bytesOf(*known->second);
        m_entries.erase(known->second);
        m_byId.erase(known);
    }
    m_bytes += bytesOf(entry);
    m_entries.push_front(std::move(entry));
    m_byId.emplace(callId, m_entries.begin());
    shrink();
}

void SignatureMemory::shrink()
{
    while (m_entries.size() > kMostCalls || m_bytes > kMostBytes) {
        m_bytes -= bytesOf(m_entries.back());
        m_byId.erase(m_entries.back().callId);
        m_entries.pop_back();
    }
}

void SignatureMemory::restore(ChatRequest &request)
{
    const std::lock_guard lock(m_mutex);
    if (m_entries.empty())
        return;
    for (Message &message : request.messages) {
        ToolCallPart *call = unsignedCall(message);
        const auto known = call ? m_byId.find(call->id) : m_byId.end();
        if (known == m_byId.end())
            continue;
        m_entries.splice(m_entries.begin(), m_entries, known->second);
        call->signature = known->second->signature;
    }
}

std::size_t SignatureMemory::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_entries.size();
}

} // namespace pm
