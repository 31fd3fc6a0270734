// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pm::trace {

/// Text like that of stored records, for zstd to refer back to (a raw content dictionary, RFC 8878 section
/// 5).
///
/// Stored files depend on every byte of it. A better one would be a second dictionary, with a format of the
/// file (schema.cpp) that says which one a row was written with.
std::string_view traceDictionary();

} // namespace pm::trace
