// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_script.h"
#include "support/upstream_probe.h"
#include "support/upstream_request.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace pm;
using namespace pm::http;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

void play(UpstreamProbe &probe, Script script)
{
    probe.call = playScript(std::move(script), probe.callbacks());
    probe.started = true;
}

void idleFor(int millis)
{
    QTimer timer;
    timer.setSingleShot(true);
    QSignalSpy over(&timer, &QTimer::timeout);
    timer.start(millis);
    over.wait(millis * 20);
}

} // namespace

class TestUpstreamScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void playsHeadPiecesAndEnd()
    {
        UpstreamProbe probe;
        play(probe, {.status = 418,
                     .headers = {{"x-demo", "1"}},
                     .pieces = {{0ms, "one "}, {5ms, "two "}, {0ms, "three"}}});
        QVERIFY(!probe.done() && probe.heads == 0);
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.offences, 0);
        QCOMPARE(probe.head.status, 418);
        QCOMPARE(text(probe.head.headers.value("X-Demo")), QStringLiteral("1"));
        QCOMPARE(text(probe.body), QStringLiteral("one two three"));
        QCOMPARE(probe.call->bytesReceived(), 13LL);
    }

    void piecesWithoutPauseComeInOneGo()
    {
        UpstreamProbe probe;
        std::string atNextTurn;
        probe.atHead = [&] { QTimer::singleShot(0, this, [&] { atNextTurn = probe.body; }); };
        play(probe, {.pieces = {{0ms, "a"}, {0ms, "b"}, {0ms, "c"}}});
        QTRY_VERIFY(!atNextTurn.empty());
        QCOMPARE(text(atNextTurn), QStringLiteral("abc"));
        QVERIFY(probe.succeeded());
    }

    void nothingToSayEndsToo()
    {
        UpstreamProbe probe;
        play(probe, {.status = 204});
        QTRY_VERIFY(probe.succeeded());
        QCOMPARE(probe.head.status, 204);
        QCOMPARE(probe.heads, 1);
    }

    void pausesAreKept()
    {
        UpstreamProbe probe;
        QElapsedTimer timer;
        timer.start();
        qint64 atHead = -1;
        qint64 atEnd = -1;
        probe.atHead = [&] { atHead = timer.elapsed(); };
        probe.atDone = [&] { atEnd = timer.elapsed(); };
        play(probe, {.pieces = {{60ms, "a"}, {60ms, "b"}}});
        QTRY_VERIFY(probe.succeeded());
        QVERIFY2(atHead >= 59, qPrintable(QString::number(atHead)));
        QVERIFY2(atEnd >= 118, qPrintable(QString::number(atEnd)));
    }

    void phasesAreFilled()
    {
        UpstreamProbe probe;
        play(probe, {.pieces = {{20ms, "a"}, {20ms, "b"}}});
        QCOMPARE(probe.call->phases().firstByte, -1LL);
        QCOMPARE(probe.call->phases().total, -1LL);
        QTRY_VERIFY(probe.succeeded());
        const PhaseTimes times = probe.call->phases();
        QCOMPARE(times.dns, 0LL);
        QCOMPARE(times.connect, 0LL);
        QCOMPARE(times.tls, -1LL);
        QVERIFY(times.firstByte >= 19'000);
        QVERIFY(times.total >= times.firstByte + 19'000);
        QVERIFY(!times.reused);
    }

    void pauseHoldsAndResumeGoesOn_data()
    {
        QTest::addColumn<int>("where");
        QTest::newRow("before the start") << 0;
        QTest::newRow("at the head") << 1;
        QTest::newRow("at each piece") << 2;
    }
    void pauseHoldsAndResumeGoesOn()
    {
        QFETCH(int, where);
        UpstreamProbe probe;
        const auto pause = [&] { probe.call->pause(); };
        (where == 1 ? probe.atHead : probe.atData) = where == 0 ? std::function<void()>() : pause;
        play(probe, {.pieces = {{0ms, "a"}, {0ms, "b"}, {5ms, "c"}}});
        if (where == 0)
            pause();
        idleFor(40);
        QVERIFY(!probe.done());
        QCOMPARE(text(probe.body), where == 2 ? QStringLiteral("a") : QString());
        int turns = 0;
        while (!probe.done() && ++turns < 20) {
            probe.call->resume();
            QVERIFY(!probe.done()); // the end does not come out of resume()
            idleFor(20);
        }
        QVERIFY(probe.succeeded());
        QCOMPARE(text(probe.body), QStringLiteral("abc"));
        QCOMPARE(probe.offences, 0);
    }

    void pauseAndResumeInsideACallback()
    {
        UpstreamProbe probe;
        probe.atHead = probe.atData = [&] {
            probe.call->pause();
            probe.call->resume();
        };
        play(probe, {.pieces = {{0ms, "a"}, {3ms, "b"}, {0ms, "c"}}});
        QTRY_VERIFY(probe.succeeded());
        idleFor(20);
        QCOMPARE(text(probe.body), QStringLiteral("abc"));
        QCOMPARE(probe.offences, 0);
    }

    void destructionCancels_data()
    {
        QTest::addColumn<int>("where");
        QTest::newRow("before the start") << 0;
        QTest::newRow("at the head") << 1;
        QTest::newRow("at the first piece") << 2;
        QTest::newRow("at the end") << 3;
    }
    void destructionCancels()
    {
        QFETCH(int, where);
        UpstreamProbe probe;
        int calls = 0;
        const auto destroy = [&] {
            ++calls;
            probe.call.reset();
        };
        if (where > 0)
            (where == 1 ? probe.atHead : where == 2 ? probe.atData : probe.atDone) = destroy;
        play(probe, {.pieces = {{0ms, "a"}, {0ms, "b"}}});
        if (where == 0)
            destroy();
        QTRY_COMPARE(calls, 1);
        idleFor(20);
        QCOMPARE(calls, 1);
        QCOMPARE(probe.done(), where == 3);
        QCOMPARE(text(probe.body), where == 3   ? QStringLiteral("ab")
                                   : where == 2 ? QStringLiteral("a")
                                                : QString());
        QCOMPARE(probe.offences, 0);
    }
};

QTEST_GUILESS_MAIN(TestUpstreamScript)
#include "tst_upstream_script.moc"
