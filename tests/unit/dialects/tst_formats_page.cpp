// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"
#include "support/answer_probes.h"
#include "support/formats_page.h"
#include "support/places.h"
#include "support/qt_text.h"

#include <QFile>
#include <QTest>

using namespace pm;
using pm::test::q;

/// Nothing is lost in translation without a name, and resources/help/formats.md is what the formats do now. To renew it:
/// PM_UPDATE_GOLDENS=1 tst_formats_page; then read every changed line.
class TestFormatsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLostInSilence_data();
    void nothingIsLostInSilence();
    void streamsThatFailSaySo();
    void isCurrent();
};

void TestFormatsPage::nothingIsLostInSilence_data()
{
    QTest::addColumn<QString>("client");
    QTest::addColumn<int>("number");
    for (const Dialect *client : dialects()) {
        const std::vector<test::Probe> probes = test::probesOf(*client);
        for (std::size_t i = 0; i < probes.size(); ++i) {
            const std::string name = std::string(client->name()) + ": " + probes[i].feature;
            QTest::newRow(name.c_str()) << q(client->name()) << int(i);
        }
    }
}

void TestFormatsPage::nothingIsLostInSilence()
{
    QFETCH(QString, client);
    QFETCH(int, number);
    const Dialect &from = *findDialect(client.toStdString());
    const std::vector<test::Probe> probes = test::probesOf(from);
    std::string offences;
    for (const Dialect *target : dialects()) {
        if (!test::isTarget(*target))
            continue;
        const auto verdict = test::requestVerdict(from, probes.front(), probes[std::size_t(number)], *target);
        if (verdict.outcome == test::Outcome::Silent)
            offences += "\nto " + std::string(target->name()) + ": " + verdict.silent + " (named: " + verdict.named + ")";
        else if (number == 0 && (verdict.outcome == test::Outcome::Lost || !verdict.named.empty()))
            offences += "\nto " + std::string(target->name()) + ": the plain request is not plain: " + verdict.named;
    }
    QVERIFY2(offences.empty(), offences.c_str());
}

void TestFormatsPage::streamsThatFailSaySo()
{
    for (const Dialect *client : dialects()) {
        for (const Dialect *target : dialects()) {
            if (test::probesOf(*client).empty() || !test::isTarget(*target))
                continue;
            for (const bool isCut : {false, true}) {
                const auto verdict = test::brokenStreamVerdict(isCut, *target, *client);
                const std::string pair = std::string(target->name()) + " to " + std::string(client->name());
                QVERIFY2(verdict.outcome != test::Outcome::Silent, pair.c_str());
            }
        }
    }
}

void TestFormatsPage::isCurrent()
{
    QFile file(test::inSources(QStringLiteral("/resources/help/formats.md")));
    const QString page = QString::fromStdString(test::formatsPage());
    if (qEnvironmentVariableIsSet("PM_UPDATE_GOLDENS")) {
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(page.toUtf8());
        return;
    }
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), page);
}

QTEST_GUILESS_MAIN(TestFormatsPage)
#include "tst_formats_page.moc"
