// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_key.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace pm::policy {

/// Of identical requests at one time one asks a provider and the others wait for its answer. Safe from any thread; holds
/// no more than the requests that are under way. Outlives its seats.
class Flights
{
public:
    /// Called once on another's thread, never under the lock: `leads` true: it is this one's turn to ask; false: there is
    /// an answer, look again. Never called after the seat is gone, except where that happens at the same time.
    using Woken = std::function<void(bool leads)>;

    /// A place in the flight. Giving it up without landed() hands the lead to the next one that waits.
    class Seat
    {
    public:
        ~Seat();
        Seat(const Seat &) = delete;
        Seat &operator=(const Seat &) = delete;
        /// The answer is in the store: all others may look.
        void landed();

    private:
        friend class Flights;
        Seat(Flights &flights, const Sha256 &key, std::uint64_t number) : m_flights(&flights), m_key(key), m_number(number) {}
        Flights *m_flights; ///< null once it has landed
        Sha256 m_key;
        std::uint64_t m_number;
    };

    struct Boarding
    {
        std::unique_ptr<Seat> seat;
        bool leads = false; ///< else `woken` will be called
    };
    Boarding board(const Sha256 &key, Woken woken);
    std::size_t size() const; ///< flights under way

private:
    struct Waiting
    {
        std::uint64_t number = 0;
        Woken woken;
    };
    struct Flight
    {
        std::uint64_t leader = 0;
        std::deque<Waiting> waiting;
    };

    void leave(const Sha256 &key, std::uint64_t number, bool hasLanded);

    mutable std::mutex m_mutex;
    std::map<Sha256, Flight> m_flights; // m_mutex
    std::uint64_t m_last = 0;           // m_mutex
};

} // namespace pm::policy
