// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixture_window.h"
#include "traces/filter_bar.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"
#include "widgets/chip.h"
#include "widgets/empty_state.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QScrollBar>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::WindowFixture;

namespace {

std::vector<trace::Head> liveHeads(int count)
{
    std::mt19937_64 rng(77);
    std::vector<trace::Head> heads;
    for (int i = 0; i < count; ++i)
        heads.push_back(sample::makeRecord(rng, nowMicros() + 1'000'000 + i * 1'000).head);
    return heads;
}

EmptyState *emptyState(const WindowFixture &fixture)
{
    return fixture.traces->findChild<EmptyState *>();
}

} // namespace

class TestTracePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void storedTracesAreListedNewestFirst();
    void scrollingDownLoadsOlderOnes();
    void followsWhileAtTheEdge_data();
    void followsWhileAtTheEdge();
    void whatIsBeingReadStandsStill();
    void aFilterRulesStoreAndLiveRows();
    void textFiltersAfterTheTypingPauses();
    void emptyAndErrorStatesSayWhatToDo();
    void keysMoveOpenAndClose();
    void cCopiesAsCurl();
    void aTornOffDetailComesBack();
    void aDestinationSelectsItsTrace();
    void narrowTablesHideColumnsByRank();
};

void TestTracePage::storedTracesAreListedNewestFirst()
{
    WindowFixture fixture;
    fixture.window->show();
    TraceModel &model = fixture.traces->model();
    QTRY_COMPARE(model.rowCount(), 60);
    for (int row = 1; row < model.rowCount(); ++row)
        QVERIFY(model.head(row - 1)->id > model.head(row)->id);
}

void TestTracePage::scrollingDownLoadsOlderOnes()
{
    WindowFixture fixture(900);
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    TraceModel &model = fixture.traces->model();
    QTRY_VERIFY(model.rowCount() > 0);
    const int first = model.rowCount();
    QVERIFY(first < 900);
    QScrollBar *bar = fixture.traces->table().verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    bar->setValue(bar->maximum());
    QTRY_VERIFY(model.rowCount() > first);
    QTRY_VERIFY((bar->setValue(bar->maximum()), model.rowCount() == 900));
}

void TestTracePage::followsWhileAtTheEdge_data()
{
    QTest::addColumn<bool>("onTop");
    QTest::newRow("newest on top") << true;
    QTest::newRow("newest at the bottom") << false;
}

void TestTracePage::followsWhileAtTheEdge()
{
    QFETCH(bool, onTop);
    WindowFixture fixture;
    fixture.traces->model().setOrder(onTop ? TraceModel::Order::NewestOnTop
                                           : TraceModel::Order::NewestAtBottom);
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    TraceModel &model = fixture.traces->model();
    QTRY_COMPARE(model.rowCount(), 60);
    TraceTable &table = fixture.traces->table();
    QScrollBar *bar = table.verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    table.follow();
    *fixture.feed = liveHeads(30);
    QTRY_COMPARE(model.rowCount(), 90);
    QVERIFY(table.isFollowing());
    QTRY_COMPARE(bar->value(), onTop ? 0 : bar->maximum());
}

void TestTracePage::whatIsBeingReadStandsStill()
{
    WindowFixture fixture(150);
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    TraceModel &model = fixture.traces->model();
    TraceTable &table = fixture.traces->table();
    QTRY_COMPARE(model.rowCount(), 150);
    QTRY_VERIFY(table.verticalScrollBar()->maximum() > 1'000);
    table.verticalScrollBar()->setValue(900);
    QVERIFY(!table.isFollowing());
    const std::string atTop = model.head(table.rowAt(0))->id;
    *fixture.feed = liveHeads(7);
    QTRY_COMPARE(model.rowCount(), 157);
    QTRY_COMPARE(model.head(table.rowAt(0))->id, atTop);
    Chip *live = nullptr;
    for (Chip *chip : fixture.traces->findChildren<Chip *>()) {
        if (chip->isCheckable())
            live = chip;
    }
    QVERIFY(live);
    QCOMPARE(live->text(), u"7 new"_s);
    live->click();
    QVERIFY(table.isFollowing());
    QCOMPARE(table.verticalScrollBar()->value(), 0);
}

void TestTracePage::aFilterRulesStoreAndLiveRows()
{
    WindowFixture fixture(200);
    fixture.window->show();
    Destination destination{u"traces"_s, {}, {}, {}};
    destination.filter.provider = "openai";
    fixture.window->open(destination);
    TraceModel &model = fixture.traces->model();
    QTRY_VERIFY(model.rowCount() > 0);
    const int stored = model.rowCount();
    QVERIFY(stored < 200);
    const std::vector<trace::Head> live = liveHeads(40);
    const auto ofOpenAi =
        std::count_if(live.begin(), live.end(), [](const auto &h) { return h.provider == "openai"; });
    QVERIFY(ofOpenAi > 0);
    *fixture.feed = live;
    QTRY_COMPARE(model.rowCount(), stored + int(ofOpenAi));
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.head(row)->provider, std::string("openai"));
}

void TestTracePage::textFiltersAfterTheTypingPauses()
{
    WindowFixture fixture(200);
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    TraceModel &model = fixture.traces->model();
    QTRY_COMPARE(model.rowCount(), 200);
    QTest::keyClick(&fixture.traces->table(), Qt::Key_Slash);
    auto *field = fixture.traces->findChild<FilterBar *>()->findChild<QLineEdit *>();
    QCOMPARE(fixture.window->focusWidget(), field);
    QTest::keyClicks(field, u"upload"_s);
    QTRY_VERIFY(model.rowCount() > 0 && model.rowCount() < 200);
    for (int row = 0; row < model.rowCount(); ++row)
        QVERIFY(model.head(row)->promptStart.find("upload") != std::string::npos);
}

void TestTracePage::emptyAndErrorStatesSayWhatToDo()
{
    WindowFixture empty(0);
    empty.window->open({u"traces"_s, {}, {}, {}});
    empty.window->show();
    QTRY_COMPARE(emptyState(empty)->title(), u"No requests yet"_s);
    Destination nothing{u"traces"_s, {}, {}, {}};
    nothing.filter.provider = "nobody";
    empty.window->open(nothing);
    QTRY_COMPARE(emptyState(empty)->title(), u"Nothing matches"_s);

    Source broken =
        sample::makeSource(std::make_shared<sample::Store>(), std::make_shared<std::vector<trace::Head>>());
    broken.openTraces = []() -> Result<std::unique_ptr<TraceReader>> {
        return fail(ErrorKind::Storage, "traces.db: disk I/O error");
    };
    WindowFixture failing(0, broken);
    failing.window->open({u"traces"_s, {}, {}, {}});
    failing.window->show();
    QTRY_COMPARE(emptyState(failing)->title(), u"Traces cannot be read"_s);
}

void TestTracePage::keysMoveOpenAndClose()
{
    WindowFixture fixture;
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    TraceModel &model = fixture.traces->model();
    TraceTable &table = fixture.traces->table();
    QTRY_COMPARE(model.rowCount(), 60);
    QTest::keyClick(&table, Qt::Key_J);
    QTest::keyClick(&table, Qt::Key_J);
    QCOMPARE(table.currentIndex().row(), 1);
    QTest::keyClick(&table, Qt::Key_K);
    QCOMPARE(table.currentIndex().row(), 0);
    QTest::keyClick(&table, Qt::Key_Down);
    QCOMPARE(table.currentIndex().row(), 1);
    TraceDetail &detail = fixture.traces->detail();
    QVERIFY(!detail.isVisible());
    QTest::keyClick(&table, Qt::Key_Return);
    QVERIFY(detail.isVisible());
    QCOMPARE(detail.id(), model.head(1)->id);
    QTest::keyClick(&table, Qt::Key_J);
    QCOMPARE(detail.id(), model.head(2)->id);
    QTest::keyClick(&table, Qt::Key_Escape);
    QVERIFY(!detail.isVisible());
}

void TestTracePage::cCopiesAsCurl()
{
    WindowFixture fixture;
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    QTRY_COMPARE(fixture.traces->model().rowCount(), 60);
    QGuiApplication::clipboard()->clear();
    QTest::keyClick(&fixture.traces->table(), Qt::Key_J);
    QTest::keyClick(&fixture.traces->table(), Qt::Key_C);
    QTRY_VERIFY(!QGuiApplication::clipboard()->text().isEmpty());
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY(text.startsWith(u"curl -sS 'http://127.0.0.1:8080/v1/messages' -N"_s));
    QVERIFY(text.contains(u"-H 'x-api-key: ***'"_s));
    QVERIFY(!text.contains(u"content-length"_s));
    QVERIFY(text.contains(u"--data-binary '{\"model\""_s));
    QVERIFY(text.contains(u"the user'\\''s repository"_s)); // a quote must not end the word for the shell
}

void TestTracePage::aTornOffDetailComesBack()
{
    WindowFixture fixture;
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->show();
    QTRY_COMPARE(fixture.traces->model().rowCount(), 60);
    TraceDetail &detail = fixture.traces->detail();
    QTest::keyClick(&fixture.traces->table(), Qt::Key_J);
    QTest::keyClick(&fixture.traces->table(), Qt::Key_Return);
    Q_EMIT detail.tearOffWanted();
    QVERIFY(detail.window() != fixture.window.get());
    QVERIFY(detail.isVisible());
    QTest::keyClick(&fixture.traces->table(), Qt::Key_J);
    QCOMPARE(detail.id(), fixture.traces->model().head(1)->id);
    detail.window()->close();
    QCOMPARE(detail.window(), fixture.window.get());
    QVERIFY(detail.isVisible());
}

void TestTracePage::aDestinationSelectsItsTrace()
{
    WindowFixture fixture;
    fixture.window->show();
    const std::string wanted = fixture.store->heads()[50].id;
    fixture.window->open({u"traces"_s, {}, wanted, {}});
    QTRY_COMPARE(fixture.traces->table().currentId(), wanted);
    QCOMPARE(fixture.traces->detail().id(), wanted);
    QTRY_VERIFY(fixture.traces->detail().prepared().has_value());
}

void TestTracePage::narrowTablesHideColumnsByRank()
{
    WindowFixture fixture;
    fixture.window->open({u"traces"_s, {}, {}, {}});
    fixture.window->resize(1'600, 800);
    fixture.window->show();
    QTRY_COMPARE(fixture.traces->model().rowCount(), 60);
    TraceTable &table = fixture.traces->table();
    for (int column = 0; column < TraceModel::ColumnCount; ++column)
        QVERIFY(!table.isColumnHidden(column));
    fixture.window->resize(1'000, 640);
    QTest::keyClick(&table, Qt::Key_J);
    QTest::keyClick(&table, Qt::Key_Return);
    QTRY_VERIFY(table.isColumnHidden(TraceModel::App));
    QVERIFY(!table.isColumnHidden(TraceModel::Time));
    QVERIFY(!table.isColumnHidden(TraceModel::Route));
    QVERIFY(!table.isColumnHidden(TraceModel::Total));
    int wide = 0;
    for (int column = 0; column < TraceModel::ColumnCount; ++column)
        wide += table.isColumnHidden(column) ? 0 : table.columnWidth(column);
    QTRY_VERIFY(wide <= table.viewport()->width());
}

QTEST_MAIN(TestTracePage)
#include "tst_trace_page.moc"
