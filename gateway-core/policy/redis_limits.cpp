// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/redis_limits.h"

#include "base/text.h"

namespace pm::policy {

namespace {

// The law of policy/gcra.h in microseconds, which a Lua number holds exactly until the year 2255. Each key holds the
// theoretical arrival time and is forgotten when everything has come back. Four arguments a key: amount, span in
// microseconds, burst, cost. Answers 1 or 0, then four numbers a key: remaining, microseconds until all is back,
// microseconds until the same would be allowed, 1 for what never is.
constexpr std::string_view kTake = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local allowed = 1
local laws = {}
for i, key in ipairs(KEYS) do
    local amount, per = tonumber(ARGV[4*i-3]), tonumber(ARGV[4*i-2])
    local burst, cost = tonumber(ARGV[4*i-1]), tonumber(ARGV[4*i])
    local tat = math.max(tonumber(redis.call('GET', key) or '0'), now)
    local tolerance = math.ceil(burst * per / amount) + 1
    local next = tat + math.ceil(cost * per / amount)
    local wait = math.max(0, next - tolerance - now)
    local never = (cost > burst) and 1 or 0
    if wait > 0 or never == 1 then allowed = 0 end
    laws[i] = {amount, per, tolerance, tat, next, wait, never}
end
local answer = {allowed}
for i, law in ipairs(laws) do
    local tat = law[4]
    if allowed == 1 then
        tat = law[5]
        if tat > now then
            redis.call('SET', KEYS[i], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
        end
    end
    local left = math.max(0, math.floor((law[3] - (tat - now)) * law[1] / law[2]))
    for _, number in ipairs({left, tat - now, law[6], law[7]}) do answer[#answer + 1] = number end
end
return answer
)lua";

// What was taken as an estimate turned out to be something else. One key; amount, span in microseconds, difference.
constexpr std::string_view kSettle = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local amount, per, difference = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + math.ceil(difference * per / amount)
if tat > now then
    redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
else
    redis.call('DEL', KEYS[1])
end
return 1
)lua";

constexpr std::int64_t kNsPerUs = 1'000;

/// What callers send does not become part of a key as it is: it may be long, and it is nobody's business there.
std::string keyOf(const LimitTake &take)
{
    return "pointsman:limit:" + take.rule->name.id + "|" + stableHash(take.who);
}

std::string microseconds(std::int64_t ns)
{
    return std::to_string(std::max<std::int64_t>(1, ns / kNsPerUs));
}

} // namespace

RedisLimits::RedisLimits(redis::Link &link, LimitStore &local, config::SharedStore::WhenDown whenDown)
    : m_link(link), m_local(local), m_whenDown(whenDown), m_take(std::make_shared<const redis::Script>(kTake)),
      m_settle(std::make_shared<const redis::Script>(kSettle))
{
}

std::optional<LimitAnswer> RedisLimits::take(const std::vector<LimitTake> &takes, std::int64_t now, Done done)
{
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    for (const LimitTake &take : takes) {
        const Gcra &law = take.rule->law;
        keys.push_back(keyOf(take));
        arguments.push_back(std::to_string(law.amount()));
        arguments.push_back(microseconds(law.perNs()));
        arguments.push_back(std::to_string(law.burst()));
        arguments.push_back(std::to_string(take.cost));
    }
    m_link.run(m_take, std::move(keys), std::move(arguments),
               [this, takes, now, done = std::move(done)](const Result<redis::Reply> &reply) {
                   if (!reply)
                       return done(withoutRedis(takes, now, reply.error().message));
                   LimitAnswer answer = fromReply(takes, *reply);
                   if (answer.isAllowed)
                       (void)m_local.take(takes, now, {}); // so that it knows our own share when it must do alone
                   done(std::move(answer));
               });
    return std::nullopt;
}

std::string RedisLimits::problem() const
{
    const std::string why = m_link.problem();
    if (why.empty())
        return {};
    return why
           + (m_whenDown == config::SharedStore::WhenDown::Open
                  ? "; limits and budgets hold for this instance alone until it is back"
                  : "; what has limits or budgets is refused until it is back");
}

LimitAnswer RedisLimits::fromReply(const std::vector<LimitTake> &takes, const redis::Reply &reply) const
{
    LimitAnswer answer;
    const std::vector<redis::Reply> &numbers = reply.list();
    answer.isAllowed = !numbers.empty() && numbers.front().number() == 1;
    for (std::size_t i = 0; i < takes.size() && 4 * i + 4 < numbers.size(); ++i) {
        LimitState state;
        state.remaining = numbers[4 * i + 1].number();
        state.resetNs = numbers[4 * i + 2].number() * kNsPerUs;
        state.retryAfterNs = numbers[4 * i + 3].number() * kNsPerUs;
        state.isNever = numbers[4 * i + 4].number() == 1;
        state.isAllowed = state.retryAfterNs == 0 && !state.isNever;
        answer.states.push_back(state);
    }
    answer.states.resize(takes.size());
    return answer;
}

LimitAnswer RedisLimits::withoutRedis(const std::vector<LimitTake> &takes, std::int64_t now, const std::string &problem)
{
    if (m_whenDown == config::SharedStore::WhenDown::Open) {
        if (auto answer = m_local.take(takes, now, {}))
            return std::move(*answer);
    }
    LimitAnswer answer;
    answer.isAllowed = false;
    answer.states.resize(takes.size());
    answer.problem = problem;
    return answer;
}

void RedisLimits::settle(const LimitTake &take, std::int64_t now, std::int64_t truth)
{
    m_local.settle(take, now, truth);
    const Gcra &law = take.rule->law;
    m_link.run(m_settle, {keyOf(take)},
               {std::to_string(law.amount()), microseconds(law.perNs()), std::to_string(truth - take.cost)},
               [](const Result<redis::Reply> &) {}); // lost with the server, whose counts come back by themselves
}

} // namespace pm::policy
