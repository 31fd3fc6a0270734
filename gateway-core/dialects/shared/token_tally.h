// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pm {

/// Estimates the tokens of a prompt without a tokenizer: runs of letters, digits, punctuation, space and the characters
/// of other scripts each cost what they do on average in o200k_base, the tokenizer of OpenAI's models since GPT-4o. The
/// weights are a least-squares fit over code, prose, JSON and messages in 23 languages; tests/unit/dialects/
/// tst_token_tally.cpp holds the sum to what the tokenizer says, text by text. Other vendors' tokenizers are not public: there the
/// estimate may be off by more. For filters, size classes, message_start and count_tokens, never for billing.
///
/// Long prompts are sampled: past the first kScannedWhole bytes only the first part of one text in kSampledTexts is looked
/// at, and the rest taken to be like what was seen.
class TokenTally
{
public:
    static constexpr std::size_t kScannedWhole = 8 * 1024;
    static constexpr std::size_t kSampledTexts = 8;

    void text(std::string_view utf8);
    /// The keys and strings under `element`, with what holds them together: tools, arguments.
    void value(json::Element element);
    /// Ids that a tokenizer made.
    void tokens(std::int64_t count) { m_milliTokens += count * 1000; }
    /// The role and the borders of one message.
    void message() { tokens(kMessage); }
    /// A picture of middling size: what it costs lies between 85 and some 1600 tokens, by its pixels and the vendor.
    void image() { tokens(kImage); }
    /// A document or a recording. Pages and seconds cannot be counted without opening it; its size stands for them.
    void file(std::size_t bytes) { tokens(kImage * static_cast<std::int64_t>(1 + bytes / kFileBytesPerImage)); }

    std::int64_t tokens() const;

private:
    static constexpr std::int64_t kMessage = 4;
    static constexpr std::int64_t kImage = 800;
    static constexpr std::size_t kFileBytesPerImage = 64 * 1024;

    std::int64_t m_milliTokens = 0;
    std::int64_t m_scannedCost = 0; ///< thousandths of a token in the m_scanned bytes that were looked at
    std::size_t m_scanned = 0;
    std::size_t m_passedOver = 0; ///< bytes of texts that were not
    std::size_t m_texts = 0;      ///< since sampling began
};

} // namespace pm
