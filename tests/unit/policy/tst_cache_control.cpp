// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/cache_control.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::policy;
using namespace std::chrono_literals;

class TestCacheControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("said");
        QTest::newRow("nothing") << "" << "";
        QTest::newRow("max-age") << "max-age=60" << "max-age 60";
        QTest::newRow("names ignore case") << "MAX-AGE=60, No-Store" << "max-age 60,no-store";
        QTest::newRow("quoted value") << "max-age=\"60\"" << "max-age 60";
        QTest::newRow("blanks") << "  max-age = 60 ,, s-maxage=5 " << "max-age 60,s-maxage 5";
        QTest::newRow("first of several holds") << "max-age=1, max-age=2" << "max-age 1";
        QTest::newRow("no number is 0") << "max-age=soon" << "max-age 0";
        QTest::newRow("negative is 0") << "max-age=-5" << "max-age 0";
        QTest::newRow("beyond 2^31") << "max-age=99999999999999999999" << "max-age 2147483648";
        QTest::newRow("max-stale without limit") << "max-stale" << "max-stale any";
        QTest::newRow("max-stale with limit") << "max-stale=9" << "max-stale 9";
        QTest::newRow("flags") << "no-cache, only-if-cached, must-revalidate, private"
                               << "no-cache,only-if-cached,must-revalidate,private";
        QTest::newRow("comma in quotes") << "x=\"a, no-store\", no-cache" << "no-cache";
        QTest::newRow("unknown") << "stale-while-revalidate=5" << "";
    }
    void parses()
    {
        QFETCH(QString, field);
        const CacheDirectives said = config::parseCacheControl(field.toStdString());
        QStringList words;
        const auto time = [&](const char *name, const std::optional<seconds> &value) {
            if (value)
                words += QString::fromLatin1(name) + (*value == seconds::max() ? QStringLiteral(" any")
                                                                               : QStringLiteral(" %1").arg(value->count()));
        };
        const auto flag = [&](const char *name, bool value) {
            if (value)
                words += QString::fromLatin1(name);
        };
        time("max-age", said.maxAge);
        time("s-maxage", said.sharedMaxAge);
        time("max-stale", said.maxStale);
        time("min-fresh", said.minFresh);
        flag("no-store", said.noStore);
        flag("no-cache", said.noCache);
        flag("only-if-cached", said.onlyIfCached);
        flag("must-revalidate", said.mustRevalidate);
        flag("private", said.isPrivate);
        QTEST(words.join(QLatin1Char(',')), "said");
    }

    void lifetime_data()
    {
        QTest::addColumn<QString>("directive");
        QTest::addColumn<QString>("client"); // "-": no field
        QTest::addColumn<bool>("isShared");
        QTest::addColumn<int>("lifetime");
        constexpr int week = 7 * 24 * 3600;
        QTest::newRow("usual") << "" << "-" << false << week;
        QTest::newRow("of the directive") << "max-age=60" << "-" << false << 60;
        QTest::newRow("the client asks for less") << "" << "max-age=60" << false << week;
        QTest::newRow("the client asks for more than usual") << "" << "max-age=2592000" << false << 2592000;
        QTest::newRow("the directive holds against the client") << "max-age=60" << "max-age=2592000" << false << 60;
        QTest::newRow("s-maxage of a shared cache") << "max-age=60, s-maxage=5" << "-" << true << 5;
        QTest::newRow("s-maxage of a private cache") << "max-age=60, s-maxage=5" << "-" << false << 60;
        QTest::newRow("a year at most") << "max-age=999999999" << "-" << false << 365 * 24 * 3600;
    }
    void lifetime()
    {
        QFETCH(QString, directive);
        QFETCH(QString, client);
        QFETCH(bool, isShared);
        const std::string field = client.toStdString();
        const CacheWish wish = cacheWish(directive.toStdString(),
                                         client == QLatin1String("-") ? std::nullopt : std::optional<std::string_view>(field),
                                         isShared);
        QTEST(int(wish.lifetime.count()), "lifetime");
    }

    void serves_data()
    {
        QTest::addColumn<QString>("client");
        QTest::addColumn<int>("age"); // of an answer that is fresh for 100 s
        QTest::addColumn<bool>("may");
        const auto row = [](const char *name, const char *client, int age, bool may) {
            QTest::newRow(name) << client << age << may;
        };
        row("just made", "-", 0, true);
        row("last fresh second", "-", 99, true);
        row("stale at its lifetime (4.2)", "-", 100, false);
        row("max-age reached (5.2.1.1)", "max-age=50", 50, true);
        row("max-age passed", "max-age=50", 51, false);
        row("max-age=0 and just made", "max-age=0", 0, true);
        row("max-age=0 and older", "max-age=0", 1, false);
        row("min-fresh kept (5.2.1.3)", "min-fresh=30", 70, true);
        row("min-fresh missed", "min-fresh=30", 71, false);
        row("max-stale any (5.2.1.2)", "max-stale", 100'000, true);
        row("max-stale within", "max-stale=10", 110, true);
        row("max-stale beyond", "max-stale=10", 111, false);
        row("max-stale does not lift max-age", "max-stale, max-age=50", 60, false);
        row("no-cache (5.2.1.4)", "no-cache", 0, false);
        row("no-store may be answered (5.2.1.5)", "no-store", 5, true);
        row("client says nothing of it", "no-transform", 5, true);
    }
    void serves()
    {
        QFETCH(QString, client);
        QFETCH(int, age);
        const std::string field = client.toStdString();
        const CacheWish wish = cacheWish("max-age=100", client == QLatin1String("-") ? std::nullopt : std::optional<std::string_view>(field), false);
        QTEST(mayServe(wish, seconds(age), 100s), "may");
    }

    void mustRevalidateForbidsStale()
    {
        QVERIFY(!mayServe(cacheWish("max-age=100, must-revalidate", "max-stale", false), 150s, 100s));
        QVERIFY(mayServe(cacheWish("max-age=100, max-stale=60", std::nullopt, false), 150s, 100s));
    }
    void storing()
    {
        QVERIFY(!cacheWish("", "no-store", false).stores);
        QVERIFY(!cacheWish("no-store", "max-age=5", false).stores);
        QVERIFY(cacheWish("", "no-cache", false).stores);
        QVERIFY(cacheWish("private", std::nullopt, true).isPrivate);
        QVERIFY(cacheWish("", "only-if-cached", false).onlyIfCached);
    }

    void directiveProblems_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("problem");
        QTest::newRow("right") << "max-age=3600, must-revalidate, max-stale" << "";
        QTest::newRow("unknown") << "max-ages=5" << "'max-ages' is no directive of Cache-Control; did you mean 'max-age'?";
        QTest::newRow("no number") << "max-age=1h" << "max-age takes whole seconds, as in max-age=3600";
        QTest::newRow("value of a flag") << "no-store=1" << "no-store takes no value here";
    }
    void directiveProblems()
    {
        QFETCH(QString, field);
        QTEST(QString::fromStdString(config::cacheControlProblem(field.toStdString())), "problem");
    }
};

QTEST_APPLESS_MAIN(TestCacheControl)
#include "tst_cache_control.moc"
