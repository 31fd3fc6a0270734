// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/spend_ledger.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

// kill -9 while money is spent, again and again on one journal: never less is counted than was spent, and at most what was
// under way too much. The spender is this program again.

using namespace pm;
using namespace pm::policy;

namespace {

constexpr int kKills = 50;
constexpr int kThreads = 4;
constexpr std::int64_t kMost = 1000; ///< that one request may cost
const SystemTime kNow{std::chrono::seconds(1'795'000'000)};
const Account kAccount{"global", "global", "all", config::Budget::Per::Month};

/// Says of each request when it is to be sent ("r") and when its cost is known ("s AMOUNT"), each in one write: after the
/// reservation is made, and before its settling.
int spendUntilKilled(const char *path)
{
    SpendLedger ledger(path, kNow);
    const auto say = [](const std::string &line) { (void)!::write(STDOUT_FILENO, line.data(), line.size()); };
    say("begun\n");
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&ledger, say, i] {
            std::mt19937 random(static_cast<unsigned>(i));
            while (true) {
                const std::uint64_t number = ledger.begin();
                ledger.reserve(number, {{kAccount, kMost}}, kNow);
                say("r\n");
                const std::int64_t cost = static_cast<std::int64_t>(random() % kMost);
                say("s " + std::to_string(cost) + "\n");
                ledger.settle(number, {{kAccount, cost}});
                std::this_thread::sleep_for(std::chrono::microseconds(300)); // the load, not luck
            }
        });
    }
    threads.front().join();
    return 0;
}

} // namespace

class TestSpendLedgerKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neverLessAndHardlyMore()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("spend.journal"));
        std::mt19937 random(1);
        std::int64_t before = 0; ///< as the ledger has it
        for (int kill = 0; kill < kKills; ++kill) {
            QProcess spender;
            spender.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--spend"), path});
            QByteArray output;
            const int lines = 1 + static_cast<int>(random() % 120);
            while (output.count('\n') < lines) {
                QVERIFY(spender.waitForReadyRead(20'000));
                output += spender.readAllStandardOutput();
            }
            QCOMPARE(::kill(pid_t(spender.processId()), SIGKILL), 0);
            QVERIFY(spender.waitForFinished(20'000));
            output += spender.readAllStandardOutput();
            std::int64_t known = 0;
            for (const QByteArray &line : output.split('\n'))
                known += line.startsWith("s ") ? line.mid(2).toLongLong() : 0;

            SpendLedger ledger(path.toStdString(), kNow);
            QCOMPARE(QString::fromStdString(ledger.problem()), QString());
            std::int64_t counted = 0;
            ledger.read({kAccount}, kNow, [&](const auto &amounts) { counted = amounts->front(); });
            const std::int64_t added = counted - before;
            QVERIFY2(added >= known, qPrintable(QStringLiteral("%1 < %2").arg(added).arg(known)));
            // Too much by what was under way, each at its most.
            QVERIFY2(added <= known + kThreads * kMost, qPrintable(QStringLiteral("%1 > %2").arg(added).arg(known)));
            before = counted;
        }
    }
};

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--spend")
        return spendUntilKilled(argv[2]);
    QCoreApplication app(argc, argv);
    TestSpendLedgerKill test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_spend_ledger_kill.moc"
