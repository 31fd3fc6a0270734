// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_records.h"
#include "trace/spend_query.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QTemporaryDir>
#include <QTest>

#include <ctime>

using namespace pm;
using namespace pm::trace;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kHour = 3'600'000'000;

Record spent(std::int64_t at, const std::string &model, std::optional<std::int64_t> cost)
{
    Record record = test::recordAt(at);
    record.head.model = model;
    record.head.client = "alice";
    record.head.session = "s" + model;
    record.head.costMicroUsd = cost;
    return record;
}

QString text(const Result<std::vector<SpendRow>> &rows)
{
    if (!rows)
        return QString::fromStdString(rows.error().message);
    QStringList all;
    for (const SpendRow &row : *rows) {
        all << QStringLiteral("%1 %2 %3").arg(QString::fromStdString(row.value)).arg(row.requests).arg(row.costMicroUsd)
                   + (row.unpriced ? QStringLiteral(" unpriced %1").arg(row.unpriced) : QString())
                   + (row.savedMicroUsd ? QStringLiteral(" saved %1").arg(row.savedMicroUsd) : QString());
    }
    return all.join(QStringLiteral(" | "));
}

} // namespace

class TestSpendQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        qputenv("TZ", "Asia/Kathmandu"); // 5:45 before UTC
        ::tzset();
        m_dir = std::make_unique<QTemporaryDir>();
        StoreOptions options;
        options.path = path();
        options.maxAge = std::chrono::hours(24 * 365 * 100);
        m_store = std::make_unique<Store>(options);
        m_now = test::nowMicros() / 900'000'000 * 900'000'000;
        add(spent(m_now - 30 * 24 * kHour, "opus", 900));
        add(spent(m_now - kHour, "haiku", 100));
        add(spent(m_now - kHour + 1, "haiku", 50));
        add(spent(m_now, "opus", 7));
        add(spent(m_now, "llama", std::nullopt));
        Record hit = spent(m_now, "haiku", 0);
        hit.head.cache = "hit";
        hit.head.savedMicroUsd = 100;
        add(hit);
        Record refused = test::recordAt(m_now);
        refused.head.provider.clear();
        refused.head.costMicroUsd.reset();
        add(refused);
        QVERIFY(m_store->flush(20s));
    }

    void sums_data()
    {
        QTest::addColumn<QString>("by");
        QTest::addColumn<qint64>("since"); // hours before now
        QTest::addColumn<QString>("rows");
        QTest::newRow("models of all") << "model" << qint64(10'000)
                                       << "anthropic/opus 2 907 | anthropic/haiku 3 150 saved 100 | anthropic/llama 1 0 unpriced 1";
        QTest::newRow("of the last hours") << "model" << qint64(2)
                                           << "anthropic/haiku 3 150 saved 100 | anthropic/opus 1 7 | anthropic/llama 1 0 unpriced 1";
        QTest::newRow("of this quarter") << "model" << qint64(0)
                                         << "anthropic/opus 1 7 | anthropic/haiku 1 0 saved 100 | anthropic/llama 1 0 unpriced 1";
        QTest::newRow("providers") << "provider" << qint64(10'000) << "anthropic 6 1057 unpriced 1 saved 100";
        QTest::newRow("clients") << "client" << qint64(10'000) << "alice 6 1057 unpriced 1 saved 100";
        QTest::newRow("sessions") << "session" << qint64(10'000) << "sopus 2 907 | shaiku 3 150 saved 100 | sllama 1 0 unpriced 1";
        QTest::newRow("routers") << "router" << qint64(10'000) << "production 6 1057 unpriced 1 saved 100";
        QTest::newRow("apps") << "app" << qint64(10'000) << "claude-code 6 1057 unpriced 1 saved 100";
        QTest::newRow("something else") << "colour" << qint64(0)
                                        << "spending is summed up by provider, model, router, client, session, app or day";
    }
    void sums()
    {
        QFETCH(QString, by);
        QFETCH(qint64, since);
        QFETCH(QString, rows);
        QCOMPARE(text(readSpend(path(), {by.toStdString(), m_now - since * kHour, 0})), rows);
    }
    void untilWhen()
    {
        QCOMPARE(text(readSpend(path(), {"model", 0, m_now})), QStringLiteral("anthropic/opus 1 900 | anthropic/haiku 2 150"));
    }
    void daysOfHere()
    {
        const auto rows = readSpend(path(), {"day", 0, 0});
        QVERIFY(rows.has_value());
        const std::time_t then = (m_now - 30 * 24 * kHour) / 1'000'000;
        std::array<char, 16> date{};
        std::strftime(date.data(), date.size(), "%Y-%m-%d", std::localtime(&then));
        QCOMPARE(rows->front().value, std::string(date.data()));
        QCOMPARE(rows->front().costMicroUsd, 900);
        std::int64_t requests = 0;
        for (const SpendRow &row : *rows)
            requests += row.requests;
        QCOMPARE(requests, 6);
    }

    void aReplacedRecordCountsOnce()
    {
        Record first = spent(m_now, "twice", 5);
        Record second = first;
        second.head.costMicroUsd = 8;
        add(first);
        QVERIFY(m_store->flush(20s));
        add(second);
        QVERIFY(m_store->flush(20s));
        QVERIFY(text(readSpend(path(), {"model", 0, 0})).contains(QStringLiteral("anthropic/twice 1 8")));
    }
    void outlivesTheTraces()
    {
        m_store->setLimits(24h, std::int64_t(1) << 40);
        const auto query = Query::open(path());
        QTRY_COMPARE_WITH_TIMEOUT(query->count().value(), 6, 20'000);
        QVERIFY(text(readSpend(path(), {"model", 0, 0})).contains(QStringLiteral("anthropic/opus 2 907")));
    }
    void noFileNoMoney() { QVERIFY(readSpend(path() + ".none", {})->empty()); }

private:
    void add(Record record) { m_store->add(std::move(record)); }
    std::string path() const { return m_dir->path().toStdString() + "/traces.db"; }
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Store> m_store;
    std::int64_t m_now = 0;
};

QTEST_GUILESS_MAIN(TestSpendQuery)
#include "tst_spend_query.moc"
