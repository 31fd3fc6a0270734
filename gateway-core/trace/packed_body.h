// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <string_view>

// The body of a stream while it is recorded. A thousand streams at once would hold hundreds of megabytes of text
// that repeats itself with every event; packed piece by piece they hold a tenth of it.
namespace pm::trace {

/// Adds to the end of `body`, and packs what is there when it has grown by a piece. `fullSize` is the caller's.
/// Any thread.
void appendPacking(Body &body, std::string_view bytes);

/// Puts the packed parts back in front of the bytes. A part that zstd cannot read again is left out, which shows
/// as a body that is shorter than its full size.
void unpack(Detail &detail);

} // namespace pm::trace
