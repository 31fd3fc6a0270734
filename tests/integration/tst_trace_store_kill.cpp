// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_records.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

// kill -9 while traces are written: the file stays sound, and at most 200 ms are lost. The writer is this
// program again.

using namespace pm;
using namespace pm::trace;
using namespace std::chrono_literals;

namespace {

#ifdef __SANITIZE_THREAD__
constexpr std::int64_t kMayBeLost = 2'000'000; ///< the sanitizer makes the store ten times slower
#else
constexpr std::int64_t kMayBeLost = 200'000; ///< microseconds
#endif

/// Adds about 2000 records a second, and says of each its id and when add() returned.
int writeUntilKilled(const char *path)
{
    StoreOptions options;
    options.path = path;
    Store store(options);
    while (true) {
        Record record = test::recordAt(test::nowMicros(), "written until killed");
        record.detail.requestBody = {QByteArray(3000, 'q'), 3000};
        const std::string id = record.head.id;
        store.add(std::move(record));
        std::printf("%s %lld\n", id.c_str(), static_cast<long long>(test::nowMicros()));
        std::fflush(stdout);
        std::this_thread::sleep_for(500us); // the load, not luck
    }
}

QByteArray integrityOf(const std::string &path)
{
    sqlite3 *database = nullptr;
    QByteArray answer;
    if (sqlite3_open(path.c_str(), &database) == SQLITE_OK) {
        sqlite3_exec(
            database, "PRAGMA integrity_check",
            [](void *into, int, char **values, char **) {
                static_cast<QByteArray *>(into)->append(values[0]);
                return 0;
            },
            &answer, nullptr);
        char *message = nullptr;
        sqlite3_exec(database, "INSERT INTO words(words) VALUES('integrity-check')", nullptr, nullptr,
                     &message);
        answer.append(message);
        sqlite3_free(message);
    }
    sqlite3_close(database);
    return answer;
}

} // namespace

class TestTraceStoreKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void soundAndNearlyComplete_data()
    {
        QTest::addColumn<int>("lines");
        QTest::newRow("soon after the start") << 300;
        QTest::newRow("after a second") << 1500;
        QTest::newRow("after a few checkpoints") << 6000;
    }
    void soundAndNearlyComplete()
    {
        QFETCH(int, lines);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("traces.db"));
        QProcess writer;
        writer.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--write"), path});
        QByteArray output;
        const std::int64_t startedAt = test::nowMicros();
        while (output.count('\n') < lines || test::nowMicros() < startedAt + 2 * kMayBeLost) {
            QVERIFY(writer.waitForReadyRead(10'000));
            output += writer.readAllStandardOutput();
        }
        const std::int64_t killedAt = test::nowMicros();
        QCOMPARE(::kill(pid_t(writer.processId()), SIGKILL), 0);
        QVERIFY(writer.waitForFinished(10'000));
        output += writer.readAllStandardOutput();

        const std::string file = path.toStdString();
        QCOMPARE(integrityOf(file), QByteArray("ok"));
        const auto query = Query::open(file);
        QVERIFY(query.has_value());
        int wanted = 0;
        for (const QByteArray &line : output.split('\n')) {
            const QList<QByteArray> words = line.split(' ');
            if (words.size() != 2 || words[1].toLongLong() > killedAt - kMayBeLost)
                continue;
            ++wanted;
            QVERIFY2(query->get(words[0].toStdString()).has_value(), line.constData());
        }
        QVERIFY(wanted > 0);

        // And it goes on from there.
        StoreOptions options;
        options.path = file;
        Store store(options);
        const std::int64_t before = query->count().value();
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(20s));
        QCOMPARE(query->count().value(), before + 1);
        QVERIFY(store.status().problem.empty());
    }
};

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--write")
        return writeUntilKilled(argv[2]);
    QCoreApplication app(argc, argv);
    TestTraceStoreKill test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_trace_store_kill.moc"
