// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <QString>

#include <vector>

namespace pm::ui {

/// A stretch of time in a row of the waterfall, microseconds since the request's start.
struct Stretch
{
    enum class Kind { Gateway, Dns, Connect, Tls, Send, Wait, Stream, Failed };
    Kind kind = Kind::Wait;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    bool operator==(const Stretch &) const = default;
};

struct TimelineRow
{
    QString label; ///< "openai · 529"
    std::vector<Stretch> stretches;
    std::int64_t lengthUs() const
    {
        return stretches.empty() ? -1 : stretches.back().end - stretches.front().begin;
    }
};

QString stretchName(Stretch::Kind kind);

/// The rows of a request's waterfall: gateway, each attempt, the stream. Times that nobody measured leave no
/// stretch.
std::vector<TimelineRow> timelineOf(const trace::Record &record);

} // namespace pm::ui
