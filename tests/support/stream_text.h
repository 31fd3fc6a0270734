// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"

#include <string>
#include <string_view>

// Streams as people read and write them: binary framings as lines "TYPE NAME PAYLOAD", for goldens and fakes.
namespace pm::test {

/// The bytes on the wire of a stream that stands in a file: lines "event NAME JSON", "exception NAME JSON" and "error
/// CODE TEXT" become binary messages, a last line without a line break is cut short, "raw HEX" is put in as it is.
/// Streams of other framings are bytes already.
std::string streamBytes(const Dialect &dialect, std::string_view file);

/// The other way round.
std::string shownStream(const Dialect &dialect, std::string_view bytes);

/// What a stream that a writer made breaks of its protocol; empty when it keeps to it.
std::string protocolBreach(const Dialect &dialect, std::string_view bytes);

} // namespace pm::test
