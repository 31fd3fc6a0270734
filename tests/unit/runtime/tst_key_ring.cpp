// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/key_ring.h"

#include "config/config_yaml.h"
#include "runtime/snapshot_builder.h"
#include "support/snapshots.h"

#include <QSignalSpy>
#include <QTest>

#include <deque>

using namespace pm;
using namespace pm::test;

namespace {

/// A keychain that answers when the test says so, and remembers what it was asked.
class ScriptedStore : public secrets::SecretStore
{
public:
    void read(const std::string &name, ReadCallback done) override
    {
        asked << q(name);
        m_waiting.emplace_back(name, std::move(done));
    }
    void write(const std::string &, const Secret &, DoneCallback done) override { done({}); }
    void remove(const std::string &, DoneCallback done) override { done({}); }

    /// Answers the oldest question; false when there is none.
    bool answer()
    {
        if (m_waiting.empty())
            return false;
        const auto [name, done] = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (failure)
            done(fail(*failure, "the keyring says no"));
        else if (const auto found = keys.find(name); found != keys.end())
            done(Secret(found->second));
        else
            done(fail(ErrorKind::SecretNotFound, "no key is stored as " + name));
        return true;
    }
    void answerAll()
    {
        while (answer()) { }
    }

    std::map<std::string, std::string> keys;
    std::optional<ErrorKind> failure;
    QStringList asked;

private:
    std::deque<std::pair<std::string, ReadCallback>> m_waiting;
};

config::Config configOf(const std::string &yaml)
{
    const config::Loaded loaded = config::load(yaml, knownNames());
    if (!loaded.isUsable())
        qFatal("%s", config::formatProblems("test", loaded.problems).c_str());
    return loaded.config;
}

ProviderRuntime filled(const KeyRing &ring, const config::Config &config, const char *name)
{
    ProviderRuntime runtime;
    for (const Provider &provider : buildProviders(config)) {
        if (provider.name == name)
            runtime.provider = provider;
    }
    ring.fill(runtime, config);
    return runtime;
}

/// "present: key-1 from keychain, key-2 from env X"
QString textOf(const ProviderRuntime &runtime)
{
    static const QStringList states{q("not needed"), q("present"), q("missing"), q("locked"), q("error")};
    QStringList keys;
    for (const KeySlot &slot : runtime.keys)
        keys << q(slot.key.reveal()) + q(" from ") + q(slot.source);
    return states[static_cast<int>(runtime.keyState)] + (keys.isEmpty() ? QString() : q(": ") + keys.join(q(", ")));
}

} // namespace

class TestKeyRing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        for (const ProviderRow &row : providerRows()) { // keys of whoever runs the tests
            for (const std::string_view variable : row.environment)
                qunsetenv(std::string(variable).c_str());
        }
        qunsetenv("PM_TEST_A");
    }

    void keysOfAProvider_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QStringList>("keychain"); // name=key
        QTest::addColumn<QStringList>("environment");
        QTest::addColumn<int>("failure"); // of the keychain; -1: none
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *what, const char *yaml, const char *provider, const QStringList &keychain,
                            const QStringList &environment, const char *expected, int failure = -1) {
            QTest::newRow(what) << q(yaml) << q(provider) << keychain << environment << failure << q(expected);
        };
        const int locked = static_cast<int>(ErrorKind::KeyringLocked);
        const int none = static_cast<int>(ErrorKind::KeyringMissing);
        const char *two = "providers: {openai: {api-key: ['keychain:work', 'env:PM_TEST_A']}}\n";
        row("nowhere", "", "openai", {}, {}, "missing");
        row("keychain by convention", "", "openai", {q("openai=k1")}, {}, "present: k1 from keychain");
        row("environment by convention", "", "openai", {}, {q("OPENAI_API_KEY=e1")}, "present: e1 from env OPENAI_API_KEY");
        row("the first conventional place alone", "", "openai", {q("openai=k1")}, {q("OPENAI_API_KEY=e1")},
            "present: k1 from keychain");
        row("all that the file lists", two, "openai", {q("work=k1")}, {q("PM_TEST_A=e1")},
            "present: k1 from keychain, e1 from env PM_TEST_A");
        row("of those, what there is", two, "openai", {}, {q("PM_TEST_A=e1")}, "present: e1 from env PM_TEST_A");
        row("listed ones replace the conventional", two, "openai", {q("openai=k1")}, {}, "missing");
        row("empty is none", two, "openai", {q("work=")}, {q("PM_TEST_A=")}, "missing");
        row("empty by convention", "", "openai", {q("openai=")}, {q("OPENAI_API_KEY=e1")},
            "present: e1 from env OPENAI_API_KEY");
        row("needs none", "", "ollama", {}, {}, "not needed");
        row("demo", "", "demo", {}, {}, "not needed");
        row("locked keyring", "", "openai", {}, {}, "locked", locked);
        row("locked keyring, key elsewhere", "", "openai", {}, {q("OPENAI_API_KEY=e1")},
            "present: e1 from env OPENAI_API_KEY", locked);
        row("no keyring, by convention", "", "openai", {}, {}, "missing", none);
        row("no keyring, but asked for", two, "openai", {}, {}, "error", none);
    }
    void keysOfAProvider()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, provider);
        QFETCH(QStringList, keychain);
        QFETCH(QStringList, environment);
        QFETCH(int, failure);
        ScriptedStore store;
        for (const QString &pair : keychain)
            store.keys[pair.section(u'=', 0, 0).toStdString()] = pair.section(u'=', 1).toStdString();
        for (const QString &pair : environment)
            qputenv(pair.section(u'=', 0, 0).toUtf8(), pair.section(u'=', 1).toUtf8());
        if (failure >= 0)
            store.failure = static_cast<ErrorKind>(failure);
        const config::Config config = configOf(yaml.toStdString());
        KeyRing ring(store);
        ring.setWanted(buildProviders(config), config);
        store.answerAll();
        const ProviderRuntime runtime = filled(ring, config, qPrintable(provider));
        QTEST(textOf(runtime), "expected");
        const bool isInTrouble = runtime.keyState == KeyState::Locked || runtime.keyState == KeyState::Error;
        const bool isNamed = yaml.contains(q("api-key")) && runtime.keys.empty();
        if (isInTrouble)
            QCOMPARE(q(runtime.keyProblem), q("the keyring says no"));
        else
            QCOMPARE(runtime.keyProblem.empty(), !isNamed);
    }

    void aKeyFileThatIsNotUsedSaysWhy()
    {
        ScriptedStore store;
        const config::Config config = configOf("providers: {openai: {api-key: 'file:/nonexistent/key'}}\n");
        KeyRing ring(store);
        const ProviderRuntime runtime = filled(ring, config, "openai");
        QCOMPARE(textOf(runtime), q("missing"));
        QVERIFY2(runtime.keyProblem.find("/nonexistent/key") != std::string::npos, runtime.keyProblem.c_str());
    }

    void namesAreAskedOneByOneAndOnce()
    {
        ScriptedStore store;
        const config::Config config = configOf("providers:\n  a: {format: openai, base-url: 'https://a.example'}\n"
                                               "  off: {format: openai, base-url: 'https://b.example', enabled: false}\n");
        KeyRing ring(store);
        QSignalSpy changed(&ring, &KeyRing::changed);
        ring.setWanted(buildProviders(config), config);
        QVERIFY(ring.isReading());
        QCOMPARE(store.asked.size(), 1);
        ring.setWanted(buildProviders(config), config); // a reload while it reads
        QCOMPARE(store.asked.size(), 1);
        store.answerAll();
        QVERIFY(!ring.isReading());
        QCOMPARE(changed.size(), 1);
        QVERIFY(store.asked.contains(q("a")) && store.asked.contains(q("openai")));
        QVERIFY2(!store.asked.contains(q("off")) && !store.asked.contains(q("ollama")), "no use for these");
        QStringList once = store.asked;
        once.removeDuplicates();
        QCOMPARE(store.asked, once);
        ring.setWanted(buildProviders(config), config); // another reload: all is known
        QCOMPARE(store.asked, once);
    }

    void aHopelessKeyringIsAskedOnce()
    {
        ScriptedStore store;
        store.failure = ErrorKind::KeyringLocked;
        KeyRing ring(store);
        ring.setWanted(buildProviders({}), {});
        store.answerAll();
        QCOMPARE(store.asked.size(), 1);
        QCOMPARE(textOf(filled(ring, {}, "anthropic")), q("locked"));
        store.failure.reset(); // the user unlocks it
        store.keys["anthropic"] = "k1";
        ring.refresh();
        store.answerAll();
        QCOMPARE(textOf(filled(ring, {}, "anthropic")), q("present: k1 from keychain"));
    }

    void answersToAnOlderQuestionAreDropped()
    {
        ScriptedStore store;
        const config::Config config = configOf("server: {client-keys: [{name: alice, key: 'keychain:alice'}]}\n");
        KeyRing ring(store);
        ring.setWanted({}, config);
        store.keys["alice"] = "new";
        ring.refresh();
        QCOMPARE(store.asked, (QStringList{q("alice"), q("alice")}));
        store.keys["alice"] = "old";
        store.answer(); // the first question's
        QVERIFY(ring.isReading());
        QVERIFY(ring.callerKeys(config).front().key.isEmpty());
        store.keys["alice"] = "new";
        store.answer();
        QVERIFY(!ring.isReading());
        QVERIFY(ring.callerKeys(config).front().key.equals("new"));
    }

    void aClientKeyThatCannotBeReadKeepsTheGatewayShut()
    {
        qputenv("PM_TEST_A", "bobs");
        ScriptedStore store;
        const config::Config config = configOf("server: {client-keys: [{name: alice, key: 'keychain:alice', routers: []},"
                                               " {name: bob, key: 'env:PM_TEST_A'}]}\n");
        KeyRing ring(store);
        ring.setWanted({}, config);
        store.answerAll();
        const auto keys = ring.callerKeys(config);
        QCOMPARE(keys.size(), std::size_t(2));
        QVERIFY(keys[0].key.isEmpty() && keys[1].key.equals("bobs"));
        QCOMPARE(ring.missingCallerKeys(config), std::vector<std::string>{"alice"});
    }

    void restsSurviveReloads()
    {
        qputenv("PM_TEST_A", "e1");
        ScriptedStore store;
        const config::Config config = configOf("providers: {openai: {api-key: 'env:PM_TEST_A'}}\n");
        KeyRing ring(store);
        filled(ring, config, "openai").keys.front().restsUntil->store(99);
        qputenv("PM_TEST_A", "e2");
        const ProviderRuntime again = filled(ring, config, "openai");
        QCOMPARE(textOf(again), q("present: e2 from env PM_TEST_A"));
        QCOMPARE(again.keys.front().restsUntil->load(), 99LL);
    }

    void aRingThatIsGoneTakesNoAnswer()
    {
        ScriptedStore store;
        {
            KeyRing ring(store);
            ring.setWanted(buildProviders({}), {});
        }
        QVERIFY(store.answer());
    }
};

QTEST_GUILESS_MAIN(TestKeyRing)
#include "tst_key_ring.moc"
