// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm {

/// Passes an OpenAI chat stream through byte for byte, but for the usage-only event (empty choices), which we asked
/// the provider for and the client did not. Events are cut at blank lines; a partial one is held until it is whole.
class OpenAiUsageFilter
{
public:
    void feed(std::string_view bytes, std::string &out);
    /// The rest, at the end of the stream.
    void finish(std::string &out);

private:
    std::string m_held;
};

} // namespace pm
