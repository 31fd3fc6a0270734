// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/token_tally.h"

#include "support/places.h"

#include <QFile>
#include <QTest>

#include <cmath>

using namespace pm;

namespace {

std::string sample(const QString &name)
{
    QFile file(test::inTests(QStringLiteral("/unit/dialects/token_samples/%1.txt").arg(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::int64_t tokensOf(std::string_view text)
{
    TokenTally tally;
    tally.text(text);
    return tally.tokens();
}

} // namespace

class TestTokenTally : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nearTheTokenizer_data();
    void nearTheTokenizer();
    void samplesStandForTheRest();
    void growsWithItsParts();
    void valuesCostWhatTheyHold();
    void badUtf8IsCounted();
};

/// The counts are those of o200k_base, by the npm package js-tiktoken 1.0.21: new Tiktoken(o200k_base).encode(text, 'all').
void TestTokenTally::nearTheTokenizer_data()
{
    QTest::addColumn<qint64>("counted");
    QTest::newRow("english") << qint64(192);
    QTest::newRow("english_markdown") << qint64(653);
    QTest::newRow("cpp") << qint64(881);
    QTest::newRow("python") << qint64(713);
    QTest::newRow("javascript") << qint64(812);
    QTest::newRow("json_tools") << qint64(475);
    QTest::newRow("log") << qint64(345);
    QTest::newRow("german") << qint64(140);
    QTest::newRow("french") << qint64(154);
    QTest::newRow("spanish") << qint64(140);
    QTest::newRow("russian") << qint64(147);
    QTest::newRow("arabic") << qint64(122);
    QTest::newRow("hindi") << qint64(119);
    QTest::newRow("chinese") << qint64(162);
    QTest::newRow("japanese") << qint64(181);
    QTest::newRow("korean") << qint64(130);
}

void TestTokenTally::nearTheTokenizer()
{
    QFETCH(qint64, counted);
    const std::string text = sample(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(!text.empty());
    const double error = double(tokensOf(text)) / double(counted) - 1.0;
    QVERIFY2(std::abs(error) < 0.10, qPrintable(QStringLiteral("off by %1 %").arg(error * 100.0, 0, 'f', 1)));
}

/// Beyond kScannedWhole only a part of each text is looked at.
void TestTokenTally::samplesStandForTheRest()
{
    const std::string text = sample(QStringLiteral("cpp")) + sample(QStringLiteral("english")) + sample(QStringLiteral("json_tools"));
    std::string longText;
    TokenTally parts;
    std::int64_t whole = 0;
    for (int i = 0; i < 40; ++i) {
        longText += text;
        parts.text(text);
        whole += tokensOf(text);
    }
    QVERIFY(longText.size() > 10 * TokenTally::kScannedWhole);
    QVERIFY2(std::abs(double(tokensOf(longText)) / double(whole) - 1.0) < 0.15, qPrintable(QString::number(tokensOf(longText))));
    QVERIFY2(std::abs(double(parts.tokens()) / double(whole) - 1.0) < 0.25, qPrintable(QString::number(parts.tokens())));
}

void TestTokenTally::growsWithItsParts()
{
    TokenTally tally;
    QCOMPARE(tally.tokens(), 0);
    tally.message();
    const std::int64_t message = tally.tokens();
    QVERIFY(message > 0);
    tally.image();
    QCOMPARE(tally.tokens(), message + 800);
    tally.file(200'000);
    QCOMPARE(tally.tokens(), message + 800 + 4 * 800);
    tally.tokens(7);
    QCOMPARE(tally.tokens(), message + 800 + 4 * 800 + 7);
}

void TestTokenTally::valuesCostWhatTheyHold()
{
    const auto document = json::Document::parse(R"({"path":"/etc/hosts","lines":[1,2],"deep":{"reason":"to see who is who"}})");
    QVERIFY(document.has_value());
    TokenTally tally;
    tally.value(document->root());
    QVERIFY2(tally.tokens() >= 20 && tally.tokens() <= 30, qPrintable(QString::number(tally.tokens()))); // o200k_base: 24
}

void TestTokenTally::badUtf8IsCounted()
{
    QVERIFY(tokensOf(std::string(100, '\x80')) == 0); // no character begins here
    QVERIFY(tokensOf("\xE3") > 0);
    QVERIFY(tokensOf(std::string_view("\xF0\x9F\x98\x80", 4)) == 2);
    QCOMPARE(tokensOf(""), 0);
}

QTEST_APPLESS_MAIN(TestTokenTally)
#include "tst_token_tally.moc"
