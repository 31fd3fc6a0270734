// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace.h"

namespace pm::trace {

std::string_view stateName(State state)
{
    switch (state) {
    case State::Running: return "running";
    case State::Done: return "done";
    case State::Failed: return "failed";
    case State::Cancelled: return "cancelled";
    case State::Refused: return "refused";
    }
    return "unknown";
}

} // namespace pm::trace
