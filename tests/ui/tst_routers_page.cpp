// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture_routers.h"
#include "widgets/scintilla.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>
#include <QtTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;

namespace {

const std::string kText = "# ours\n"
                          "routers:\n"
                          "  production:\n"
                          "    load-balance:\n"
                          "      chat:\n"
                          "        strategy: weighted   # see #41\n"
                          "        providers:\n"
                          "          - {provider: anthropic, weight: '0.7'}  # the good one\n"
                          "          - {provider: openai, weight: '0.3'}\n"
                          "    retries: {max-retries: 2}\n"
                          "  deep:\n"
                          "    route:\n"
                          "      strategy: priority\n"
                          "      children:\n"
                          "        - {target: openai/gpt-5}\n"
                          "        - {strategy: latency, children: [{target: anthropic}, {target: groq}]}\n";

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    return text.replace(text.find(from), from.size(), to);
}

/// The page over these routers.
struct Fixture : sample::RoutersFixture
{
    explicit Fixture(std::string start = kText)
        : RoutersFixture(std::move(start))
    {
    }
};

} // namespace

class TestRoutersPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weightEditChangesOnlyItsBytes();
    void modelEditIsTakenOnEnter();
    void targetsMoveAndGo();
    void retriesEditChangesOnlyItsBytes();
    void wrongValueIsToldBesideTheField();
    void badYamlIsSquiggledAndNotApplied();
    void formFollowsTheText();
    void cursorMarksAcross();
    void applyRevertAndUndo();
    void createsRenamesAndDeletes();
    void emptyConfigurationOffersARouter();
    void deepTreeIsEditedInPlace();
    void targetsAndGroupsAreAddedWhereTheButtonStands();
    void aSingleTargetBecomesTheFirstOfSeveral();
    void focusStaysWithWhatWasMoved();
    void makesActive();
    void withoutAGatewayThereIsNoAddress();
    void aLongMessageIsBrokenToTheWidth();
    void aWarningIsNotToldInRed();
};

void TestRoutersPage::weightEditChangesOnlyItsBytes()
{
    Fixture f;
    auto *weight = f.named<QDoubleSpinBox>(u"Weight of target 1"_s);
    QVERIFY(weight);
    QCOMPARE(weight->value(), 0.7);
    weight->setValue(0.9);
    QCOMPARE(f.session.draft(), replaced(kText, "'0.7'", "'0.9'"));
    QCOMPARE(f.editor().text().toStdString(), f.session.draft());
}

void TestRoutersPage::modelEditIsTakenOnEnter()
{
    Fixture f;
    f.page->open({{}, {}, {}, u"production"_s});
    auto *model = f.named<QLineEdit>(u"Model of target 2"_s);
    QVERIFY(model);
    QTest::keyClicks(model, u"gpt-5"_s);
    QCOMPARE(f.session.draft(), kText);
    QTest::keyClick(model, Qt::Key_Return);
    const config::Router *router = f.session.config().findRouter("production");
    QCOMPARE(router->routes.begin()->second.children[1].model, std::string("gpt-5"));
    QVERIFY(f.session.draft().find("# see #41") != std::string::npos);
    QVERIFY(f.session.draft().starts_with("# ours\n"));
}

void TestRoutersPage::targetsMoveAndGo()
{
    Fixture f;
    f.named<QToolButton>(u"Move target 2 up"_s)->click();
    const auto targets = [&] {
        return f.session.config().findRouter("production")->routes.begin()->second.children;
    };
    QCOMPARE(targets()[0].provider, std::string("openai"));
    QCOMPARE(targets()[1].provider, std::string("anthropic"));
    f.named<QToolButton>(u"Remove target 2"_s)->click();
    QCOMPARE(targets().size(), std::size_t(1));
    QVERIFY(!f.named<QToolButton>(u"Remove target 1"_s)->isEnabled());
    f.button(u"+ Target"_s)->click();
    QCOMPARE(targets().size(), std::size_t(2));
}

void TestRoutersPage::retriesEditChangesOnlyItsBytes()
{
    Fixture f;
    f.page->findChild<QTabBar *>()->setCurrentIndex(1);
    auto *field = f.named<QLineEdit>(u"At most"_s);
    QVERIFY(field);
    QCOMPARE(field->text(), u"2"_s);
    field->setText(u"5"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.session.draft(), replaced(kText, "max-retries: 2", "max-retries: 5"));
}

void TestRoutersPage::wrongValueIsToldBesideTheField()
{
    Fixture f;
    f.page->findChild<QTabBar *>()->setCurrentIndex(1);
    auto *field = f.named<QLineEdit>(u"At most"_s);
    field->setText(u"many"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(field->text(), u"many"_s);
    const QLabel *told = field->parentWidget()->findChild<QLabel *>();
    QVERIFY(told && told->isVisible());
    QVERIFY2(told->text().contains(u"whole number"_s), qPrintable(told->text()));
    QVERIFY(!f.button(u"Apply"_s)->isEnabled());
    f.session.undo();
    QCOMPARE(field->text(), u"2"_s);
    QVERIFY(!told->isVisible());
}

void TestRoutersPage::badYamlIsSquiggledAndNotApplied()
{
    Fixture f;
    f.editor().setText(QString::fromStdString(replaced(kText, "strategy: weighted", "strategy: [weighted")));
    QTRY_VERIFY(!f.session.isCheckPending());
    QVERIFY(!f.session.problems().empty());
    const config::Problem problem = f.session.problems().front();
    QVERIFY(!f.editor().annotation(problem.line - 1).isEmpty());
    const long start = f.editor().SendScintilla(QsciScintillaBase::SCI_POSITIONFROMLINE, problem.line - 1) +
                       problem.column - 1;
    const long marks = f.editor().SendScintilla(QsciScintillaBase::SCI_INDICATORALLONFOR, start);
    QVERIFY2(marks & (1 << 8), "no squiggle where the problem is");
    QVERIFY(!f.button(u"Apply"_s)->isEnabled());
    f.session.undo();
    QVERIFY(f.editor().annotation(problem.line - 1).isEmpty());
}

void TestRoutersPage::formFollowsTheText()
{
    Fixture f;
    f.editor().setText(QString::fromStdString(replaced(kText, "'0.7'", "'0.2'")));
    QTRY_COMPARE(f.named<QDoubleSpinBox>(u"Weight of target 1"_s)->value(), 0.2);
    QCOMPARE(f.button(u"Apply"_s)->text(), u"Apply 1 change"_s);
}

void TestRoutersPage::cursorMarksAcross()
{
    Fixture f;
    f.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.editor().setFocus();
    f.editor().setCursorPosition(14, 12); // in the other router
    QTRY_COMPARE(f.page->currentRouter(), u"deep"_s);
    f.named<QLineEdit>(u"Model of target 2"_s)->setFocus();
    QTRY_VERIFY(f.editor().markersAtLine(15) != 0); // in the group
    QCOMPARE(f.editor().markersAtLine(14), 0u);
    f.editor().setFocus();
    f.editor().setCursorPosition(8, 14);
    QTRY_COMPARE(f.page->currentRouter(), u"production"_s);
    QTRY_VERIFY(f.named<QLineEdit>(u"Model of target 2"_s));
    f.named<QLineEdit>(u"Model of target 2"_s)->setFocus();
    QTRY_VERIFY(f.editor().markersAtLine(8) != 0);
    QCOMPARE(f.editor().markersAtLine(7), 0u);
}

void TestRoutersPage::applyRevertAndUndo()
{
    Fixture f;
    f.named<QDoubleSpinBox>(u"Weight of target 1"_s)->setValue(0.5);
    f.button(u"Apply 1 change"_s)->click();
    QVERIFY(f.text.find("'0.5'") != std::string::npos);
    QVERIFY(!f.button(u"Apply"_s)->isEnabled());
    f.button(u"Undo apply"_s)->click();
    QCOMPARE(f.text, kText);
    QCOMPARE(f.named<QDoubleSpinBox>(u"Weight of target 1"_s)->value(), 0.7);
    f.named<QDoubleSpinBox>(u"Weight of target 1"_s)->setValue(0.4);
    f.button(u"Revert"_s)->click();
    QCOMPARE(f.session.draft(), kText);
}

void TestRoutersPage::createsRenamesAndDeletes()
{
    Fixture f;
    f.button(u"+ New router"_s)->click();
    QCOMPARE(f.page->currentRouter(), u"router"_s);
    auto *name = f.named<QLineEdit>(u"Name of the router"_s);
    QVERIFY(name);
    name->setText(u"mine"_s);
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(f.page->currentRouter(), u"mine"_s);
    QVERIFY(f.session.config().findRouter("mine"));
    QVERIFY(f.session.isUsable());
    f.button(u"Delete"_s)->click();
    QVERIFY(!f.session.config().findRouter("mine"));
    QCOMPARE(f.session.draft(), kText);
}

void TestRoutersPage::emptyConfigurationOffersARouter()
{
    Fixture f{std::string()};
    auto *create = f.button(u"New router"_s);
    QVERIFY(create);
    create->click();
    QVERIFY(f.session.config().findRouter("router"));
    QVERIFY(f.session.isUsable());
    QTRY_VERIFY(f.named<QLineEdit>(u"Model of target 1"_s));
}

void TestRoutersPage::deepTreeIsEditedInPlace()
{
    Fixture f;
    f.page->open({{}, {}, {}, u"deep"_s});
    auto *model = f.named<QLineEdit>(u"Model of target 3"_s);
    QVERIFY(model);
    model->setText(u"llama-4"_s);
    QTest::keyClick(model, Qt::Key_Return);
    const auto ofDeep = [](const std::string &text) {
        return QString::fromStdString(text.substr(text.find("children:")));
    };
    QCOMPARE(ofDeep(f.session.draft()), ofDeep(replaced(kText, "{target: groq}", "{target: groq/llama-4}")));
    QVERIFY(f.session.isUsable());
    // The group is a child like others: it moves, and its targets with it.
    f.named<QToolButton>(u"Move group 1 up"_s)->click();
    const config::RouteNode route = f.session.config().findRouter("deep")->routes.begin()->second;
    QCOMPARE(route.children[0].strategy, std::string("latency"));
    QCOMPARE(route.children[1].model, std::string("gpt-5"));
}

void TestRoutersPage::targetsAndGroupsAreAddedWhereTheButtonStands()
{
    Fixture f;
    f.page->open({{}, {}, {}, u"deep"_s});
    const auto route = [&] { return f.session.config().findRouter("deep")->routes.begin()->second; };
    f.named<QPushButton>(u"Add a target to group 1"_s)->click();
    QCOMPARE(route().children.size(), std::size_t(2));
    QCOMPARE(route().children[1].children.size(), std::size_t(3));
    f.named<QPushButton>(u"Add a group"_s)->click();
    QCOMPARE(route().children.size(), std::size_t(3));
    QVERIFY(!route().children[2].isTarget());
    QVERIFY(f.session.isUsable());
    f.named<QToolButton>(u"Remove group 2"_s)->click();
    QCOMPARE(route().children.size(), std::size_t(2));
}

void TestRoutersPage::aSingleTargetBecomesTheFirstOfSeveral()
{
    Fixture f("routers:\n  one:\n    route: {target: openai/gpt-5}\n");
    QCOMPARE(f.named<QLineEdit>(u"Model of target 1"_s)->text(), u"gpt-5"_s);
    f.button(u"+ Target"_s)->click();
    const config::RouteNode route = f.session.config().findRouter("one")->routes.begin()->second;
    QCOMPARE(route.strategy, std::string("priority"));
    QCOMPARE(route.children.size(), std::size_t(2));
    QCOMPARE(route.children[0].model, std::string("gpt-5"));
    QVERIFY(f.session.isUsable());
}

void TestRoutersPage::focusStaysWithWhatWasMoved()
{
    Fixture f;
    f.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    auto *down = f.named<QToolButton>(u"Move target 1 down"_s);
    down->setFocus();
    QTest::keyClick(down, Qt::Key_Space);
    QWidget *focus = f.window.focusWidget();
    QVERIFY(focus);
    QCOMPARE(focus->accessibleName(), u"Move target 2 up"_s); // it is the last one: only up is left
    auto *remove = f.named<QToolButton>(u"Remove target 2"_s);
    remove->setFocus();
    QTest::keyClick(remove, Qt::Key_Space);
    QVERIFY(f.window.focusWidget());
    QVERIFY(f.page->isAncestorOf(f.window.focusWidget()));
}

void TestRoutersPage::makesActive()
{
    Fixture f;
    f.page->open({{}, {}, {}, u"production"_s});
    auto *make = f.button(u"Make active"_s);
    QVERIFY(make && make->isEnabled());
    make->click();
    QCOMPARE(f.active, std::string("production"));
    QVERIFY(!f.button(u"Make active"_s));
}

void TestRoutersPage::withoutAGatewayThereIsNoAddress()
{
    Fixture f;
    auto *copy = f.named<QToolButton>(u"Copy this router's base URL"_s);
    QVERIFY(copy && copy->isEnabled());
    f.isServing = false;
    Q_EMIT f.window.source().changes->status();
    QVERIFY(!copy->isEnabled());
    for (const QLabel *label : f.page->findChildren<QLabel *>())
        QVERIFY2(!label->text().contains(u"/router/"_s), qPrintable(label->text()));
}

void TestRoutersPage::aLongMessageIsBrokenToTheWidth()
{
    Fixture f;
    f.window.resize(1000, 640);
    f.editor().setText(QString::fromStdString(replaced(kText, "strategy: weighted", "strategy: waighted")));
    QTRY_VERIFY(!f.session.isCheckPending());
    QTRY_VERIFY(!f.session.problems().empty());
    const int line = f.session.problems().front().line - 1;
    QVERIFY2(f.editor().annotation(line).contains(u'\n'), qPrintable(f.editor().annotation(line)));
    f.window.resize(2400, 640);
    QTRY_VERIFY(!f.editor().annotation(line).contains(u'\n'));
}

void TestRoutersPage::aWarningIsNotToldInRed()
{
    Fixture f;
    f.page->open({{}, {}, {}, u"production"_s});
    f.named<QDoubleSpinBox>(u"Weight of target 1"_s)->setValue(0.9);
    QTRY_VERIFY(!f.session.problems().empty());
    QVERIFY(f.button(u"Apply 1 change"_s)->isEnabled());
    const QString told = QString::fromStdString(f.session.problems().front().message);
    const QLabel *label = nullptr;
    for (const QLabel *each : f.page->findChildren<QLabel *>()) {
        if (each->isVisible() && each->text() == told)
            label = each;
    }
    QVERIFY2(label, qPrintable(told));
    QCOMPARE(label->property("tone").toString(), u"warn"_s);
}

QTEST_MAIN(TestRoutersPage)
#include "tst_routers_page.moc"
