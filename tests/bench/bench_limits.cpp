// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/local_limits.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

// What limits cost by themselves: two taken together and one settled, as of one request, for 10, 1000 and 100 000
// callers, on 1 thread and on several, in nanoseconds of a core: one line of JSON each.
// Usage: bench_limits [ROUNDS=2000000] [THREADS=2]

using namespace pm;
using namespace pm::policy;

namespace {

std::vector<RateRule> rules()
{
    config::Limit requests;
    requests.amount = 1'000'000;
    config::Limit tokens;
    tokens.of = config::Limit::Of::Tokens;
    tokens.amount = 1'000'000'000;
    tokens.per = std::chrono::minutes(1);
    return compileLimits("router bench", {requests, tokens}, {}).rates;
}

std::int64_t nowNs()
{
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

void run(LocalLimits &limits, const std::vector<RateRule> &both, const std::vector<std::string> &callers,
         int rounds, int first)
{
    std::size_t at = static_cast<std::size_t>(first) * 7919;
    for (int i = 0; i < rounds; ++i) {
        const std::string &who = callers[at % callers.size()];
        at += 104'729; // a prime: not in the order of the table
        const std::int64_t now = nowNs();
        const std::vector<LimitTake> takes{{&both[0], who, 1}, {&both[1], who, 1500}};
        if (limits.takeNow(takes, now).isAllowed)
            limits.settle(takes[1], now, 700);
    }
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 2'000'000;
    const int most = argc > 2 ? std::atoi(argv[2]) : 2;
    const std::vector<RateRule> both = rules();
    for (const std::size_t count : {10, 1000, 100'000}) {
        std::vector<std::string> callers;
        for (std::size_t i = 0; i < count; ++i)
            callers.push_back("user-" + std::to_string(i));
        for (int threads = 1; threads <= most; threads *= 2) {
            LocalLimits limits(42);
            run(limits, both, callers, static_cast<int>(std::max<std::size_t>(count, 1000)),
                0);                                  // all are known
            const std::clock_t start = std::clock(); // of this process: others on the machine do not count
            std::vector<std::thread> running;
            for (int t = 0; t < threads; ++t)
                running.emplace_back([&, t] { run(limits, both, callers, rounds / threads, t); });
            for (std::thread &thread : running)
                thread.join();
            const double ns = static_cast<double>(std::clock() - start) * 1e9 / CLOCKS_PER_SEC / rounds;
            std::printf("{\"callers\":%zu,\"threads\":%d,\"ns\":%.0f}\n", count, threads, ns);
        }
    }
}
