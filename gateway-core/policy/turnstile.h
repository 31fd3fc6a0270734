// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "policy/limit_rules.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace pm::policy {

/// One limit on requests at once as it concerns one request.
struct SlotTake
{
    const SlotRule *rule = nullptr; ///< outlives the visit
    std::string who;                ///< whose places they are, by the rule's `by`
};

/// Places for requests under way, and queues before them. Shared by the workers: one short lock at a
/// request's coming and going, and only where such a limit stands. Each queue is bounded by its rule. Whose
/// turn it is goes round among the callers that wait; each caller's own requests keep their order. A request
/// that needs several places takes them in the order of its rules and keeps what it has, which is the same
/// order for all, so that nobody waits for each other.
class Turnstile
{
    struct Gate;

public:
    explicit Turnstile(const Clock &clock)
        : m_clock(clock)
    {
    }
    ~Turnstile();

    enum class State { In, Waiting, Full };
    /// A request's way through: leaves queue and places when it dies. Belongs to one thread; dies before the
    /// turnstile.
    class Visit
    {
    public:
        ~Visit();
        State state() const;
        const SlotTake &at() const;             ///< that it waits for, or that was full
        SteadyTime since() const;               ///< began to wait there
        std::size_t ahead() const;              ///< requests that waited there when it came
        std::chrono::milliseconds hint() const; ///< Full: when there may be room, a guess of 1 s to 60 s

    private:
        friend class Turnstile;
        struct Held
        {
            Gate *gate = nullptr;
            SteadyTime since;
        };
        Turnstile *m_owner = nullptr;
        std::vector<SlotTake> m_takes;
        std::string m_caller;
        std::function<void()> m_wake;
        State m_state = State::Waiting; ///< this and what follows: guarded by the turnstile's mutex
        std::vector<Held> m_held;
        Gate *m_waitsAt = nullptr;
        SteadyTime m_since;
        std::size_t m_ahead = 0;
        std::chrono::milliseconds m_hint{0};
    };

    /// Asks for a place of each. When the visit is Waiting, `wake` is called once from any thread as soon as
    /// it is In or Full; it must only send word, for it runs under the lock, and it is not called once the
    /// visit is dead.
    std::unique_ptr<Visit> enter(std::vector<SlotTake> takes, std::string caller, std::function<void()> wake);

    struct Figures
    {
        int running = 0;
        int waiting = 0;
    };
    /// Of all callers of a rule together.
    Figures figures(const std::string &ruleId) const;

private:
    /// The places of one rule for one `who`.
    struct Gate
    {
        std::string key;
        std::string ruleId;
        int most = 1;
        int running = 0;
        std::size_t waiting = 0;
        std::deque<std::string> turns;                     ///< callers that wait, whose turn is first
        std::map<std::string, std::deque<Visit *>> queues; ///< by caller; none is empty
        double holdMs = 0; ///< moving average of how long a place is held; 0: not known
    };

    Gate &gateOf(const SlotTake &take);
    void goOn(Visit &visit);
    void join(Gate &gate, Visit &visit);
    void unqueue(Visit &visit);
    void freePlaces(Visit &visit);
    Visit *nextOf(Gate &gate);
    void serve();
    void dropIfIdle(Gate &gate);

    const Clock &m_clock;
    mutable std::mutex m_mutex;
    std::map<std::string, std::unique_ptr<Gate>> m_gates; ///< in use; guarded by m_mutex, as all below
    std::vector<Gate *> m_toServe;
};

} // namespace pm::policy
