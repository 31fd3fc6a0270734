// SPDX-License-Identifier: GPL-3.0-or-later
#include "format.h"
#include "style/tabular.h"
#include "style/theme.h"

#include <QApplication>
#include <QFontInfo>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm::ui;

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsReadable_data();
    void textIsReadable();
    void contrastIsThatOfTheStandard();
    void switchingTakesEffectAtOnce();
    void everyIconDraws_data();
    void everyIconDraws();
    void aFontIsThere();
    void digitsStandUnderEachOther();
    void aProviderKeepsItsColour();
    void numbersAreWrittenAsThePageSays_data();
    void numbersAreWrittenAsThePageSays();
};

void TestTheme::textIsReadable_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QColor>("ink");
    QTest::addColumn<QColor>("ground");
    for (const bool dark : {false, true}) {
        const Tokens &t = dark ? darkTokens() : lightTokens();
        const std::pair<const char *, QColor> inks[] = {{"text", t.text},     {"muted", t.muted},
                                                        {"accent", t.accent}, {"good", t.good},
                                                        {"warn", t.warn},     {"bad", t.bad}};
        const std::pair<const char *, QColor> grounds[] = {{"window", t.window},
                                                           {"panel", t.panel},
                                                           {"raised", t.raised},
                                                           {"selection", t.selection},
                                                           {"hover", t.hover}};
        for (const auto &[inkName, ink] : inks) {
            for (const auto &[groundName, ground] : grounds)
                QTest::addRow("%s on %s, %s", inkName, groundName, dark ? "dark" : "light")
                    << dark << ink << ground;
        }
        QTest::addRow("primary button, %s", dark ? "dark" : "light") << dark << t.onAccent << t.accent;
        QTest::addRow("badge, %s", dark ? "dark" : "light") << dark << t.text << t.track;
    }
}

void TestTheme::textIsReadable()
{
    QFETCH(QColor, ink);
    QFETCH(QColor, ground);
    const double ratio = contrast(ink, ground);
    QVERIFY2(ratio >= 4.5,
             qPrintable(u"%1 on %2 is %3"_s.arg(ink.name(), ground.name()).arg(ratio, 0, 'f', 2)));
}

void TestTheme::contrastIsThatOfTheStandard()
{
    QCOMPARE(qRound(contrast(Qt::black, Qt::white) * 10), 210);
    QCOMPARE(qRound(contrast(QColor(0x77, 0x77, 0x77), Qt::white) * 100),
             448); // WCAG's own example of a near miss
}

void TestTheme::switchingTakesEffectAtOnce()
{
    Theme theme;
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setChoice(ThemeChoice::Dark);
    QVERIFY(theme.tokens().isDark);
    QCOMPARE(QApplication::palette().color(QPalette::Window), darkTokens().window);
    QVERIFY(qApp->styleSheet().contains(darkTokens().accent.name()));
    QVERIFY(!qApp->styleSheet().contains(u'@')); // every name was known
    const QImage dark = theme.icon(u"traces"_s).pixmap(24, 24).toImage();
    theme.setChoice(ThemeChoice::Light);
    QVERIFY(!theme.tokens().isDark);
    QVERIFY(theme.icon(u"traces"_s).pixmap(24, 24).toImage() != dark);
    QCOMPARE(changed.size(), 2);
    theme.setChoice(ThemeChoice::Light);
    QCOMPARE(changed.size(), 2);
}

void TestTheme::everyIconDraws_data()
{
    Theme theme;
    QTest::addColumn<QString>("name");
    for (const char *name :
         {"logo",     "overview",     "traces",     "routers", "providers", "playground", "spend",
          "settings", "search",       "pause",      "play",    "copy",      "close",      "tear-off",
          "dock",     "chevron-down", "alert",      "check",   "key",       "inbox",      "clock",
          "save",     "arrow-up",     "arrow-down", "theme"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestTheme::everyIconDraws()
{
    QFETCH(QString, name);
    Theme theme;
    const QImage image = theme.icon(name).pixmap(24, 24).toImage();
    int inked = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            inked += qAlpha(image.pixel(x, y)) > 128;
    }
    QVERIFY2(inked > 12, qPrintable(u"%1 pixels"_s.arg(inked)));
}

void TestTheme::aFontIsThere()
{
    Theme theme;
    QVERIFY(!QFontInfo(theme.font()).family().isEmpty());
    QVERIFY(QFontInfo(theme.mono()).fixedPitch());
}

void TestTheme::digitsStandUnderEachOther()
{
    Theme theme;
    QCOMPARE(tabularWidth(u"1,111.1"_s, theme.font()), tabularWidth(u"8,088.0"_s, theme.font()));
}

void TestTheme::aProviderKeepsItsColour()
{
    QCOMPARE(providerColour(u"acme"_s), providerColour(u"acme"_s));
    QCOMPARE(providerColour(u"acme"_s, u"#d97757"_s), QColor(0xd9, 0x77, 0x57));
    QVERIFY(providerColour(u"acme"_s, u"nonsense"_s).isValid());
}

void TestTheme::numbersAreWrittenAsThePageSays_data()
{
    QTest::addColumn<QString>("seen");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("below a millisecond") << durationText(200) << u"0.2 ms"_s;
    QTest::newRow("milliseconds") << durationText(380'400) << u"380 ms"_s;
    QTest::newRow("rounds up to a second") << durationText(999'600) << u"1.00 s"_s;
    QTest::newRow("seconds") << durationText(8'594'000) << u"8.59 s"_s;
    QTest::newRow("tens of seconds") << durationText(12'340'000) << u"12.3 s"_s;
    QTest::newRow("minutes") << durationText(125'000'000) << u"2 min 05 s"_s;
    QTest::newRow("unknown duration") << durationText(-1) << u"–"_s;
    QTest::newRow("four places below a dollar") << costText(300'812) << u"$0.3008"_s;
    QTest::newRow("two above") << costText(4'123'000) << u"$4.12"_s;
    QTest::newRow("free is zero") << costText(0) << u"$0.00"_s;
    QTest::newRow("unknown cost") << costText(std::nullopt) << u"–"_s;
    QTest::newRow("thousands") << countText(std::int64_t(47'944)) << u"47,944"_s;
    QTest::newRow("gigabytes") << bytesText(1'400'000'000) << u"1.4 GB"_s;
    QTest::newRow("all") << percentText(1.0) << u"100 %"_s;
    QTest::newRow("nearly all") << percentText(0.998) << u"99.8 %"_s;
}

void TestTheme::numbersAreWrittenAsThePageSays()
{
    QFETCH(QString, seen);
    QTEST(seen, "wanted");
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
