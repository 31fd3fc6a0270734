// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_records.h"
#include "trace/target_rows.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include <chrono>

using namespace pm;
using namespace pm::trace;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 20s;

StoreOptions optionsIn(const QTemporaryDir &folder)
{
    StoreOptions options;
    options.path = folder.filePath(QStringLiteral("traces.db")).toStdString();
    options.retryInterval = 50ms;
    return options;
}

class Connection
{
public:
    explicit Connection(const std::string &path) { sqlite3_open(path.c_str(), &m_handle); }
    ~Connection() { sqlite3_close(m_handle); }
    bool exec(const char *sql) { return sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

private:
    sqlite3 *m_handle = nullptr;
};

} // namespace

class TestTargetRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comeBackAfterTheStoreIsGone()
    {
        const QTemporaryDir folder;
        const StoreOptions options = optionsIn(folder);
        QVERIFY(readTargetRows(options.path).empty());
        {
            Store store(options);
            store.keepTargets({{"openai/gpt-5", 100, "{\"a\":1}"}, {"demo/demo", 300, "{\"b\":1}"}});
            store.keepTargets({{"openai/gpt-5", 200, "{\"a\":2}"}});
        } // without a flush
        const auto rows = readTargetRows(options.path);
        QCOMPARE(rows.size(), std::size_t(2));
        QCOMPARE(rows[0].label, std::string("demo/demo")); // the newest first
        QCOMPARE(rows[1].seenAt, std::int64_t(200));
        QCOMPARE(rows[1].data, std::string("{\"a\":2}"));
    }

    void flushWaitsForThem()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        for (int i = 0; i < 20; ++i) {
            store.keepTargets({{"label", i, "{}"}});
            QVERIFY(store.flush(kPatience));
            const auto rows = readTargetRows(store.path());
            QCOMPARE(rows.size(), std::size_t(1));
            QCOMPARE(rows[0].seenAt, std::int64_t(i));
        }
    }

    void areWrittenSoonWithoutAnyRecord()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        store.keepTargets({{"label", 1, "{}"}});
        QTRY_COMPARE(readTargetRows(store.path()).size(), std::size_t(1));
    }

    void theOldestGo()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        const auto keep = [&](std::size_t from, std::size_t count) {
            std::vector<TargetRow> rows;
            for (std::size_t i = from; i < from + count; ++i)
                rows.push_back({"label-" + std::to_string(i), std::int64_t(i), "{}"});
            store.keepTargets(std::move(rows));
            QVERIFY(store.flush(kPatience));
        };
        keep(0, kMostTargetRows);
        keep(kMostTargetRows, 10);
        const auto rows = readTargetRows(store.path());
        QCOMPARE(rows.size(), kMostTargetRows);
        QCOMPARE(rows.front().label, "label-" + std::to_string(kMostTargetRows + 9));
        QCOMPARE(rows.back().label, std::string("label-10"));
    }

    void fileOfAnOlderFormat()
    {
        const QTemporaryDir folder;
        const StoreOptions options = optionsIn(folder);
        {
            Store store(options);
            store.add(test::recordAt(test::nowMicros()));
            QVERIFY(store.flush(kPatience));
        }
        // As the format before left it.
        QVERIFY(Connection(options.path)
                    .exec("DROP TABLE target_stats; DROP TABLE spend; ALTER TABLE heads DROP COLUMN cache;"
                          "ALTER TABLE heads DROP COLUMN client; ALTER TABLE heads DROP COLUMN session;"
                          "ALTER TABLE heads DROP COLUMN saved_micro_usd; PRAGMA user_version=2"));
        QVERIFY(readTargetRows(options.path).empty());
        Store store(options);
        store.keepTargets({{"label", 1, "{}"}});
        QVERIFY(store.flush(kPatience));
        QCOMPARE(readTargetRows(options.path).size(), std::size_t(1));
        QCOMPARE(Query::open(options.path)->count().value(), std::int64_t(1));
    }

    void notADatabase()
    {
        const QTemporaryDir folder;
        const StoreOptions options = optionsIn(folder);
        QFile file(QString::fromStdString(options.path));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(20'000, 'x')) > 0);
        file.close();
        QVERIFY(readTargetRows(options.path).empty());
    }

    void storeThatCannotOpenKeepsNothingAndDoesNotWait()
    {
        StoreOptions options;
        options.path = "/proc/no/such/traces.db";
        Store store(options);
        store.keepTargets({{"label", 1, "{}"}});
        (void)store.flush(kPatience);
        QVERIFY(!store.status().isOpen);
    } // and ends at once

    void aHeldFileDelaysThem()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        QVERIFY(store.flush(kPatience));
        {
            Connection other(store.path());
            QVERIFY(other.exec("BEGIN IMMEDIATE"));
            store.keepTargets({{"label", 1, "{}"}});
            // Longer than the store waits for the lock in one go.
            QTRY_VERIFY_WITH_TIMEOUT(!store.status().problem.empty(), 10'000);
            QVERIFY(readTargetRows(store.path()).empty());
        }
        QTRY_COMPARE_WITH_TIMEOUT(readTargetRows(store.path()).size(), std::size_t(1), 10'000);
        QTRY_VERIFY(store.status().problem.empty());
    }
};

QTEST_GUILESS_MAIN(TestTargetRows)
#include "tst_target_rows.moc"
