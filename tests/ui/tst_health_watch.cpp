// SPDX-License-Identifier: GPL-3.0-or-later
#include "health_watch.h"

#include <QSignalSpy>
#include <QTest>

using namespace pm;
using namespace pm::ui;

namespace {

using Health = ProviderStatus::Health;

struct World
{
    std::vector<ProviderStatus> providers;
    std::vector<RouterStatus> routers;
    Source source;

    World()
    {
        source.providers = [this] { return providers; };
        source.routers = [this] { return routers; };
        source.status = [] { return GatewayStatus(); };
        for (const char *name : {"one", "two"}) {
            ProviderStatus provider;
            provider.name = name;
            provider.title = std::string("Provider ") + name;
            provider.health = Health::Healthy;
            providers.push_back(provider);
        }
        RouterStatus router;
        router.name = "production";
        router.isActive = true;
        for (const char *name : {"one", "two"})
            router.list.push_back({name, name, 0, 0, "closed", {}, Health::Healthy});
        routers.push_back(router);
    }
    void set(std::size_t index, Health health, std::string words = {})
    {
        providers[index].health = routers[0].list[index].state = health;
        providers[index].healthText = routers[0].list[index].health = words;
    }
};

} // namespace

class TestHealthWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void degrees()
    {
        World w;
        HealthWatch watch(w.source);
        watch.look();
        QCOMPARE(watch.degree(), HealthWatch::Degree::Sound);
        QVERIFY(watch.words().isEmpty());
        QSignalSpy changed(&watch, &HealthWatch::degreeChanged);
        w.set(0, Health::Unhealthy, "open, 12 s left");
        watch.look();
        QCOMPARE(watch.degree(), HealthWatch::Degree::Impaired);
        QCOMPARE(watch.words(), QStringLiteral("one: open, 12 s left"));
        QCOMPARE(changed.count(), 1);
        watch.look();
        QCOMPARE(changed.count(), 1); // nothing new
        w.set(1, Health::Unconfigured, "no key");
        watch.look();
        QCOMPARE(watch.degree(), HealthWatch::Degree::Down);
        w.routers[0].isActive = false; // another one is used: that one is nobody's worry
        watch.look();
        QCOMPARE(watch.degree(), HealthWatch::Degree::Sound);
    }

    void withoutAnyKey()
    {
        World w;
        w.set(0, Health::Unconfigured, "no key");
        w.set(1, Health::Unconfigured, "no key");
        HealthWatch watch(w.source);
        watch.look();
        QCOMPARE(watch.degree(), HealthWatch::Degree::Down);
        QCOMPARE(watch.words(), QStringLiteral("no target of production has a key"));
    }

    void tellsWhatTurned()
    {
        World w;
        HealthWatch watch(w.source);
        QSignalSpy opened(&watch, &HealthWatch::opened);
        QSignalSpy closed(&watch, &HealthWatch::closed);
        watch.look();
        QCOMPARE(opened.count() + closed.count(), 0);
        w.set(1, Health::Unhealthy, "open, 30 s left");
        w.providers[1].lastError = "answered 503";
        watch.look();
        watch.look();
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), QStringLiteral("Provider two"));
        QCOMPARE(opened[0][1].toString(), QStringLiteral("answered 503"));
        // Within a minute nothing more is said of it, and what is over by then never was.
        w.set(1, Health::Healthy);
        watch.look();
        w.set(1, Health::Unhealthy, "open");
        watch.look();
        QCOMPARE(opened.count(), 1);
        QCOMPARE(closed.count(), 0);
    }

    void looksByItself()
    {
        World w;
        HealthWatch watch(w.source);
        QSignalSpy opened(&watch, &HealthWatch::opened);
        watch.start(std::chrono::milliseconds(5));
        w.set(0, Health::Unhealthy, "open");
        QTRY_COMPARE(opened.count(), 1);
    }
};

QTEST_MAIN(TestHealthWatch)
#include "tst_health_watch.moc"
