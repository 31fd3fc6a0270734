// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_link.h"
#include "support/redis_server.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace pm;
using namespace pm::redis;
using namespace pm::test;
using namespace std::chrono_literals;

/// Several threads, one connection.
class TestRedisLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!RedisServer::isInstalled())
            QSKIP("needs redis-server");
    }

    void answersComeToTheThreadThatAsked()
    {
        RedisServer server;
        Link link(optionsFor(server));
        const Qt::HANDLE own = QThread::currentThreadId();
        Qt::HANDLE answeredOn = nullptr;
        link.send({"PING"}, [&](const Result<Reply> &answer) {
            QVERIFY(answer.has_value());
            answeredOn = QThread::currentThreadId();
        });
        QVERIFY(!answeredOn); // never before it returns
        QTRY_COMPARE(answeredOn, own);
        QVERIFY(link.isUp() && link.problem().empty());
    }

    void manyThreads()
    {
        RedisServer server;
        Link link(optionsFor(server));
        const auto script = std::make_shared<const Script>("return redis.call('INCRBY', KEYS[1], ARGV[1])");
        std::atomic<int> answers{0};
        std::atomic<std::int64_t> highest{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&] { // without an event loop
                for (int i = 0; i < 200; ++i) {
                    link.run(script, {"n"}, {"2"}, [&](const Result<Reply> &answer) {
                        std::int64_t seen = highest;
                        while (answer && answer->number() > seen && !highest.compare_exchange_weak(seen, answer->number())) {
                        }
                        ++answers;
                    });
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QTRY_COMPARE_WITH_TIMEOUT(answers.load(), 1600, 10'000);
        QCOMPARE(highest.load(), std::int64_t(3200));
    }

    void goneServerIsNamed()
    {
        RedisServer server;
        Link link(optionsFor(server));
        bool isDone = false;
        link.send({"PING"}, [&](const Result<Reply> &) { isDone = true; });
        QTRY_VERIFY(isDone);
        server.kill();
        QTRY_VERIFY(!link.isUp());
        isDone = false;
        link.send({"PING"}, [&](const Result<Reply> &answer) {
            QCOMPARE(answer.error().kind, ErrorKind::ConnectFailed);
            isDone = true;
        });
        QTRY_VERIFY(isDone);
        QVERIFY(link.problem().find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
    }

    void goingAwayWhileOthersWait()
    {
        RedisServer server;
        int calls = 0;
        {
            Link link(optionsFor(server));
            link.send({"PING"}, [&](const Result<Reply> &) { ++calls; });
            QTRY_COMPARE(calls, 1);
            server.freeze();
            for (int i = 0; i < 100; ++i)
                link.send({"PING"}, [&](const Result<Reply> &) { ++calls; });
        }
        QTest::qWait(50);
        QCOMPARE(calls, 1);
    }

private:
    static Client::Options optionsFor(const RedisServer &server)
    {
        Client::Options options;
        options.address = parseUrl(server.url()).value();
        options.timeout = 2s;
        return options;
    }
};

QTEST_GUILESS_MAIN(TestRedisLink)
#include "tst_redis_link.moc"
