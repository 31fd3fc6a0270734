// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/websocket_frames.h"
#include "support/qt_text.h"
#include "support/websocket_text.h"

#include <QTest>

using namespace pm;
using namespace pm::http;
using namespace pm::test;

namespace {

QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

/// What a reader made of bytes that came in pieces of those sizes.
QString outcome(const QByteArray &bytes, qsizetype first, qsizetype piece)
{
    QString said;
    WebSocketReader reader({[&](const WebSocketMessage &message) {
                                said += message.isText ? QStringLiteral("text %1 %2;").arg(message.size).arg(q(message.text))
                                                       : QStringLiteral("binary %1;").arg(message.size);
                            },
                            [&](const WebSocketClose &close) {
                                said += QStringLiteral("close %1 %2;").arg(close.code).arg(q(close.reason));
                            }});
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype size = std::min(at == 0 ? first : piece, bytes.size() - at);
        reader.feed({bytes.constData() + at, static_cast<std::size_t>(size)});
        at += size;
    }
    return said + (reader.hasClosed() ? QStringLiteral("closed") : reader.isBetweenFrames() ? QStringLiteral("between")
                                                                                           : QStringLiteral("within"));
}

} // namespace

/// Frames as they pass. The first rows are the examples of RFC 6455 5.7.
class TestWebSocketFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void read_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const QByteArray &bytes, const char *said) {
            QTest::newRow(name) << bytes << QString::fromUtf8(said);
        };
        row("unmasked text", hex("810548656c6c6f"), "text 5 Hello;between");
        row("masked text", hex("818537fa213d7f9f4d5158"), "text 5 Hello;between");
        row("fragmented text", hex("010348656c80026c6f"), "text 5 Hello;between");
        row("ping", hex("890548656c6c6f"), "between");
        row("masked pong", hex("8a8537fa213d7f9f4d5158"), "between");
        row("256 bytes", hex("827e0100") + QByteArray(256, 'x'), "binary 256;between");
        row("64 KiB", hex("827f0000000000010000") + QByteArray(65536, 'x'), "binary 65536;between");
        row("a ping within fragments", hex("010348656c") + hex("8900") + hex("80026c6f"), "text 5 Hello;between");
        row("a masked ping within masked fragments",
            webSocketFrame(Opcode::Text, "Hel", true, false) + webSocketFrame(Opcode::Ping, "?", true)
                + webSocketFrame(Opcode::Continuation, "", true, false)
                + webSocketFrame(Opcode::Continuation, "lo", true),
            "text 5 Hello;between");
        row("two messages", hex("810161") + hex("820162"), "text 1 a;binary 1;between");
        row("two texts", hex("810161") + hex("810162"), "text 1 a;text 1 b;between");
        row("an empty text", hex("8100"), "text 0 ;between");
        row("nothing", "", "between");
        row("half a head", hex("81"), "within");
        row("half a payload", hex("81056162"), "within");
        row("between fragments", hex("010161"), "between"); // where a control frame may stand
        row("close", hex("880203e8"), "close 1000 ;closed");
        row("masked close with a reason", webSocketCloseFrame(1001, "bye", true), "close 1001 bye;closed");
        row("close behind a ping with something in it", hex("890548656c6c6f") + hex("880203e8"), "close 1000 ;closed");
        row("the longest ping", hex("897d") + QByteArray(125, 'x') + hex("810161"), "text 1 a;between");
        row("close without a code", hex("8800"), "close 0 ;closed");
        row("nothing is read behind a close", hex("8800") + hex("810161"), "close 0 ;closed");
        row("half a code", hex("880103"), "within");
        row("compressed", hex("c10161") + hex("810161"), "within");
        row("unknown opcode", hex("830161") + hex("810161"), "within");
        row("unknown control", hex("8b00") + hex("810161"), "within");
        row("continues nothing", hex("800161") + hex("810161"), "within");
        row("a message within a message", hex("010161") + hex("810162"), "within");
        row("a ping in fragments", hex("0900") + hex("810161"), "within");
        row("a long ping", hex("897e007e") + QByteArray(126, 'x'), "within");
        row("a length below nothing", hex("827fffffffffffffffff") + QByteArray(64, 'x'), "within");
    }
    void read()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, said);
        QCOMPARE(outcome(bytes, bytes.size(), bytes.size()), said);
        for (qsizetype split = 1; split < std::min<qsizetype>(bytes.size(), 300); ++split)
            QCOMPARE(outcome(bytes, split, bytes.size()), said);
        QCOMPARE(outcome(bytes, 1, 1), said);
    }

    void longMessagesAreCounted()
    {
        WebSocketLog log;
        const QByteArray most(static_cast<qsizetype>(WebSocketReader::kMostText), 'a');
        const QByteArray bytes = webSocketFrame(Opcode::Text, most, true) + webSocketFrame(Opcode::Text, most, true, false)
                                 + webSocketFrame(Opcode::Continuation, "b", true)
                                 + webSocketFrame(Opcode::Text, "c", true);
        log.reader.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        QCOMPARE(log.sizes, (std::vector<std::uint64_t>{WebSocketReader::kMostText, WebSocketReader::kMostText + 1, 1}));
        QVERIFY(log.texts[0] == most.toStdString());
        QCOMPARE(log.texts[1], std::string());
        QCOMPARE(log.texts[2], std::string("c"));
    }

    void closeFrames()
    {
        QCOMPARE(QByteArray::fromStdString(webSocketClose(1001, "bye", std::nullopt)),
                 webSocketCloseFrame(1001, "bye", false));
        const WebSocketMask mask{0x37, static_cast<char>(0xfa), 0x21, 0x3d};
        QCOMPARE(QByteArray::fromStdString(webSocketClose(1011, "bye", mask)), webSocketCloseFrame(1011, "bye", true));
        const std::string cut = webSocketClose(1011, std::string(500, 'x'), std::nullopt);
        QCOMPARE(QByteArray::fromStdString(cut), webSocketCloseFrame(1011, QByteArray(123, 'x'), false));
    }
};

QTEST_APPLESS_MAIN(TestWebSocketFrames)
#include "tst_websocket_frames.moc"
