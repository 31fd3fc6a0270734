// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/metrics.h"
#include "pipeline/status.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;
using Health = ProviderStatus::Health;

namespace {

constexpr char kConfig[] = "routers: {one: {load-balance: {chat: {strategy: priority, models: [openai/gpt-4o]}}}}\n";

/// What openai's targets went through, in minutes before now: "+" answered, "-" failed, "%" rested for a minute.
struct Event
{
    int minutesAgo;
    char what;
    const char *model = "gpt-4o";
};
using Events = std::vector<Event>;

void replay(const Snapshot &snapshot, const Events &events)
{
    const config::CircuitBreaker settings;
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const Event &event : events) {
        const auto stats = snapshot.stats->get("openai", event.model);
        const SteadyTime at = now - std::chrono::minutes(event.minutesAgo);
        if (event.what == '+')
            stats->recordSuccess(settings, at);
        else if (event.what == '-')
            stats->recordFailure(ErrorKind::ConnectFailed, "connection refused", settings, at);
        else
            stats->rest(1min, at);
    }
}

ProviderStatus openai(const Snapshot &snapshot)
{
    for (ProviderStatus &status : providerStatuses(snapshot)) {
        if (status.name == "openai")
            return status;
    }
    return {};
}

} // namespace

Q_DECLARE_METATYPE(Events)
Q_DECLARE_METATYPE(ProviderStatus::Health)

class TestStatus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void healthIsTheLastKnowledge_data()
    {
        QTest::addColumn<Events>("events");
        QTest::addColumn<ProviderStatus::Health>("provider");
        QTest::addColumn<ProviderStatus::Health>("target");
        QTest::addColumn<QString>("text"); // of the provider
        const auto row = [](const char *what, const Events &events, Health provider, Health target, const char *text) {
            QTest::newRow(what) << events << provider << target << QString::fromLatin1(text);
        };
        row("never asked", {}, Health::Unknown, Health::Unknown, "not used yet");
        row("answered just now", {{0, '+'}}, Health::Healthy, Health::Healthy, "closed");
        row("answered an hour ago", {{60, '+'}}, Health::Healthy, Health::Healthy, "closed");
        row("failed just now, never answered", {{0, '-'}}, Health::Unhealthy, Health::Unhealthy, "has never answered");
        row("failed an hour ago, never answered", {{60, '-'}}, Health::Unhealthy, Health::Unhealthy,
            "has never answered");
        row("failed an hour ago, had answered", {{90, '+'}, {60, '-'}}, Health::Degraded, Health::Degraded,
            "the last request failed");
        row("failed and answered this minute", {{0, '-'}, {0, '+'}}, Health::Degraded, Health::Degraded, "closed");
        row("failed and answered an hour ago", {{60, '-'}, {60, '+'}}, Health::Healthy, Health::Healthy, "closed");
        row("opened an hour ago, never asked since", {{90, '+'}, {60, '-'}, {60, '-'}, {60, '-'}, {60, '-'}},
            Health::Unhealthy, Health::Unhealthy, "half-open, the next request tests");
        row("opened, one of two answers since", {{60, '-'}, {60, '-'}, {60, '-'}, {60, '-'}, {50, '+'}},
            Health::Degraded, Health::Degraded, "half-open, testing");
        row("rested an hour ago, never answered", {{60, '%'}}, Health::Unknown, Health::Unknown, "not used yet");
        row("another model answered later", {{60, '-'}, {50, '+', "gpt-5"}}, Health::Healthy, Health::Unhealthy,
            "closed");
        row("another model answered before", {{60, '-'}, {70, '+', "gpt-5"}}, Health::Degraded, Health::Unhealthy,
            "the last request failed");
        row("an open circuit, another model answered later",
            {{60, '-'}, {60, '-'}, {60, '-'}, {60, '-'}, {50, '+', "gpt-5"}}, Health::Degraded, Health::Unhealthy,
            "half-open, testing");
    }
    void healthIsTheLastKnowledge()
    {
        QFETCH(Events, events);
        const auto snapshot = snapshotOf(kConfig, {"openai"});
        replay(*snapshot, events);
        const ProviderStatus provider = openai(*snapshot);
        QTEST(q(provider.healthText), "text");
        QTEST(provider.health, "provider");
        const auto routers = routerStatuses(*snapshot, metrics::Metrics());
        QCOMPARE(routers.size(), std::size_t(1));
        QTEST(routers.front().list.front().state, "target");
    }

    void theRateIsOfTheLastMinute()
    {
        const auto snapshot = snapshotOf(kConfig, {"openai"});
        replay(*snapshot, {{60, '-'}});
        QVERIFY2(!openai(*snapshot).successRate, "an hour ago is no rate of now");
        QCOMPARE(openai(*snapshot).lastError, std::string("connection refused"));
        replay(*snapshot, {{0, '-'}, {0, '+'}, {0, '+', "gpt-5"}, {0, '+', "gpt-5"}});
        QCOMPARE(openai(*snapshot).successRate, std::optional<double>(0.75));
    }
};

QTEST_GUILESS_MAIN(TestStatus)
#include "tst_status.moc"
