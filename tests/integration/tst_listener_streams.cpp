// SPDX-License-Identifier: GPL-3.0-or-later
// Answers over real sockets: how they are delimited, and how they end.
#include "support/listener_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

class TestListenerStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAndCloses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("askedByPipeline");
        QTest::newRow("HTTP/1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray();
        QTest::newRow("HTTP/1.0 that asks to stay")
            << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << QByteArray();
        QTest::newRow("Connection: close")
            << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n") << QByteArray();
        QTest::newRow("the pipeline closes") << kGet << QByteArray("close");
    }
    void answersAndCloses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, askedByPipeline);
        ListenerFixture gateway;
        gateway.handler = [&](const http::Request &, const ListenerFixture::Stream &stream) {
            http::Headers headers;
            if (!askedByPipeline.isEmpty())
                headers.add("Connection", askedByPipeline.toStdString());
            stream->send(200, std::move(headers), "body");
        };
        RawClient client(gateway.port());
        client.send(text + kGet); // what comes after is not answered
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply);
        QCOMPARE(reply->body, QByteArray("body"));
        QCOMPARE(std::string(reply->headers.value("connection")), std::string("close"));
        QVERIFY(!client.takeReply());
        QVERIFY(!client.wasReset());
        QCOMPARE(gateway.requests.size(), std::size_t(1));
    }

    void headGetsTheHeadOnly()
    {
        ListenerFixture gateway;
        int turn = 0;
        gateway.handler = [&](const http::Request &, const ListenerFixture::Stream &stream) {
            if (turn++ == 0) {
                stream->send(200, {}, "0123456789");
                return;
            }
            stream->begin(200, {});
            stream->write("0123456789");
            stream->end();
        };
        RawClient client(gateway.port());
        for (int i = 0; i < 2; ++i) {
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
            const auto reply = ListenerFixture::waitForReply(client, true);
            QVERIFY(reply);
            QCOMPARE(reply->status, 200);
            if (i == 0)
                QCOMPARE(std::string(reply->headers.value("content-length")), std::string("10"));
        }
        client.send(kGet);
        QVERIFY(ListenerFixture::waitForReply(client)); // nothing of a body stands before it
        QVERIFY(client.received().endsWith("0\r\n\r\n"));
        QCOMPARE(client.received().count("0123456789"), 1);
    }

    void statusWithoutBody_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("204") << 204;
        QTest::newRow("304") << 304;
    }
    void statusWithoutBody()
    {
        QFETCH(int, status);
        ListenerFixture gateway;
        gateway.handler = [&](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->send(status, {}, "not to be sent");
        };
        RawClient client(gateway.port());
        client.send(kGet + kGet);
        QCOMPARE(ListenerFixture::waitForReply(client)->status, status);
        QCOMPARE(ListenerFixture::waitForReply(client)->status, status);
        QVERIFY(!client.received().contains("not to be sent"));
        QVERIFY(!client.received().contains("content-length"));
    }

    void streamsChunked()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        http::ClientStream &stream = *keeping.streams.front();
        stream.begin(200, {{"content-type", "text/event-stream"}, {"content-length", "7"}});
        QTRY_VERIFY(client.received().contains("\r\n\r\n")); // the head does not wait for the body
        stream.write("data: 1\n\n");
        stream.write(""); // would end the stream
        QTRY_VERIFY(client.received().endsWith("9\r\ndata: 1\n\n\r\n"));
        QVERIFY(!client.takeReply());
        stream.write("data: 2\n\n");
        stream.end();
        QVERIFY(!stream.isOpen());
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QVERIFY(reply->isComplete);
        QCOMPARE(reply->body, QByteArray("data: 1\n\ndata: 2\n\n"));
        QVERIFY(!reply->headers.contains("content-length"));
        client.send(kGet); // the connection goes on
        QTRY_COMPARE(keeping.streams.size(), std::size_t(2));
    }

    void streamsUntilCloseToHttp10()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send("GET / HTTP/1.0\r\n\r\n");
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write("one ");
        keeping.streams.front()->write("two");
        keeping.streams.front()->end();
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply && reply->isComplete);
        QCOMPARE(reply->body, QByteArray("one two"));
        QVERIFY(!reply->headers.contains("transfer-encoding"));
    }

    void cutStreamDoesNotEndLikeACompleteOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("HTTP/1.1") << kGet;
        QTest::newRow("HTTP/1.0, where only a reset tells") << QByteArray("GET / HTTP/1.0\r\n\r\n");
    }
    void cutStreamDoesNotEndLikeACompleteOne()
    {
        QFETCH(QByteArray, text);
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(text);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write("event: error\n\n");
        QTRY_VERIFY(client.received().contains("event: error"));
        keeping.streams.front()->abort();
        QTRY_VERIFY(client.isClosed());
        const auto reply = client.takeReply();
        QVERIFY(reply);
        QVERIFY(!reply->isComplete);
        QVERIFY(reply->body.contains("event: error"));
    }

    /// What was written right before the cut still arrives: it says why.
    void lastWordsBeforeTheCutArrive()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->begin(200, {});
            stream->write(std::string(300'000, 'x'));
            stream->write("event: error\n\n");
            stream->abort();
        };
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(client.received().endsWith("event: error\n\n\r\n"));
    }

    void abortBeforeAnythingWasSentCloses()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->abort();
        };
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_VERIFY(client.isClosed());
        QVERIFY(client.received().isEmpty());
        QTRY_COMPARE(gateway.open->load(), 0);
    }

    void droppedStreamIsAnsweredAnyway()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &) {};
        RawClient client(gateway.port());
        client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
        const auto reply = ListenerFixture::waitForReply(client);
        QVERIFY(reply);
        QCOMPARE(reply->status, 500);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(gateway.refusals.front().error.kind, ErrorKind::Internal);
        QCOMPARE(gateway.refusals.front().method, std::string("POST"));
        QCOMPARE(gateway.refusals.front().path, std::string("/x"));
    }

    void streamDroppedInTheMiddleIsCut()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write("half");
        keeping.streams.clear();
        QTRY_VERIFY(client.isClosed());
        QVERIFY(!client.takeReply()->isComplete);
    }

    void answeringTwiceIsHarmless()
    {
        ListenerFixture gateway;
        gateway.handler = [](const http::Request &, const ListenerFixture::Stream &stream) {
            stream->send(200, {}, "first");
            stream->send(200, {}, "second");
            stream->begin(200, {});
            stream->write("third");
            stream->end();
            stream->abort();
        };
        RawClient client(gateway.port());
        client.send(kGet);
        QCOMPARE(ListenerFixture::waitForReply(client)->body, QByteArray("first"));
        client.send(kGet);
        QCOMPARE(ListenerFixture::waitForReply(client)->body, QByteArray("first"));
    }
};

QTEST_GUILESS_MAIN(TestListenerStreams)
#include "tst_listener_streams.moc"
