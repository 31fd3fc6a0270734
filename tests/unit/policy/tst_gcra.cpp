// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/gcra.h"

#include <QTest>

#include <random>

using namespace pm::policy;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMs;
constexpr std::int64_t kStart = 32'400 * kSecond; ///< no clock begins at 0

__extension__ using Wide = __int128;

/// A bucket that is filled by the law and counted exactly: in parts of a unit, of which `per` make one. What
/// GCRA is, by its other definition.
class Bucket
{
public:
    Bucket(std::int64_t amount, std::int64_t per, std::int64_t burst)
        : m_amount(amount)
        , m_per(per)
        , m_full(Wide(burst) * per)
        , m_level(m_full)
    {
    }

    void fill(std::int64_t now)
    {
        m_level = std::min(m_full, m_level + Wide(now - m_now) * m_amount);
        m_now = now;
    }
    bool has(std::int64_t cost) const { return m_level >= Wide(cost) * m_per; }
    void take(std::int64_t cost) { m_level -= Wide(cost) * m_per; }
    /// How far it is from having so much, in parts of its capacity; positive: it has more.
    double margin(std::int64_t cost) const { return double(m_level - Wide(cost) * m_per) / double(m_full); }

private:
    Wide m_amount, m_per, m_full, m_level;
    std::int64_t m_now = kStart;
};

} // namespace

class TestGcra : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Three in ten nanoseconds: one comes back in 3 1/3, which is 4, for else more than three would pass.
    void whatComesBackIsRoundedUp()
    {
        const Gcra law(3, 10, 1);
        const std::int64_t next = law.decide(0, kStart, 1).next;
        const Gcra::Decision soon = law.decide(next, kStart + 3, 1);
        QVERIFY(!soon.isAllowed);
        QCOMPARE(soon.retryAfterNs, std::int64_t(1));
        QVERIFY(law.decide(next, kStart + 4, 1).isAllowed);
    }

    /// The tolerance that rounding needs is no part of what is left.
    void noMoreRemainsThanTheBurst()
    {
        constexpr std::int64_t kBurst = 3'000'000;
        QCOMPARE(Gcra(kBurst, 10'000'000, kBurst).remaining(0, kStart), kBurst);
    }

    /// A burst at once, then what comes back, each take at its exact time.
    void laws_data()
    {
        QTest::addColumn<qint64>("amount");
        QTest::addColumn<qint64>("per");
        QTest::addColumn<qint64>("burst");
        QTest::newRow("500 a second, as Helicone's") << qint64(500) << qint64(kSecond) << qint64(500);
        QTest::newRow("one a second") << qint64(1) << qint64(kSecond) << qint64(1);
        QTest::newRow("three a second: no whole nanoseconds") << qint64(3) << qint64(kSecond) << qint64(3);
        QTest::newRow("seven a minute, burst of 100") << qint64(7) << qint64(60 * kSecond) << qint64(100);
        QTest::newRow("100 a day, burst of 3") << qint64(100) << qint64(86'400 * kSecond) << qint64(3);
        QTest::newRow("a million a second") << qint64(1'000'000) << qint64(kSecond) << qint64(1000);
    }
    void laws()
    {
        QFETCH(qint64, amount);
        QFETCH(qint64, per);
        QFETCH(qint64, burst);
        const Gcra law(amount, per, burst);
        std::int64_t now = kStart;
        std::int64_t tat = 0;
        QCOMPARE(law.remaining(tat, now), burst);
        for (qint64 i = 0; i < burst; ++i) {
            const auto taken = law.decide(tat, now, 1);
            QVERIFY2(taken.isAllowed, qPrintable(QString::number(i)));
            tat = taken.next;
            QCOMPARE(law.remaining(tat, now), burst - i - 1);
        }
        for (int i = 0; i < 20; ++i) {
            const auto refused = law.decide(tat, now, 1);
            QVERIFY(!refused.isAllowed);
            QVERIFY(!refused.isNever);
            QVERIFY(refused.retryAfterNs > 0 && refused.retryAfterNs <= per / amount + 2);
            QVERIFY(!law.decide(tat, now + refused.retryAfterNs - 1, 1).isAllowed);
            now += refused.retryAfterNs;
            const auto taken = law.decide(tat, now, 1);
            QVERIFY(taken.isAllowed);
            tat = taken.next;
        }
        QVERIFY(!law.decide(tat, now, 1).isAllowed);
        QCOMPARE(law.remaining(tat, now + Gcra::resetNs(tat, now)), burst);
        QCOMPARE(Gcra::resetNs(tat, now + Gcra::resetNs(tat, now)), std::int64_t(0));
    }

    void costs_data()
    {
        QTest::addColumn<qint64>("cost");
        QTest::addColumn<bool>("allowed");
        QTest::addColumn<bool>("never");
        QTest::addColumn<qint64>("retryMs");
        // 1000 a second, 400 of 1000 taken
        QTest::newRow("nothing") << qint64(0) << true << false << qint64(0);
        QTest::newRow("what is left") << qint64(600) << true << false << qint64(0);
        QTest::newRow("one more") << qint64(601) << false << false << qint64(1);
        QTest::newRow("all") << qint64(1000) << false << false << qint64(400);
        QTest::newRow("more than ever") << qint64(1001) << false << true << qint64(0);
        QTest::newRow("more than counts") << qint64(INT64_MAX) << false << true << qint64(0);
    }
    void costs()
    {
        QFETCH(qint64, cost);
        QFETCH(bool, allowed);
        QFETCH(bool, never);
        QFETCH(qint64, retryMs);
        const Gcra law(1000, kSecond, 1000);
        const auto decision = law.decide(law.decide(0, kStart, 400).next, kStart, cost);
        QCOMPARE(decision.isAllowed, allowed);
        QCOMPARE(decision.isNever, never);
        QCOMPARE(qint64(decision.retryAfterNs), retryMs * kMs);
    }

    void settling_data()
    {
        QTest::addColumn<qint64>("truth");
        QTest::addColumn<qint64>("remaining"); // of 1000 a second, where 400 were taken as estimate
        QTest::addColumn<qint64>("resetMs");
        QTest::newRow("as estimated") << qint64(400) << qint64(600) << qint64(400);
        QTest::newRow("less") << qint64(100) << qint64(900) << qint64(100);
        QTest::newRow("nothing") << qint64(0) << qint64(1000) << qint64(0);
        QTest::newRow("more") << qint64(1000) << qint64(0) << qint64(1000);
        QTest::newRow("debt") << qint64(2500) << qint64(0) << qint64(2500);
    }
    void settling()
    {
        QFETCH(qint64, truth);
        QFETCH(qint64, remaining);
        QFETCH(qint64, resetMs);
        const Gcra law(1000, kSecond, 1000);
        const std::int64_t tat = law.settle(law.decide(0, kStart, 400).next, kStart, 400, truth);
        QCOMPARE(qint64(law.remaining(tat, kStart)), remaining);
        QCOMPARE(qint64(Gcra::resetNs(tat, kStart)), resetMs * kMs);
        QCOMPARE(law.decide(tat, kStart, 0).isAllowed, truth <= 1000);
    }

    void givingBackLateIsNoCredit()
    {
        const Gcra law(1000, kSecond, 1000);
        const std::int64_t taken = law.decide(0, kStart, 400).next;
        const std::int64_t later = kStart + 10 * kSecond; // all has come back by then
        const std::int64_t tat = law.settle(taken, later, 400, 0);
        QCOMPARE(law.remaining(tat, later), std::int64_t(1000));
        QVERIFY(!law.decide(tat, later, 1001).isAllowed);
        QVERIFY(!law.decide(law.decide(tat, later, 1000).next, later, 1).isAllowed);
        // what is owed late counts from then on
        QCOMPARE(law.remaining(law.settle(taken, later, 400, 1100), later), std::int64_t(300));
    }

    void numbersStayInBounds()
    {
        const Gcra wide(INT64_MAX, 1, INT64_MAX);
        QVERIFY(wide.decide(0, kStart, INT64_MAX).isAllowed);
        const Gcra slow(1, INT64_MAX, INT64_MAX);
        auto taken = slow.decide(0, kStart, INT64_MAX);
        QVERIFY(taken.isAllowed);
        std::int64_t tat = slow.settle(taken.next, kStart, 0, INT64_MAX);
        tat = slow.settle(tat, kStart, 0, INT64_MAX);
        QVERIFY(tat > kStart);
        QVERIFY(!slow.decide(tat, kStart, 1).isAllowed);
        QVERIFY(Gcra(0, 0, 0).decide(0, kStart, 1).isAllowed); // counts as 1, 1, 1
    }

    /// Random arrivals against the exact bucket. They may only differ where the bucket is within a millionth
    /// of the boundary: GCRA grants that much to a burst, and takes what rounding adds.
    void asTheBucket()
    {
        std::mt19937_64 random(20261127);
        const auto upTo = [&](std::int64_t most) {
            return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most)) + 1;
        };
        int taken = 0;
        int refused = 0;
        for (int round = 0; round < 300; ++round) {
            const std::int64_t amount = upTo(round % 3 == 0 ? 7 : 100'000);
            const std::int64_t per = upTo(100) * (round % 2 == 0 ? kSecond : 17'000'001);
            const std::int64_t burst = upTo(2 * amount);
            const Gcra law(amount, per, burst);
            Bucket bucket(amount, per, burst);
            std::int64_t now = kStart;
            std::int64_t tat = 0;
            for (int i = 0; i < 300; ++i) {
                now += random() % 4 == 0 ? 0 : upTo(2 * per / amount + 1);
                const std::int64_t cost = random() % 3 == 0 ? upTo(burst) : 1;
                bucket.fill(now);
                const bool isAllowed = law.decide(tat, now, cost).isAllowed;
                if (isAllowed != bucket.has(cost))
                    QVERIFY2(std::abs(bucket.margin(cost)) < 2e-6,
                             qPrintable(QStringLiteral("%1 of %2 per %3, burst %4: %5")
                                            .arg(cost)
                                            .arg(amount)
                                            .arg(per)
                                            .arg(burst)
                                            .arg(bucket.margin(cost))));
                if (isAllowed) {
                    tat = law.decide(tat, now, cost).next;
                    bucket.take(cost);
                    ++taken;
                    if (random() % 5 == 0) { // settled at once: to more or to less
                        const std::int64_t truth = upTo(2 * cost) - 1;
                        tat = law.settle(tat, now, cost, truth);
                        bucket.take(truth - cost);
                    }
                } else {
                    ++refused;
                }
            }
        }
        QVERIFY(taken > 20'000);
        QVERIFY(refused > 20'000);
    }
};

QTEST_APPLESS_MAIN(TestGcra)
#include "tst_gcra.moc"
