// SPDX-License-Identifier: GPL-3.0-or-later
// The circuit breaker against a state machine written from its rules, over random events.
#include "support/qt_text.h"
#include "unit/routing/target_timeline.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <set>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;

namespace {

/// The rules, with every verdict kept: closed, until so many failures in a row or such a share of the last
/// minute; open, for the cooldown; then half-open, one tester at a time, until so many successes close it or
/// one failure opens it.
class Model
{
public:
    explicit Model(const config::CircuitBreaker &settings)
        : m_settings(settings)
    {
    }

    void succeed(SteadyTime now)
    {
        m_row = 0;
        m_tester.reset();
        if (m_state != State::Closed) {
            m_state = State::HalfOpen;
            if (++m_successes == m_settings.successes) {
                m_state = State::Closed;
                m_successes = 0;
                m_verdicts.clear();
            }
        }
        m_verdicts.emplace_back(now, false);
        m_hasSucceeded = true;
    }
    void fail(bool isTargetsFault, SteadyTime now)
    {
        m_tester.reset();
        if (!isTargetsFault)
            return;
        m_verdicts.emplace_back(now, true);
        ++m_row;
        const bool isShare =
            requests(now) >= m_settings.minRequests && failures(now) >= m_settings.ratio * requests(now);
        const bool opens = m_state == State::Closed && (m_row >= m_settings.failures || isShare);
        if (!opens && m_state != State::HalfOpen)
            return;
        m_state = State::Open;
        m_opened = now;
        m_successes = 0;
        m_despite.reset();
    }
    void rest(milliseconds time, SteadyTime now)
    {
        m_rest = std::max(m_rest, now + time);
        m_tester.reset();
    }
    bool acquire(SteadyTime now)
    {
        if (now < m_rest)
            return false;
        if (m_state == State::Closed)
            return true;
        if ((m_state == State::Open && now < m_opened + m_settings.cooldown) || isTested(now))
            return false;
        m_state = State::HalfOpen;
        m_tester = now;
        return true;
    }
    bool acquireDespite(SteadyTime now)
    {
        if (acquire(now))
            return true;
        if (!isDespiteFree(now))
            return false;
        m_despite = now;
        return true;
    }
    int requests(SteadyTime now) const { return count(now, false); }
    int failures(SteadyTime now) const { return count(now, true); }
    int row() const { return m_row; }
    Health health(SteadyTime now) const
    {
        if (m_state == State::Open && now < m_opened + m_settings.cooldown)
            return Health::Open;
        if (now < m_rest)
            return Health::Resting;
        if (m_state != State::Closed)
            return Health::HalfOpen;
        return m_row > 0 ? Health::Failing : m_hasSucceeded ? Health::Healthy : Health::Unknown;
    }
    bool mayTryAnyway(SteadyTime now) const
    {
        const Health now_ = health(now);
        return isDespiteFree(now) && (now_ == Health::Open || (now_ == Health::HalfOpen && isTested(now)));
    }

private:
    enum class State { Closed, Open, HalfOpen };

    bool isTested(SteadyTime now) const { return m_tester && now < *m_tester + 60s; }
    bool isDespiteFree(SteadyTime now) const
    {
        return m_state != State::Closed && now >= m_rest &&
               (!m_despite || now >= *m_despite + m_settings.cooldown);
    }
    /// Of the running second and the 59 before.
    int count(SteadyTime now, bool failuresOnly) const
    {
        const auto second = [](SteadyTime time) {
            return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
        };
        return int(std::count_if(m_verdicts.begin(), m_verdicts.end(), [&](const auto &verdict) {
            return second(verdict.first) > second(now) - 60s && (verdict.second || !failuresOnly);
        }));
    }

    config::CircuitBreaker m_settings;
    std::vector<std::pair<SteadyTime, bool>>
        m_verdicts; ///< since it was closed last: when, and was it a failure
    State m_state = State::Closed;
    SteadyTime m_opened, m_rest;
    std::optional<SteadyTime> m_tester, m_despite;
    int m_row = 0;
    int m_successes = 0;
    bool m_hasSucceeded = false;
};

const std::vector<ErrorKind> kTargetsFault = {ErrorKind::ConnectFailed, ErrorKind::UpstreamTimeout,
                                              ErrorKind::UpstreamError, ErrorKind::Overloaded,
                                              ErrorKind::UpstreamAuth,  ErrorKind::UpstreamBroken};
const std::vector<ErrorKind> kOthersFault = {ErrorKind::UpstreamRejected, ErrorKind::RateLimited,
                                             ErrorKind::QuotaExhausted,   ErrorKind::ContextLength,
                                             ErrorKind::Cancelled,        ErrorKind::ModelNotFound};

/// Both machines, fed with the same events.
class Pair
{
public:
    explicit Pair(std::uint32_t seed)
        : m_random(seed)
        , m_model(settings())
    {
        m_line.settings = m_settings;
    }

    /// One event. What the two then disagree about, or empty.
    std::string step()
    {
        bool same = true;
        switch (pick(7)) {
        case 0:
        case 1:
            m_line.pass(
                oneOf<milliseconds>({0ms, 1ms, 400ms, 999ms, 1s, 7s, 29'999ms, 30s, 59s, 60s, 10min}));
            break;
        case 2:
            m_line.succeed();
            m_model.succeed(m_line.now);
            break;
        case 3: {
            const bool isTargets = pick(4) > 0;
            m_line.fail(oneOf(isTargets ? kTargetsFault : kOthersFault));
            m_model.fail(isTargets, m_line.now);
            break;
        }
        case 4:
            same = m_line.acquire() == m_model.acquire(m_line.now);
            break;
        case 5:
            same = m_line.acquireDespite() == m_model.acquireDespite(m_line.now);
            break;
        default:
            if (pick(4) == 0) {
                const auto time = oneOf<milliseconds>({1ms, 500ms, 20s, 2min});
                m_line.stats.rest(time, m_line.now);
                m_model.rest(time, m_line.now);
            }
        }
        return same ? difference() : "who may try";
    }
    Health health() const { return m_line.health(); }

private:
    std::string difference() const
    {
        const TargetStats::HealthState state = m_line.state();
        if (state.health != m_model.health(m_line.now))
            return "health: " + std::to_string(int(state.health)) + ", not " +
                   std::to_string(int(m_model.health(m_line.now)));
        if (state.requests != m_model.requests(m_line.now) || state.failures != m_model.failures(m_line.now))
            return "the last minute's counts";
        if (state.failuresInRow != m_model.row())
            return "failures in a row";
        if (state.mayTryAnyway != m_model.mayTryAnyway(m_line.now))
            return "whether it may be tried in spite of its state";
        const bool mustWait = state.health == Health::Open || state.health == Health::Resting;
        return mustWait == (state.remaining > 0ms) || state.health == Health::HalfOpen
                   ? ""
                   : "the time that remains";
    }
    const config::CircuitBreaker &settings()
    {
        m_settings.failures = 1 + pick(5);
        m_settings.ratio = oneOf<double>({0.3, 0.6, 1.0});
        m_settings.minRequests = 1 + pick(12);
        m_settings.cooldown = oneOf<milliseconds>({1s, 30s, 60s});
        m_settings.successes = 1 + pick(3);
        return m_settings;
    }
    int pick(int below) { return int(m_random() % std::uint32_t(below)); }
    template <typename T>
    T oneOf(const std::vector<T> &values)
    {
        return values[std::size_t(pick(int(values.size())))];
    }

    std::mt19937 m_random;
    config::CircuitBreaker m_settings;
    Timeline m_line;
    Model m_model;
};

} // namespace

class TestBreakerModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agrees()
    {
        std::set<std::pair<Health, Health>> ways; // seen from one state to another
        for (std::uint32_t seed = 1; seed <= 10'000; ++seed) {
            Pair pair(seed);
            for (int step = 0; step < 60; ++step) {
                const Health before = pair.health();
                const std::string difference = pair.step();
                QVERIFY2(difference.empty(), ("seed " + std::to_string(seed) + ", step " +
                                              std::to_string(step) + ": " + difference)
                                                 .c_str());
                ways.emplace(before, pair.health());
            }
        }
        const auto was = [&](Health from, Health to) { return ways.count({from, to}) > 0; };
        QVERIFY2(was(Health::Healthy, Health::Open) && was(Health::Failing, Health::Open), "it opens");
        QVERIFY2(was(Health::Open, Health::HalfOpen) && was(Health::HalfOpen, Health::Open),
                 "it is tested, and fails");
        QVERIFY2(was(Health::HalfOpen, Health::Healthy), "it closes");
        QVERIFY2(was(Health::Healthy, Health::Resting) && was(Health::Resting, Health::Healthy), "it rests");
    }
};

QTEST_GUILESS_MAIN(TestBreakerModel)
#include "tst_breaker_model.moc"
