// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// What the gateway keeps of its targets between two runs. The store does not look into it.
namespace pm::trace {

struct TargetRow
{
    std::string label;       ///< "openai/gpt-5"
    std::int64_t seenAt = 0; ///< Unix microseconds; the oldest go when there are too many
    std::string data;        ///< JSON
};

/// So many stay in the file, and wait for it at most.
constexpr std::size_t kMostTargetRows = 2000;

/// The rows of a trace file, before a store opens it. Nothing from a file that is not there, has no such
/// table yet or cannot be read: then the gateway starts without.
std::vector<TargetRow> readTargetRows(const std::string &path);

} // namespace pm::trace
