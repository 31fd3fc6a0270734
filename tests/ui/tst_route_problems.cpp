// SPDX-License-Identifier: GPL-3.0-or-later
// What the check says stands at the row it is about, and at the very field where there is one.
#include "fixture_route_form.h"
#include "routers/node_row.h"

#include <QTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;
using Fixture = sample::FormFixture;
using sample::replaced;

namespace {

const std::string kRouter =
    "routers:\n"
    "  r:\n"
    "    route:\n"
    "      strategy: conditional\n"
    "      rules:\n"
    "        - when: {request.has-image: true}\n"
    "          use: gemini\n"
    "        - when: {request.input-tokens: {gt: 60000}, request.prompt: {regex: 'a+'}}\n"
    "          use: {strategy: balanced, settings: {cost: 0.5, latency: 2}, children: [openai, groq]}\n"
    "        - when: {or: [{time.hour: {lt: 6}}, {time.hour: {gt: 18}}]}\n"
    "          use: {strategy: ab, settings: {experiment: autumn}, children: [{target: openai, name: a}, "
    "{target: groq, name: b, rpm: 5}]}\n"
    "        - when: {not: {client.app: codex}}\n"
    "          use: {strategy: latency, children: [mistral]}\n"
    "      default: {strategy: task, rules: [{is: code, use: anthropic}], default: {strategy: semantic, "
    "settings: {embedding: ollama/x}, rules: [{examples: [hi], use: groq}], default: openai}}\n"
    "    retries: {min-delay: 1s}\n";

/// The card that a control or a text stands in.
QWidget *rowOf(QWidget *part)
{
    while (part && !qobject_cast<NodeRow *>(part))
        part = part->parentWidget();
    return part;
}

QWidget *control(Fixture &f, const QString &name)
{
    for (QWidget *each : f.page->findChildren<QWidget *>()) {
        // A combo box's label has its name too.
        if (each->isVisible() && !qobject_cast<QLabel *>(each) && !sample::isInnerPart(each) &&
            sample::spokenName(each) == name)
            return each;
    }
    return nullptr;
}

} // namespace

class TestRouteProblems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void standAtTheirFields_data();
    void standAtTheirFields();
    void standAtTheRowWhereThereIsNoField_data();
    void standAtTheRowWhereThereIsNoField();
    void goWhenTheyAreMended();
    void errorsGoBeforeWarnings();
    void ofFailuresStandBesideThem();
};

void TestRouteProblems::standAtTheirFields_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("field"); ///< that is marked, in the row that tells it
    const auto row = [](const char *name, const char *from, const char *to, const char *field) {
        QTest::newRow(name) << QString::fromUtf8(from) << QString::fromUtf8(to) << QString::fromUtf8(field);
    };
    row("a condition's field", "request.has-image", "request.has-imagge", "Field of condition 1 of target 1");
    row("a condition's value", "'a+'", "'(a'", "Value of condition 2 of group 1");
    row("the second of one field", "{gt: 18}", "{gt: ''}", "Value of condition 2 of group 2");
    row("what a rule uses", "use: gemini", "use: geminny", "Provider of target 1");
    row("a target below a rule", "[openai, groq]", "[openai, grock]", "Provider of target 3");
    row("a target with a key of its own", "{target: openai, name: a}", "{target: opnai, name: a}",
        "Provider of target 4");
    row("a strategy", "strategy: latency", "strategy: latancy", "Strategy of group 3");
    row("a setting", "cost: 0.5", "cost: lots", "cost of group 1");
    row("a setting that is missing", "settings: {embedding: ollama/x}, ", "", "embedding of group 5");
    row("an allowance", "rpm: 5", "rpm: few", "Requests a minute of target 5");
    row("a class of requests", "is: code", "is: cod", "Class of requests of target 7");
}

void TestRouteProblems::standAtTheirFields()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, field);
    Fixture f(replaced(kRouter, from.toStdString(), to.toStdString()));
    QCOMPARE(f.session.problems().size(), std::size_t(1));
    const QString told = QString::fromStdString(f.session.problems().front().message);
    QWidget *marked = control(f, field);
    QVERIFY2(marked, qPrintable(field));
    QCOMPARE(marked->property("state").toString(), u"bad"_s);
    QVERIFY2(marked->toolTip().startsWith(told), qPrintable(marked->toolTip()));
    QCOMPARE(marked->accessibleDescription(), told);
    QLabel *label = f.label(told);
    QVERIFY2(label, qPrintable(told));
    QVERIFY(label->wordWrap());
    QCOMPARE(rowOf(label), rowOf(marked));
    int marks = 0;
    for (const QWidget *each : f.page->findChildren<QWidget *>())
        marks += each->isVisible() && !each->property("state").toString().isEmpty();
    QCOMPARE(marks, 1);
}

void TestRouteProblems::standAtTheRowWhereThereIsNoField_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("control"); ///< of the row that tells it
    const auto row = [](const char *name, const char *from, const char *to, const char *control) {
        QTest::newRow(name) << QString::fromUtf8(from) << QString::fromUtf8(to) << QString::fromUtf8(control);
    };
    row("a setting that there is not", "cost: 0.5", "cots: 0.5", "Strategy of group 1");
    row("a condition deeper down", "client.app", "client.ap", "Strategy of group 3");
    row("a rule that says nothing", "when: {request.has-image: true}\n          use", "use",
        "Provider of target 1");
    row("no default", ", default: openai}}", "}}", "Strategy of group 5");
}

void TestRouteProblems::standAtTheRowWhereThereIsNoField()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, control);
    Fixture f(replaced(kRouter, from.toStdString(), to.toStdString()));
    QCOMPARE(f.session.problems().size(), std::size_t(1));
    const QString told = QString::fromStdString(f.session.problems().front().message);
    QLabel *label = f.label(told);
    QVERIFY2(label, qPrintable(told));
    QWidget *there = ::control(f, control);
    QVERIFY2(there, qPrintable(control));
    QCOMPARE(rowOf(label), rowOf(there));
}

void TestRouteProblems::goWhenTheyAreMended()
{
    Fixture f(replaced(kRouter, "cost: 0.5", "cost: lots"));
    QWidget *field = control(f, u"cost of group 1"_s);
    QCOMPARE(field->property("state").toString(), u"bad"_s);
    f.named<QToolButton>(u"Reset cost of group 1"_s)->click();
    QVERIFY(f.session.isUsable());
    QCOMPARE(field->property("state").toString(), QString());
    QVERIFY(field->accessibleDescription().isEmpty());
    QVERIFY(!field->toolTip().isEmpty()); // what the setting is
    QVERIFY(!f.label(u"lots"_s));
    f.session.undo();
    QCOMPARE(field->property("state").toString(), u"bad"_s);
}

void TestRouteProblems::errorsGoBeforeWarnings()
{
    Fixture f("routers: {r: {route: {strategy: weighted, children: [{target: openai, weight: 2}, {target: "
              "groq, weight: 2}]}}}\n");
    QVERIFY(f.session.isUsable());
    QVERIFY(f.label(u"the weights add up to 4"_s));
    QCOMPARE(f.label(u"the weights add up to 4"_s)->property("tone").toString(), u"warn"_s);
    Fixture g("routers: {r: {route: {strategy: weighted, settings: {x: 1}, children: [{target: openai, "
              "weight: 2}, {target: groq, "
              "weight: 2}]}}}\n");
    QVERIFY(g.label(u"this strategy has no settings"_s));
    QVERIFY(!g.label(u"the weights add up to 4"_s));
}

void TestRouteProblems::ofFailuresStandBesideThem()
{
    Fixture f(replaced(kRouter, "min-delay: 1s", "min-delay: soon"));
    f.page->findChild<QTabBar *>()->setCurrentIndex(1);
    QWidget *field = control(f, u"First delay"_s);
    QVERIFY(field);
    QCOMPARE(field->property("state").toString(), u"bad"_s);
    QVERIFY(f.label(u"min-delay must be a duration"_s));
}

QTEST_MAIN(TestRouteProblems)
#include "tst_route_problems.moc"
