// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/settings.h"

#include <QTest>

using namespace pm::routing;
using namespace std::chrono_literals;

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads()
    {
        const Settings settings({{"share", "0.25"}, {"delay", "1m"}, {"on", "false"}, {"name", "x y"}});
        QCOMPARE(settings.number("share", 1), 0.25);
        QCOMPARE(settings.number("none", 1), 1.0);
        QCOMPARE(settings.number("name", 2), 2.0);
        QCOMPARE(settings.duration("delay", 5ms).count(), std::chrono::milliseconds(60'000).count());
        QCOMPARE(settings.duration("none", 5ms).count(), std::chrono::milliseconds(5).count());
        QCOMPARE(settings.flag("on", true), false);
        QCOMPARE(settings.flag("none", true), true);
        QCOMPARE(settings.text("name"), std::string_view("x y"));
        QVERIFY(settings.text("none").empty());
    }
};

QTEST_APPLESS_MAIN(TestSettings)
#include "tst_settings.moc"
