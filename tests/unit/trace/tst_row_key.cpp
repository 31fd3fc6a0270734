// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_records.h"
#include "trace/row_key.h"

#include <QTest>

using namespace pm;
using namespace pm::trace;

class TestRowKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysSortAsTimesDo()
    {
        RowKey last = -1;
        for (int i = 0; i < 2000; ++i) {
            const RowKey key = rowKey(test::idAt(test::kNoon + i * 1000));
            QVERIFY2(key > last, qPrintable(QString::number(i)));
            last = key;
        }
    }

    void keyKnowsItsMillisecond()
    {
        const RowKey key = rowKey(test::idAt(test::kNoon + 123'456));
        QCOMPARE(microsOf(key), test::kNoon + 123'000);
        QVERIFY(key >= rowKeyAt(test::kNoon + 123'456));
        QVERIFY(key < rowKeyAt(test::kNoon + 124'000));
    }

    void momentsBeforeTheEpochAreTheEpoch() { QCOMPARE(rowKeyAt(-5), RowKey(0)); }

    void anyTextHasAKey_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("empty") << "";
        QTest::newRow("short") << "t1";
        QTest::newRow("letters outside the alphabet") << "UUUU-!!!!-trace";
        QTest::newRow("largest") << "ZZZZZZZZZZZZZZZZZZZZZZZZZZ";
    }
    void anyTextHasAKey()
    {
        QFETCH(QString, id);
        const RowKey key = rowKey(id.toStdString());
        QVERIFY(key >= 0);
        QVERIFY(key + kProbeSpan > key);
    }

    void caseDoesNotMatter() { QCOMPARE(rowKey("01jabcdefghk"), rowKey("01JABCDEFGHK")); }

    void everyPrefixHoldsItsId()
    {
        const std::string id = test::idAt(test::kNoon);
        for (std::size_t length = 1; length <= id.size(); ++length) {
            const RowKeyRange range = rowKeyRange(std::string_view(id).substr(0, length));
            QVERIFY(range.first <= rowKey(id));
            QVERIFY(range.last >= rowKey(id));
        }
        QVERIFY(rowKeyRange(id.substr(0, 10)).last < rowKey(test::idAt(test::kNoon + 10'000'000)));
    }
};

QTEST_GUILESS_MAIN(TestRowKey)
#include "tst_row_key.moc"
