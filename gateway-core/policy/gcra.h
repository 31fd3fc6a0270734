// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

// The generic cell rate algorithm (ITU-T I.371, Annex A, virtual scheduling) over one number a caller: the
// theoretical arrival time, at which what was taken so far will have come back. Pure arithmetic; no clock, no
// state.
namespace pm::policy {

/// A steady rate with a burst. Times are nanoseconds of one steady clock, amounts are of whatever is counted.
/// A take costs its time rounded up, so the steady rate is never exceeded; what rounding adds to a burst of
/// many takes is granted (at most a millionth of the burst), so that a burst of N is N takes and not N - 1.
class Gcra
{
public:
    /// `amount` comes back in each `perNs`; `burst` may be taken at once. All at least 1 (less counts as 1).
    Gcra(std::int64_t amount, std::int64_t perNs, std::int64_t burst);

    struct Decision
    {
        bool isAllowed = false;
        bool isNever = false;          ///< more than the burst: refused however long one waits
        std::int64_t next = 0;         ///< the arrival time from now on, when allowed
        std::int64_t retryAfterNs = 0; ///< until the same would be allowed; 0 when it is, or never is
    };
    /// May `cost` (0 or more) be taken at `now`, where `tat` is what was kept (0: nothing was ever taken)? A
    /// cost of 0 is allowed unless there is a debt.
    Decision decide(std::int64_t tat, std::int64_t now, std::int64_t cost) const;
    /// The arrival time after what was taken as `estimate` turned out to be `truth`. More may run into debt;
    /// what is given back fills the burst up at most, for times before `now` count as `now` anyway.
    std::int64_t settle(std::int64_t tat, std::int64_t now, std::int64_t estimate, std::int64_t truth) const;

    std::int64_t remaining(std::int64_t tat,
                           std::int64_t now) const;                  ///< that may be taken at once; 0 in debt
    static std::int64_t resetNs(std::int64_t tat, std::int64_t now); ///< until all has come back; 0 or more
    std::int64_t burst() const { return m_burst; }
    std::int64_t amount() const { return m_amount; }
    std::int64_t perNs() const { return m_per; }

private:
    std::int64_t span(std::int64_t cost) const;

    std::int64_t m_amount;
    std::int64_t m_per;
    std::int64_t m_burst;
    std::int64_t m_tolerance; ///< how far the arrival time may lie ahead
};

} // namespace pm::policy
