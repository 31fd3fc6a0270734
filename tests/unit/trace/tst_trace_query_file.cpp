// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/trace/hundred_traces.h"

#include <QFile>
#include <QTest>

#include <filesystem>

using namespace pm;
using namespace pm::test;
using namespace pm::trace;

/// Queries of a file that is not there yet, is replaced, or is none of ours.
class TestTraceQueryFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noFileReadsAsEmptyUntilThereIsOne()
    {
        const QTemporaryDir folder;
        StoreOptions options;
        options.path = folder.filePath(QStringLiteral("later.db")).toStdString();
        const auto query = Query::open(options.path);
        QVERIFY(query.has_value());
        QVERIFY(query->list({}, {}, 10)->heads.empty());
        QVERIFY(query->listAfter({}, 10)->empty());
        QCOMPARE(query->count().value(), std::int64_t(0));
        QCOMPARE(query->totals(0)->requests, std::int64_t(0));
        QVERIFY(query->distinct("app")->empty());
        QCOMPARE(query->get("01ZZZZZZZZZZZZZZZZZZZZZZZZ").error().kind, ErrorKind::NotFound);
        Store store(options);
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(kPatience));
        QCOMPARE(query->count().value(), std::int64_t(1));
    }

    void aReplacedFileIsNoticed()
    {
        namespace fs = std::filesystem;
        HundredTraces own;
        const Query query = own.query();
        QCOMPARE(query.count().value(), std::int64_t(100));
        for (const char *suffix : {"", "-wal", "-shm"})
            fs::rename(own.store.path() + suffix, own.store.path() + ".old" + suffix);
        QCOMPARE(query.count().value(), std::int64_t(0));
    }

    void unreadableFilesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no database") << QByteArray(5000, 'x');
        QTest::newRow("a folder") << QByteArray();
    }
    void unreadableFilesAreNamed()
    {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir folder;
        QString path = folder.path();
        if (!bytes.isEmpty()) {
            path = folder.filePath(QStringLiteral("broken.db"));
            QFile file(path);
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(bytes);
        }
        const auto query = Query::open(path.toStdString());
        QVERIFY(!query);
        QCOMPARE(query.error().kind, ErrorKind::Storage);
        QVERIFY(QString::fromStdString(query.error().message).contains(path));
    }
};

QTEST_GUILESS_MAIN(TestTraceQueryFile)
#include "tst_trace_query_file.moc"
