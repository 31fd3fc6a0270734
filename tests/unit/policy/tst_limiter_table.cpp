// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/limiter_table.h"

#include "base/hash.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace pm;
using namespace pm::policy;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 32'400 * kSecond;

std::uint64_t keyOf(std::size_t number)
{
    return spread(number + 1);
}

void onThreads(int count, const std::function<void(int)> &work)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back(work, i);
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace

class TestLimiterTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysHaveTheirOwn()
    {
        LimiterTable table(16);
        const Gcra law(2, kSecond, 2);
        QCOMPARE(table.size(), std::size_t(0));
        for (const std::uint64_t key : {keyOf(1), keyOf(2), std::uint64_t(0)}) {
            QVERIFY(table.take(key, law, kStart, 1).decision.isAllowed);
            QVERIFY(table.take(key, law, kStart, 1).decision.isAllowed);
            QVERIFY(!table.take(key, law, kStart, 1).decision.isAllowed);
            QVERIFY(!table.look(key, law, kStart, 1).decision.isAllowed);
            QVERIFY(table.look(key, law, kStart + kSecond / 2, 1).decision.isAllowed);
        }
        QCOMPARE(table.size(), std::size_t(3));
        QVERIFY(table.look(keyOf(3), law, kStart, 2).decision.isAllowed);
        QCOMPARE(table.size(), std::size_t(3)); // looking takes no slot
    }

    void settles()
    {
        LimiterTable table(16);
        const Gcra law(100, kSecond, 100);
        QVERIFY(table.take(7, law, kStart, 80).decision.isAllowed);
        table.settle(7, law, kStart, 80, 30);
        QCOMPARE(law.remaining(table.look(7, law, kStart, 0).tat, kStart), std::int64_t(70));
        table.settle(7, law, kStart, 30, 230);
        QVERIFY(!table.look(7, law, kStart, 0).decision.isAllowed); // a debt
        table.settle(8, law, kStart, 50, 0);                        // nobody: nothing
        QCOMPARE(table.size(), std::size_t(1));
        table.settle(9, law, kStart, 10, 30); // forgotten meanwhile: owes what is more
        QCOMPARE(law.remaining(table.look(9, law, kStart, 0).tat, kStart), std::int64_t(80));
    }

    void hundredThousandKeys()
    {
        constexpr std::size_t kKeys = 100'000;
        LimiterTable table;
        const Gcra law(1, 3600 * kSecond, 1);
        for (std::size_t i = 0; i < kKeys; ++i)
            QVERIFY(table.take(keyOf(i), law, kStart, 1).decision.isAllowed);
        QCOMPARE(table.size(), kKeys);
        for (std::size_t i = 0; i < kKeys; ++i) // none was forgotten
            QVERIFY(!table.take(keyOf(i), law, kStart, 1).decision.isAllowed);
    }

    /// Full of callers that wait for their time: those who have everything back go first, then the nearest.
    void fullForgetsTheNearest()
    {
        LimiterTable table(1);
        const Gcra law(1, 3600 * kSecond, 1);
        const Gcra soon(1, kSecond, 1);
        for (std::size_t i = 0; i < LimiterTable::kSlots; ++i)
            QVERIFY(
                table.take(keyOf(i), i == 20 ? soon : law, kStart + std::int64_t(i), 1).decision.isAllowed);
        QVERIFY(table.take(keyOf(100), law, kStart + 2 * kSecond, 1)
                    .decision.isAllowed); // number 20 has all back
        for (std::size_t i = 0; i < LimiterTable::kSlots; ++i)
            QCOMPARE(table.look(keyOf(i), law, kStart + 2 * kSecond, 1).decision.isAllowed, i == 20);
        QVERIFY(table.take(keyOf(101), law, kStart + 2 * kSecond, 1)
                    .decision.isAllowed); // number 0 is the nearest
        for (std::size_t i = 0; i < LimiterTable::kSlots; ++i)
            QCOMPARE(table.look(keyOf(i), law, kStart + 2 * kSecond, 1).decision.isAllowed,
                     i == 20 || i == 0);
        QCOMPARE(table.size(), table.capacity());
    }

    /// More keys than slots, for long: it stays as large as it is, and answers.
    void floodIsBounded()
    {
        LimiterTable table(8);
        const Gcra law(1, kSecond, 1);
        for (std::size_t i = 0; i < 50'000; ++i)
            QVERIFY(table.take(keyOf(i), law, kStart + std::int64_t(i), 1).decision.isAllowed);
        QCOMPARE(table.size(), table.capacity());
    }

    /// 64 threads at few keys whose time stands still: exactly the burst is taken of each, whoever gets it.
    void racesTakeTheBurst()
    {
        constexpr int kThreads = 64;
        constexpr int kKeys = 8;
        constexpr std::int64_t kBurst = 200;
        LimiterTable table(4);
        const Gcra law(kBurst, 3600 * kSecond, kBurst);
        std::array<std::atomic<int>, kKeys> taken{};
        onThreads(kThreads, [&](int thread) {
            for (int i = 0; i < 400; ++i) {
                const int key = (thread + i) % kKeys;
                if (table.take(keyOf(std::size_t(key)), law, kStart, 1).decision.isAllowed)
                    taken[std::size_t(key)].fetch_add(1);
            }
        });
        for (const auto &count : taken)
            QCOMPARE(std::int64_t(count.load()), kBurst);
    }

    /// New keys come in as fast as they can, while 8 others, which never have everything back, are asked: the
    /// newcomers have theirs back at once and go first, and of the 8 nobody gets more than the burst.
    void racesWithEviction()
    {
        constexpr int kKeys = 8;
        constexpr std::int64_t kBurst = 100;
        LimiterTable table(1);
        const Gcra slow(kBurst, 3600 * kSecond, kBurst);
        const Gcra quick(1'000'000'000, kSecond, 1);
        std::array<std::atomic<int>, kKeys> taken{};
        for (int key = 0; key < kKeys; ++key)
            taken[std::size_t(key)] +=
                table.take(keyOf(std::size_t(key)), slow, kStart, 1).decision.isAllowed ? 1 : 0;
        onThreads(64, [&](int thread) {
            for (int i = 0; i < 300; ++i) {
                const std::size_t flood = 1000 + std::size_t(thread) * 1000 + std::size_t(i);
                table.take(keyOf(flood), quick, kStart - 1000 + i, 1);
                const auto key = std::size_t(i % kKeys);
                if (table.take(keyOf(key), slow, kStart, 1).decision.isAllowed)
                    taken[key].fetch_add(1);
            }
        });
        for (const auto &count : taken)
            QCOMPARE(std::int64_t(count.load()), kBurst);
    }

    /// Takes and settles from many threads add up.
    void racesSettle()
    {
        LimiterTable table(4);
        const Gcra law(1'000'000, 3600 * kSecond, 1'000'000);
        onThreads(64, [&](int) {
            for (int i = 0; i < 200; ++i) {
                if (table.take(5, law, kStart, 10).decision.isAllowed)
                    table.settle(5, law, kStart, 10, 3);
            }
        });
        QCOMPARE(law.remaining(table.look(5, law, kStart, 0).tat, kStart),
                 std::int64_t(1'000'000 - 64 * 200 * 3));
    }
};

QTEST_APPLESS_MAIN(TestLimiterTable)
#include "tst_limiter_table.moc"
