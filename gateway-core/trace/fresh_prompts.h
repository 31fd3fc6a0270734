// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace pm::trace {

/// The prompts of records just stored, for the word index to take in the order of arrival without reading
/// them back. Bounded; what is not kept is read back. Not thread-safe.
class FreshPrompts
{
public:
    static constexpr std::size_t kMaxBytes = 2 << 20;

    /// `arrival` above those before. Keeps only what the store gives back byte by byte: the index must see
    /// the same text when the record is removed.
    void add(std::int64_t arrival, const std::string &prompt);

    /// The prompt that arrived as `arrival`, and forgets it and all before it.
    std::optional<std::string> take(std::int64_t arrival);

private:
    std::deque<std::pair<std::int64_t, std::string>> m_waiting;
    std::size_t m_bytes = 0;
};

} // namespace pm::trace
