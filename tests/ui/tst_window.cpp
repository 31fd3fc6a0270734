// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_palette.h"
#include "fixture_window.h"
#include "spoken.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::isInnerPart;
using sample::spokenName;
using sample::WindowFixture;

namespace {

QStringList titles(const CommandModel &model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list.append(model.index(row, 0).data().toString());
    return list;
}

std::vector<Command> someCommands()
{
    std::vector<Command> commands;
    for (const char *title : {"Overview", "Traces", "Use router production", "Use router dev",
                              "Pause the gateway", "Copy base URL", "Theme: dark", "Traces: only failed"})
        commands.push_back({QString::fromLatin1(title), u"Action"_s, {}, {}, [] {}});
    return commands;
}

} // namespace

class TestWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasAName();
    void everyControlIsReachedByTab();
    void paletteFinds_data();
    void paletteFinds();
    void ctrlKRunsACommand();
    void paletteFindsTraces();
    void choosingARouterAsksTheGateway();
    void aRefusedRouterIsSaid();
    void pausingAndResuming();
    void copyingTheBaseUrl();
    void pagesByNumberAndRemembered();
    void closingHidesOnlyWithATray_data();
    void closingHidesOnlyWithATray();
    void geometryAndThemeAreRemembered();
    void smallestSizeFits();
};

void TestWindow::everyControlHasAName()
{
    WindowFixture fixture;
    fixture.window->show();
    QTRY_COMPARE(fixture.traces->model().rowCount(), 60);
    fixture.window->open({u"traces"_s, {}, {}, {}});
    QTest::keyClick(&fixture.traces->table(), Qt::Key_J);
    QTest::keyClick(&fixture.traces->table(), Qt::Key_Return);
    QTRY_VERIFY(fixture.traces->detail().prepared().has_value());
    for (int tab = 0; tab <= TraceDetail::Stream; ++tab)
        fixture.traces->detail().setTab(TraceDetail::Tab(tab));
    fixture.window->openPalette();
    int seen = 0;
    QStringList nameless;
    for (QWidget *widget : fixture.window->findChildren<QWidget *>()) {
        if (widget->focusPolicy() == Qt::NoFocus || isInnerPart(widget))
            continue;
        if (qobject_cast<QLabel *>(widget) && widget->isHidden())
            continue; // a text that is not said at the moment
        ++seen;
        if (spokenName(widget).isEmpty())
            nameless.append(QString::fromLatin1(widget->metaObject()->className()) + u' ' +
                            widget->objectName() + u" in "_s +
                            QString::fromLatin1(widget->parentWidget()->metaObject()->className()));
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u"\n"_s)));
    QVERIFY(seen > 30);
}

void TestWindow::everyControlIsReachedByTab()
{
    WindowFixture fixture;
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    QTRY_COMPARE(fixture.traces->model().rowCount(), 60);
    QVERIFY(QTest::qWaitForWindowActive(fixture.window.get()));
    QSet<QWidget *> reached;
    for (int i = 0; i < 80; ++i) {
        QTest::keyClick(fixture.window->focusWidget() ? fixture.window->focusWidget() : fixture.window.get(),
                        Qt::Key_Tab);
        reached.insert(fixture.window->focusWidget());
    }
    for (QWidget *widget : fixture.window->findChildren<QWidget *>()) {
        const bool wanted = widget->isVisible() && widget->isEnabled() &&
                            (widget->focusPolicy() & Qt::TabFocus) && !isInnerPart(widget);
        // Of a group of exclusive buttons, arrows reach the others.
        auto *button = qobject_cast<QAbstractButton *>(widget);
        if (!wanted || (button && button->autoExclusive() && !button->isChecked()))
            continue;
        QVERIFY2(reached.contains(widget), qPrintable(spokenName(widget)));
    }
}

void TestWindow::paletteFinds_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("first");
    QTest::newRow("start of a title") << u"over"_s << u"Overview"_s;
    QTest::newRow("start of a word") << u"prod"_s << u"Use router production"_s;
    QTest::newRow("two words in any order") << u"dev router"_s << u"Use router dev"_s;
    QTest::newRow("letters in order") << u"cbu"_s << u"Copy base URL"_s;
    QTest::newRow("case does not matter") << u"PAUSE"_s << u"Pause the gateway"_s;
    QTest::newRow("a start beats a middle") << u"tra"_s << u"Traces"_s;
}

void TestWindow::paletteFinds()
{
    QFETCH(QString, query);
    CommandModel model;
    model.setCommands(someCommands());
    QCOMPARE(titles(model).size(), 8);
    model.setQuery(query);
    QTEST(titles(model).value(0), "first");
    model.setQuery(u"zzz"_s);
    QVERIFY(titles(model).isEmpty());
}

void TestWindow::ctrlKRunsACommand()
{
    WindowFixture fixture;
    fixture.window->open({u"overview"_s, {}, {}, {}});
    fixture.window->show();
    QVERIFY(QTest::qWaitForWindowActive(fixture.window.get()));
    QTest::keyClick(fixture.window.get(), Qt::Key_K, Qt::ControlModifier);
    auto *palette = fixture.window->findChild<CommandPalette *>();
    QVERIFY(palette->isVisible());
    auto *field = palette->findChild<QLineEdit *>();
    QCOMPARE(fixture.window->focusWidget(), field);
    const int whole = palette->height();
    QTest::keyClicks(field, u"Theme: dark"_s);
    QVERIFY2(palette->height() < whole, "as high as what was found");
    field->clear();
    QCOMPARE(palette->height(), whole);
    QTest::keyClicks(field, u"trac"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QCOMPARE(fixture.window->currentPage(), fixture.traces);
    QWidget *before = fixture.window->focusWidget();
    fixture.window->openPalette();
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!palette->isVisible());
    QCOMPARE(fixture.window->focusWidget(), before); // Esc leaves everything as it was
}

void TestWindow::paletteFindsTraces()
{
    WindowFixture fixture;
    fixture.window->show();
    QTRY_COMPARE(fixture.traces->model().rowCount(), 60);
    fixture.window->openPalette();
    auto *palette = fixture.window->findChild<CommandPalette *>();
    auto *field = palette->findChild<QLineEdit *>();
    QTest::keyClicks(field, u"resumable"_s);
    auto *list = palette->findChild<QListView *>();
    QTRY_VERIFY(list->model()->rowCount() > 0);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(fixture.window->currentPage(), fixture.traces);
    QTRY_VERIFY(fixture.traces->detail().prepared().has_value());
    QVERIFY(fixture.traces->detail().prepared()->record.head.promptStart.find("resumable") !=
            std::string::npos);
}

void TestWindow::choosingARouterAsksTheGateway()
{
    WindowFixture fixture;
    fixture.window->show();
    auto *combo = fixture.window->findChild<QComboBox *>();
    QCOMPARE(combo->currentData().toString(), u"production"_s);
    const int dev = combo->findData(u"dev"_s);
    combo->setCurrentIndex(dev);
    Q_EMIT combo->activated(dev);
    QCOMPARE(fixture.window->source().status().activeRouter, std::string("dev"));
    QCOMPARE(combo->currentData().toString(), u"dev"_s);
}

void TestWindow::aRefusedRouterIsSaid()
{
    Source source =
        sample::makeSource(std::make_shared<sample::Store>(), std::make_shared<std::vector<trace::Head>>());
    source.setActiveRouter = [](const std::string &) -> Result<void> {
        return fail(ErrorKind::NotFound, "no router dev");
    };
    WindowFixture fixture(0, source);
    fixture.window->show();
    auto *combo = fixture.window->findChild<QComboBox *>();
    const int dev = combo->findData(u"dev"_s);
    combo->setCurrentIndex(dev);
    Q_EMIT combo->activated(dev);
    QCOMPARE(combo->currentData().toString(), u"production"_s); // shows what is, not what was wished
    bool said = false;
    for (const QLabel *label : fixture.window->findChildren<QLabel *>())
        said |= label->isVisible() && label->text() == u"no router dev"_s;
    QVERIFY(said);
}

void TestWindow::pausingAndResuming()
{
    WindowFixture fixture;
    fixture.window->show();
    QPushButton *pause = nullptr;
    for (QPushButton *button : fixture.window->findChildren<QPushButton *>()) {
        if (button->text() == u"Pause"_s)
            pause = button;
    }
    QVERIFY(pause);
    pause->click();
    QVERIFY(fixture.window->source().status().isPaused);
    QCOMPARE(pause->text(), u"Resume"_s);
    pause->click();
    QVERIFY(!fixture.window->source().status().isPaused);
}

void TestWindow::copyingTheBaseUrl()
{
    WindowFixture fixture;
    fixture.window->show();
    QVERIFY(QTest::qWaitForWindowActive(fixture.window.get()));
    QGuiApplication::clipboard()->clear();
    QTest::keyClick(fixture.window.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:8080"_s);
}

void TestWindow::pagesByNumberAndRemembered()
{
    WindowFixture fixture;
    fixture.window->show();
    QVERIFY(QTest::qWaitForWindowActive(fixture.window.get()));
    QTest::keyClick(fixture.window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(fixture.window->currentPage(), fixture.traces);
    MainWindow again(sample::makeSource(fixture.store, fixture.feed), fixture.theme, fixture.state);
    again.addPage(new OverviewPage(again.context()));
    QCOMPARE(again.currentPage()->id(), u"overview"_s);
    again.addPage(new TracePage(again.context()));
    QCOMPARE(again.currentPage()->id(), u"traces"_s);
}

void TestWindow::closingHidesOnlyWithATray_data()
{
    QTest::addColumn<bool>("tray");
    QTest::newRow("with a tray the program stays") << true;
    QTest::newRow("without one the window closes") << false;
}

void TestWindow::closingHidesOnlyWithATray()
{
    QFETCH(bool, tray);
    WindowFixture fixture;
    fixture.window->setTrayAvailable([tray] { return tray; });
    fixture.window->show();
    QCOMPARE(fixture.window->close(), !tray);
    QVERIFY(!fixture.window->isVisible());
}

void TestWindow::geometryAndThemeAreRemembered()
{
    WindowFixture fixture;
    fixture.window->resize(1'234, 700);
    fixture.window->show();
    fixture.state.setTheme(ThemeChoice::Dark);
    fixture.window->close();
    MainWindow again(sample::makeSource(fixture.store, fixture.feed), fixture.theme, fixture.state);
    QCOMPARE(again.width(), 1'234);
    QCOMPARE(fixture.theme.choice(), ThemeChoice::Dark);
}

void TestWindow::smallestSizeFits()
{
    WindowFixture fixture;
    fixture.window->resize(1'000, 640);
    fixture.window->show();
    for (const QString &page : {u"overview"_s, u"traces"_s}) {
        fixture.window->open({page, {}, {}, {}});
        QTRY_VERIFY(fixture.window->currentPage()->isVisible());
        QCOMPARE(fixture.window->size(), QSize(1'000, 640)); // nothing in it asks for more
        QVERIFY(fixture.window->currentPage()->minimumSizeHint().width() <= 804);
        QVERIFY2(fixture.window->currentPage()->minimumSizeHint().height() <= 587,
                 qPrintable(QString::number(fixture.window->currentPage()->minimumSizeHint().height())));
    }
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
