// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/turnstile.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pm::policy {

using std::chrono::milliseconds;

namespace {

constexpr double kNewest = 0.2; ///< weight of the newest in the moving average
constexpr milliseconds kLeastHint{1'000};
constexpr milliseconds kMostHint{60'000};

} // namespace

Turnstile::~Turnstile()
{
    assert(m_gates.empty());
}

Turnstile::Visit::~Visit()
{
    const std::lock_guard lock(m_owner->m_mutex);
    m_owner->unqueue(*this);
    m_owner->freePlaces(*this);
    m_owner->serve();
}

Turnstile::State Turnstile::Visit::state() const
{
    const std::lock_guard lock(m_owner->m_mutex);
    return m_state;
}

const SlotTake &Turnstile::Visit::at() const
{
    const std::lock_guard lock(m_owner->m_mutex);
    return m_takes[std::min(m_held.size(), m_takes.size() - 1)];
}

SteadyTime Turnstile::Visit::since() const
{
    const std::lock_guard lock(m_owner->m_mutex);
    return m_since;
}

std::size_t Turnstile::Visit::ahead() const
{
    const std::lock_guard lock(m_owner->m_mutex);
    return m_ahead;
}

milliseconds Turnstile::Visit::hint() const
{
    const std::lock_guard lock(m_owner->m_mutex);
    return m_hint;
}

std::unique_ptr<Turnstile::Visit> Turnstile::enter(std::vector<SlotTake> takes, std::string caller,
                                                   std::function<void()> wake)
{
    auto visit = std::make_unique<Visit>();
    visit->m_owner = this;
    visit->m_takes = std::move(takes);
    visit->m_caller = std::move(caller);
    const std::lock_guard lock(m_mutex);
    goOn(*visit);
    serve();
    visit->m_wake = std::move(wake); // not before: what is decided here is told by the state
    return visit;
}

Turnstile::Figures Turnstile::figures(const std::string &ruleId) const
{
    const std::lock_guard lock(m_mutex);
    Figures sum;
    for (const auto &[key, gate] : m_gates) {
        if (gate->ruleId == ruleId) {
            sum.running += gate->running;
            sum.waiting += static_cast<int>(gate->waiting);
        }
    }
    return sum;
}

Turnstile::Gate &Turnstile::gateOf(const SlotTake &take)
{
    std::string key = take.rule->name.id + '\n' + take.who;
    std::unique_ptr<Gate> &gate = m_gates[key];
    if (!gate) {
        gate = std::make_unique<Gate>();
        gate->key = std::move(key);
        gate->ruleId = take.rule->name.id;
    }
    gate->most = std::max(1, take.rule->settings.requests); // as the newest configuration has it
    return *gate;
}

/// Takes what is free of the places still missing, and queues for the first that is not.
void Turnstile::goOn(Visit &visit)
{
    visit.m_waitsAt = nullptr;
    while (visit.m_held.size() < visit.m_takes.size()) {
        const SlotTake &take = visit.m_takes[visit.m_held.size()];
        Gate &gate = gateOf(take);
        if (gate.running >= gate.most || gate.waiting > 0) {
            if (gate.waiting < static_cast<std::size_t>(std::max(0, take.rule->settings.queue)))
                return join(gate, visit);
            const double wait = gate.holdMs * static_cast<double>(gate.waiting + 1) / gate.most;
            visit.m_hint = std::clamp(milliseconds(static_cast<std::int64_t>(wait)), kLeastHint, kMostHint);
            visit.m_state = State::Full;
            // at() says which by the count of places held: they are given back when the visit dies.
            if (visit.m_wake)
                visit.m_wake();
            return;
        }
        ++gate.running;
        visit.m_held.push_back({&gate, m_clock.steadyNow()});
    }
    visit.m_state = State::In;
    if (visit.m_wake)
        visit.m_wake();
}

void Turnstile::join(Gate &gate, Visit &visit)
{
    visit.m_state = State::Waiting;
    visit.m_waitsAt = &gate;
    visit.m_since = m_clock.steadyNow();
    visit.m_ahead = gate.waiting;
    std::deque<Visit *> &queue = gate.queues[visit.m_caller];
    if (queue.empty())
        gate.turns.push_back(visit.m_caller);
    queue.push_back(&visit);
    ++gate.waiting;
    m_toServe.push_back(&gate); // the newest configuration may have more places than those that wait know of
}

void Turnstile::unqueue(Visit &visit)
{
    Gate *gate = std::exchange(visit.m_waitsAt, nullptr);
    if (!gate)
        return;
    const auto found = gate->queues.find(visit.m_caller);
    std::erase(found->second, &visit);
    if (found->second.empty()) {
        gate->queues.erase(found);
        std::erase(gate->turns, visit.m_caller);
    }
    --gate->waiting;
    dropIfIdle(*gate);
}

void Turnstile::freePlaces(Visit &visit)
{
    const SteadyTime now = m_clock.steadyNow();
    for (const Visit::Held &held : visit.m_held) {
        Gate &gate = *held.gate;
        const double ms = std::chrono::duration<double, std::milli>(now - held.since).count();
        gate.holdMs = gate.holdMs == 0 ? ms : gate.holdMs + kNewest * (ms - gate.holdMs);
        --gate.running;
        if (gate.waiting > 0)
            m_toServe.push_back(&gate);
        else
            dropIfIdle(gate);
    }
    visit.m_held.clear();
}

/// Takes the next out of the queue: the first of the caller whose turn it is.
Turnstile::Visit *Turnstile::nextOf(Gate &gate)
{
    const std::string caller = std::move(gate.turns.front());
    gate.turns.pop_front();
    std::deque<Visit *> &queue = gate.queues[caller];
    Visit *visit = queue.front();
    queue.pop_front();
    if (queue.empty())
        gate.queues.erase(caller);
    else
        gate.turns.push_back(caller);
    --gate.waiting;
    return visit;
}

/// Lets those in for whom there is room. Whoever gets in may go on to the next gate's queue, so it is a loop
/// over gates.
void Turnstile::serve()
{
    while (!m_toServe.empty()) {
        Gate &gate = *m_toServe.back();
        m_toServe.pop_back();
        while (gate.waiting > 0 && gate.running < gate.most) {
            Visit *visit = nextOf(gate);
            ++gate.running;
            visit->m_held.push_back({&gate, m_clock.steadyNow()});
            goOn(*visit);
        }
    }
}

void Turnstile::dropIfIdle(Gate &gate)
{
    if (gate.running == 0 && gate.waiting == 0) {
        std::erase(m_toServe, &gate);
        m_gates.erase(gate.key);
    }
}

} // namespace pm::policy
