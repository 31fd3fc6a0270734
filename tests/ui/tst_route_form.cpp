// SPDX-License-Identifier: GPL-3.0-or-later
// The form of a router's tree: what each control does to the text, and what the text does to the form.
#include "fixture_route_form.h"
#include "routers/drag_grip.h"
#include "widgets/number_field.h"
#include "widgets/scintilla.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QtTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;

namespace {

const std::string kRules =
    "routers:\n"
    "  r:\n"
    "    route:\n"
    "      strategy: conditional  # by what is asked\n"
    "      rules:\n"
    "        - when: {request.has-image: true}  # pictures\n"
    "          use: gemini\n"
    "        - when: {request.input-tokens: {gt: 60000}, metadata.team: [ml, search]}\n"
    "          use: {strategy: latency, children: [openai, groq]}\n"
    "        - when: {not: {request.stream: true}}\n"
    "          use: mistral\n"
    "      default: anthropic\n";
const std::string kBalanced = "routers:\n"
                              "  r:\n"
                              "    route:\n"
                              "      strategy: balanced\n"
                              "      settings: {cost: 0.5}  # dear\n"
                              "      children:\n"
                              "        - openai\n"
                              "        - anthropic\n"
                              "        - groq\n";

using Fixture = sample::FormFixture;
using Do = std::function<bool(Fixture &)>;

} // namespace

Q_DECLARE_METATYPE(Do)

class TestRouteForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStrategyIsOffered();
    void editsOfTheText_data();
    void editsOfTheText();
    void childrenBecomeRulesAndBack();
    void anEmptyRuleSaysWhatItNeeds();
    void whatRowsCannotShowIsLeftToTheText();
    void theDefaultStaysLast();
    void keyboardReorders();
    void theMouseReorders();
    void cursorAndRulesMarkEachOther();
    void whatIsTypedOutlivesARefresh();
};

void TestRouteForm::everyStrategyIsOffered()
{
    Fixture f(kBalanced);
    const QComboBox *strategies = f.box(u"Strategy"_s);
    QVERIFY(strategies);
    for (const config::StrategyInfo &each : routeWords().strategies) {
        const int index =
            strategies->findData(QString::fromUtf8(each.key.data(), qsizetype(each.key.size())));
        QVERIFY2(index > 0, each.key.data());
        QVERIFY(!strategies->itemData(index, Qt::ToolTipRole).toString().isEmpty());
    }
    QVERIFY(f.label(u"lowest weighted sum"_s));
}

void TestRouteForm::editsOfTheText_data()
{
    QTest::addColumn<QString>("start");
    QTest::addColumn<Do>("act");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, const std::string &start, const Do &act, const char *from,
                        const char *to) {
        QTest::newRow(name) << QString::fromStdString(start) << act << QString::fromUtf8(from)
                            << QString::fromUtf8(to);
    };
    row(
        "a setting", kBalanced, [](Fixture &f) { return f.type(u"cost of group 0"_s, {}) || true; }, "", "");
    row(
        "a number", kBalanced,
        [](Fixture &f) {
            auto *field = f.named<NumberField>(u"cost of group 0"_s);
            if (!field)
                return false;
            QTest::keyClick(field, Qt::Key_Up);
            return true;
        },
        "{cost: 0.5}", "{cost: 0.6}");
    row(
        "a setting back to its default", kBalanced,
        [](Fixture &f) {
            auto *reset = f.named<QToolButton>(u"Reset cost of group 0"_s);
            if (!reset)
                return false;
            reset->click();
            return !f.named<QToolButton>(u"Reset cost of group 0"_s);
        },
        "      settings: {cost: 0.5}  # dear\n", "");
    row(
        "a setting that was not written", kBalanced,
        [](Fixture &f) {
            auto *field = f.named<NumberField>(u"errors of group 0"_s);
            if (!field)
                return false;
            field->selectAll();
            QTest::keyClicks(field, u"0.4"_s);
            QTest::keyClick(field, Qt::Key_Return);
            return true;
        },
        "{cost: 0.5}", "{cost: 0.5, errors: 0.4}");
    row(
        "a name", kBalanced,
        [](Fixture &f) {
            f.named<QToolButton>(u"Name and allowances of target 2"_s)->click();
            return f.type(u"Name of target 2"_s, u"steady"_s);
        },
        "- anthropic", "- {target: anthropic, name: steady}");
    row(
        "a value", kRules,
        [](Fixture &f) { return f.type(u"Value of condition 1 of group 1"_s, u"90000"_s); }, "60000",
        "90000");
    row(
        "a list of values", kRules,
        [](Fixture &f) { return f.type(u"Value of condition 2 of group 1"_s, u"ml, ops"_s); }, "[ml, search]",
        "[ml, ops]");
    row(
        "an operator", kRules,
        [](Fixture &f) {
            return f.choose(u"Operator of condition 1 of group 1"_s, int(config::Condition::Op::Lte));
        },
        "gt: 60000", "lte: 60000");
    row(
        "a field", kRules,
        [](Fixture &f) { return f.choose(u"Field of condition 1 of target 1"_s, u"request.has-audio"_s); },
        "has-image", "has-audio");
    row(
        "a field with a name of its own", kRules,
        [](Fixture &f) { return f.type(u"Name in the field of condition 2 of group 1"_s, u"unit"_s); },
        "metadata.team", "metadata.unit");
    row(
        "a flag", kRules,
        [](Fixture &f) { return f.choose(u"Value of condition 1 of target 1"_s, u"false"_s); },
        "request.has-image: true", "request.has-image: false");
    row(
        "a condition more", kRules,
        [](Fixture &f) {
            f.named<QPushButton>(u"Add a condition to target 1"_s)->click();
            return true;
        },
        "{request.has-image: true}", "{request.has-image: true, request.input-tokens: {gt: 10000}}");
    row(
        "a condition less", kRules,
        [](Fixture &f) {
            f.named<QToolButton>(u"Remove condition 2 of group 1"_s)->click();
            return true;
        },
        ", metadata.team: [ml, search]}", "}");
    row(
        "any of the conditions", kRules,
        [](Fixture &f) {
            QComboBox *match = f.box(u"Conditions of group 1 together"_s);
            if (!match)
                return false;
            match->setCurrentIndex(1);
            Q_EMIT match->activated(1);
            return true;
        },
        "when: {request.input-tokens: {gt: 60000}, metadata.team: [ml, search]}",
        "when: {or: [{request.input-tokens: {gt: 60000}}, {metadata.team: {in: [ml, search]}}]}");
    row(
        "a rule goes", kRules,
        [](Fixture &f) {
            f.named<QToolButton>(u"Remove target 1"_s)->click();
            return true;
        },
        "        - when: {request.has-image: true}  # pictures\n          use: gemini\n", "");
}

void TestRouteForm::editsOfTheText()
{
    QFETCH(QString, start);
    QFETCH(Do, act);
    QFETCH(QString, from);
    QFETCH(QString, to);
    Fixture f(start.toStdString());
    QCOMPARE(f.draft(), start);
    QVERIFY(act(f));
    QVERIFY2(f.session.isUsable(), config::formatProblems("draft", f.session.problems()).c_str());
    QString expected = start;
    if (!from.isEmpty())
        expected.replace(from, to);
    // The whole form said it: what the text says now is what was meant, in whatever spelling.
    const auto meant = config::load(expected.toStdString(), knownNames());
    QVERIFY(meant.isUsable());
    QVERIFY2(*meant.config.findRouter("r") == *f.session.config().findRouter("r"), f.session.draft().c_str());
    if (expected.contains(u"# pictures"_s))
        QVERIFY2(f.draft().contains(u"# pictures"_s), f.session.draft().c_str());
    if (expected.contains(u"# by what is asked"_s))
        QVERIFY2(f.draft().contains(u"# by what is asked"_s), f.session.draft().c_str());
    if (from.isEmpty())
        return;
    f.session.undo();
    QCOMPARE(f.draft(), start);
}

void TestRouteForm::childrenBecomeRulesAndBack()
{
    Fixture f(kBalanced);
    QVERIFY(f.choose(u"Strategy"_s, u"conditional"_s));
    config::RouteNode route = f.route();
    QCOMPARE(route.children.size(), std::size_t(3));
    QVERIFY(route.settings.empty()); // conditional has none
    QVERIFY(route.children[2].isDefault);
    QVERIFY(!route.children[0].isRule());
    QVERIFY(f.draft().contains(u"rules:"_s));
    QVERIFY(f.label(u"Otherwise"_s));
    f.named<QPushButton>(u"Add a condition to target 1"_s)->click();
    QCOMPARE(f.route().children[0].when.field, std::string("request.has-image"));
    QVERIFY(f.choose(u"Strategy"_s, u"task"_s));
    QVERIFY(f.route().children[0].when.isAlways());
    QVERIFY(f.choose(u"Class of requests of target 1"_s, u"code"_s));
    QVERIFY(f.choose(u"Class of requests of target 2"_s, u"title"_s));
    QVERIFY2(f.session.isUsable(), config::formatProblems("draft", f.session.problems()).c_str());
    QVERIFY(f.choose(u"Strategy"_s, u"priority"_s));
    route = f.route();
    QCOMPARE(route.children.size(), std::size_t(3));
    QVERIFY(std::none_of(route.children.begin(), route.children.end(),
                         [](const auto &child) { return child.isRule(); }));
    QVERIFY(f.session.isUsable());
    f.session.undo();
    QCOMPARE(f.route().children[0].is, std::string("code"));
    while (f.session.canUndo())
        f.session.undo();
    QCOMPARE(f.session.draft(), kBalanced);
}

void TestRouteForm::anEmptyRuleSaysWhatItNeeds()
{
    Fixture f(kRules);
    f.named<QPushButton>(u"Add a rule"_s)->click();
    const config::RouteNode route = f.route();
    QCOMPARE(route.children.size(), std::size_t(5));
    QVERIFY(route.children[4].isDefault);
    QVERIFY(f.label(u"needs a condition"_s));
    QVERIFY(!f.session.isUsable());
    QVERIFY(f.label(u"the rule needs 'when'"_s));
    f.named<QPushButton>(u"Add a condition to target 5"_s)->click();
    QVERIFY(!f.label(u"needs a condition"_s));
    QVERIFY2(f.session.isUsable(), config::formatProblems("draft", f.session.problems()).c_str());
}

void TestRouteForm::whatRowsCannotShowIsLeftToTheText()
{
    Fixture f(kRules);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    QVERIFY(f.label(u"not (request.stream is true)"_s));
    QVERIFY(!f.named<QPushButton>(u"Add a condition to target 4"_s));
    f.named<QPushButton>(u"Edit the condition of target 4 in YAML"_s)->click();
    int line = 0;
    int column = 0;
    f.editor().getCursorPosition(&line, &column);
    QCOMPARE(line, 9);
    QVERIFY(f.editor().hasFocus());
}

void TestRouteForm::theDefaultStaysLast()
{
    Fixture f(kRules);
    QVERIFY(!f.named<QToolButton>(u"Remove target 5"_s));
    QVERIFY(!f.named<QToolButton>(u"Move target 5 up"_s));
    QVERIFY(!f.named<QToolButton>(u"Move target 4 down"_s)->isEnabled());
    f.named<QToolButton>(u"Move target 4 up"_s)->click();
    const config::RouteNode route = f.route();
    QCOMPARE(route.children[1].provider, std::string("mistral"));
    QVERIFY(route.children[3].isDefault);
    QVERIFY(f.session.isUsable());
    QVERIFY(!f.named<QPushButton>(u"Add what no rule fits"_s));
}

void TestRouteForm::keyboardReorders()
{
    Fixture f(kBalanced);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    auto *model = f.named<QLineEdit>(u"Model of target 1"_s);
    model->setFocus();
    QTest::keyClick(model, Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(f.route().children[1].provider, std::string("openai"));
    QVERIFY(f.window.focusWidget());
    QTest::keyClick(f.window.focusWidget(), Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(f.route().children[2].provider, std::string("openai")); // the focus went with it
    QTest::keyClick(f.window.focusWidget(), Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(f.route().children[2].provider, std::string("openai"));
}

void TestRouteForm::theMouseReorders()
{
    Fixture f(kRules);
    QTest::qWait(0);
    const QList<DragGrip *> grips = f.page->findChildren<DragGrip *>();
    QList<DragGrip *> shown;
    std::copy_if(grips.begin(), grips.end(), std::back_inserter(shown),
                 [](DragGrip *grip) { return grip->isVisible(); });
    QVERIFY(shown.size() >= 3);
    auto *model = f.named<QLineEdit>(u"Model of target 4"_s); // the third rule
    QVERIFY(model);
    DragGrip *grip = shown.first();
    const QPoint there = grip->mapFromGlobal(model->mapToGlobal(QPoint(0, model->height())));
    QTest::mousePress(grip, Qt::LeftButton, {}, QPoint(2, 2));
    QTest::mouseMove(grip, QPoint(2, 30));
    QTest::mouseMove(grip, there);
    QTest::mouseRelease(grip, Qt::LeftButton, {}, there);
    const config::RouteNode route = f.route();
    QCOMPARE(route.children[2].provider, std::string("gemini"));
    QCOMPARE(route.children[0].strategy, std::string("latency"));
    QVERIFY(route.children[3].isDefault);
}

void TestRouteForm::cursorAndRulesMarkEachOther()
{
    Fixture f(kRules);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.named<QLineEdit>(u"Value of condition 1 of group 1"_s)->setFocus();
    QTRY_VERIFY(f.editor().markersAtLine(7) != 0);
    QVERIFY(f.editor().markersAtLine(8) != 0);
    QCOMPARE(f.editor().markersAtLine(5), 0u);
    f.named<QLineEdit>(u"Model of target 5"_s)->setFocus();
    QTRY_VERIFY(f.editor().markersAtLine(11) != 0);
    QCOMPARE(f.editor().markersAtLine(7), 0u);
}

void TestRouteForm::whatIsTypedOutlivesARefresh()
{
    Fixture f(kRules);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    auto *model = f.named<QLineEdit>(u"Model of target 1"_s);
    model->setFocus();
    QTest::keyClicks(model, u"gem"_s);
    Q_EMIT f.window.source().changes->status();
    QCOMPARE(model->text(), u"gem"_s);
    QTest::keyClick(model, Qt::Key_Return);
    QCOMPARE(f.route().children[0].model, std::string("gem"));
    f.session.undo();
    QCOMPARE(model->text(), QString());
}

QTEST_MAIN(TestRouteForm)
#include "tst_route_form.moc"
