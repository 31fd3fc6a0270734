// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/gcra.h"

#include <algorithm>

namespace pm::policy {

namespace {

__extension__ using Wide = __int128;

/// No arrival time lies farther ahead (73 years): sums of a clock and a span stay within 64 bits.
constexpr std::int64_t kFarthest = std::int64_t(1) << 61;

std::int64_t clamped(Wide value)
{
    return static_cast<std::int64_t>(std::clamp<Wide>(value, 0, kFarthest));
}

} // namespace

Gcra::Gcra(std::int64_t amount, std::int64_t perNs, std::int64_t burst)
    : m_amount(std::max<std::int64_t>(1, amount))
    , m_per(std::max<std::int64_t>(1, perNs))
    , m_burst(std::max<std::int64_t>(1, burst))
{
    const std::int64_t whole = span(m_burst);
    const bool isExact = m_per % m_amount == 0; // no rounding
    m_tolerance = whole + (isExact ? 0 : std::min(m_burst, whole / 1'000'000));
}

/// The time in which `cost` comes back, rounded up.
std::int64_t Gcra::span(std::int64_t cost) const
{
    return cost <= 0 ? 0 : clamped((Wide(cost) * m_per + m_amount - 1) / m_amount);
}

Gcra::Decision Gcra::decide(std::int64_t tat, std::int64_t now, std::int64_t cost) const
{
    Decision decision;
    const std::int64_t next = std::max(tat, now) + span(cost);
    decision.isNever = cost > m_burst;
    decision.isAllowed = !decision.isNever && next - now <= m_tolerance;
    if (decision.isAllowed)
        decision.next = next;
    else if (!decision.isNever)
        decision.retryAfterNs = next - now - m_tolerance;
    return decision;
}

std::int64_t Gcra::settle(std::int64_t tat, std::int64_t now, std::int64_t estimate, std::int64_t truth) const
{
    const std::int64_t change = span(truth) - span(estimate);
    if (change <= 0)
        return tat + change;
    return now + clamped(Wide(std::max(tat, now)) + change - now);
}

std::int64_t Gcra::remaining(std::int64_t tat, std::int64_t now) const
{
    const std::int64_t left = m_tolerance - resetNs(tat, now);
    return left <= 0 ? 0 : std::min(m_burst, clamped(Wide(left) * m_amount / m_per));
}

std::int64_t Gcra::resetNs(std::int64_t tat, std::int64_t now)
{
    return std::max<std::int64_t>(0, tat - now);
}

} // namespace pm::policy
