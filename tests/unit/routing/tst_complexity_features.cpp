// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/complexity_model.h"
#include "support/qt_text.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace pm;
using namespace pm::routing;
using pm::test::q;

namespace {

float handOf(const PromptFeatures &features, std::string_view name)
{
    const auto &table = handFeatures();
    const auto row = std::find_if(table.begin(), table.end(),
                                  [&](const HandFeature &feature) { return feature.name == name; });
    return row == table.end() ? -1 : features.hand[static_cast<std::size_t>(row - table.begin())];
}

} // namespace

/// What complexity sees in a prompt.
class TestComplexityFeatures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hand_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("value");
        const auto row = [](const char *title, const QString &prompt, const char *name, double value) {
            QTest::newRow(title) << prompt << q(name) << value;
        };
        row("length of 127 bytes", QString(127, u'a'), "length", 7.0 / 13);
        row("length of nothing", QString(), "length", 0);
        row("length is of all, also beyond what is scored", QString(8191, u'a'), "length", 1);
        row("one line", q("one"), "lines", 0.1);
        row("three lines", q("a\nb\nc"), "lines", 0.2);
        row("no list", q("no - list"), "list-items", 0);
        row("a list", q("do\n- this\n * that\n2. and\n3) more"), "list-items", 1);
        row("half of half", q("a\nb\nc\n- d"), "list-items", 0.5);
        row("a rule is no item", q("---\n-x\n1.5 is"), "list-items", 0);
        row("questions", q("why? how?"), "questions", 0.4);
        row("digits", q("1 in 10 a b"), "digits", 1);
        row("few digits", q("1 apple and nineteen"), "digits", 0.25);
        row("code signs", q("f(x) { return y; }"), "code-signs", 1);
        row("no code signs", q("plain words, that is all."), "code-signs", 0);
        row("maths", q("a + b = c"), "maths-signs", 1);
        row("other scripts", QString::fromUtf8("ab\xC3\xA9"), "other-scripts", 0.5);
        row("word length", q("four four"), "word-length", 0.4);
        row("work", q("Write and TEST it"), "work-words", 0.4);
        row("parts of words are none", q("writer tested"), "work-words", 0);
        row("reasoning", q("explain why"), "reasoning-words", 0.4);
        row("simple", q("hello, thanks!"), "simple-words", 2.0 / 3);
    }
    void hand()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, name);
        QFETCH(double, value);
        const std::string text = prompt.toStdString();
        const float found = handOf(featuresOf({text, false, false, 0}), name.toStdString());
        QVERIFY2(std::abs(double(found) - value) < 1e-4, std::to_string(found).c_str());
    }

    void whatIsNoText()
    {
        const PromptFeatures none = featuresOf({"a", false, false, 0});
        const PromptFeatures all = featuresOf({"a", true, true, (1 << 18) - 1});
        for (const char *name : {"tools", "media", "conversation"}) {
            QCOMPARE(handOf(none, name), 0.0F);
            QCOMPARE(handOf(all, name), 1.0F);
        }
    }

    void everyFigureIsFrom0To1()
    {
        const std::string noise(4096, '?');
        for (const std::string &text : {std::string(), noise, std::string(9000, '1'), std::string(500, '\n'),
                                        std::string("\xFF\xE2\x80")}) {
            for (const float value : featuresOf({text, true, true, 1LL << 60}).hand)
                QVERIFY(value >= 0 && value <= 1);
        }
    }

    void gramsAreWordsAndPairs()
    {
        const auto grams = [](const char *text) { return featuresOf({text, false, false, 0}).grams; };
        QCOMPARE(grams("").size(), std::size_t(0));
        QCOMPARE(grams("one").size(), std::size_t(1));
        QCOMPARE(grams("one two three").size(), std::size_t(5));
        QCOMPARE(grams("one, TWO"), grams("One two"));
        QVERIFY(grams("one two") != grams("two one"));
        for (const std::uint16_t gram : grams("some words that are scattered over all the buckets"))
            QVERIFY(gram < (1 << kGramBits));
        // Written without spaces: each character is a word.
        QCOMPARE(grams("\xE4\xBD\xA0\xE5\xA5\xBD").size(), std::size_t(3));
    }

    void wordsAreScattered()
    {
        std::set<std::uint16_t> buckets;
        for (int i = 0; i < 1000; ++i)
            buckets.insert(featuresOf({"word" + std::to_string(i), false, false, 0}).grams.front());
        QVERIFY2(buckets.size() > 930,
                 std::to_string(buckets.size()).c_str()); // 970 are expected of 1000 by chance
    }

    void onlyTheBeginningIsScored()
    {
        const std::string start(kScoredBytes, 'a');
        QCOMPARE(featuresOf({start + " more words? 1+1", false, false, 0}).grams,
                 featuresOf({start, false, false, 0}).grams);
    }

    void rules_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<int>("points");
        QTest::newRow("a greeting") << q("hello there") << 0;
        QTest::newRow("long") << QString(1500, u'a') << 1;
        QTest::newRow("not quite long") << QString(1499, u'a') << 0;
        QTest::newRow("a fence") << q("```x```") << 1;
        QTest::newRow("short code without one") << q("f(x);") << 0;
        QTest::newRow("source") << q("f(x); ").repeated(40) << 1;
        QTest::newRow("work") << q("explain why, and fix") << 1;
        QTest::newRow("two words of it") << q("explain why") << 0;
        QTest::newRow("list") << q("- a\n- b\n- c") << 1;
        QTest::newRow("questions") << q("a? b? c?") << 1;
        QTest::newRow("all") << q("explain why, fix\n- a\n- b\n- c\n```f```").leftJustified(1600, u'.') << 4;
    }
    void rules()
    {
        QFETCH(QString, prompt);
        QFETCH(int, points);
        const std::string text = prompt.toStdString();
        QCOMPARE(rulePoints({text, false, false, 0}).sum(), points);
    }

    /// Loose, for builds without optimisation and with sanitizers; 20 to 40 us in a release build on a
    /// desktop's core.
    void aFullPromptIsScoredInNoTime()
    {
        std::string text;
        for (int i = 0; text.size() < kScoredBytes; ++i)
            text += "word" + std::to_string(i * 7919 % 1000) + (i % 12 == 0 ? ".\n" : " ");
        ComplexityModel model;
        model.grams.assign(std::size_t(1) << kGramBits, 1);
        model.gramScale = 0.001F;
        double sum = 0;
        qint64 best = std::numeric_limits<qint64>::max();
        for (int i = 0; i < 200; ++i) {
            QElapsedTimer timer;
            timer.start();
            sum += model.score(featuresOf({text, false, false, 0}));
            best = std::min(best, timer.nsecsElapsed());
        }
        QVERIFY(sum > 0);
        qInfo("4 KiB are scored in %lld ns at best", static_cast<long long>(best));
        QVERIFY2(best < 5'000'000, std::to_string(best).c_str());
    }
};

QTEST_APPLESS_MAIN(TestComplexityFeatures)
#include "tst_complexity_features.moc"
