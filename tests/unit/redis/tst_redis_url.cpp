// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_url.h"

#include <QTest>

using namespace pm;
using namespace pm::redis;

class TestRedisUrl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void good_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<int>("database");
        QTest::addColumn<QString>("user");
        const auto row = [](const char *url, const char *host, int port, int database, const char *user) {
            QTest::newRow(url) << QString::fromUtf8(url) << QString::fromUtf8(host) << port << database << QString::fromUtf8(user);
        };
        row("redis://localhost", "localhost", 6379, 0, "");
        row("redis://10.0.0.5:6380", "10.0.0.5", 6380, 0, "");
        row("redis://[::1]:7000/2", "::1", 7000, 2, "");
        row("redis://bob@redis.example/11", "redis.example", 6379, 11, "bob");
        row("redis://localhost/", "localhost", 6379, 0, "");
    }
    void good()
    {
        QFETCH(QString, url);
        const auto address = parseUrl(url.toStdString());
        QVERIFY(address.has_value());
        QTEST(QString::fromStdString(address->host), "host");
        QTEST(address->port, "port");
        QTEST(address->database, "database");
        QTEST(QString::fromStdString(address->user), "user");
    }

    void bad_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("words");
        QTest::newRow("scheme") << "http://localhost" << "begin with redis://";
        QTest::newRow("TLS") << "rediss://localhost" << "tunnel";
        QTest::newRow("no host") << "redis://:6379" << "no host";
        QTest::newRow("port") << "redis://localhost:port" << "1 to 65535";
        QTest::newRow("port 0") << "redis://localhost:0" << "1 to 65535";
        QTest::newRow("large port") << "redis://localhost:99999" << "1 to 65535";
        QTest::newRow("database") << "redis://localhost/name" << "number of a database";
        QTest::newRow("bracket") << "redis://[::1:6379" << "lacks a ]";
        QTest::newRow("password") << "redis://bob:hush@localhost" << "password: env:NAME";
    }
    void bad()
    {
        QFETCH(QString, url);
        QFETCH(QString, words);
        const auto address = parseUrl(url.toStdString());
        QVERIFY(!address.has_value());
        QCOMPARE(address.error().kind, ErrorKind::Config);
        QVERIFY2(address.error().message.find(words.toStdString()) != std::string::npos, address.error().message.c_str());
        QVERIFY(address.error().message.find("hush") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestRedisUrl)
#include "tst_redis_url.moc"
