// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/late_text.h"
#include "support/qt_text.h"

#include <QTest>

using namespace pm::routing;
using pm::test::q;

class TestLateText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isPutTogetherInOrder_data()
    {
        QTest::addColumn<QString>("lead");
        QTest::addColumn<bool>("hasNumbers");
        QTest::addColumn<QString>("rest");
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << q("") << false << q("") << q("");
        QTest::newRow("a literal") << q("next in order") << false << q("") << q("next in order");
        QTest::newRow("numbers") << q("") << true << q("") << q("2 of 3");
        QTest::newRow("a literal and numbers") << q("weight ") << true << q("") << q("weight 2 of 3");
        QTest::newRow("all") << q("weight ") << true << q("; why") << q("weight 2 of 3; why");
    }
    void isPutTogetherInOrder()
    {
        QFETCH(QString, lead);
        QFETCH(bool, hasNumbers);
        QFETCH(QString, rest);
        const std::string literal = lead.toStdString(); // lives as long as the text here
        const auto write = [](const Numbers &numbers) {
            return std::to_string(static_cast<int>(numbers[0])) + " of " + std::to_string(static_cast<int>(numbers[1]));
        };
        LateText late(literal, hasNumbers ? LateText::Writer(write) : nullptr, {2, 3});
        late.rest = rest.toStdString();
        QTEST(q(late.text()), "text");
        QCOMPARE(late.isEmpty(), late.text().empty());
    }
};

QTEST_GUILESS_MAIN(TestLateText)
#include "tst_late_text.moc"
