// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace pm {

/// Cuts a byte stream into lines of JSON (application/x-ndjson). Works on bytes: LF and CRLF end lines, blank
/// lines are skipped. Any split of the input gives the same lines. Bounded: a line over kMaxLine bytes is an
/// error. Not thread-safe; owned by one stream reader.
class NdjsonFraming
{
public:
    static constexpr std::size_t kMaxLine = 16 * 1024 * 1024;

    /// Calls `onLine` for each line that `bytes` completes, without its end; the view is valid during the
    /// call. `onLine` returns false to stop. Error: UpstreamBroken when a line is too large.
    Result<void> feed(std::string_view bytes, const std::function<bool(std::string_view)> &onLine);
    /// True when bytes of an unfinished line are held.
    bool hasPartial() const { return !m_line.empty(); }

private:
    std::string m_line; ///< an unfinished line
};

/// Behind the line end at or after `from`; npos when the line is not whole.
std::size_t endOfLine(std::string_view text, std::size_t from);

} // namespace pm
