// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/flights.h"

#include <algorithm>
#include <utility>

namespace pm::policy {

Flights::Seat::~Seat()
{
    if (m_flights)
        m_flights->leave(m_key, m_number, false);
}

void Flights::Seat::landed()
{
    if (Flights *flights = std::exchange(m_flights, nullptr))
        flights->leave(m_key, m_number, true);
}

Flights::Boarding Flights::board(const Sha256 &key, Woken woken)
{
    const std::lock_guard lock(m_mutex);
    const std::uint64_t number = ++m_last;
    auto [flight, isFirst] = m_flights.try_emplace(key);
    if (isFirst)
        flight->second.leader = number;
    else
        flight->second.waiting.push_back({number, std::move(woken)});
    return {std::unique_ptr<Seat>(new Seat(*this, key, number)), isFirst};
}

void Flights::leave(const Sha256 &key, std::uint64_t number, bool hasLanded)
{
    std::deque<Waiting> woken;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_flights.find(key);
        if (found == m_flights.end())
            return; // it landed without this one
        Flight &flight = found->second;
        if (flight.leader != number) {
            std::erase_if(flight.waiting, [number](const Waiting &each) { return each.number == number; });
            return;
        }
        if (hasLanded || flight.waiting.empty()) {
            woken = std::move(flight.waiting);
            m_flights.erase(found);
        } else {
            woken.push_back(std::move(flight.waiting.front()));
            flight.waiting.pop_front();
            flight.leader = woken.front().number;
        }
    }
    for (const Waiting &each : woken)
        each.woken(!hasLanded);
}

std::size_t Flights::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_flights.size();
}

} // namespace pm::policy
