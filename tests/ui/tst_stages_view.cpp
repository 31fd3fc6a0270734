// SPDX-License-Identifier: GPL-3.0-or-later
// The detail's Request and Answer: stages, marks and jumps, by mouse, keyboard and for assistive tools.
#include "fixture_window.h"
#include "spoken.h"
#include "traces/code_view.h"
#include "traces/line_marks.h"
#include "traces/loss_list.h"
#include "traces/stages_view.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"
#include "widgets/scintilla.h"
#include "widgets/segmented_tabs.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTabBar>
#include <QTest>
#include <QToolTip>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::WindowFixture;

namespace {

/// The window with one record open.
struct Opened
{
    explicit Opened(const trace::Record &record, TraceDetail::Tab tab = TraceDetail::Request)
    {
        fixture.store->add(record);
        fixture.feed->push_back(record.head);
        fixture.window->open({u"traces"_s, {}, {}, {}});
        fixture.window->resize(1'100, 900);
        fixture.window->show();
        isActive = QTest::qWaitForWindowActive(fixture.window.get());
        isLoaded = QTest::qWaitFor([this] { return fixture.traces->model().rowCount() == 1; });
        detail.setTab(tab);
        fixture.traces->table().setCurrentIndex(fixture.traces->model().index(0, 0));
        Q_EMIT fixture.traces->table().openWanted();
        isLoaded = isLoaded && QTest::qWaitFor([this] { return detail.prepared().has_value(); });
        view = qobject_cast<StagesView *>(detail.findChild<SegmentedTabs *>()->pane(tab));
        editor = view->findChild<QsciScintilla *>();
        bar = view->findChild<QTabBar *>();
        list = view->findChild<QListWidget *>();
    }

    QString cursorLine() const { return editor->text(view->code().marks().cursorLine()).trimmed(); }
    QString shown() const
    {
        QStringList texts;
        for (const QLabel *label : view->findChildren<QLabel *>()) {
            if (label->isVisibleTo(view))
                texts.append(label->text());
        }
        return texts.join(u'\n');
    }
    int rowOf(const QString &name) const { return list->row(list->findItems(name, Qt::MatchExactly).value(0)); }

    WindowFixture fixture{0};
    TraceDetail &detail = fixture.traces->detail();
    bool isActive = false;
    bool isLoaded = false;
    StagesView *view = nullptr;
    QsciScintilla *editor = nullptr;
    QTabBar *bar = nullptr;
    QListWidget *list = nullptr;
};

} // namespace

class TestStagesView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theThreePointsOfARequest();
    void theThreePointsOfAnAnswer();
    void askedAndSentSideBySide();
    void aLossIsGoneToByClick();
    void aLossIsGoneToByKeyboard();
    void aLossWithoutAPlaceSaysSo();
    void f8StepsThroughTheMarks();
    void aMarkedLineIsToldWithoutColour();
    void theSummaryLeadsToTheLosses();
    void whatWasPassedOnSaysSoInItsPlace();
    void thePointStaysWithTheNextRecord();
    void everyControlHasANameAndIsReached();
};

void TestStagesView::theThreePointsOfARequest()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    QVERIFY(o.isLoaded);
    QCOMPARE(o.bar->count(), 4);
    QVERIFY(o.editor->text().contains(u"\"max_completion_tokens\""_s));
    o.bar->setFocus();
    QTest::keyClick(o.bar, Qt::Key_Right);
    QCOMPARE(o.bar->tabText(o.view->stage()), u"Understood"_s);
    QVERIFY(o.editor->text().contains(u"\"tool_result\""_s));
    QVERIFY(o.shown().contains(u"read from openai"_s));
    QTest::keyClick(o.bar, Qt::Key_Right);
    QCOMPARE(o.bar->tabText(o.view->stage()), u"Sent"_s);
    QVERIFY(o.editor->text().contains(u"\"input_schema\""_s));
}

void TestStagesView::theThreePointsOfAnAnswer()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()), TraceDetail::Answer);
    QVERIFY(o.editor->text().startsWith(u"event: message_start"_s));
    QVERIFY2(!o.list->isVisible(), "losses are of the request");
    o.view->setStage(1);
    QVERIFY(o.editor->text().contains(u"taken off before the coupon."_s));
    o.view->setStage(2);
    QVERIFY(o.editor->text().contains(u"[DONE]"_s));
}

void TestStagesView::askedAndSentSideBySide()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    o.view->setStage(StagesView::kBoth);
    QVERIFY(o.view->code().isVisible() && o.view->otherCode() && o.view->otherCode()->isVisible());
    auto *other = o.view->otherCode()->findChild<QsciScintilla *>();
    QVERIFY(o.editor->text().contains(u"\"max_completion_tokens\""_s));
    QVERIFY(other->text().contains(u"\"input_schema\""_s));
    QCOMPARE(sample::spokenName(other), u"Request body, Sent"_s);
    QVERIFY2(o.shown().contains(u"openai → anthropic"_s), qPrintable(o.shown()));
    const auto place = [&](QWidget *widget) { return widget->mapTo(o.view, QPoint()); };
    QVERIFY2(place(other).y() > place(o.editor).y(), "one above the other where it is narrow");
    o.fixture.window->resize(2'000, 900);
    QSplitter *panes = nullptr;
    for (QWidget *above = o.detail.parentWidget(); above && !panes; above = above->parentWidget())
        panes = qobject_cast<QSplitter *>(above);
    QVERIFY(panes);
    panes->setSizes({300, 1'400});
    QTRY_VERIFY(place(other).x() > place(o.editor).x());
    o.list->setCurrentRow(o.rowOf(u"seed"_s));
    QTest::keyClick(o.list, Qt::Key_Return);
    QCOMPARE(o.view->stage(), StagesView::kBoth);
    QCOMPARE(o.cursorLine(), u"\"seed\": 7,"_s);
    o.view->setStage(0);
    QVERIFY(!o.view->otherCode()->isVisible());
}

void TestStagesView::aLossIsGoneToByClick()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    o.view->setStage(2);
    const int row = o.rowOf(u"service_tier"_s);
    o.list->scrollToItem(o.list->item(row));
    QTest::mouseClick(o.list->viewport(), Qt::LeftButton, {}, o.list->visualItemRect(o.list->item(row)).center());
    QCOMPARE(o.view->stage(), 0);
    QCOMPARE(o.cursorLine(), u"\"service_tier\": \"flex\","_s);
}

void TestStagesView::aLossIsGoneToByKeyboard()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    QVERIFY(o.isActive);
    o.list->setCurrentRow(o.rowOf(u"messages: name"_s));
    o.list->setFocus();
    QTest::keyClick(o.list, Qt::Key_Return);
    QVERIFY(o.editor->hasFocus());
    const int first = o.view->code().marks().cursorLine();
    QCOMPARE(o.cursorLine(), u"\"name\": \"ann\","_s);
    o.list->setFocus();
    QTest::keyClick(o.list, Qt::Key_Return); // again: the next of its places
    QVERIFY(o.view->code().marks().cursorLine() > first);
    QCOMPARE(o.cursorLine(), u"\"name\": \"ann\","_s);
}

void TestStagesView::aLossWithoutAPlaceSaysSo()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    const int row = o.rowOf(u"a user turn put first"_s);
    QCOMPARE(o.list->item(row)->data(Qt::AccessibleTextRole).toString(), u"a user turn put first, not in the body"_s);
    const int before = o.view->code().marks().cursorLine();
    o.list->setCurrentRow(row);
    QTest::keyClick(o.list, Qt::Key_Return);
    QCOMPARE(o.view->code().marks().cursorLine(), before);
    const QListWidgetItem *twice = o.list->item(o.rowOf(u"messages: name"_s));
    QVERIFY(twice->data(Qt::AccessibleTextRole).toString().contains(u"and 1 more"_s));
}

void TestStagesView::f8StepsThroughTheMarks()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    QVERIFY(o.isActive);
    o.editor->setFocus();
    QStringList lines;
    for (int i = 0; i < 6; ++i) {
        QTest::keyClick(o.editor, Qt::Key_F8);
        lines.append(o.cursorLine().section(u':', 0, 0));
    }
    QCOMPARE(lines, (QStringList{u"\"name\""_s, u"\"name\""_s, u"\"seed\""_s, u"\"logit_bias\""_s,
                                 u"\"service_tier\""_s, u"\"name\""_s}));
    QTest::keyClick(o.editor, Qt::Key_F8, Qt::ShiftModifier);
    QCOMPARE(o.cursorLine(), u"\"service_tier\": \"flex\","_s);
}

void TestStagesView::aMarkedLineIsToldWithoutColour()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    LineMarks &marks = o.view->code().marks();
    const int line = o.detail.prepared()->request.losses[1].lines.at(0);
    marks.goTo(line);
    QCOMPARE(o.editor->accessibleDescription(), u"Not carried over to anthropic: seed"_s);
    QVERIFY2(o.editor->marginWidth(1) > 0, "a sign in the gutter");
    QVERIFY2(o.editor->marginWidth(0) > 0, "line numbers, which the list names");
    const long x = o.editor->SendScintilla(QsciScintillaBase::SCI_POINTXFROMPOSITION, 0UL,
                                           o.editor->SendScintilla(QsciScintillaBase::SCI_GETCURRENTPOS));
    const long y = o.editor->SendScintilla(QsciScintillaBase::SCI_POINTYFROMPOSITION, 0UL,
                                           o.editor->SendScintilla(QsciScintillaBase::SCI_GETCURRENTPOS));
    const QPoint at(int(x) + 3, int(y) + 5);
    QHelpEvent help(QEvent::ToolTip, at, o.editor->viewport()->mapToGlobal(at));
    QCoreApplication::sendEvent(o.editor->viewport(), &help);
    QCOMPARE(QToolTip::text(), u"Not carried over to anthropic: seed"_s);
    QTest::keyClick(o.editor, Qt::Key_Up);
    QTRY_COMPARE(o.editor->accessibleDescription(), QString());
    o.view->setStage(1);
    QCOMPARE(o.editor->marginWidth(1), 0);
}

void TestStagesView::theSummaryLeadsToTheLosses()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    o.view->setStage(2);
    o.detail.setTab(TraceDetail::Chat);
    QPushButton *show = nullptr;
    for (QPushButton *button : o.detail.findChildren<QPushButton *>()) {
        if (button->accessibleName() == u"Show what was not carried over"_s)
            show = button;
    }
    QVERIFY(show && show->isVisible());
    show->click();
    QVERIFY(o.view->isVisible());
    QCOMPARE(o.view->stage(), 0);
    const QString wanted =
        u"Not carried over to anthropic: logit_bias, seed, service_tier, messages: name and 1 more"_s;
    bool isNamed = false;
    for (const QLabel *label : o.detail.findChildren<QLabel *>())
        isNamed = isNamed || label->text() == wanted;
    QVERIFY(isNamed);
}

void TestStagesView::whatWasPassedOnSaysSoInItsPlace()
{
    trace::Record record = sample::makeTranslatedRecord(nowMicros());
    record.detail.attempts[0].dialect = record.head.clientDialect;
    record.detail.losses.clear();
    record.detail.upstreamRequestBody = {};
    Opened o(record);
    QVERIFY(!o.list->isVisible());
    o.view->setStage(2);
    QVERIFY(o.view->code().isEmpty());
    QVERIFY2(o.shown().contains(u"Sent on as it came"_s), qPrintable(o.shown()));
}

void TestStagesView::thePointStaysWithTheNextRecord()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    o.view->setStage(1);
    const trace::Record next = sample::makeFallbackRecord(nowMicros());
    o.fixture.store->add(next);
    QSignalSpy loaded(&o.detail, &TraceDetail::loaded);
    o.detail.setHead(next.head);
    QVERIFY(loaded.wait());
    QCOMPARE(o.view->stage(), 1);
    QVERIFY(o.shown().contains(u"read from anthropic"_s));
}

void TestStagesView::everyControlHasANameAndIsReached()
{
    Opened o(sample::makeTranslatedRecord(nowMicros()));
    QVERIFY(o.isActive);
    QCOMPARE(sample::spokenName(o.bar), u"Request body: which point of its way"_s);
    QCOMPARE(QAccessible::queryAccessibleInterface(o.bar)->text(QAccessible::Value), u"Asked"_s);
    QCOMPARE(sample::spokenName(o.list), u"Fields that were not carried over"_s);
    QCOMPARE(sample::spokenName(o.editor), u"Request body"_s);
    o.bar->setFocus();
    QTest::keyClick(o.bar, Qt::Key_Tab);
    QVERIFY(o.list->hasFocus());
    QTest::keyClick(o.list, Qt::Key_Tab);
    QVERIFY(o.editor->hasFocus());
    QTest::keyClick(o.editor, Qt::Key_Backtab, Qt::ShiftModifier);
    QVERIFY(o.list->hasFocus());
}

QTEST_MAIN(TestStagesView)
#include "tst_stages_view.moc"
