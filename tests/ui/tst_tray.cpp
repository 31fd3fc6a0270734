// SPDX-License-Identifier: GPL-3.0-or-later
// The tray as a desktop sees it: over D-Bus, in a session of its own, on an X server of its own. The test
// starts itself again inside that session.
#include "sample_source.h"
#include "tray.h"
#include "support/places.h"

#include <QApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusMessage>
#include <QDBusReply>
#include <QDBusVariant>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct MenuEntry
{
    int id = 0;
    QVariantMap properties;
    QString label() const { return properties.value(u"label"_s).toString().remove(u'_'); }
    bool isMarked() const { return properties.value(u"toggle-state"_s).toInt() == 1; }
};

/// com.canonical.dbusmenu's (ia{sv}av), flattened.
void collect(const QDBusArgument &layout, std::vector<MenuEntry> &entries)
{
    MenuEntry entry;
    QList<QDBusVariant> children;
    layout.beginStructure();
    layout >> entry.id >> entry.properties;
    layout.beginArray();
    while (!layout.atEnd()) {
        QDBusVariant child;
        layout >> child;
        children.append(child);
    }
    layout.endArray();
    layout.endStructure();
    entries.push_back(entry);
    for (const QDBusVariant &child : children)
        collect(child.variant().value<QDBusArgument>(), entries);
}

/// A host as a panel would be: another connection to the same bus.
class Panel
{
public:
    Panel()
    {
        m_watcher.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_watcher.start(u"/usr/bin/python3"_s,
                        {pm::test::inTests(QStringLiteral("/ui/status_notifier_watcher.py"))});
    }
    ~Panel() { stop(); }
    void stop()
    {
        m_watcher.kill();
        m_watcher.waitForFinished(5'000);
    }
    /// The unique name of the item that registered; empty until then.
    QString item()
    {
        m_output += m_watcher.readAllStandardOutput();
        const auto at = m_output.indexOf("item ");
        if (at < 0)
            return {};
        return QString::fromUtf8(m_output.mid(at + 5)).section(u'\n', 0, 0).section(u'/', 0, 0);
    }
    std::vector<MenuEntry> menu()
    {
        QDBusMessage call = QDBusMessage::createMethodCall(item(), u"/MenuBar"_s, u"com.canonical.dbusmenu"_s,
                                                           u"GetLayout"_s);
        call << 0 << -1 << QStringList();
        const QDBusMessage reply = ask(call);
        std::vector<MenuEntry> entries;
        if (reply.arguments().size() == 2)
            collect(reply.arguments().at(1).value<QDBusArgument>(), entries);
        return entries;
    }
    MenuEntry find(const QString &label)
    {
        for (const MenuEntry &entry : menu()) {
            if (entry.label() == label)
                return entry;
        }
        return {};
    }
    void click(int id)
    {
        QDBusMessage call =
            QDBusMessage::createMethodCall(item(), u"/MenuBar"_s, u"com.canonical.dbusmenu"_s, u"Event"_s);
        call << id << u"clicked"_s << QVariant::fromValue(QDBusVariant(QString())) << uint(0);
        ask(call);
    }

private:
    /// From another connection, so that the tray in this process answers while we wait.
    QDBusMessage ask(const QDBusMessage &call)
    {
        QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"panel"_s);
        return bus.call(call, QDBus::BlockWithGui, 5'000);
    }

    QProcess m_watcher;
    QByteArray m_output;
};

Source source()
{
    return sample::makeSource(std::make_shared<sample::Store>(),
                              std::make_shared<std::vector<trace::Head>>());
}

} // namespace

/// Runs inside the session. Qt's tray looks for a host once in a process, so each case is a process.
class TestTray : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutHostIsNotAvailable();
    void hostThatComesLaterIsFound();
    void menuSwitchesTheRouter();
    void pausesAndResumes();
    void saysWhenTheHostIsLost();
};

void TestTray::withoutHostIsNotAvailable()
{
    const Source from = source();
    Tray tray(from);
    QSignalSpy settled(&tray, &Tray::settled);
    tray.start(200ms);
    QVERIFY(settled.wait());
    QCOMPARE(settled.first().first().toBool(), false);
    QVERIFY(!tray.isAvailable());
}

void TestTray::hostThatComesLaterIsFound()
{
    const Source from = source();
    Tray tray(from);
    QSignalSpy settled(&tray, &Tray::settled);
    tray.start(20s);
    QTRY_VERIFY(QDBusConnection::sessionBus().isConnected());
    QVERIFY(!tray.isAvailable());
    Panel panel;
    QVERIFY(settled.wait(15'000));
    QCOMPARE(settled.first().first().toBool(), true);
    QVERIFY(tray.isAvailable());
    QTRY_VERIFY(!panel.item().isEmpty());
}

void TestTray::menuSwitchesTheRouter()
{
    const Source from = source();
    const std::vector<RouterStatus> routers = from.routers();
    QVERIFY(routers.size() >= 2);
    QVERIFY(from.setActiveRouter(routers[0].name));
    Panel panel;
    Tray tray(from);
    tray.start(20s);
    QTRY_VERIFY_WITH_TIMEOUT(!panel.item().isEmpty(), 15'000);
    const QString first = QString::fromStdString(routers[0].name);
    const QString second = QString::fromStdString(routers[1].name);
    QTRY_VERIFY(panel.find(first).isMarked());
    const MenuEntry heading = panel.find(u"Active router"_s);
    QVERIFY(heading.id != 0); // words that a panel shows, not a separator's, which it drops
    QCOMPARE(heading.properties.value(u"enabled"_s).toBool(), false);
    const MenuEntry entry = panel.find(second);
    QCOMPARE(entry.properties.value(u"toggle-type"_s).toString(), u"radio"_s);
    QVERIFY(!entry.isMarked());
    panel.click(entry.id);
    QTRY_COMPARE(from.status().activeRouter, routers[1].name);
    QTRY_VERIFY(panel.find(second).isMarked());
    QVERIFY(!panel.find(first).isMarked());
    panel.click(panel.find(u"None: the model decides"_s).id);
    QTRY_COMPARE(from.status().activeRouter, std::string());
}

void TestTray::pausesAndResumes()
{
    const Source from = source();
    Panel panel;
    Tray tray(from);
    QSignalSpy open(&tray, &Tray::openWanted);
    QSignalSpy quit(&tray, &Tray::quitWanted);
    tray.start(20s);
    QTRY_VERIFY_WITH_TIMEOUT(!panel.item().isEmpty(), 15'000);
    QTRY_VERIFY(panel.find(u"Pause"_s).id != 0);
    panel.click(panel.find(u"Pause"_s).id);
    QTRY_VERIFY(from.status().isPaused);
    QTRY_VERIFY(panel.find(u"Resume"_s).id != 0);
    panel.click(panel.find(u"Open window"_s).id);
    QTRY_COMPARE(open.size(), 1);
    panel.click(panel.find(u"Quit"_s).id);
    QTRY_COMPARE(quit.size(), 1);
}

void TestTray::saysWhenTheHostIsLost()
{
    const Source from = source();
    Panel panel;
    Tray tray(from);
    QSignalSpy lost(&tray, &Tray::lost);
    tray.start(20s);
    QTRY_VERIFY_WITH_TIMEOUT(tray.isAvailable(), 15'000);
    panel.stop();
    QTRY_VERIFY(!tray.isAvailable());
    QVERIFY(lost.wait(10'000));
}

namespace {

/// Outside: one session, one process for each case.
int runInSessions(const QString &self)
{
    int failed = 0;
    for (int i = 0; i < TestTray::staticMetaObject.methodCount(); ++i) {
        const QMetaMethod method = TestTray::staticMetaObject.method(i);
        if (method.methodType() != QMetaMethod::Slot ||
            method.enclosingMetaObject() != &TestTray::staticMetaObject)
            continue;
        QTemporaryDir home;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &name :
             {u"WAYLAND_DISPLAY"_s, u"DBUS_SESSION_BUS_ADDRESS"_s, u"XDG_CURRENT_DESKTOP"_s})
            environment.remove(name);
        environment.insert(u"HOME"_s, home.path());
        environment.insert(u"XDG_RUNTIME_DIR"_s, home.path());
        environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
        environment.insert(u"POINTSMAN_TRAY_SESSION"_s, u"1"_s);
        QProcess session;
        session.setProcessEnvironment(environment);
        session.setProcessChannelMode(QProcess::ForwardedChannels);
        session.start(u"dbus-run-session"_s,
                      {u"--"_s, u"xvfb-run"_s, u"-a"_s, self, QString::fromUtf8(method.name())});
        const bool ended = session.waitForStarted() && session.waitForFinished(60'000);
        if (!ended || session.exitCode() != 0) {
            std::fprintf(stderr, "FAIL!  : %s (%s)\n", method.name().constData(),
                         qPrintable(session.errorString()));
            session.kill();
            session.waitForFinished();
            ++failed;
        }
    }
    return failed;
}

} // namespace

int main(int argc, char **argv)
{
    if (!qEnvironmentVariableIsSet("POINTSMAN_TRAY_SESSION")) {
        QCoreApplication application(argc, argv);
        return runInSessions(QCoreApplication::applicationFilePath());
    }
    QApplication application(argc, argv);
    TestTray test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_tray.moc"
