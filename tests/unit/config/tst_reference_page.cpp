// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_keys.h"
#include "support/places.h"

#include <QFile>
#include <QTest>

/// The committed reference is what the table says now. To renew it: pointsman check --reference > resources/help/configuration.md
class TestReferencePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isCurrent()
    {
        QFile file(pm::test::inSources(QStringLiteral("/resources/help/configuration.md")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), QString::fromStdString(pm::config::referencePage()));
    }
};

QTEST_GUILESS_MAIN(TestReferencePage)
#include "tst_reference_page.moc"
