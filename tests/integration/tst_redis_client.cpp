// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_client.h"
#include "support/redis_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <optional>

using namespace pm;
using namespace pm::redis;
using namespace pm::test;
using namespace std::chrono_literals;

/// Against a real server that is killed and frozen.
class TestRedisClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!RedisServer::isInstalled())
            QSKIP("needs redis-server");
    }

    void commandsAreAnswered()
    {
        RedisServer server;
        Client client(optionsFor(server));
        QCOMPARE(ask(client, {"SET", "a", std::string("x\0y", 3)}).text(), std::string_view("OK"));
        QCOMPARE(ask(client, {"GET", "a"}).text(), std::string_view("x\0y", 3));
        QVERIFY(ask(client, {"GET", "nothing"}).isNil());
        QCOMPARE(ask(client, {"RPUSH", "l", "1", "2", "3"}).number(), std::int64_t(3));
        QCOMPARE(ask(client, {"LRANGE", "l", "0", "-1"}).list().size(), std::size_t(3));
    }

    void errorsCarryTheServersWords()
    {
        RedisServer server;
        Client client(optionsFor(server));
        std::optional<Result<Reply>> answer;
        client.send({"INCR", "a", "b"}, [&](Result<Reply> said) { answer = std::move(said); });
        QTRY_VERIFY(answer.has_value());
        QCOMPARE(answer->error().kind, ErrorKind::UpstreamRejected);
        QVERIFY(answer->error().message.find("wrong number of arguments") != std::string::npos);
        QVERIFY(client.isUp());
    }

    void manyAreUnderWayAtOnce()
    {
        RedisServer server;
        Client client(optionsFor(server, 5s));
        int answers = 0;
        std::int64_t last = 0;
        for (int i = 0; i < 5000; ++i) {
            client.send({"INCR", "n"}, [&](const Result<Reply> &answer) {
                QVERIFY(answer.has_value());
                QCOMPARE(answer->number(), last + 1); // in order
                last = answer->number();
                ++answers;
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answers, 5000, 10'000);
    }

    void scriptsRunByTheirHash()
    {
        RedisServer server;
        Client client(optionsFor(server));
        const Script script("return {KEYS[1], ARGV[1], #KEYS}");
        for (int turn = 0; turn < 2; ++turn) { // unknown at first, then known
            std::optional<Reply> answer;
            client.run(script, {"k"}, {"v"}, [&](const Result<Reply> &said) { answer = said.value(); });
            QTRY_VERIFY(answer.has_value());
            QCOMPARE(answer->list().at(0).text(), std::string_view("k"));
            QCOMPARE(answer->list().at(1).text(), std::string_view("v"));
            QCOMPARE(answer->list().at(2).number(), std::int64_t(1));
        }
        QCOMPARE(ask(client, {"SCRIPT", "EXISTS", script.hash()}).list().at(0).number(), std::int64_t(1));
    }

    void passwordAndDatabase()
    {
        RedisServer server(QStringLiteral("s3cret"));
        Client::Options options = optionsFor(server);
        options.password = Secret("s3cret");
        options.address.database = 3;
        Client client(options);
        QCOMPARE(ask(client, {"SET", "a", "1"}).text(), std::string_view("OK"));
        options.address.database = 0;
        Client other(options);
        QVERIFY(ask(other, {"GET", "a"}).isNil());
    }

    void wrongPasswordIsSaid()
    {
        RedisServer server(QStringLiteral("s3cret"));
        Client::Options options = optionsFor(server);
        options.password = Secret("guess");
        Client client(options);
        QTRY_VERIFY(!client.problem().empty());
        QVERIFY2(client.problem().find("WRONGPASS") != std::string::npos, client.problem().c_str());
        QVERIFY(client.problem().find("guess") == std::string::npos);
    }

    void killedServerFailsAtOnceAndComesBack()
    {
        RedisServer server;
        Client client(optionsFor(server, 1s));
        QCOMPARE(ask(client, {"PING"}).text(), std::string_view("PONG"));
        server.kill();
        QTRY_VERIFY(!client.isUp());
        QElapsedTimer since;
        since.start();
        std::optional<Result<Reply>> answer;
        client.send({"PING"}, [&](Result<Reply> said) { answer = std::move(said); });
        QVERIFY(answer.has_value()); // without waiting
        QCOMPARE(answer->error().kind, ErrorKind::ConnectFailed);
        server.start();
        QTRY_VERIFY_WITH_TIMEOUT(client.isUp(), 10'000);
        QCOMPARE(ask(client, {"PING"}).text(), std::string_view("PONG"));
    }

    void frozenServerIsWaitedForOnce()
    {
        RedisServer server;
        Client client(optionsFor(server, 200ms));
        QCOMPARE(ask(client, {"PING"}).text(), std::string_view("PONG"));
        server.freeze();
        QElapsedTimer since;
        since.start();
        int failed = 0;
        for (int i = 0; i < 100; ++i)
            client.send({"INCR", "n"}, [&](const Result<Reply> &said) { failed += said ? 0 : 1; });
        QTRY_COMPARE(failed, 100);
        QVERIFY2(since.elapsed() < 1'500, qPrintable(QString::number(since.elapsed())));
        QVERIFY(!client.isUp());
        client.send({"PING"}, [&](const Result<Reply> &said) { failed += said ? 0 : 1; });
        QCOMPARE(failed, 101); // at once: nobody waits for it twice
        server.thaw();
        QTRY_VERIFY_WITH_TIMEOUT(client.isUp(), 10'000);
        QCOMPARE(ask(client, {"PING"}).text(), std::string_view("PONG"));
    }

    void nobodyListens()
    {
        RedisServer server;
        server.kill();
        Client client(optionsFor(server, 1s));
        std::optional<Result<Reply>> answer;
        client.send({"PING"}, [&](Result<Reply> said) { answer = std::move(said); });
        QTRY_VERIFY(answer.has_value());
        QCOMPARE(answer->error().kind, ErrorKind::ConnectFailed);
    }

    void tooManyFailAtOnce()
    {
        RedisServer server;
        Client client(optionsFor(server, 1s));
        server.freeze();
        int failed = 0;
        for (std::size_t i = 0; i < Client::kMaxPending + 5; ++i)
            client.send({"PING"}, [&](const Result<Reply> &said) { failed += said ? 0 : 1; });
        QCOMPARE(failed, 5);
        server.thaw();
    }

    void goingAwayCallsNobody()
    {
        RedisServer server;
        int calls = 0;
        {
            Client client(optionsFor(server, 1s));
            QCOMPARE(ask(client, {"PING"}).text(), std::string_view("PONG"));
            server.freeze();
            client.send({"PING"}, [&](const Result<Reply> &) { ++calls; });
        }
        server.thaw();
        QTest::qWait(50);
        QCOMPARE(calls, 0);
    }

    void hostNames()
    {
        RedisServer server;
        Client::Options options = optionsFor(server, 2s);
        options.address.host = "localhost";
        Client client(options);
        QCOMPARE(ask(client, {"PING"}).text(), std::string_view("PONG")); // sent before the name is known
    }

private:
    static Client::Options optionsFor(const RedisServer &server, std::chrono::milliseconds timeout = 2s)
    {
        Client::Options options;
        options.address = parseUrl(server.url()).value();
        options.timeout = timeout;
        return options;
    }

    static Reply ask(Client &client, std::vector<std::string> command)
    {
        std::optional<Result<Reply>> answer;
        client.send(std::move(command), [&](Result<Reply> said) { answer = std::move(said); });
        [&] { QTRY_VERIFY(answer.has_value()); }();
        if (!answer || !*answer) {
            QTest::qFail(answer ? answer->error().message.c_str() : "no answer", __FILE__, __LINE__);
            return {};
        }
        return **answer;
    }
};

QTEST_GUILESS_MAIN(TestRedisClient)
#include "tst_redis_client.moc"
