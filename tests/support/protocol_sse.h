// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/framing/sse.h"

#include <string>
#include <string_view>

namespace pm::test {

/// What `take` (of each event) or `end` (behind the last) says is wrong with a whole event stream; empty when it is sound.
/// The first fault counts, an event that is not whole is one.
template <typename Take, typename End>
std::string sseFault(std::string_view stream, Take take, End end)
{
    std::string fault;
    SseFraming framing;
    const auto fed = framing.feed(stream, [&](const SseEvent &event) {
        fault = take(event);
        return fault.empty();
    });
    if (!fed)
        return fed.error().message;
    if (fault.empty() && framing.hasPartial())
        return "half an event at the end";
    return fault.empty() ? end() : fault;
}

} // namespace pm::test
