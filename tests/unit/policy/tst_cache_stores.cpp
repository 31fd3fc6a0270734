// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/disk_store.h"
#include "policy/memory_store.h"
#include "support/snapshots.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cstdio>
#include <future>
#include <random>
#include <thread>

// Where answers lie: in memory, in a file. The one that is killed while it writes is this program again.

using namespace pm;
using namespace pm::policy;
using namespace std::chrono_literals;

namespace {

CachedAnswer answerOf(int number, std::size_t bytes = 100, const std::string &router = "r")
{
    CachedAnswer answer;
    answer.dialect = DialectId::AnthropicMessages;
    answer.isStream = true;
    answer.bytes = std::string(bytes, char('a' + number % 26));
    answer.pieces = {{0, 10}, {250, std::uint32_t(bytes - 10)}};
    answer.provider = "openai";
    answer.model = "gpt";
    answer.router = router;
    answer.requestedModel = "fast";
    answer.usage.uncachedInput = 7;
    answer.usage.output = 9;
    answer.costMicroUsd = 1234;
    answer.tookUs = 5'000'000;
    answer.storedAt = 1'000'000 + number;
    answer.lifetime = 60;
    answer.request = "request " + std::to_string(number);
    return answer;
}

CachedAnswerPtr shared(CachedAnswer answer)
{
    return std::make_shared<const CachedAnswer>(std::move(answer));
}

Sha256 hashOf(int number)
{
    return sha256(std::to_string(number));
}

CacheShelf lookIn(CacheStore &store, const Sha256 &hash)
{
    auto promise = std::make_shared<std::promise<CacheShelf>>();
    auto future = promise->get_future();
    if (auto now = store.find(hash, [promise](CacheShelf shelf) { promise->set_value(std::move(shelf)); }))
        return *now;
    return future.wait_for(10s) == std::future_status::ready ? future.get() : CacheShelf();
}

std::uint64_t purgeFrom(CacheStore &store, const CachePurge &which)
{
    auto promise = std::make_shared<std::promise<std::uint64_t>>();
    auto future = promise->get_future();
    store.purge(which, [promise](std::uint64_t count) { promise->set_value(count); });
    return future.wait_for(10s) == std::future_status::ready ? future.get() : 0;
}

DiskStore::Options diskAt(const QTemporaryDir &folder, std::int64_t maxBytes = 64 * 1024 * 1024)
{
    DiskStore::Options options;
    options.path = folder.filePath(QStringLiteral("cache.db")).toStdString();
    options.maxBytes = maxBytes;
    options.memoryBytes = 64 * 1024;
    return options;
}

int writeUntilKilled(const char *path)
{
    DiskStore::Options options;
    options.path = path;
    options.maxBytes = 4 * 1024 * 1024;
    DiskStore store(options);
    for (int i = 0;; ++i) {
        store.put(hashOf(i), shared(answerOf(i, 3000)));
        if (i % 50 == 0) {
            store.flush(5s);
            std::printf("%d\n", i);
            std::fflush(stdout);
        }
    }
}

} // namespace

class TestCacheStores : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void entriesAsText()
    {
        CachedAnswer answer = answerOf(3);
        answer.slot = 4;
        answer.variant = "generate";
        answer.hasUsageEvent = true;
        const auto read = decodeAnswer(encodeAnswer(answer));
        QVERIFY(read.has_value());
        CachedAnswer whole = *read;
        whole.bytes = answer.bytes;
        whole.request = answer.request;
        QVERIFY(whole == answer);
        QVERIFY(!decodeAnswer("{}"));
        QVERIFY(!decodeAnswer("nonsense"));
    }

    void memoryKeepsTheLastUsed()
    {
        const std::size_t each = answerOf(0, 1000).weight() + 1000;
        MemoryStore store(10 * each);
        for (int i = 0; i < 100; ++i) {
            store.put(hashOf(i), shared(answerOf(i, 1000)));
            QCOMPARE(store.get(hashOf(0)).size(), std::size_t(1)); // used again and again
            QVERIFY(store.use(false).bytes <= 10 * each);
        }
        QVERIFY(store.get(hashOf(50)).empty());
        QCOMPARE(store.get(hashOf(99)).size(), std::size_t(1));
        QVERIFY(store.use(false).evicted > 80);
    }
    void slotsAreReplaced()
    {
        MemoryStore store(1024 * 1024);
        store.put(hashOf(1), shared(answerOf(1)));
        CachedAnswer second = answerOf(2);
        second.slot = 1;
        store.put(hashOf(1), shared(second));
        store.put(hashOf(1), shared(answerOf(3)));
        const CacheShelf shelf = store.get(hashOf(1));
        QCOMPARE(shelf.size(), std::size_t(2));
        QCOMPARE(store.use(true).entries, std::uint64_t(2));
        QCOMPARE(store.use(true).routers.at(0).entries, std::uint64_t(2));
        QCOMPARE(shelf[0]->request, std::string("request 3"));
    }
    void replacedAnswersAreNoLongerCounted()
    {
        MemoryStore store(1 << 20);
        store.put(hashOf(1), shared(answerOf(1, 5000)));
        const std::uint64_t once = store.use(false).bytes;
        for (int i = 0; i < 10; ++i)
            store.put(hashOf(1), shared(answerOf(1, 5000)));
        QCOMPARE(std::uint64_t(store.use(false).bytes), once);
        QCOMPARE(store.use(false).entries, std::uint64_t(1));
    }

    void tooLargeForTheStore()
    {
        MemoryStore store(2000);
        store.put(hashOf(1), shared(answerOf(1, 5000)));
        QVERIFY(store.get(hashOf(1)).empty());
        QCOMPARE(store.use(false).dropped, std::uint64_t(1));
    }

    void purges_data()
    {
        QTest::addColumn<bool>("onDisk");
        QTest::newRow("memory") << false;
        QTest::newRow("disk") << true;
    }
    void purges()
    {
        QFETCH(bool, onDisk);
        const QTemporaryDir folder;
        std::unique_ptr<CacheStore> store;
        if (onDisk)
            store = std::make_unique<DiskStore>(diskAt(folder));
        else
            store = std::make_unique<MemoryStore>(1024 * 1024);
        for (int i = 0; i < 10; ++i)
            store->put(hashOf(i), shared(answerOf(i, 100, i < 5 ? "r" : "s")));
        QVERIFY(store->flush(10s));
        CachePurge which;
        which.router = "none";
        QCOMPARE(purgeFrom(*store, which), std::uint64_t(0));
        which = {};
        which.storedBefore = 1'000'002;
        QCOMPARE(purgeFrom(*store, which), std::uint64_t(2));
        which = {};
        which.router = "r";
        which.model = "openai/gpt";
        QCOMPARE(purgeFrom(*store, which), std::uint64_t(3));
        which = {};
        which.key = hex(hashOf(7), 4);
        QCOMPARE(purgeFrom(*store, which), std::uint64_t(1));
        QVERIFY(lookIn(*store, hashOf(7)).empty());
        QCOMPARE(lookIn(*store, hashOf(8)).size(), std::size_t(1));
        QCOMPARE(purgeFrom(*store, {}), std::uint64_t(4));
        QVERIFY(store->flush(10s));
        QCOMPARE(store->use(true).entries, std::uint64_t(0));
    }

    void diskSurvivesARestart()
    {
        const QTemporaryDir folder;
        {
            DiskStore store(diskAt(folder));
            CachedAnswer second = answerOf(1, 200);
            second.slot = 1;
            store.put(hashOf(1), shared(answerOf(1)));
            store.put(hashOf(1), shared(second));
            QCOMPARE(lookIn(store, hashOf(1)).size(), std::size_t(2)); // before it is written
        }
        DiskStore store(diskAt(folder));
        QVERIFY(lookIn(store, hashOf(2)).empty());
        const CacheShelf shelf = lookIn(store, hashOf(1));
        QCOMPARE(shelf.size(), std::size_t(2));
        QVERIFY(*shelf[0] == answerOf(1));
        QCOMPARE(store.use(true).routers.at(0).router, std::string("r"));
        QVERIFY(store.use(false).problem.empty());
        const auto others = QFileInfo(folder.filePath(QStringLiteral("cache.db"))).permissions()
                            & (QFile::ReadGroup | QFile::ReadOther);
        QVERIFY(!others);
    }
    void diskIsBounded()
    {
        const QTemporaryDir folder;
        constexpr std::int64_t most = 2 * 1024 * 1024;
        std::mt19937 rng(1);
        {
            DiskStore store(diskAt(folder, most));
            for (int i = 0; i < 1500; ++i) {
                CachedAnswer answer = answerOf(i, 8000);
                for (char &c : answer.bytes)
                    c = char(rng()); // does not compress
                store.put(hashOf(i), shared(answer));
                if (i % 100 == 0)
                    QVERIFY(store.flush(20s));
            }
            QVERIFY(store.flush(20s));
            QVERIFY(store.use(false).bytes <= most);
            QVERIFY(store.use(false).evicted > 1000);
            QVERIFY(lookIn(store, hashOf(3)).empty());
            QCOMPARE(lookIn(store, hashOf(1499)).size(), std::size_t(1));
        }
        QVERIFY(QFileInfo(folder.filePath(QStringLiteral("cache.db"))).size() < most * 2);
    }
    void damagedFileIsPutAside()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("cache.db")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        DiskStore store(diskAt(folder));
        QVERIFY(store.use(false).problem.empty());
        store.put(hashOf(1), shared(answerOf(1)));
        QVERIFY(store.flush(10s));
        QCOMPARE(store.use(false).entries, std::uint64_t(1));
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("cache.db.damaged"))));
    }
    void memoryServesWhereTheDiskDoesNot()
    {
        DiskStore::Options options;
        options.path = "/proc/none/cache.db";
        DiskStore store(options);
        QVERIFY(!store.use(false).problem.empty());
        store.put(hashOf(1), shared(answerOf(1)));
        QCOMPARE(lookIn(store, hashOf(1)).size(), std::size_t(1));
        QCOMPARE(purgeFrom(store, {}), std::uint64_t(1));
    }
    void soundAfterKill()
    {
        for (const int lines : {1, 4, 12}) {
            const QTemporaryDir folder;
            const QString path = folder.filePath(QStringLiteral("cache.db"));
            QProcess writer;
            writer.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--write"), path});
            int last = -1;
            for (int i = 0; i < lines; ++i) {
                while (!writer.canReadLine())
                    QVERIFY(writer.waitForReadyRead(20'000));
                last = writer.readLine().trimmed().toInt();
            }
            writer.kill();
            QVERIFY(writer.waitForFinished());
            auto database = trace::Database::open(path.toStdString(), SQLITE_OPEN_READWRITE, 1000);
            QVERIFY(database.has_value());
            auto check = database->prepare("PRAGMA integrity_check");
            QVERIFY(check && check->step() == SQLITE_ROW);
            QCOMPARE(check->text(0), std::string("ok"));
            check->reset();
            DiskStore store(diskAt(folder));
            const CacheShelf shelf = lookIn(store, hashOf(last)); // what was flushed is there
            QCOMPARE(shelf.size(), std::size_t(1));
            QVERIFY(*shelf[0] == answerOf(last, 3000));
        }
    }

    void manyThreads_data() { purges_data(); }
    void manyThreads()
    {
        QFETCH(bool, onDisk);
        const QTemporaryDir folder;
        std::unique_ptr<CacheStore> store;
        if (onDisk)
            store = std::make_unique<DiskStore>(diskAt(folder, 256 * 1024));
        else
            store = std::make_unique<MemoryStore>(256 * 1024);
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 64; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 40; ++i) {
                    const int number = (t * 7 + i) % 50;
                    if (i % 3 == 0)
                        store->put(hashOf(number), shared(answerOf(number, 2000)));
                    for (const CachedAnswerPtr &answer : lookIn(*store, hashOf(number)))
                        wrong += *answer == answerOf(number, 2000) ? 0 : 1;
                    if (t == 0 && i % 10 == 9)
                        purgeFrom(*store, {.key = hex(hashOf(number), 2)});
                    if (t == 1)
                        (void)store->use(true);
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
        QVERIFY(store->flush(20s));
        QVERIFY(store->use(false).bytes <= 256 * 1024);
    }
};

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--write")
        return writeUntilKilled(argv[2]);
    QCoreApplication app(argc, argv);
    TestCacheStores test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_cache_stores.moc"
