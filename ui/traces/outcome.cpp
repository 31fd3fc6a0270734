// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/outcome.h"

#include <QCoreApplication>

namespace pm::ui {

Outcome outcomeOf(const trace::Head &head)
{
    switch (head.state) {
    case trace::State::Running:
        return Outcome::Running;
    case trace::State::Failed:
        return Outcome::Failed;
    case trace::State::Cancelled:
        return Outcome::Cancelled;
    case trace::State::Refused:
        return Outcome::Refused;
    case trace::State::Done:
        break;
    }
    if (head.status >= 400)
        return Outcome::Failed;
    return head.attempts > 1 ? Outcome::Absorbed : Outcome::Answered;
}

Sign outcomeSign(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Running:
        return {Glyph::Spinner, &Tokens::accent};
    case Outcome::Answered:
        return {Glyph::Check, &Tokens::good};
    case Outcome::Absorbed:
        return {Glyph::Retry, &Tokens::warn};
    case Outcome::Failed:
        return {Glyph::Cross, &Tokens::bad};
    case Outcome::Cancelled:
        return {Glyph::Stop, &Tokens::muted};
    case Outcome::Refused:
        break;
    }
    return {Glyph::Barred, &Tokens::bad};
}

QString outcomeName(Outcome outcome)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("pm::ui::outcome", text); };
    switch (outcome) {
    case Outcome::Running:
        return tr("running");
    case Outcome::Answered:
        return tr("answered");
    case Outcome::Absorbed:
        return tr("answered after a failed attempt");
    case Outcome::Failed:
        return tr("failed");
    case Outcome::Cancelled:
        return tr("cancelled by the client");
    case Outcome::Refused:
        break;
    }
    return tr("refused by the gateway");
}

bool isFromCache(const trace::Head &head)
{
    return head.cache == "hit" || head.cache == "semantic-hit";
}

std::int64_t elapsedUs(const trace::Head &head, std::int64_t nowMicros)
{
    if (head.totalUs >= 0 || head.state != trace::State::Running)
        return head.totalUs;
    return std::max<std::int64_t>(0, nowMicros - head.startedAt);
}

Phases phasesOf(const trace::Head &head, std::int64_t nowMicros)
{
    Phases phases;
    const std::int64_t total = std::max<std::int64_t>(0, elapsedUs(head, nowMicros));
    phases.gatewayUs = std::clamp<std::int64_t>(head.gatewayUs, 0, total);
    const std::int64_t first =
        head.firstContentUs < 0 ? total : std::clamp(head.firstContentUs, phases.gatewayUs, total);
    phases.waitUs = first - phases.gatewayUs;
    phases.streamUs = total - first;
    const Outcome outcome = outcomeOf(head);
    phases.failed = outcome == Outcome::Failed || outcome == Outcome::Refused;
    return phases;
}

} // namespace pm::ui
