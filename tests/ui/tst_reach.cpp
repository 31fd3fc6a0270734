// SPDX-License-Identifier: GPL-3.0-or-later
// Every control of the pages that edit has a name and is reached by Tab, in the order in which it is read.
#include "main_window.h"
#include "providers/providers_page.h"
#include "routers/routers_page.h"
#include "runtime/route_words.h"
#include "runtime/snapshot_builder.h"
#include "sample_source.h"
#include "session.h"
#include "spoken.h"

#include <QAbstractButton>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

const std::string kText = "routers:\n"
                          "  deep:\n"
                          "    route:\n"
                          "      strategy: weighted\n"
                          "      children:\n"
                          "        - {target: openai/gpt-5, weight: 2}\n"
                          "        - {strategy: latency, children: [{target: anthropic}, {target: groq}]}\n";

/// A window with the pages that edit.
struct Fixture
{
    Fixture()
        : state(folder.filePath(u"window.ini"_s))
        , session({[] { return kText; },
                   [](const std::string &draft) {
                       return config::load(draft, knownNames());
                   },
                   [](const std::string &) -> Result<void> { return {}; }})
        , window(sample::makeSource(std::make_shared<sample::Store>(),
                                    std::make_shared<std::vector<trace::Head>>()),
                 theme, state)
    {
        ProviderActions actions;
        actions.models = [](const std::string &) { return std::vector<ModelInfo>{{.id = "gpt-5"}}; };
        window.addPage(new RoutersPage(window.context(), session, routeWords()));
        window.addPage(new ProvidersPage(window.context(), actions));
        window.show();
    }

    /// Names of what Tab comes to, from the start until it goes round.
    QStringList tabbed(QSet<QWidget *> &reached)
    {
        QStringList names;
        for (int i = 0; i < 100; ++i) {
            QTest::keyClick(window.focusWidget() ? window.focusWidget() : &window, Qt::Key_Tab);
            if (window.focusWidget() && window.focusWidget()->inherits("QsciScintilla")) {
                reached.insert(window.focusWidget());
                names.append(sample::spokenName(window.focusWidget()));
                QTest::keyClick(window.focusWidget(), Qt::Key_Escape); // Tab indents there
            }
            reached.insert(window.focusWidget());
            names.append(sample::spokenName(window.focusWidget()));
        }
        return names;
    }

    QTemporaryDir folder;
    Theme theme;
    WindowState state;
    Session session;
    MainWindow window;
};

} // namespace

class TestReach : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControl_data();
    void everyControl();
    void rowsAreTabbedAsTheyAreRead();
};

void TestReach::everyControl_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<int>("tab");
    QTest::newRow("routers, route") << u"routers"_s << 0;
    QTest::newRow("routers, failures") << u"routers"_s << 1;
    QTest::newRow("providers") << u"providers"_s << -1;
}

void TestReach::everyControl()
{
    QFETCH(QString, page);
    QFETCH(int, tab);
    Fixture f;
    f.window.open({page, {}, {}, {}});
    if (tab >= 0)
        f.window.currentPage()->findChild<QTabBar *>()->setCurrentIndex(tab);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    QSet<QWidget *> reached;
    const QStringList names = f.tabbed(reached);
    int looked = 0;
    for (QWidget *widget : f.window.currentPage()->findChildren<QWidget *>()) {
        if (!widget->isVisible() || !widget->isEnabled() || !(widget->focusPolicy() & Qt::TabFocus) ||
            sample::isInnerPart(widget))
            continue;
        const QString name = sample::spokenName(widget);
        QVERIFY2(!name.isEmpty(), widget->metaObject()->className());
        QVERIFY2(reached.contains(widget), qPrintable(name + u" is not in "_s + names.join(u" | "_s)));
        ++looked;
    }
    QVERIFY(looked > 5);
}

void TestReach::rowsAreTabbedAsTheyAreRead()
{
    Fixture f;
    f.window.open({u"routers"_s, {}, {}, {}});
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    for (QPushButton *button : f.window.findChildren<QPushButton *>()) {
        if (button->accessibleName() == u"Add a target to group 1"_s)
            button->click(); // the rows are made anew, after everything else in the window
    }
    f.window.currentPage()->findChild<QTabBar *>()->setFocus();
    QSet<QWidget *> reached;
    const QStringList names = f.tabbed(reached);
    const QStringList wanted{u"Strategy"_s,
                             u"Provider of target 1"_s,
                             u"Model of target 1"_s,
                             u"Weight of target 1"_s,
                             u"Strategy of group 1"_s,
                             u"Weight of group 1"_s,
                             u"Provider of target 2"_s,
                             u"Provider of target 4"_s,
                             u"Add a target to group 1"_s,
                             u"Add a target"_s,
                             u"Configuration text"_s};
    qsizetype at = -1;
    for (const QString &name : wanted) {
        const qsizetype next = names.indexOf(name, at + 1);
        QVERIFY2(next > at, qPrintable(name + u" in "_s + names.join(u" | "_s)));
        at = next;
    }
    QVERIFY(at < 40); // in the first round
}

QTEST_MAIN(TestReach)
#include "tst_reach.moc"
