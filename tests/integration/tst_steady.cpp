// SPDX-License-Identifier: GPL-3.0-or-later
// Steady load on three targets of which one fails every second time, at random: the clients see nothing of
// it.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

namespace {

constexpr int kPerSecond = 200;
constexpr int kClients = 16;
constexpr int kPhases = 4; ///< well, ill, well, ill: what else the machine does hits both alike
constexpr auto kPhase = 4s;
constexpr std::chrono::milliseconds kUsualTime{20}; ///< of an answer

/// "well" has three healthy targets, "ill" two and one that fails. It is tested again soon after it was left
/// out.
std::string configFor(const FakeUpstream &upstream)
{
    std::string text = "providers:\n";
    for (const char *name : {"a", "b", "c", "bad"})
        text += "  " + std::string(name) + ": {format: openai, base-url: '" +
                upstream.url("/" + std::string(name)) + "', models: [m]}\n";
    text += "routers:\n";
    for (const auto &[router, third] : {std::pair("well", "c"), std::pair("ill", "bad")})
        text += "  " + std::string(router) + ":\n    route: {strategy: round-robin, children: [a, b, " +
                third +
                "]}\n    retries: {min-delay: 1ms, max-retries: 1}\n    circuit-breaker: {cooldown: 200ms}\n";
    return text;
}

struct Load
{
    std::mutex mutex;
    std::vector<double> millis;        // mutex
    std::vector<std::string> failures; // mutex

    double quantile(double q)
    {
        std::sort(millis.begin(), millis.end());
        return millis.empty() ? 0
                              : millis[std::min(millis.size() - 1, std::size_t(q * double(millis.size())))];
    }
};

/// kPerSecond requests for kPhase, each at its time, by clients that each wait for their answer.
void run(const std::string &url, Load &load)
{
    const auto start = Steady::now();
    const int total = kPerSecond * int(kPhase.count());
    std::atomic<int> next{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
            for (int number = next++; number < total; number = next++) {
                std::this_thread::sleep_until(start + number * 1'000ms / kPerSecond);
                Call call;
                call.url = url;
                call.headers.add("content-type", "application/json");
                call.body = chatBody("m");
                const auto sent = Steady::now();
                const Reply reply = perform(call);
                const std::chrono::duration<double, std::milli> took = Steady::now() - sent;
                const std::lock_guard lock(load.mutex);
                load.millis.push_back(took.count());
                if (reply.status != 200 || !reply.isClean() || reply.body.find("fine") == std::string::npos)
                    load.failures.push_back(std::to_string(reply.status) + " " + reply.failure + reply.body);
            }
        });
    }
    for (std::thread &client : clients)
        client.join();
}

} // namespace

class TestSteady : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneOfThreeFailsHalfTheTime()
    {
        Scenario fine = openAiReply("fine", "m");
        fine.delay = kUsualTime;
        FakeUpstream upstream(fine);
        std::mt19937 random(20);
        for (int i = 0; i < 2 * kPerSecond * int(kPhase.count()) * kPhases; ++i) {
            const bool fails = random() % 2 == 0;
            upstream.enqueue("/bad/chat/completions",
                             fails ? openAiError(500, "no luck", "server_error") : fine);
        }
        GatewayFixture::Options options;
        options.config = configFor(upstream);
        options.store = false;
        GatewayFixture fixture(std::move(options));
        QCOMPARE(QString::fromStdString(fixture.startError()), QString());

        std::array<Load, 2> loads;
        for (int phase = 0; phase < kPhases; ++phase)
            run(fixture.url(phase % 2 == 0 ? "/router/well/v1/chat/completions"
                                           : "/router/ill/v1/chat/completions"),
                loads[std::size_t(phase % 2)]);

        const auto requests = upstream.requests();
        const auto asked = std::count_if(requests.begin(), requests.end(), [](const SeenRequest &request) {
            return request.path.starts_with("/bad/");
        });
        const double well = loads[0].quantile(0.99);
        const double ill = loads[1].quantile(0.99);
        std::printf("%zu requests with three healthy targets: p50 %.1f ms, p99 %.1f ms; %zu with one that "
                    "fails every second "
                    "time (asked %ld times): p50 %.1f ms, p99 %.1f ms, %zu failures seen\n",
                    loads[0].millis.size(), loads[0].quantile(0.5), well, loads[1].millis.size(), long(asked),
                    loads[1].quantile(0.5), ill, loads[1].failures.size());
        std::fflush(stdout);
        QVERIFY2(asked > 20, "the failing target was hardly asked");
        for (Load &load : loads)
            QVERIFY2(load.failures.empty(), load.failures.empty() ? "" : load.failures.front().c_str());
        // Twice, and what a busy machine may add to either.
        QVERIFY2(ill <= 2 * well + 50, std::to_string(ill).c_str());
        QCOMPARE(fixture.gateway().status().inFlight, 0);
    }
};

QTEST_GUILESS_MAIN(TestSteady)
#include "tst_steady.moc"
