// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/budget_span.h"

#include <QDateTime>
#include <QTest>
#include <QTimeZone>

#include <ctime>

using namespace pm;
using namespace pm::policy;
using Per = config::Budget::Per;

namespace {

void setZone(const char *name)
{
    qputenv("TZ", name);
    ::tzset();
}

std::int64_t utc(const char *text)
{
    return QDateTime::fromString(QString::fromLatin1(text), Qt::ISODate).toUTC().toSecsSinceEpoch();
}

SystemTime at(std::int64_t seconds)
{
    return SystemTime(std::chrono::seconds(seconds));
}

} // namespace

class TestBudgetSpan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spans_data()
    {
        QTest::addColumn<QByteArray>("zone");
        QTest::addColumn<int>("per");
        QTest::addColumn<QByteArray>("time");
        QTest::addColumn<QByteArray>("begin");
        QTest::addColumn<QByteArray>("end");
        const auto row = [](const char *name, const char *zone, Per per, const char *time, const char *begin, const char *end) {
            QTest::newRow(name) << QByteArray(zone) << int(per) << QByteArray(time) << QByteArray(begin) << QByteArray(end);
        };
        const char *kBerlin = "Europe/Berlin";
        row("hour", "UTC", Per::Hour, "2026-11-27T22:13:05Z", "2026-11-27T22:00:00Z", "2026-11-27T23:00:00Z");
        row("the first second of an hour", "UTC", Per::Hour, "2026-11-27T22:00:00Z", "2026-11-27T22:00:00Z", "2026-11-27T23:00:00Z");
        row("hours of half a zone", "Asia/Kolkata", Per::Hour, "2026-11-27T22:13:05Z", "2026-11-27T21:30:00Z", "2026-11-27T22:30:00Z");
        row("day", kBerlin, Per::Day, "2026-11-27T22:30:00Z", "2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z");
        row("the day of 23 hours", kBerlin, Per::Day, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        row("the day of 25 hours", kBerlin, Per::Day, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
        row("the hour that comes twice, first", kBerlin, Per::Hour, "2026-10-25T00:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z");
        row("the hour that comes twice, again", kBerlin, Per::Hour, "2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
        row("a day whose midnight is left out", "Africa/Cairo", Per::Day, "2026-04-24T10:00:00Z", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z");
        row("week from Monday", kBerlin, Per::Week, "2026-11-27T12:00:00Z", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z");
        row("Sunday is the last of its week", kBerlin, Per::Week, "2026-11-29T12:00:00Z", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z");
        row("a week over the change of clocks", kBerlin, Per::Week, "2026-03-25T12:00:00Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z");
        row("month", kBerlin, Per::Month, "2026-11-30T12:00:00Z", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z");
        row("February", "UTC", Per::Month, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        row("February of a leap year", "UTC", Per::Month, "2028-02-29T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z");
        row("December", kBerlin, Per::Month, "2026-12-31T22:00:00Z", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z");
        row("the new year of here is not that of UTC", "America/New_York", Per::Month, "2027-01-01T03:00:00Z", "2026-12-01T05:00:00Z", "2027-01-01T05:00:00Z");
    }
    void spans()
    {
        QFETCH(QByteArray, zone);
        QFETCH(int, per);
        QFETCH(QByteArray, time);
        QFETCH(QByteArray, begin);
        QFETCH(QByteArray, end);
        setZone(zone.constData());
        const Span span = spanOf(Per(per), at(utc(time.constData())));
        QCOMPARE(QDateTime::fromSecsSinceEpoch(span.begin, Qt::UTC).toString(Qt::ISODate).toLatin1(), begin);
        QCOMPARE(QDateTime::fromSecsSinceEpoch(span.end, Qt::UTC).toString(Qt::ISODate).toLatin1(), end);
    }

    void totalNeverEnds()
    {
        QCOMPARE(spanOf(Per::Total, at(utc("2026-11-27T22:00:00Z"))), Span());
        QCOMPARE(localText(Span::kNever), std::string("never"));
    }

    void spansFollowEachOther_data()
    {
        QTest::addColumn<QByteArray>("zone");
        for (const char *zone : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "Asia/Kathmandu",
                                 "Pacific/Apia", "America/St_Johns"})
            QTest::newRow(zone) << QByteArray(zone);
    }
    void spansFollowEachOther()
    {
        QFETCH(QByteArray, zone);
        setZone(zone.constData());
        for (const Per per : {Per::Hour, Per::Day, Per::Week, Per::Month}) {
            // Years with changes of clocks at midnight, a day left out (Apia 2011), and half an hour (Lord Howe).
            std::int64_t time = utc("2011-10-01T00:00:00Z");
            const std::int64_t last = utc(per == Per::Hour ? "2012-05-01T00:00:00Z" : "2014-01-01T00:00:00Z");
            Span span = spanOf(per, at(time));
            while (time < last) {
                QVERIFY(span.begin <= time && time < span.end);
                QCOMPARE(spanOf(per, at(span.end - 1)), span);
                const Span next = spanOf(per, at(span.end));
                QCOMPARE(next.begin, span.end);
                time = span.end;
                span = next;
            }
        }
    }

    void cleanupTestCase() { setZone("UTC"); }
};

QTEST_GUILESS_MAIN(TestBudgetSpan)
#include "tst_budget_span.moc"
