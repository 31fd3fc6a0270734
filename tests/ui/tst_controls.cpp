// SPDX-License-Identifier: GPL-3.0-or-later
// What single controls say and show, to the eye and to assistive tools.
#include "fixture_window.h"
#include "traces/trace_delegates.h"
#include "traces/trace_detail.h"
#include "widgets/entry_list.h"

#include <QAccessible>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;
using sample::WindowFixture;

class TestControls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theActiveRoutersSignIsLive();
    void tabsAreKnownByTheirPurpose();
    void aFocusedButtonHasOneRing();
    void theProviderGivesWayBeforeTheModel_data();
    void theProviderGivesWayBeforeTheModel();
    void onlyTheUserChoosesAnEntry();
    void entriesAreFilteredByTitleAndId();
};

void TestControls::theActiveRoutersSignIsLive()
{
    using Health = ProviderStatus::Health;
    RouterStatus router{"production", true, 1, "priority", {}};
    router.list = {{.label = "demo/demo", .provider = "demo", .state = Health::Unknown}};
    Source source =
        sample::makeSource(std::make_shared<sample::Store>(), std::make_shared<std::vector<trace::Head>>());
    source.routers = [&router] { return std::vector<RouterStatus>{router}; };
    WindowFixture fixture(0, source);
    fixture.window->show();
    auto *combo = fixture.window->findChild<QComboBox *>();
    QVERIFY2(combo->toolTip().contains(u"not used yet"_s), qPrintable(combo->toolTip()));
    const auto icon = [combo] { return combo->itemIcon(combo->currentIndex()).pixmap(16, 16).toImage(); };
    const QImage before = icon();
    router.list[0].state = Health::Healthy; // as after a request, of which no signal tells
    QTRY_VERIFY(combo->toolTip().contains(u"healthy"_s));
    QVERIFY(icon() != before);
    QCOMPARE(combo->currentText(), u"production"_s);
}

void TestControls::tabsAreKnownByTheirPurpose()
{
    WindowFixture fixture;
    fixture.window->show();
    auto *bar = fixture.traces->detail().findChild<QTabBar *>();
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(bar);
    QVERIFY(interface);
    QCOMPARE(interface->role(), QAccessible::PageTabList);
    QCOMPARE(interface->text(QAccessible::Name), u"Parts of the request"_s);
    QCOMPARE(interface->text(QAccessible::Value), u"Chat"_s);
    QCOMPARE(interface->childCount(), bar->count());
    QAccessibleInterface *headers = interface->child(TraceDetail::Headers);
    QCOMPARE(headers->role(), QAccessible::PageTab);
    QCOMPARE(headers->text(QAccessible::Name), u"Headers"_s);
    QVERIFY(!headers->state().selected);
    headers->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QVERIFY(headers->state().selected);
    QCOMPARE(interface->text(QAccessible::Value), u"Headers"_s);
    QCOMPARE(interface->indexOfChild(headers), int(TraceDetail::Headers));
}

void TestControls::aFocusedButtonHasOneRing()
{
    WindowFixture fixture;
    fixture.window->show();
    QVERIFY(QTest::qWaitForWindowActive(fixture.window.get()));
    int looked = 0;
    for (QPushButton *button : fixture.window->findChildren<QPushButton *>()) {
        if (button->text() != u"Copy base URL"_s && button->text() != u"Pause"_s)
            continue;
        QTest::keyClick(fixture.window.get(), Qt::Key_Tab); // as the keyboard's user gets there
        button->setFocus(Qt::TabFocusReason);
        const QImage picture = button->grab().toImage();
        const QRgb accent = fixture.theme.tokens().accent.rgb();
        int rings = 0;
        bool was = false;
        for (int y = 0; y < picture.height() / 2; ++y) {
            const bool is = picture.pixel(picture.width() / 2, y) == accent;
            rings += is && !was;
            was = is;
        }
        QCOMPARE(rings, 1);
        ++looked;
    }
    QCOMPARE(looked, 2);
}

void TestControls::theProviderGivesWayBeforeTheModel_data()
{
    QTest::addColumn<int>("letters"); ///< room, in widths of the provider's name
    QTest::addColumn<QString>("shown");
    QTest::newRow("room for all of it") << 100 << u"anthropic/"_s;
    QTest::newRow("no room at all") << 0 << u"…/"_s;
}

void TestControls::theProviderGivesWayBeforeTheModel()
{
    QFETCH(int, letters);
    QFETCH(QString, shown);
    const QFontMetrics metrics(QGuiApplication::font());
    QCOMPARE(routePrefix(u"anthropic"_s, metrics, letters * metrics.horizontalAdvance(u'a')), shown);
    const int half = metrics.horizontalAdvance(u"anthropic/"_s) / 2;
    const QString cut = routePrefix(u"anthropic"_s, metrics, half);
    QVERIFY2(cut.startsWith(u"a"_s) && cut.endsWith(u"…/"_s), qPrintable(cut));
    QVERIFY(metrics.horizontalAdvance(cut) <= half);
}

void TestControls::onlyTheUserChoosesAnEntry()
{
    Theme theme;
    EntryList list(theme, u"Things"_s);
    QSignalSpy chosen(&list, &EntryList::chosen);
    EntryList::Entry one;
    one.id = one.title = u"one"_s;
    one.spoken = u"one, healthy"_s;
    EntryList::Entry two;
    two.id = two.title = u"two"_s;
    list.setEntries({one, two}, u"two"_s);
    QCOMPARE(list.current(), u"two"_s);
    list.setEntries({two}, u"two"_s); // the one before is gone
    QCOMPARE(list.count(), 1);
    QCOMPARE(list.current(), u"two"_s);
    QCOMPARE(chosen.count(), 0);
    list.setEntries({one, two}, u"two"_s);
    list.setCurrentRow(0);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].toString(), u"one"_s);
    QCOMPARE(list.item(0)->data(Qt::AccessibleTextRole).toString(), u"one, healthy"_s);
}

void TestControls::entriesAreFilteredByTitleAndId()
{
    Theme theme;
    EntryList list(theme, u"Things"_s);
    EntryList::Entry gemini;
    gemini.id = u"gemini"_s;
    gemini.title = u"Google"_s;
    EntryList::Entry groq;
    groq.id = groq.title = u"groq"_s;
    list.setFilter(u" GEM "_s);
    list.setEntries({gemini, groq}, {});
    QVERIFY(!list.item(0)->isHidden());
    QVERIFY(list.item(1)->isHidden());
    list.setFilter(u"goo"_s);
    QVERIFY(!list.item(0)->isHidden());
    list.setFilter({});
    QVERIFY(!list.item(1)->isHidden());
}

QTEST_MAIN(TestControls)
#include "tst_controls.moc"
