// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/discovery.h"
#include "support/local_http.h"

#include <QSignalSpy>
#include <QTest>

using namespace pm;
using namespace pm::test;
using std::chrono::milliseconds;

namespace {

QString textOf(const std::vector<LocalServer> &found)
{
    QStringList servers;
    for (const LocalServer &server : found) {
        QStringList models;
        for (const std::string &model : server.models)
            models << q(model);
        servers << q(server.provider) + q(": ") + models.join(u' ');
    }
    return servers.join(q(" | "));
}

constexpr int kNoPort = 1;
constexpr milliseconds kSoon{40};

} // namespace

class TestDiscovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void candidatesAreTheLocalRows()
    {
        const auto candidates = localCandidates();
        QStringList text;
        for (const LocalServer &candidate : candidates)
            text << q(candidate.provider) + u' ' + q(candidate.baseUrl);
        QCOMPARE(text.join(u'\n'), q("ollama http://127.0.0.1:11434/v1\nlmstudio http://127.0.0.1:1234/v1\n"
                                     "llamacpp http://127.0.0.1:8080/v1\nvllm http://127.0.0.1:8000/v1"));
    }

    void answers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QString>("found");
        const QByteArray none;
        QTest::newRow("OpenAI's shape")
            << QByteArray("{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}") << 200 << none
            << q("ollama: a b");
        QTest::newRow("Ollama's shape") << QByteArray("{\"models\":[{\"name\":\"a:7b\",\"model\":\"a:7b\"}]}")
                                        << 200 << none << q("ollama: a:7b");
        QTest::newRow("entries without a name")
            << QByteArray("{\"data\":[{},7,null,{\"id\":\"\"},{\"id\":\"a\"}]}") << 200 << none
            << q("ollama: a");
        QTest::newRow("no models yet") << QByteArray("{\"data\":[]}") << 200 << none << q("ollama: ");
        QTest::newRow("a web page") << QByteArray("<html>") << 200 << none << QString();
        QTest::newRow("other JSON") << QByteArray("{\"hello\":1}") << 200 << none << QString();
        QTest::newRow("a list") << QByteArray("[1]") << 200 << none << QString();
        QTest::newRow("not found") << QByteArray("{\"data\":[{\"id\":\"a\"}]}") << 404 << none << QString();
        QTest::newRow("wants a key") << QByteArray("{\"data\":[{\"id\":\"a\"}]}") << 401 << none << QString();
        QTest::newRow("another gateway") << QByteArray("{\"data\":[{\"id\":\"a\"}]}") << 200
                                         << QByteArray("X-Pointsman-Router: dev\r\n") << QString();
        QTest::newRow("endless answer")
            << "{\"data\":[{\"id\":\"" + QByteArray(2'000'000, 'a') + "\"}]}" << 200 << none << QString();
    }
    void answers()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QByteArray, header);
        QFETCH(QString, found);
        LocalHttp server;
        server.answers(body, status, header);
        LocalHttp other; // a second candidate shows when the round is over
        other.answers("{\"data\":[{\"id\":\"z\"}]}");
        SocketUpstream upstream;
        Discovery discovery(upstream, kNoPort, {{"ollama", server.base(), {}}, {"vllm", other.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(std::chrono::hours(1));
        QVERIFY(changed.wait(5000));
        QCOMPARE(textOf(discovery.found()), found.isEmpty() ? q("vllm: z") : found + q(" | vllm: z"));
        QCOMPARE(server.requests, 1);
        QVERIFY(server.lastRequest.startsWith("GET /v1/models HTTP/1.1"));
        QCOMPARE(upstream.secrets, (std::vector<std::size_t>{0, 0}));
    }

    void tellsOfChangesOnly()
    {
        LocalHttp server;
        server.answers("{\"data\":[{\"id\":\"a\"}]}");
        SocketUpstream upstream;
        Discovery discovery(upstream, kNoPort, {{"lmstudio", server.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(kSoon);
        QTRY_VERIFY(server.requests >= 4);
        QCOMPARE(changed.count(), 1);
        server.answers("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
        QTRY_COMPARE(changed.count(), 2);
        QCOMPARE(textOf(discovery.found()), q("lmstudio: a b"));
        server.stop();
        QTRY_COMPARE(changed.count(), 3);
        QVERIFY(discovery.found().empty());
    }

    void nothingThereIsNoChange()
    {
        LocalHttp gone;
        const std::string base = gone.base();
        gone.stop();
        SocketUpstream upstream;
        Discovery discovery(upstream, kNoPort, {{"vllm", base, {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(kSoon);
        QTRY_VERIFY(upstream.urls.size() >= 4);
        QCOMPARE(changed.count(), 0);
    }

    void busyIsNotGone()
    {
        LocalHttp server;
        server.answers("{\"data\":[{\"id\":\"a\"}]}");
        SocketUpstream upstream;
        upstream.patience = milliseconds(30);
        Discovery discovery(upstream, kNoPort, {{"ollama", server.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(milliseconds(60));
        QVERIFY(changed.wait(5000));
        server.staysSilent();
        const int before = server.requests;
        QTRY_VERIFY(server.requests >= before + 3);
        QCOMPARE(textOf(discovery.found()), q("ollama: a"));
        QCOMPARE(changed.count(), 1);
    }

    void neverAsksItself()
    {
        LocalHttp own;
        own.answers("{\"data\":[{\"id\":\"loop\"}]}");
        LocalHttp other;
        other.answers("{\"data\":[{\"id\":\"z\"}]}");
        SocketUpstream upstream;
        const std::string byName = "http://localhost:" + std::to_string(own.port()) + "/v1";
        Discovery discovery(
            upstream, own.port(),
            {{"llamacpp", own.base(), {}}, {"llamacpp", byName, {}}, {"vllm", other.base(), {}}});
        QSignalSpy changed(&discovery, &Discovery::foundChanged);
        discovery.start(std::chrono::hours(1));
        QVERIFY(changed.wait(5000));
        QCOMPARE(textOf(discovery.found()), q("vllm: z"));
        QCOMPARE(own.requests, 0);
    }

    void defaultsToTheLocalRowsWithoutItsOwnPort()
    {
        SocketUpstream upstream;
        Discovery discovery(upstream, 8080, {});
        discovery.start(std::chrono::hours(1));
        QCOMPARE(upstream.urls, (std::vector<std::string>{"http://127.0.0.1:11434/v1/models",
                                                          "http://127.0.0.1:1234/v1/models",
                                                          "http://127.0.0.1:8000/v1/models"}));
    }

    void mayBeRestartedFromItsSignalAndDestroyedWhileAsking()
    {
        LocalHttp server;
        server.answers("{\"data\":[{\"id\":\"a\"}]}");
        SocketUpstream upstream;
        auto discovery = std::make_unique<Discovery>(upstream, kNoPort,
                                                     std::vector<LocalServer>{{"ollama", server.base(), {}}});
        int changes = 0;
        connect(discovery.get(), &Discovery::foundChanged, this, [&] {
            ++changes;
            discovery->start(std::chrono::hours(1));
        });
        discovery->start(std::chrono::hours(1));
        QTRY_COMPARE(server.requests, 2);
        QCOMPARE(changes, 1);
        server.staysSilent();
        discovery->start(std::chrono::hours(1));
        QTRY_COMPARE(server.requests, 3);
        discovery.reset();
    }
};

QTEST_GUILESS_MAIN(TestDiscovery)
#include "tst_discovery.moc"
