// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_store.h"
#include "support/places.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVirtualObject>
#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

// The keychain against a real gnome-keyring. Started by ctest it starts itself again inside sessions of its
// own, one for each state of the keyring that has to be told apart (support/keyring_session.sh).

#ifdef __SANITIZE_THREAD__
// Our code here runs on one thread. The others are QtDBus's and GLib's, which are not built with the
// sanitizer and lock by futexes and atomics of their own: every report is about what it cannot see there
// (malloc, memcmp, g_mutex_unlock).
extern "C" const char *__tsan_default_options()
{
    return "report_bugs=0";
}
#endif

using namespace pm;
using namespace pm::secrets;
using namespace std::chrono_literals;

namespace {

constexpr const char *kScenario = "POINTSMAN_TEST_KEYRING";
constexpr auto kDeadline = 10s;

/// Waits for the one answer.
template <typename T, typename Start>
Result<T> await(Start start)
{
    std::optional<Result<T>> answer;
    int calls = 0;
    start([&](const Result<T> &result) {
        answer = result;
        ++calls;
    });
    const bool wasEarly = answer.has_value();
    QElapsedTimer timer;
    timer.start();
    while (!answer && timer.elapsed() < 20'000)
        QTest::qWait(2);
    QCoreApplication::processEvents();
    if (!answer || wasEarly || calls != 1)
        return fail(ErrorKind::Internal, "not exactly one answer from the event loop");
    return *answer;
}

Result<Secret> read(SecretStore &store, const std::string &name)
{
    return await<Secret>([&](auto done) { store.read(name, done); });
}
Result<void> write(SecretStore &store, const std::string &name, const std::string &value)
{
    return await<void>([&](auto done) { store.write(name, Secret(value), done); });
}
Result<void> removeKey(SecretStore &store, const std::string &name)
{
    return await<void>([&](auto done) { store.remove(name, done); });
}

QDBusMessage callService(const QString &method, const QVariant &argument)
{
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"),
        QStringLiteral("org.freedesktop.Secret.Service"), method);
    call << argument;
    return QDBusConnection::sessionBus().call(call);
}

/// Owns the keyring's name and answers nothing.
class SilentService : public QDBusVirtualObject
{
public:
    QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &, const QDBusConnection &) override
    {
        ++calls;
        return true;
    }
    int calls = 0;
};

} // namespace

#define COMPARE_KIND(result, wanted)                                                                         \
    do {                                                                                                     \
        QVERIFY(!(result));                                                                                  \
        QVERIFY2((result).error().kind == (wanted), (result).error().message.c_str());                       \
    } while (false)

namespace {

/// What holds wherever there is no keyring.
void refusesEverything()
{
    const auto store = makeKeychainStore(kDeadline);
    QElapsedTimer timer;
    timer.start();
    COMPARE_KIND(read(*store, "openai"), ErrorKind::KeyringMissing);
    COMPARE_KIND(write(*store, "openai", "sk-1"), ErrorKind::KeyringMissing);
    COMPARE_KIND(removeKey(*store, "openai"), ErrorKind::KeyringMissing);
    QVERIFY(timer.elapsed() < 5000);
}

} // namespace

class TestUnlocked : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesReadsOverwritesAndDeletes()
    {
        const auto store = makeKeychainStore(kDeadline);
        COMPARE_KIND(read(*store, "openai"), ErrorKind::SecretNotFound);
        QVERIFY(write(*store, "openai", "sk-first-0123456789").has_value());
        QCOMPARE(std::string(read(*store, "openai").value().reveal()), std::string("sk-first-0123456789"));
        QVERIFY(write(*store, "openai", "sk-second-\xC3\xBC").has_value());
        QCOMPARE(std::string(read(*store, "openai").value().reveal()), std::string("sk-second-\xC3\xBC"));
        COMPARE_KIND(read(*store, "anthropic"), ErrorKind::SecretNotFound);
        QVERIFY(removeKey(*store, "openai").has_value());
        COMPARE_KIND(read(*store, "openai"), ErrorKind::SecretNotFound);
        QVERIFY(removeKey(*store, "openai").has_value());
    }

    void keepsAnyBytes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("not UTF-8") << QByteArray("\xFF\xFE key \x80");
        QTest::newRow("a line break at the end") << QByteArray("key\n");
        QTest::newRow("sixty kilobytes") << QByteArray(60'000, 'k');
    }

    void keepsAnyBytes()
    {
        QFETCH(QByteArray, bytes);
        const auto store = makeKeychainStore(kDeadline);
        QVERIFY(write(*store, "bytes", bytes.toStdString()).has_value());
        QVERIFY(read(*store, "bytes").value().equals(bytes.toStdString()));
    }

    void manyAtOnce()
    {
        const auto store = makeKeychainStore(kDeadline);
        int answers = 0;
        for (int i = 0; i < 20; ++i) {
            store->write("k" + std::to_string(i), Secret("v" + std::to_string(i)),
                         [&](const Result<void> &done) { answers += done ? 1 : 1000; });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answers, 20, 10'000);
        for (int i = 0; i < 20; ++i)
            QVERIFY(read(*store, "k" + std::to_string(i))->equals("v" + std::to_string(i)));
    }

    void storeMayDieBeforeTheAnswer()
    {
        bool isCalled = false;
        for (int after = 0; after < 30; ++after) { // at different stages of the call
            auto store = makeKeychainStore(kDeadline);
            store->write("dying", Secret("value"),
                         [&](const Result<void> &) { isCalled = isCalled || !store; });
            QTest::qWait(after);
            store.reset();
        }
        QTest::qWait(50);
        QVERIFY(!isCalled);
    }

    void storeMayDieInTheAnswer()
    {
        auto store = makeKeychainStore(kDeadline);
        bool isCalled = false;
        store->read("absent", [&](const Result<Secret> &) {
            store.reset();
            isCalled = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(isCalled, 10'000);
    }

    /// Last in its scenario: nothing unlocks the keyring again without a dialog.
    void lockedIsNeitherMissingNorDone()
    {
        const auto store = makeKeychainStore(kDeadline);
        QVERIFY(write(*store, "kept", "sk-kept").has_value());
        const QList<QDBusObjectPath> login{
            QDBusObjectPath(QStringLiteral("/org/freedesktop/secrets/collection/login"))};
        QCOMPARE(callService(QStringLiteral("Lock"), QVariant::fromValue(login)).type(),
                 QDBusMessage::ReplyMessage);

        COMPARE_KIND(read(*store, "kept"), ErrorKind::KeyringLocked);
        COMPARE_KIND(write(*store, "kept", "sk-other"), ErrorKind::KeyringLocked);
        COMPARE_KIND(write(*store, "new", "sk-new"), ErrorKind::KeyringLocked);
        COMPARE_KIND(removeKey(*store, "kept"), ErrorKind::KeyringLocked);
        COMPARE_KIND(read(*store, "kept"), ErrorKind::KeyringLocked); // still there
        COMPARE_KIND(read(*store, "never stored"), ErrorKind::SecretNotFound);
        for (const auto &result : {write(*store, "kept", "sk-other-value")})
            QVERIFY(result.error().message.find("sk-other") == std::string::npos);
    }
};

class TestNoCollection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keyringWithoutCollection()
    {
        const auto store = makeKeychainStore(kDeadline);
        COMPARE_KIND(read(*store, "openai"), ErrorKind::SecretNotFound);
        COMPARE_KIND(write(*store, "openai", "sk-1"), ErrorKind::KeyringMissing);
    }
};

class TestNoService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyToAsk() { refusesEverything(); }

    void silentKeyringMeetsTheDeadline()
    {
        SilentService service;
        QDBusConnection bus =
            QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("silent service"));
        QVERIFY(bus.registerVirtualObject(QStringLiteral("/org/freedesktop/secrets"), &service,
                                          QDBusConnection::SubPath));
        QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.secrets")));
        const auto store = makeKeychainStore(300ms);
        const auto result = read(*store, "openai");
        COMPARE_KIND(result, ErrorKind::KeyringMissing);
        QVERIFY2(result.error().message.find("300 ms") != std::string::npos, result.error().message.c_str());
        QVERIFY(service.calls > 0);
    }
};

class TestNoBus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyToAsk() { refusesEverything(); }

    void deadBus()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        const auto store = makeKeychainStore(kDeadline);
        COMPARE_KIND(read(*store, "openai"), ErrorKind::KeyringMissing);
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    }
};

namespace {

/// Runs this program again in the given session; its exit code.
int runIn(const QString &scenario, const QStringList &arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QLatin1String(kScenario), scenario);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    const QStringList command{pm::test::inTests(QStringLiteral("/support/keyring_session.sh")), scenario,
                              QCoreApplication::applicationFilePath()};
    process.start(QStringLiteral("/bin/sh"), command + arguments);
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit) {
        qCritical("scenario %s did not end", qPrintable(scenario));
        return 1;
    }
    return process.exitCode();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    using Make = std::unique_ptr<QObject> (*)();
    const std::pair<const char *, Make> scenarios[] = {
        {"unlocked", [] { return std::unique_ptr<QObject>(new TestUnlocked); }},
        {"no-collection", [] { return std::unique_ptr<QObject>(new TestNoCollection); }},
        {"no-service", [] { return std::unique_ptr<QObject>(new TestNoService); }},
        {"no-bus", [] { return std::unique_ptr<QObject>(new TestNoBus); }},
    };
    const QByteArray inside = qgetenv(kScenario);
    int failures = 0;
    for (const auto &[name, make] : scenarios) {
        if (inside.isEmpty())
            failures += runIn(QLatin1String(name), app.arguments().mid(1)) == 0 ? 0 : 1;
        else if (inside == name)
            return QTest::qExec(make().get(), argc, argv);
    }
    return failures;
}

#include "tst_keychain.moc"
