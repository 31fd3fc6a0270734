// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/spend_ledger.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace pm;
using namespace pm::policy;
using Per = config::Budget::Per;

namespace {

const SystemTime kNow{std::chrono::seconds(1'795'000'000)};
constexpr std::chrono::hours kDay{24};

Account account(std::string who, Per per = Per::Month)
{
    return {"router work", "user", std::move(who), per};
}

std::int64_t spent(SpendLedger &ledger, const Account &of, SystemTime now = kNow)
{
    std::int64_t amount = -1;
    ledger.read({of}, now, [&](const auto &amounts) { amount = amounts->front(); });
    return amount;
}

void spend(SpendLedger &ledger, const Account &by, std::int64_t amount, SystemTime now = kNow)
{
    const std::uint64_t number = ledger.begin();
    ledger.reserve(number, {{by, amount * 10}}, now);
    ledger.settle(number, {{by, amount}});
}

} // namespace

class TestSpendLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void reservedIsNotSpent()
    {
        SpendLedger ledger({}, kNow);
        const std::uint64_t number = ledger.begin();
        ledger.reserve(number, {{account("bob"), 500}}, kNow);
        QCOMPARE(spent(ledger, account("bob")), 0);
        QCOMPARE(ledger.balances(kNow).front().reserved, 500);
        ledger.settle(number, {{account("bob"), 70}});
        QCOMPARE(spent(ledger, account("bob")), 70);
        QCOMPARE(ledger.balances(kNow).front().reserved, 0);
        ledger.settle(number, {{account("bob"), 70}});
        QCOMPARE(spent(ledger, account("bob")), 70);
    }

    void severalCallsOfOneRequest()
    {
        SpendLedger ledger({}, kNow);
        const std::uint64_t number = ledger.begin();
        ledger.reserve(number, {{account("bob"), 500}}, kNow);
        ledger.reserve(number, {{account("bob"), 500}, {account("eve"), 1}}, kNow);
        ledger.settle(number, {{account("bob"), 30}});
        QCOMPARE(spent(ledger, account("bob")), 30);
        QCOMPARE(spent(ledger, account("eve")), 0);
        for (const Balance &balance : ledger.balances(kNow))
            QCOMPARE(balance.reserved, 0);
    }

    void theNextSpanBeginsAtNothing()
    {
        SpendLedger ledger({}, kNow);
        const Account day = account("bob", Per::Day);
        spend(ledger, day, 40);
        spend(ledger, account("bob"), 40);
        const SystemTime tomorrow = kNow + kDay;
        QCOMPARE(spent(ledger, day, tomorrow), 0);
        QCOMPARE(spent(ledger, account("bob"), tomorrow), 40);
        spend(ledger, day, 2, tomorrow);
        QCOMPARE(spent(ledger, day, tomorrow), 2);
    }
    void whatBeganYesterdayCountsYesterday()
    {
        SpendLedger ledger({}, kNow);
        const Account day = account("bob", Per::Day);
        const std::uint64_t number = ledger.begin();
        ledger.reserve(number, {{day, 100}}, kNow);
        spend(ledger, day, 2, kNow + kDay);
        ledger.settle(number, {{day, 50}});
        QCOMPARE(spent(ledger, day, kNow + kDay), 2);
    }
    void aClockThatIsSetBackForgetsNothing()
    {
        SpendLedger ledger({}, kNow);
        const Account day = account("bob", Per::Day);
        spend(ledger, day, 40);
        QCOMPARE(spent(ledger, day, kNow - 3 * kDay), 40);
        spend(ledger, day, 1, kNow - 3 * kDay);
        QCOMPARE(spent(ledger, day), 41);
    }

    void staysAcrossRestarts()
    {
        {
            SpendLedger ledger(path(), kNow);
            spend(ledger, account("bob"), 40);
            spend(ledger, account("bob", Per::Day), 40);
            const std::uint64_t number = ledger.begin();
            ledger.reserve(number, {{account("bob"), 1000}, {account("eve"), 5}}, kNow);
        }
        SpendLedger ledger(path(), kNow + kDay);
        QCOMPARE(QString::fromStdString(ledger.problem()), QString());
        QCOMPARE(spent(ledger, account("bob")), 1040);
        QCOMPARE(spent(ledger, account("eve")), 5);
        QCOMPARE(spent(ledger, account("bob", Per::Day), kNow + kDay), 0);
        QVERIFY(ledger.found().find("2 reservations") != std::string::npos);
        // And once more: what was found is not counted again.
        spend(ledger, account("eve"), 1);
    }
    void aSecondStartCountsNothingTwice()
    {
        staysAcrossRestarts();
        for (int i = 0; i < 3; ++i) {
            SpendLedger ledger(path(), kNow + kDay);
            QCOMPARE(spent(ledger, account("bob")), 1040);
            QCOMPARE(spent(ledger, account("eve")), 6);
            QVERIFY(ledger.found().empty());
        }
    }

    void aDamagedTailIsCut_data()
    {
        QTest::addColumn<int>("cut");
        QTest::addColumn<int>("left");
        QTest::newRow("nothing") << 0 << 40;
        QTest::newRow("half of the settling") << 60 << 400;
        QTest::newRow("all of the settling") << 128 << 400;
        QTest::newRow("some of the reservation too") << 129 << 30;
    }
    void aDamagedTailIsCut()
    {
        QFETCH(int, cut);
        QFETCH(int, left);
        {
            SpendLedger ledger(path(), kNow);
            spend(ledger, account("ann"), 30);
            spend(ledger, account("bob"), 40);
        }
        QFile file(QString::fromStdString(path()));
        QVERIFY(file.resize(file.size() - cut));
        SpendLedger ledger(path(), kNow);
        QCOMPARE(spent(ledger, account("ann")), 30);
        QCOMPARE(spent(ledger, account("bob")), cut > 128 ? 0 : left);
        QCOMPARE(ledger.found().find("damaged") != std::string::npos, cut % 128 != 0);
    }
    void aDamagedRecordHarmsNoOther()
    {
        {
            SpendLedger ledger(path(), kNow);
            spend(ledger, account("ann"), 30);
            spend(ledger, account("bob"), 40);
        }
        QFile file(QString::fromStdString(path()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(128 + 70);
        file.write("xx");
        file.close();
        SpendLedger ledger(path(), kNow);
        QCOMPARE(spent(ledger, account("ann")), 300); // its settling is lost: the reservation counts
        QCOMPARE(spent(ledger, account("bob")), 40);
    }
    void anyBytesAreNoRecords()
    {
        QFile file(QString::fromStdString(path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(1000, 'x'));
        file.close();
        SpendLedger ledger(path(), kNow);
        QVERIFY(ledger.balances(kNow).empty());
        spend(ledger, account("bob"), 1);
        QCOMPARE(spent(ledger, account("bob")), 1);
    }
    void onlyOneProcessCounts()
    {
        SpendLedger first(path(), kNow);
        SpendLedger second(path(), kNow);
        QVERIFY(second.problem().find("another Pointsman") != std::string::npos);
        spend(second, account("bob"), 1);
        QCOMPARE(spent(second, account("bob")), 1);
    }
    void aFolderThatIsNotThereIsTold()
    {
        SpendLedger ledger(m_dir->path().toStdString() + "/none/spend.journal", kNow);
        QVERIFY(!ledger.problem().empty());
        spend(ledger, account("bob"), 1);
        QCOMPARE(spent(ledger, account("bob")), 1);
    }

    void manyShareOneAccount()
    {
        SpendLedger ledger({}, kNow);
        for (std::size_t i = 0; i < SpendLedger::kMostAccounts; ++i)
            spend(ledger, account("user" + std::to_string(i)), 1);
        spend(ledger, account("late"), 5);
        spend(ledger, account("later"), 6);
        QCOMPARE(spent(ledger, account("late")), 11);
        QCOMPARE(spent(ledger, account("user7")), 1);
        QVERIFY(ledger.balances(kNow).size() <= SpendLedger::kMostAccounts + 1);
        // With the next span there is room again.
        const SystemTime later = kNow + 40 * kDay;
        spend(ledger, account("late"), 3, later);
        QCOMPARE(spent(ledger, account("late"), later), 3);
        QCOMPARE(ledger.balances(later).size(), std::size_t(1));
    }
    void longNamesStayApart()
    {
        SpendLedger ledger({}, kNow);
        const std::string long1(200, 'a');
        spend(ledger, account(long1 + "1"), 1);
        spend(ledger, account(long1 + "2"), 2);
        QCOMPARE(spent(ledger, account(long1 + "1")), 1);
        QVERIFY(account(long1).text().size() <= Account::kMaxText);
        const Account odd{std::string(90, 'p'), std::string(90, 'b'), "a\x1f\nb", Per::Day};
        QVERIFY(odd.text().size() <= Account::kMaxText);
        QCOMPARE(Account::fromText(odd.text(), Per::Day).text(), odd.text());
    }
    void newsOnce()
    {
        SpendLedger ledger({}, kNow);
        QVERIFY(ledger.isNews(account("bob"), 1, kNow));
        QVERIFY(!ledger.isNews(account("bob"), 1, kNow));
        QVERIFY(ledger.isNews(account("bob"), 2, kNow));
        QVERIFY(!ledger.isNews(account("bob"), 1, kNow));
        QVERIFY(ledger.isNews(account("bob"), 1, kNow + 40 * kDay));
    }

    void manyThreads()
    {
        constexpr int kThreads = 64;
        constexpr int kEach = 150;
        std::vector<std::int64_t> before;
        {
            SpendLedger ledger(path(), kNow);
            std::atomic<bool> isOver{false};
            std::thread reader([&] {
                while (!isOver) {
                    (void)ledger.balances(kNow);
                    (void)spent(ledger, account("u1"));
                }
            });
            std::vector<std::thread> threads;
            for (int i = 0; i < kThreads; ++i) {
                threads.emplace_back([&ledger, i] {
                    for (int n = 0; n < kEach; ++n) {
                        const std::uint64_t number = ledger.begin();
                        ledger.reserve(number, {{account("u" + std::to_string(i % 8)), 1000}, {account("all"), 1000}}, kNow);
                        ledger.settle(number, {{account("u" + std::to_string(i % 8)), 3}, {account("all"), 3}});
                    }
                });
            }
            for (std::thread &thread : threads)
                thread.join();
            isOver = true;
            reader.join();
            QCOMPARE(spent(ledger, account("all")), 3 * kThreads * kEach);
        }
        SpendLedger ledger(path(), kNow);
        QCOMPARE(spent(ledger, account("all")), 3 * kThreads * kEach);
        for (int i = 0; i < 8; ++i)
            QCOMPARE(spent(ledger, account("u" + std::to_string(i))), 3 * kThreads / 8 * kEach);
    }
    void theJournalBecomesSmallAgain()
    {
        constexpr int kWrites = 70'000; // two records of 128 bytes each
        SpendLedger ledger(path(), kNow);
        std::int64_t largest = 0;
        const std::uint64_t open = ledger.begin();
        ledger.reserve(open, {{account("open"), 77}}, kNow);
        const std::string killedPath = m_dir->path().toStdString() + "/killed.journal";
        for (int i = 0; i < kWrites; ++i) {
            spend(ledger, account("bob"), 1);
            if (i % 1000 == 0)
                largest = std::max<std::int64_t>(largest, QFile(QString::fromStdString(path())).size());
        }
        QVERIFY(largest <= SpendLedger::kCompactAt + 128 * 4);
        QVERIFY(QFile(QString::fromStdString(path())).size() < SpendLedger::kCompactAt);
        // As a kill would leave it: what was under way counts, though the line that said so is gone.
        QVERIFY(QFile::copy(QString::fromStdString(path()), QString::fromStdString(killedPath)));
        SpendLedger killed(killedPath, kNow);
        QCOMPARE(spent(killed, account("open")), 77);
        QCOMPARE(spent(killed, account("bob")), kWrites);
        ledger.settle(open, {{account("open"), 7}});
        QCOMPARE(spent(ledger, account("bob")), kWrites);
        QCOMPARE(spent(ledger, account("open")), 7);
    }

private:
    std::string path() const { return m_dir->path().toStdString() + "/spend.journal"; }
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestSpendLedger)
#include "tst_spend_ledger.moc"
