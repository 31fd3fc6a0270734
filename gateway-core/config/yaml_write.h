// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/yaml_tree.h"

#include <string>
#include <string_view>
#include <vector>

// New values as YAML text: only what is newly written goes through here, never what is in the file already.
// Pure, any thread.
namespace pm::config::yaml {

/// A scalar that reads back as `text`: plain where that is possible, else quoted. Always one line.
std::string writeScalar(std::string_view text);
/// The same for a key.
std::string writeKey(std::string_view key);
/// On one line, with {} and [].
std::string writeFlow(const Node &node);
/// As lines without line ends, indented from column 0; maps and lists of plain values are kept on one line.
std::vector<std::string> writeBlock(const Node &node, std::size_t step);

/// What is put into a text: as it was given, and as it reads.
struct Fragment
{
    Node node;
    std::vector<std::string> lines; ///< of a block map or list, from column 0; one line for all else
    bool isBlock() const;
    std::string oneLine() const; ///< for places where blocks cannot stand

    static Fragment of(Node node, std::size_t step);
};

} // namespace pm::config::yaml
