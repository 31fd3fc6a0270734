// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/listener_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

class TestListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAPlainGet()
    {
        ListenerFixture gateway;
        RawClient client(gateway.port());
        client.send("GET /a%20b?x=%31 HTTP/1.1\r\nHost: here\r\nX-Name: value\r\n\r\n");
        QTRY_VERIFY(gateway.requests.size() == 1);
        const http::Request &request = gateway.requests.front();
        QCOMPARE(request.method, std::string("GET"));
        QCOMPARE(request.target, std::string("/a%20b?x=%31"));
        QCOMPARE(request.path, std::string("/a b"));
        QCOMPARE(request.query, std::string("x=%31"));
        QCOMPARE(std::string(request.headers.value("x-name")), std::string("value"));
        QCOMPARE(request.headers.fields().at(1).first, std::string("X-Name"));
        QCOMPARE(request.peerAddress, std::string("127.0.0.1"));
        QVERIFY(request.peerPort > 0);
        std::optional<RawReply> reply;
        QTest::qWait(300); qInfo() << client.received() << client.isClosed(); QTRY_VERIFY((reply = client.takeReply()));
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->body, QByteArray("{}"));
        QVERIFY(!client.isClosed());
    }
};

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
