// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_records.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

using namespace pm;
using namespace pm::trace;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 20s;

StoreOptions optionsIn(const QTemporaryDir &folder)
{
    StoreOptions options;
    options.path = folder.filePath(QStringLiteral("data/traces.db")).toStdString();
    return options;
}

Query queryOf(const Store &store)
{
    return Query::open(store.path()).value();
}

} // namespace

class TestTraceStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsAddedIsThere()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        const Record before = test::recordAt(test::nowMicros());
        store.add(before);
        QVERIFY(store.flush(kPatience));
        const auto after = queryOf(store).get(before.head.id);
        QVERIFY(after.has_value());
        QCOMPARE(after->head.id, before.head.id);
        QCOMPARE(after->head.startedAt, before.head.startedAt);
        QCOMPARE(int(after->head.state), int(State::Done));
        QCOMPARE(after->head.status, 200);
        QCOMPARE(after->head.method, before.head.method);
        QCOMPARE(after->head.path, before.head.path);
        QCOMPARE(after->head.router, before.head.router);
        QCOMPARE(after->head.endpoint, before.head.endpoint);
        QCOMPARE(after->head.clientDialect, before.head.clientDialect);
        QCOMPARE(after->head.app, before.head.app);
        QCOMPARE(after->head.requestedModel, before.head.requestedModel);
        QCOMPARE(after->head.provider, before.head.provider);
        QCOMPARE(after->head.model, before.head.model);
        QCOMPARE(after->head.firstContentUs, std::int64_t(-1));
        QCOMPARE(after->head.totalUs, before.head.totalUs);
        QCOMPARE(after->head.usage.uncachedInput.value(), std::int64_t(100));
        QVERIFY(!after->head.usage.cacheRead.has_value());
        QCOMPARE(after->head.costMicroUsd.value(), std::int64_t(350));
        QCOMPARE(after->head.promptStart, before.head.promptStart);
        QCOMPARE(after->detail.requestBody.bytes, before.detail.requestBody.bytes);
        QCOMPARE(after->detail.upstreamResponseBody.bytes, before.detail.upstreamResponseBody.bytes);
        QCOMPARE(after->detail.routeLine, before.detail.routeLine);
        const StoreStatus status = store.status();
        QVERIFY(status.isOpen);
        QCOMPARE(QString::fromStdString(status.problem), QString());
        QCOMPARE(status.records, std::int64_t(1));
        QCOMPARE(status.written, std::uint64_t(1));
        QVERIFY(status.bytesOnDisk > 0);
    }

    void onlyTheUserMayReadIt()
    {
        namespace fs = std::filesystem;
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(kPatience));
        const fs::perms others = fs::perms::group_all | fs::perms::others_all;
        const fs::path file = store.path();
        QVERIFY((fs::status(file.parent_path()).permissions() & others) == fs::perms::none);
        for (const auto &entry : fs::directory_iterator(file.parent_path()))
            QVERIFY2((entry.status().permissions() & others) == fs::perms::none, entry.path().c_str());
    }

    void staysAcrossStarts()
    {
        const QTemporaryDir folder;
        const std::int64_t start = test::nowMicros();
        for (int round = 0; round < 3; ++round) {
            Store store(optionsIn(folder));
            for (int i = 0; i < 10; ++i)
                store.add(test::recordAt(start + (round * 10 + i) * 2000, "round" + std::to_string(round)));
        } // each end writes what waits
        Store store(optionsIn(folder));
        QVERIFY(store.flush(kPatience));
        QTRY_COMPARE(store.status().records, std::int64_t(30));
        const Query query = queryOf(store);
        QCOMPARE(query.count().value(), std::int64_t(30));
        Filter filter;
        filter.text = "round1";
        QTRY_COMPARE(query.list(filter, {}, 100).value().heads.size(), std::size_t(10));
    }

    void sameIdReplaces()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        Record record = test::recordAt(test::nowMicros(), "beforehand");
        store.add(record);
        QVERIFY(store.flush(kPatience));
        record.head.status = 502;
        record.detail.promptText = "afterwards";
        store.add(record);
        store.add(record);
        QVERIFY(store.flush(kPatience));
        const Query query = queryOf(store);
        QCOMPARE(query.count().value(), std::int64_t(1));
        QCOMPARE(query.get(record.head.id)->head.status, 502);
        QCOMPARE(query.totals(0)->requests, std::int64_t(1));
        QCOMPARE(query.totals(0)->errors, std::int64_t(1));
        Filter filter;
        filter.text = "beforehand";
        QVERIFY(query.list(filter, {}, 10)->heads.empty());
        filter.text = "afterwards";
        QCOMPARE(query.list(filter, {}, 10)->heads.size(), std::size_t(1));
    }

    void idsOfOneMillisecondDoNotMeet()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        std::vector<std::string> ids;
        store.setLimits(std::chrono::hours::max(), 1LL << 40); // noon may be long ago
        for (int i = 0; i < 3000; ++i) { // three times as many as there are keys in a millisecond
            Record record = test::recordAt(test::kNoon);
            ids.push_back(record.head.id);
            store.add(std::move(record));
        }
        QVERIFY(store.flush(kPatience));
        const Query query = queryOf(store);
        QCOMPARE(query.count().value(), std::int64_t(3000));
        for (const std::string &id : ids)
            QCOMPARE(query.get(id).value().head.id, id);
    }

    void nothingIsWrittenWhenIdle()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        store.add(test::recordAt(test::nowMicros()));
        QVERIFY(store.flush(kPatience));
        namespace fs = std::filesystem;
        const auto stamp = [&] {
            std::string all;
            for (const auto &entry : fs::directory_iterator(fs::path(store.path()).parent_path()))
                all += entry.path().string() +
                       std::to_string(entry.last_write_time().time_since_epoch().count());
            return all;
        };
        QTRY_COMPARE(store.status().written, std::uint64_t(1));
        const std::string before = stamp();
        QTest::qWait(500); // ten batch intervals
        QCOMPARE(stamp(), before);
    }

    void pressureDropsBodiesThenRecordsAndNeverBlocks()
    {
        const QTemporaryDir folder;
        StoreOptions options = optionsIn(folder);
        options.maxQueuedBytes = 200'000;
        Store store(options);
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 5000; ++i) {
            Record record = test::recordAt(test::nowMicros());
            record.detail.requestBody = {QByteArray(20'000, char('a' + i % 20)), 20'000};
            store.add(std::move(record));
        }
        QVERIFY(std::chrono::steady_clock::now() - start < 10s);
        store.flush(kPatience);
        const StoreStatus status = store.status();
        QVERIFY(status.droppedBodies > 0);
        QVERIFY(status.droppedRecords > 0);
        QCOMPARE(status.written + status.droppedRecords, std::uint64_t(5000));
        QCOMPARE(status.records, std::int64_t(status.written));
    }

    /// More than one batch waits: they are written in larger ones, and all of each is there.
    void whatComesFasterThanItIsWrittenIsKept()
    {
        QTemporaryDir folder;
        Store store(optionsIn(folder));
        std::vector<std::string> ids;
        for (int i = 0; i < 6000; ++i) {
            Record record = test::recordAt(test::nowMicros());
            record.detail.requestBody = {QByteArray::number(i), 4};
            ids.push_back(record.head.id);
            store.add(std::move(record));
        }
        QVERIFY(store.flush(kPatience));
        QCOMPARE(store.status().written, std::uint64_t(6000));
        const auto query = Query::open(optionsIn(folder).path);
        QVERIFY(query.has_value());
        for (int i : {0, 499, 500, 2500, 4999, 5999}) {
            const auto record = query->get(ids[std::size_t(i)]);
            QVERIFY(record.has_value());
            QCOMPARE(record->detail.requestBody.bytes, QByteArray::number(i));
        }
    }

    void oldOnesGo()
    {
        const QTemporaryDir folder;
        StoreOptions options = optionsIn(folder);
        options.maxAge = 24h;
        Store store(options);
        const std::int64_t now = test::nowMicros();
        constexpr std::int64_t kHour = 3'600'000'000;
        for (int i = 0; i < 1300; ++i)
            store.add(test::recordAt(now - 30 * kHour + i, "ancient history"));
        for (int i = 0; i < 10; ++i)
            store.add(test::recordAt(now - 20 * kHour + i * 2000, "recent history"));
        QVERIFY(store.flush(kPatience));
        QTRY_COMPARE_WITH_TIMEOUT(store.status().records, std::int64_t(10), 10'000);
        const Query query = queryOf(store);
        QCOMPARE(query.count().value(), std::int64_t(10));
        QCOMPARE(query.totals(0)->requests, std::int64_t(10));
        QCOMPARE(query.totals(0)->costMicroUsd, std::int64_t(3500));
        Filter filter;
        filter.text = "history";
        QTRY_COMPARE(query.list(filter, {}, 100)->heads.size(), std::size_t(10));
        filter.text = "ancient";
        QVERIFY(query.list(filter, {}, 100)->heads.empty());
        store.setLimits(1h, 1 << 30);
        QTRY_COMPARE_WITH_TIMEOUT(store.status().records, std::int64_t(0), 10'000);
        filter.text = "history";
        QVERIFY(query.list(filter, {}, 100)->heads.empty());
    }

    void sizeIsKept()
    {
        const QTemporaryDir folder;
        StoreOptions options = optionsIn(folder);
        options.maxSize = 16 << 20;
        Store store(options);
        std::mt19937 random(1);
        std::string newest;
        const std::int64_t start = test::nowMicros();
        for (int i = 0; i < 3000; ++i) {
            Record record = test::recordAt(start + i * 1000, "size test");
            QByteArray body(16'000, '\0');
            for (char &c : body)
                c = char(random());
            record.detail.requestBody = {body, body.size()};
            newest = record.head.id;
            store.add(std::move(record));
            if (i % 500 == 0)
                QVERIFY(store.flush(kPatience));
        }
        QVERIFY(store.flush(kPatience));
        QTRY_VERIFY_WITH_TIMEOUT(store.status().bytesOnDisk <= options.maxSize, 10'000);
        const StoreStatus status = store.status();
        QVERIFY(status.records > 300);
        QVERIFY(status.records < 1100);
        const Query query = queryOf(store);
        QVERIFY(query.get(newest).has_value());
        QCOMPARE(query.list({}, {}, 10'000)->heads.size(), std::size_t(status.records));

        store.setLimits(options.maxAge, 4 << 20); // a smaller limit gives space back
        QTRY_VERIFY_WITH_TIMEOUT(store.status().bytesOnDisk <= 4 << 20, 10'000);
        QVERIFY(query.get(newest).has_value());
    }

    void threadsMayAddAtOnce()
    {
        const QTemporaryDir folder;
        Store store(optionsIn(folder));
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&store] {
                for (int i = 0; i < 500; ++i)
                    store.add(test::recordAt(test::nowMicros()));
            });
        }
        const Query query = queryOf(store);
        while (store.status().written < 100) // reading goes on beside it
            QVERIFY(query.list({}, {}, 50).has_value());
        for (std::thread &thread : threads)
            thread.join();
        QVERIFY(store.flush(kPatience));
        QCOMPARE(query.count().value(), std::int64_t(2000));
    }
};

QTEST_GUILESS_MAIN(TestTraceStore)
#include "tst_trace_store.moc"
