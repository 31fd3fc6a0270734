// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "chat/chat.h"

#include <map>
#include <string>
#include <vector>

// OpenRouter's reasoning_details: opaque to us, and to go back as they came. For the OpenAI Chat dialect's own files
// only.
namespace pm::openai {

/// Whose opaque reasoning the details are, whoever relays them.
inline constexpr std::string_view kDetailsFamily = "openrouter";

/// Puts the details of one answer together. In streams they come in pieces: entries of one type and index in a row are
/// one entry, their texts joined. Bounded. Not thread-safe.
class ReasoningDetails
{
public:
    /// The member of a message or delta; nothing happens for one that has none.
    void take(json::Element carrier);
    bool isEmpty() const { return m_entries.empty(); }
    /// True when an entry holds what only its maker can read: without such, going back is of no use.
    bool isOpaque() const { return m_isOpaque; }
    /// The whole as JSON text of an array, with its family; empties the list.
    Signature give();

private:
    struct Entry
    {
        std::string type;
        std::string index;
        std::vector<std::pair<std::string, std::string>> members; ///< name, JSON text
    };
    void add(json::Element entry);

    std::vector<Entry> m_entries;
    std::size_t m_bytes = 0;
    bool m_isOpaque = false;
};

/// The member reasoning_details of an assistant turn, when it has parts that OpenRouter made.
void writeReasoningDetails(json::Writer &out, const std::vector<Part> &parts, std::string_view family);

} // namespace pm::openai
