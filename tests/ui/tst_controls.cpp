// SPDX-License-Identifier: GPL-3.0-or-later
// What single controls say and show, to the eye and to assistive tools.
#include "fixture_window.h"
#include "traces/trace_detail.h"

#include <QAccessible>
#include <QComboBox>
#include <QPushButton>
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

QTEST_MAIN(TestControls)
#include "tst_controls.moc"
