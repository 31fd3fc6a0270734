// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_records.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sys/resource.h>

// What disks and other processes do to the trace file. Requests go on in every case: add() returns at once.

using namespace pm;
using namespace pm::trace;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 20s;

StoreOptions optionsFor(const QString &path)
{
    StoreOptions options;
    options.path = path.toStdString();
    options.retryInterval = 200ms;
    return options;
}

/// Problems as onProblem told them.
class Problems
{
public:
    void watch(Store &store)
    {
        store.onProblem([this](const std::string &problem) {
            const std::lock_guard lock(m_mutex);
            m_all.push_back(problem);
        });
    }
    std::vector<std::string> all() const
    {
        const std::lock_guard lock(m_mutex);
        return m_all;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<std::string> m_all;
};

/// Files may not grow beyond this, as on a full disk, while it lives.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limited{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

Record largeRecord(int number)
{
    Record record = test::recordAt(test::nowMicros(), "number" + std::to_string(number));
    QByteArray noise(30'000, '\0');
    thread_local Rng random = makeRng();
    std::generate(noise.begin(), noise.end(), [] { return char(random()); });
    record.detail.requestBody = {noise, noise.size()};
    return record;
}

/// Another process's way to hold the file.
class Holder
{
public:
    explicit Holder(const std::string &path)
    {
        sqlite3_open(path.c_str(), &m_database);
        isHolding = sqlite3_exec(m_database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    Holder(const Holder &) = delete;
    Holder &operator=(const Holder &) = delete;
    ~Holder() { sqlite3_close(m_database); }
    bool isHolding = false;

private:
    sqlite3 *m_database = nullptr;
};

/// Adds 500 records beside us and ends.
int writeBeside(const char *path)
{
    Store store(optionsFor(QString::fromUtf8(path)));
    for (int i = 0; i < 500; ++i)
        store.add(test::recordAt(test::nowMicros(), "from beside"));
    return store.flush(kPatience) && store.status().problem.empty() ? 0 : 1;
}

} // namespace

class TestTraceStoreMishaps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void folderThatCannotBe_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("a file stands in its place") << "/etc/passwd/data/traces.db";
        QTest::newRow("nothing can be made there") << "/proc/pointsman/traces.db";
        QTest::newRow("no file can be made in it") << "/proc/self/traces.db";
        QTest::newRow("the path is a folder") << "/tmp";
    }
    void folderThatCannotBe()
    {
        QFETCH(QString, path);
        Store store(optionsFor(path));
        Problems problems;
        problems.watch(store);
        QTRY_VERIFY(!store.status().problem.empty());
        for (int i = 0; i < 1000; ++i)
            store.add(test::recordAt(test::nowMicros()));
        QVERIFY(!store.flush(kPatience));
        const StoreStatus status = store.status();
        QVERIFY(!status.isOpen);
        QCOMPARE(status.droppedRecords, std::uint64_t(1000));
        const QString problem = QString::fromStdString(status.problem);
        QVERIFY2(problem.contains(path.left(5)), qPrintable(problem));
    }

    void folderThatComesLater()
    {
        const QTemporaryDir folder;
        const QString parent = folder.filePath(QStringLiteral("mount"));
        std::ofstream(parent.toStdString()) << "in the way";
        Store store(optionsFor(parent + QStringLiteral("/traces.db")));
        Problems problems;
        problems.watch(store);
        QTRY_VERIFY(!store.status().problem.empty());
        QVERIFY(QFile::remove(parent));
        QTRY_VERIFY(store.status().isOpen);
        QVERIFY(store.status().problem.empty());
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(kPatience));
        QTRY_VERIFY(!problems.all().empty());
        QCOMPARE(problems.all().back(), std::string());
    }

    void fullDisk()
    {
        const QTemporaryDir folder;
        Store store(optionsFor(folder.filePath(QStringLiteral("traces.db"))));
        Problems problems;
        problems.watch(store);
        store.add(test::recordAt(test::nowMicros(), "beforehand"));
        QVERIFY(store.flush(kPatience));
        {
            const FullDisk disk(40'000); // the shared index of the log fits, a large record does not
            store.add(largeRecord(0));
            QVERIFY(!store.flush(kPatience));
            const StoreStatus status = store.status();
            QVERIFY(!status.isOpen);
            QVERIFY2(status.problem.find("free some space") != std::string::npos, status.problem.c_str());
            QVERIFY(status.problem.find(store.path()) != std::string::npos);
            store.add(largeRecord(1)); // goes on, and is counted
            QVERIFY(store.status().droppedRecords > 0);
            QTest::qWait(600); // a few retries on a disk that is still full
            QVERIFY(!store.status().isOpen);
            QCOMPARE(problems.all().size(), std::size_t(1));
        }
        QTRY_VERIFY_WITH_TIMEOUT(store.status().isOpen, 10'000);
        QVERIFY(store.status().problem.empty());
        store.add(test::recordAt(test::nowMicros(), "afterwards"));
        QVERIFY(store.flush(kPatience));
        const Query query = Query::open(store.path()).value();
        Filter filter;
        filter.text = "beforehand";
        QCOMPARE(query.list(filter, {}, 10)->heads.size(), std::size_t(1));
        filter.text = "afterwards";
        QCOMPARE(query.list(filter, {}, 10)->heads.size(), std::size_t(1));
        QCOMPARE(query.count().value(), std::int64_t(store.status().written));
    }

    void damagedFileIsMovedAside_data()
    {
        QTest::addColumn<bool>("isDatabase");
        QTest::newRow("no database at all") << false;
        QTest::newRow("a database with a broken table") << true;
    }
    void damagedFileIsMovedAside()
    {
        QFETCH(bool, isDatabase);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("traces.db"));
        if (isDatabase) {
            Store before(optionsFor(path));
            for (int i = 0; i < 200; ++i)
                before.add(test::recordAt(test::nowMicros()));
            QVERIFY(before.flush(kPatience));
        } // closed: all of it is in the one file
        {
            std::fstream file(path.toStdString(), std::ios::in | std::ios::out | std::ios::binary
                                                      | (isDatabase ? std::ios::openmode() : std::ios::trunc));
            file.seekp(isDatabase ? 8192 * 2 : 0); // past the header page
            file << std::string(isDatabase ? 200'000 : 20'000, 'x');
        }
        Store store(optionsFor(path));
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(kPatience));
        const StoreStatus status = store.status();
        QVERIFY(status.isOpen);
        QCOMPARE(status.records, std::int64_t(1));
        const QStringList aside = QDir(folder.path()).entryList({QStringLiteral("traces.db.corrupt-*")});
        QCOMPARE(aside.size(), 1);
        QVERIFY(QString::fromStdString(status.problem).contains(aside.front()));
        QCOMPARE(Query::open(store.path())->count().value(), std::int64_t(1));
    }

    void newerFormatIsLeftAlone()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("traces.db"));
        sqlite3 *database = nullptr;
        QCOMPARE(sqlite3_open(path.toUtf8().constData(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database, "CREATE TABLE x(y); PRAGMA user_version=999", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
        Store store(optionsFor(path));
        QTRY_VERIFY(!store.status().problem.empty());
        QVERIFY(store.status().problem.find("newer version") != std::string::npos);
        QVERIFY(!Query::open(path.toStdString()));
        QVERIFY(QDir(folder.path()).entryList({QStringLiteral("*.corrupt-*")}).isEmpty());
    }

    void heldFileDelaysAndLosesNothing()
    {
        const QTemporaryDir folder;
        Store store(optionsFor(folder.filePath(QStringLiteral("traces.db"))));
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(kPatience));
        {
            const Holder holder(store.path());
            QVERIFY(holder.isHolding);
            store.add(test::recordAt(test::nowMicros()));
            QTRY_VERIFY_WITH_TIMEOUT(store.status().problem.find("another process") != std::string::npos, 10'000);
            QVERIFY(store.status().isOpen);
        }
        QVERIFY(store.flush(kPatience));
        QVERIFY(store.status().problem.empty());
        QCOMPARE(Query::open(store.path())->count().value(), std::int64_t(2));
    }

    void twoProcessesShareAFile()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("traces.db"));
        Store store(optionsFor(path));
        QProcess other;
        other.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--beside"), path});
        for (int i = 0; i < 500; ++i)
            store.add(test::recordAt(test::nowMicros(), "from here"));
        QVERIFY(store.flush(kPatience));
        QVERIFY(other.waitForFinished(30'000));
        QCOMPARE(other.exitCode(), 0);
        store.add(test::recordAt(test::nowMicros(), "from here"));
        QVERIFY(store.flush(kPatience));
        const Query query = Query::open(store.path()).value();
        QCOMPARE(query.count().value(), std::int64_t(1001));
        QCOMPARE(store.status().records, std::int64_t(1001));
        Filter filter;
        filter.text = "from beside";
        QTRY_COMPARE(query.list(filter, {}, 1000)->heads.size(), std::size_t(500));
    }
};

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--beside")
        return writeBeside(argv[2]);
    QCoreApplication app(argc, argv);
    TestTraceStoreMishaps test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_trace_store_mishaps.moc"
