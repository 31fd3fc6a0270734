// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/socket_request.h"
#include "pipeline/recorder.h"
#include "pipeline/route.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

// RFC 6455 1.3
constexpr const char *kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr const char *kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

http::Request handshake(std::string protocols = {})
{
    http::Headers headers{{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "WebSocket"}, {"Sec-WebSocket-Key", kKey},
                          {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Extensions", "permessage-deflate"}};
    if (!protocols.empty())
        headers.add("Sec-WebSocket-Protocol", std::move(protocols));
    return requestOf("GET", "/v1/realtime?model=m", std::move(headers));
}

} // namespace

/// The handshake on both sides. What is refused, and how, is in tst_gateway_sockets.
class TestSocketRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatTheProviderIsAsked_data()
    {
        QTest::addColumn<QString>("protocols");
        QTest::addColumn<QString>("asked");
        QTest::newRow("none") << QString() << QString();
        QTest::newRow("two") << q("realtime, v2") << q("realtime, v2");
        QTest::newRow("a key among them") << q("realtime,openai-insecure-api-key.k,v2") << q("realtime, v2");
        QTest::newRow("a key alone") << q("OpenAI-Insecure-API-Key.k") << QString();
    }
    void whatTheProviderIsAsked()
    {
        QFETCH(QString, protocols);
        http::UpstreamRequest call;
        call.body = "x";
        call.headers = {{"content-type", "text/plain"}, {"openai-beta", "realtime=v1"}};
        askForSocket(handshake(protocols.toStdString()), call);
        QCOMPARE(call.method, std::string("GET"));
        QVERIFY(call.body.isEmpty());
        QCOMPARE(call.headers.value("connection"), std::string_view("Upgrade"));
        QCOMPARE(call.headers.value("upgrade"), std::string_view("websocket"));
        QCOMPARE(call.headers.value("sec-websocket-key"), std::string_view(kKey));
        QCOMPARE(call.headers.value("sec-websocket-version"), std::string_view("13"));
        QCOMPARE(call.headers.value("openai-beta"), std::string_view("realtime=v1"));
        QVERIFY(!call.headers.contains("sec-websocket-extensions"));
        QVERIFY(!call.headers.contains("content-type"));
        QTEST(q(call.headers.value("sec-websocket-protocol")), "asked");
    }

    void agreements_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("upgrade");
        QTest::addColumn<QString>("accept");
        QTest::addColumn<bool>("hasExtensions");
        QTest::addColumn<QString>("error");
        QTest::newRow("sound") << 101 << q("WebSocket") << q(kAccept) << false << QString();
        QTest::newRow("200") << 200 << q("websocket") << q(kAccept) << false << q("answered 200");
        QTest::newRow("another protocol") << 101 << q("h2c") << q(kAccept) << false << q("without the upgrade");
        QTest::newRow("another key's") << 101 << q("websocket") << q("x3pPLMBiTxaQ9kYGzzhZRbK+xOo=") << false
                                       << q("the sec-websocket-accept that belongs");
        QTest::newRow("extensions") << 101 << q("websocket") << q(kAccept) << true << q("extensions that were not");
    }
    void agreements()
    {
        QFETCH(int, status);
        QFETCH(QString, upgrade);
        QFETCH(QString, accept);
        QFETCH(bool, hasExtensions);
        QFETCH(QString, error);
        http::UpstreamHead head;
        head.status = status;
        head.headers = {{"upgrade", upgrade.toStdString()}, {"sec-websocket-accept", accept.toStdString()}};
        if (hasExtensions)
            head.headers.add("sec-websocket-extensions", "permessage-deflate");
        const auto checked = checkSocketAnswer(handshake(), head, "them");
        QCOMPARE(checked.has_value(), error.isEmpty());
        if (!checked)
            QVERIFY2(q(checked.error().message).contains(error), checked.error().message.c_str());
    }

    void keysInProtocols()
    {
        const http::Request request = handshake("realtime, openai-insecure-api-key.the-key, v2");
        QCOMPARE(clientToken(request), std::string("the-key"));
        QCOMPARE(clientToken(handshake("realtime")), std::string());
        QCOMPARE(starredProtocols("realtime,openai-insecure-api-key.the-key"),
                 std::string("realtime, openai-insecure-api-key.****"));
        for (const auto &[name, value] : starred(request.headers))
            QVERIFY(value.find("the-key") == std::string_view::npos);
    }

    void whoMayBeAskedInstead()
    {
        const auto snapshot = snapshotOf("{}");
        const auto stays = [&](std::string method, std::string target) {
            return resolve(requestOf(std::move(method), std::move(target)), *snapshot).value().keepsState;
        };
        QVERIFY(!stays("GET", "/v1/realtime?model=m"));
        QVERIFY(stays("GET", "/v1/realtime?model=m&call_id=c"));
        QVERIFY(stays("POST", "/v1/realtime/calls"));
        QVERIFY(stays("GET", "/v1/files"));
        QVERIFY(!stays("POST", "/v1/images/generations"));
    }

    void usage_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("input");
        QTest::addColumn<int>("cached");
        QTest::addColumn<int>("output");
        const auto row = [](const char *name, const char *message, int input, int cached, int output) {
            QTest::newRow(name) << q(test::json(message)) << input << cached << output;
        };
        row("whole", "{'type':'response.done','response':{'usage':{'input_tokens':9,'output_tokens':2,"
                     "'input_token_details':{'cached_tokens':4}}}}", 5, 4, 2);
        row("without details", "{'type':'response.done','response':{'usage':{'input_tokens':9,'output_tokens':2}}}", 9, -1,
            2);
        row("more cached than all", "{'type':'response.done','response':{'usage':{'input_tokens':1,"
                                    "'input_token_details':{'cached_tokens':4}}}}", 0, 4, -1);
        row("no usage", "{'type':'response.done','response':{}}", -1, -1, -1);
        row("another type", "{'type':'x','of':'response.done','response':{'usage':{'input_tokens':9}}}", -1, -1, -1);
        row("not JSON", "'response.done'", -1, -1, -1);
        row("cut JSON", "{'type':'response.done'", -1, -1, -1);
    }
    void usage()
    {
        QFETCH(QString, message);
        const Usage read = realtimeUsage(message.toStdString());
        QTEST(static_cast<int>(read.uncachedInput.value_or(-1)), "input");
        QTEST(static_cast<int>(read.cacheRead.value_or(-1)), "cached");
        QTEST(static_cast<int>(read.output.value_or(-1)), "output");
    }
};

QTEST_GUILESS_MAIN(TestSocketRequest)
#include "tst_socket_request.moc"
