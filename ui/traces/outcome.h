// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"
#include "widgets/status_dot.h"

namespace pm::ui {

/// How a request went, as one sign and one word.
enum class Outcome { Running, Answered, Absorbed, Failed, Cancelled, Refused };

/// Answered with a status of 400 or more counts as failed: the tool saw an error.
Outcome outcomeOf(const trace::Head &head);
Sign outcomeSign(Outcome outcome);
QString outcomeName(Outcome outcome);

/// Was it answered by a cache, with the same or an alike request's answer?
bool isFromCache(const trace::Head &head);

/// The three parts of a request's time; -1 where unknown. For a running one they end now.
struct Phases
{
    std::int64_t gatewayUs = 0;
    std::int64_t waitUs = 0;
    std::int64_t streamUs = 0;
    bool failed = false;
    std::int64_t totalUs() const { return gatewayUs + waitUs + streamUs; }
};
Phases phasesOf(const trace::Head &head, std::int64_t nowMicros);

/// Since the request's start: its total, or, while it runs, until now.
std::int64_t elapsedUs(const trace::Head &head, std::int64_t nowMicros);

} // namespace pm::ui

Q_DECLARE_METATYPE(pm::ui::Phases)
