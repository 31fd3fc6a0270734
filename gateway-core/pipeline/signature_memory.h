// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace pm {

/// The signatures that tool calls came with, by the id of the call: most clients send back a call's id and name and drop
/// what else it had, and Gemini refuses a step without its signature. Bounded by count and bytes; the longest unused go.
/// One for all workers, thread-safe; lives in the gateway.
class SignatureMemory
{
public:
    static constexpr std::size_t kMostCalls = 10'000;
    static constexpr std::size_t kMostBytes = 32 * 1024 * 1024;

    /// Signatures without a maker, and those that no bound could hold, are not kept.
    void remember(const std::string &callId, const Signature &signature);
    /// Puts what is remembered on the calls of the conversation whose client dropped it.
    void restore(ChatRequest &request);
    std::size_t size() const;

private:
    struct Entry
    {
        std::string callId;
        Signature signature;
    };
    static std::size_t bytesOf(const Entry &entry);
    void shrink();

    mutable std::mutex m_mutex;
    std::list<Entry> m_entries; ///< the last used first
    std::unordered_map<std::string, std::list<Entry>::iterator> m_byId;
    std::size_t m_bytes = 0;
};

} // namespace pm
