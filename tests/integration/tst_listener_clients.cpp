// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that vanish, come in numbers, or do not read.
#include "support/listener_fixture.h"

#include <QTest>

#include <algorithm>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

class TestListenerClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goneClientIsToldAtOnce_data()
    {
        QTest::addColumn<bool>("hasBegun");
        QTest::addColumn<bool>("closesPolitely");
        QTest::newRow("waiting, reset") << false << false;
        QTest::newRow("waiting, closed") << false << true;
        QTest::newRow("streaming, reset") << true << false;
        QTest::newRow("streaming, closed") << true << true;
    }
    void goneClientIsToldAtOnce()
    {
        QFETCH(bool, hasBegun);
        QFETCH(bool, closesPolitely);
        ListenerFixture gateway;
        Keeping keeping(gateway);
        auto client = std::make_unique<RawClient>(gateway.port());
        client->send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        const auto stream = keeping.streams.front();
        int closed = 0;
        stream->onClosed = [&] {
            ++closed;
            QVERIFY(!stream->isOpen());
            stream->write("into the void");
            stream->end();
        };
        if (hasBegun) {
            stream->begin(200, {});
            stream->write("some");
            QTRY_VERIFY(client->received().contains("some"));
        }
        if (closesPolitely)
            client->close();
        else
            client->vanish();
        QTRY_COMPARE_WITH_TIMEOUT(closed, 1, 1000);
        QTRY_COMPARE(gateway.open->load(), 0);
        stream->abort();
        QCOMPARE(stream->bytesPending(), std::size_t(0));
        QCOMPARE(closed, 1);
    }

    void completeAnswerHasNoOnClosed()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        auto client = std::make_unique<RawClient>(gateway.port());
        client->send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        bool wasClosed = false;
        keeping.streams.front()->onClosed = [&] { wasClosed = true; };
        keeping.streams.front()->send(200, {}, "x");
        QVERIFY(ListenerFixture::waitForReply(*client));
        client.reset();
        QTRY_COMPARE(gateway.open->load(), 0);
        QVERIFY(!wasClosed);
    }

    /// onClosed may let go of the stream, and so of itself.
    void streamMayDieInOnClosed()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        const std::weak_ptr<http::ClientStream> watched = keeping.streams.front();
        keeping.streams.front()->onClosed = [&keeping, text = std::string(100, 'x')] {
            keeping.streams.clear();
            QCOMPARE(text.size(), std::size_t(100));
        };
        client.vanish();
        QTRY_VERIFY(watched.expired());
    }

    void aHundredClientsThatVanishLeaveNothingBehind()
    {
        ListenerFixture gateway;
        std::vector<std::weak_ptr<http::ClientStream>> watched;
        std::vector<ListenerFixture::Stream> streams;
        gateway.handler = [&](const http::Request &, ListenerFixture::Stream stream) {
            watched.push_back(stream);
            stream->begin(200, {});
            stream->write("data: 1\n\n");
            stream->onClosed = [&streams, raw = stream.get()] {
                std::erase_if(streams, [raw](const auto &other) { return other.get() == raw; });
            };
            streams.push_back(std::move(stream));
        };
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 100; ++i) {
            clients.push_back(std::make_unique<RawClient>(gateway.port()));
            clients.back()->send(kGet);
        }
        QTRY_COMPARE(streams.size(), std::size_t(100));
        QCOMPARE(gateway.open->load(), 100);
        QTRY_VERIFY(std::all_of(clients.begin(), clients.end(),
                                [](const auto &client) { return client->received().contains("data: 1"); }));
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (i % 2)
                clients[i]->vanish();
            else
                clients[i]->close();
            for (const auto &stream : streams)
                stream->write("data: more\n\n");
        }
        QTRY_COMPARE(gateway.open->load(), 0);
        QVERIFY(streams.empty());
        QVERIFY(
            std::all_of(watched.begin(), watched.end(), [](const auto &stream) { return stream.expired(); }));
    }

    void burstOf64Connections()
    {
        ListenerFixture gateway;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 64; ++i) {
            clients.push_back(std::make_unique<RawClient>(gateway.port()));
            for (int j = 0; j < 10; ++j)
                clients.back()->send(kGet);
        }
        for (const auto &client : clients) {
            for (int j = 0; j < 10; ++j)
                QCOMPARE(ListenerFixture::waitForReply(*client)->status, 200);
        }
        QCOMPARE(gateway.requests.size(), std::size_t(640));
    }

    void slowReaderHoldsTheWriterBack()
    {
        ListenerFixture gateway;
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        const auto stream = keeping.streams.front();
        client.stopReading();
        int drained = 0;
        std::size_t pendingWhenDrained = 0;
        stream->onDrained = [&] {
            ++drained;
            pendingWhenDrained = stream->bytesPending();
        };
        stream->begin(200, {});
        const std::string piece(16 * 1024, 'x');
        std::size_t written = 0;
        // As the pipeline does: writes until the watermark, then waits. The kernel takes some megabytes
        // first.
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                while (stream->bytesPending() <= http::ClientStream::kHighWatermark && written < 64u << 20) {
                    stream->write(piece);
                    written += piece.size();
                }
                return drained == 0 && stream->bytesPending() > http::ClientStream::kHighWatermark;
            }(),
            20'000);
        QVERIFY(stream->bytesPending() < http::ClientStream::kHighWatermark + 2 * piece.size());
        drained = 0;
        const std::size_t before = written;
        client.goOnReading();
        QTRY_COMPARE_WITH_TIMEOUT(drained, 1, 10'000);
        QVERIFY(pendingWhenDrained < http::ClientStream::kLowWatermark);
        QCOMPARE(written, before);
        QTRY_COMPARE(stream->bytesPending(), std::size_t(0));
        QCOMPARE(drained, 1);
        stream->end();
        std::optional<RawReply> reply;
        QTRY_VERIFY_WITH_TIMEOUT(reply || (reply = client.takeReply()), 10'000);
        QCOMPARE(std::size_t(reply->body.size()), written);
    }

    /// A client that takes nothing for the keep-alive time is given up: no wait without an end.
    void readerThatHangsIsGivenUp()
    {
        http::ListenerLimits limits;
        limits.keepAliveTimeout = 200ms;
        ListenerFixture gateway(limits);
        Keeping keeping(gateway);
        RawClient client(gateway.port());
        client.stopReading();
        client.send(kGet);
        QTRY_COMPARE(keeping.streams.size(), std::size_t(1));
        bool wasClosed = false;
        keeping.streams.front()->onClosed = [&] { wasClosed = true; };
        keeping.streams.front()->begin(200, {});
        keeping.streams.front()->write(std::string(32u << 20, 'x'));
        QTRY_VERIFY_WITH_TIMEOUT(wasClosed, 5000);
        QTRY_COMPARE(gateway.open->load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestListenerClients)
#include "tst_listener_clients.moc"
