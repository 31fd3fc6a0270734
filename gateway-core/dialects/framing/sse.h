// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace pm {

/// One event of a text/event-stream (WHATWG HTML 9.2.6).
struct SseEvent
{
    std::string_view name; ///< empty when there was no event line
    std::string_view data; ///< data lines joined by '\n'
};

/// Cuts a byte stream into events. Works on bytes: LF, CRLF and CR end lines, a BOM is skipped, comments are dropped,
/// "data:" needs no space after it. Any split of the input gives the same events. Bounded: an event over
/// kMaxEvent bytes is an error.
class SseFraming
{
public:
    static constexpr std::size_t kMaxEvent = 16 * 1024 * 1024;

    /// Calls `onEvent` for each event that `bytes` completes; its views are valid during the call. `onEvent` returns
    /// false to stop. Error: UpstreamBroken when an event is too large.
    Result<void> feed(std::string_view bytes, const std::function<bool(const SseEvent &)> &onEvent);
    /// True when bytes of an unfinished event or line are held: at the end of the stream it was cut.
    bool hasPartial() const;

private:
    bool takeLine(std::string_view line, const std::function<bool(const SseEvent &)> &onEvent);

    std::string m_line;  ///< an unfinished line
    std::string m_data;
    std::string m_name;
    bool m_hasData = false;
    bool m_afterCr = false;
    bool m_atStart = true;
};

/// Where the event that starts at `from` ends, behind its blank line; npos when it is not whole.
std::size_t endOfSseEvent(std::string_view text, std::size_t from);

/// "event: NAME\ndata: DATA\n\n"; without the event line when `name` is empty. DATA must hold no line break.
void appendSse(std::string &out, std::string_view name, std::string_view data);

} // namespace pm
