// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm {

/// Opaque bytes of a provider's reasoning: Anthropic's thinking signature, OpenAI's encrypted_content, Gemini's
/// thoughtSignature. They mean something to the family that made them and are a 400 to all others.
struct Signature
{
    std::string value;
    std::string family; ///< TargetTraits::family of the maker; empty when nobody knows
    bool empty() const { return value.empty(); }
    bool operator==(const Signature &) const = default;
};

/// The text under which a signature travels through a client of the format whose own family is `native`: as it is when the
/// client's vendor made it, otherwise in an envelope "pm1.FAMILY.VALUE", so that it is told apart when it comes back.
std::string sealed(const Signature &signature, std::string_view native);

/// What a client of that format sent back. Without an envelope it is the vendor's own. An empty text gives an empty
/// signature.
Signature opened(std::string_view text, std::string_view native);

/// True when `family` may read it: the makers themselves, never others.
bool isReadableBy(const Signature &signature, std::string_view family);

} // namespace pm
