// SPDX-License-Identifier: GPL-3.0-or-later
// Examples of rules on the form, by mouse and by keyboard.
#include "fixture_route_form.h"

#include <QTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;
using Fixture = sample::FormFixture;
using Texts = std::vector<std::string>;

namespace {

const std::string kTopics = "routers:\n"
                            "  r:\n"
                            "    route:\n"
                            "      strategy: semantic\n"
                            "      settings: {embedding: ollama/nomic-embed-text}  # local\n"
                            "      rules:\n"
                            "        - examples: [write a test, fix this, refactor]  # code\n"
                            "          use: anthropic\n"
                            "        - examples: translate\n"
                            "          use: gemini\n"
                            "      default: openai\n";

QLineEdit *line(Fixture &f, int number, int target = 1)
{
    return f.named<QLineEdit>(u"Example %1 of target %2"_s.arg(number).arg(target));
}

} // namespace

class TestExamples : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areShown();
    void oneChanges();
    void oneGoesByItsButton();
    void enterBeginsTheNext();
    void enterGoesOnToTheNext();
    void backspaceInAnEmptyLineTakesItOut();
    void anEmptyLineCountsForNothing();
    void emptyingOneTakesItOut();
    void arrowsGoUpAndDown();
    void theLastOneMayGo();
    void aNewRuleAsksForOne();
    void whatIsTypedOutlivesARefresh();
    void problemsStandAtTheLine();

private:
    static Texts of(Fixture &f, std::size_t rule = 0) { return f.route().children[rule].examples; }
};

void TestExamples::areShown()
{
    Fixture f(kTopics);
    QCOMPARE(line(f, 1)->text(), u"write a test"_s);
    QCOMPARE(line(f, 3)->text(), u"refactor"_s);
    QCOMPARE(line(f, 1, 2)->text(), u"translate"_s);
    QVERIFY(!line(f, 2, 2));
    QVERIFY(f.label(u"When it is like"_s));
    QVERIFY(f.named<QPushButton>(u"Add an example to target 1"_s));
    QVERIFY(!f.named<QPushButton>(u"Add a condition to target 1"_s));
}

void TestExamples::oneChanges()
{
    Fixture f(kTopics);
    QVERIFY(f.type(u"Example 2 of target 1"_s, u"fix this, please"_s));
    QCOMPARE(of(f), (Texts{"write a test", "fix this, please", "refactor"}));
    QVERIFY2(f.session.isUsable(), f.session.draft().c_str());
    QVERIFY2(f.draft().contains(u"# local"_s) && f.draft().contains(u"# code"_s), f.session.draft().c_str());
    f.session.undo();
    QCOMPARE(f.session.draft(), kTopics);
    QCOMPARE(line(f, 2)->text(), u"fix this"_s);
}

void TestExamples::oneGoesByItsButton()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    auto *button = f.named<QToolButton>(u"Remove example 1 of target 1"_s);
    button->setFocus();
    button->click();
    QCOMPARE(of(f), (Texts{"fix this", "refactor"}));
    QCOMPARE(line(f, 1)->text(), u"fix this"_s);
    QVERIFY(!line(f, 3));
    QVERIFY(line(f, 1)->hasFocus()); // on what came in its place
}

void TestExamples::enterBeginsTheNext()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.named<QPushButton>(u"Add an example to target 2"_s)->click();
    QVERIFY(line(f, 2, 2)->hasFocus());
    QTest::keyClicks(line(f, 2, 2), u"what does this mean"_s);
    QTest::keyClick(line(f, 2, 2), Qt::Key_Return);
    QCOMPARE(of(f, 1), (Texts{"translate", "what does this mean"}));
    QVERIFY(line(f, 3, 2) && line(f, 3, 2)->hasFocus());
    QTest::keyClicks(line(f, 3, 2), u"in French"_s);
    QTest::keyClick(line(f, 3, 2), Qt::Key_Return);
    QCOMPARE(of(f, 1).size(), std::size_t(3));
    QVERIFY2(f.session.isUsable(), f.session.draft().c_str());
    QVERIFY(line(f, 4, 2)->hasFocus());
    QTest::keyClick(line(f, 4, 2), Qt::Key_Return); // nothing to take
    QVERIFY(line(f, 4, 2)->hasFocus());
    QVERIFY(!line(f, 5, 2));
}

void TestExamples::enterGoesOnToTheNext()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    line(f, 1)->setFocus();
    QTest::keyClick(line(f, 1), Qt::Key_Return);
    QVERIFY(line(f, 2)->hasFocus());
    QCOMPARE(f.session.draft(), kTopics);
}

void TestExamples::backspaceInAnEmptyLineTakesItOut()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    line(f, 2)->setFocus();
    line(f, 2)->selectAll();
    QTest::keyClick(line(f, 2), Qt::Key_Backspace);
    QCOMPARE(f.session.draft(), kTopics); // only emptied
    QTest::keyClick(line(f, 2), Qt::Key_Backspace);
    QCOMPARE(of(f), (Texts{"write a test", "refactor"}));
    QVERIFY(line(f, 1)->hasFocus());
    QCOMPARE(line(f, 1)->text(), u"write a test"_s);
    QCOMPARE(line(f, 2)->text(), u"refactor"_s);
    line(f, 1)->selectAll();
    QTest::keyClick(line(f, 1), Qt::Key_Backspace);
    QTest::keyClick(line(f, 1), Qt::Key_Backspace);
    QCOMPARE(of(f), Texts{"refactor"});
    QCOMPARE(line(f, 1)->text(), u"refactor"_s);
    QVERIFY(line(f, 1)->hasFocus());
}

void TestExamples::anEmptyLineCountsForNothing()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.named<QPushButton>(u"Add an example to target 1"_s)->click();
    QVERIFY(line(f, 4));
    QCOMPARE(f.session.draft(), kTopics);
    Q_EMIT f.window.source().changes->status(); // a refresh leaves it where it is
    QVERIFY(line(f, 4) && line(f, 4)->hasFocus());
    line(f, 1, 2)->setFocus();
    QVERIFY(!line(f, 4));
    QCOMPARE(f.session.draft(), kTopics);
}

void TestExamples::emptyingOneTakesItOut()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    line(f, 1)->setFocus();
    line(f, 1)->selectAll();
    QTest::keyClick(line(f, 1), Qt::Key_Delete);
    line(f, 1, 2)->setFocus();
    QCOMPARE(of(f), (Texts{"fix this", "refactor"}));
    QVERIFY(line(f, 1, 2)->hasFocus());
}

void TestExamples::arrowsGoUpAndDown()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    line(f, 2)->setFocus();
    QTest::keyClick(line(f, 2), Qt::Key_Down);
    QVERIFY(line(f, 3)->hasFocus());
    QTest::keyClick(line(f, 3), Qt::Key_Down);
    QVERIFY(line(f, 3)->hasFocus());
    QTest::keyClick(line(f, 3), Qt::Key_Up);
    QVERIFY(line(f, 2)->hasFocus());
    // With Ctrl Shift they move the rule.
    QTest::keyClick(line(f, 2), Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(of(f), Texts{"translate"});
}

void TestExamples::theLastOneMayGo()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    auto *button = f.named<QToolButton>(u"Remove example 1 of target 2"_s);
    button->setFocus();
    button->click();
    QCOMPARE(of(f, 1), Texts());
    QVERIFY(f.label(u"needs an example"_s));
    QVERIFY(f.named<QPushButton>(u"Add an example to target 2"_s)->hasFocus());
    QCOMPARE(f.route().children.size(), std::size_t(3));
}

void TestExamples::aNewRuleAsksForOne()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.named<QPushButton>(u"Add a rule"_s)->click();
    QVERIFY(f.label(u"needs an example"_s));
    QVERIFY(!f.session.isUsable());
    f.named<QPushButton>(u"Add an example to target 3"_s)->click();
    QTest::keyClicks(line(f, 1, 3), u"sum this up"_s);
    QTest::keyClick(line(f, 1, 3), Qt::Key_Tab);
    QCOMPARE(of(f, 2), Texts{"sum this up"});
    QVERIFY2(f.session.isUsable(), config::formatProblems("draft", f.session.problems()).c_str());
    QVERIFY(!f.label(u"needs an example"_s));
}

void TestExamples::whatIsTypedOutlivesARefresh()
{
    Fixture f(kTopics);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    line(f, 2)->setFocus();
    line(f, 2)->selectAll();
    QTest::keyClicks(line(f, 2), u"half a sent"_s);
    Q_EMIT f.window.source().changes->status();
    QCOMPARE(line(f, 2)->text(), u"half a sent"_s);
    QCOMPARE(f.session.draft(), kTopics);
}

void TestExamples::problemsStandAtTheLine()
{
    Fixture f(sample::replaced(kTopics, "fix this", "{a: b}"));
    QVERIFY(!f.session.isUsable());
    QVERIFY(f.label(u"must be"_s));
    QCOMPARE(line(f, 2)->property("state").toString(), u"bad"_s);
    QCOMPARE(line(f, 1)->property("state").toString(), QString());
}

QTEST_MAIN(TestExamples)
#include "tst_examples.moc"
