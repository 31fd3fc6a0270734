// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/aws_event_stream.h"

#include <QTest>

using namespace pm;

namespace {

/// A message as Amazon's own codec writes it.
const QByteArray kKnown = QByteArray::fromHex("000000760000005296d5fade0d3a6d6573736167652d747970650700056576656e740b3a"
                                              "6576656e742d7479706507000c6d65737361676553746172"
                                              "740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b22"
                                              "726f6c65223a22617373697374616e74227d1cc6be18");

std::string_view textOf(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

/// "type name payload" lines of all messages, or the error's message.
QByteArray read(const std::vector<std::string_view> &pieces)
{
    AwsEventStreamFraming framing;
    QByteArray out;
    for (const std::string_view piece : pieces) {
        const auto fed = framing.feed(piece, [&](const AwsMessage &message) {
            for (const std::string_view part : {message.type, message.name, message.reason, message.payload})
                out += QByteArray(part.data(), qsizetype(part.size())) + ' ';
            out += '\n';
            return true;
        });
        if (!fed)
            return QByteArray::fromStdString(fed.error().message);
    }
    return out + (framing.hasPartial() ? "partial" : "");
}

/// `bytes` with a field of each type before the usual ones, checksums made anew.
QByteArray withFields(const QByteArray &fields, const QByteArray &payload)
{
    const auto number = [](quint32 value) {
        QByteArray out;
        for (int shift = 24; shift >= 0; shift -= 8)
            out += char(value >> shift & 0xFF);
        return out;
    };
    QByteArray out = number(quint32(16 + fields.size() + payload.size())) + number(quint32(fields.size()));
    out += number(crc32(textOf(out))) + fields + payload;
    return out + number(crc32(textOf(out)));
}

} // namespace

class TestAwsEventStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownMessage();
    void anySplit();
    void fieldsOfAllTypes();
    void broken_data();
    void broken();
    void stopsWhenTold();
    void checksum();
};

void TestAwsEventStream::knownMessage()
{
    QCOMPARE(read({textOf(kKnown)}), QByteArray("event messageStart  {\"role\":\"assistant\"} \n"));
    std::string written;
    appendAwsMessage(written, {"event", "messageStart", {}, R"({"role":"assistant"})"});
    QCOMPARE(QByteArray::fromStdString(written), kKnown);
}

void TestAwsEventStream::anySplit()
{
    std::string two(textOf(kKnown));
    appendAwsMessage(two, {"exception", "throttlingException", {}, R"({"message":"slow down"})"});
    appendAwsMessage(two, {"error", "InternalError", "it broke", ""});
    const std::string_view bytes(two);
    const QByteArray whole = read({bytes});
    QCOMPARE(whole, QByteArray("event messageStart  {\"role\":\"assistant\"} \n"
                               "exception throttlingException  {\"message\":\"slow down\"} \n"
                               "error InternalError it broke  \n"));
    std::vector<std::string_view> single;
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        single.push_back(bytes.substr(cut, 1));
        QCOMPARE(read({bytes.substr(0, cut), bytes.substr(cut)}), whole);
    }
    QCOMPARE(read(single), whole);
    QVERIFY(read({bytes.substr(0, bytes.size() - 1)}).endsWith("partial"));
}

void TestAwsEventStream::fieldsOfAllTypes()
{
    QByteArray fields;
    const auto field = [&](const QByteArray &name, char type, const QByteArray &value) {
        fields += char(name.size()) + name + type + value;
    };
    field("t", 0, {});
    field("f", 1, {});
    field("b", 2, QByteArray(1, 'x'));
    field("s", 3, QByteArray(2, 'x'));
    field("i", 4, QByteArray(4, 'x'));
    field("l", 5, QByteArray(8, 'x'));
    field("y", 6, QByteArray::fromHex("0003") + "abc");
    field("d", 8, QByteArray(8, 'x'));
    field("u", 9, QByteArray(16, 'x'));
    field(":message-type", 7, QByteArray::fromHex("0005") + "event");
    field(":event-type", 7, QByteArray::fromHex("0004") + "ping");
    QCOMPARE(read({textOf(withFields(fields, "{}"))}), QByteArray("event ping  {} \n"));
}

void TestAwsEventStream::broken_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("says");
    const auto changed = [](int at) {
        QByteArray bytes = kKnown;
        bytes[at] = char(bytes[at] ^ 1);
        return bytes;
    };
    QTest::newRow("length changed") << changed(3) << QByteArray("length does not match its checksum");
    QTest::newRow("checksum of the lengths changed") << changed(9) << QByteArray("length does not match its checksum");
    QTest::newRow("header field changed") << changed(20) << QByteArray("message does not match its checksum");
    QTest::newRow("payload changed") << changed(100) << QByteArray("message does not match its checksum");
    QTest::newRow("last byte changed") << changed(int(kKnown.size()) - 1)
                                       << QByteArray("message does not match its checksum");
    QTest::newRow("field cut short") << withFields(QByteArray("\x05"
                                                              "ab",
                                                              3),
                                                   "")
                                     << QByteArray("header field cannot be read");
    QTest::newRow("field of an unknown type") << withFields(QByteArray("\x01"
                                                                       "a\x0a",
                                                                       3),
                                                            "")
                                              << QByteArray("header field cannot be read");
    QTest::newRow("string longer than the block") << withFields(QByteArray("\x01"
                                                                           "a\x07\xFF\xFF",
                                                                           5),
                                                                "")
                                                  << QByteArray("header field cannot be read");
    QTest::newRow("a text instead") << QByteArray("data: {\"error\":\"no\"}\n\n")
                                    << QByteArray("length does not match");
    const auto prelude = [](const QByteArray &lengths) {
        QByteArray bytes = lengths;
        const quint32 sum = crc32(textOf(lengths));
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += char(sum >> shift & 0xFF);
        return bytes;
    };
    QTest::newRow("more than 16 MiB") << prelude(QByteArray::fromHex("0100000100000000"))
                                      << QByteArray("more than 16 MiB");
    QTest::newRow("shorter than a message")
        << prelude(QByteArray::fromHex("0000000f00000000")) << QByteArray("shorter than");
    QTest::newRow("fields longer than the message")
        << prelude(QByteArray::fromHex("0000001000000001")) << QByteArray("shorter than");
}

void TestAwsEventStream::broken()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, says);
    const QByteArray got = read({textOf(bytes)});
    QVERIFY2(got.contains(says), got.constData());
}

void TestAwsEventStream::stopsWhenTold()
{
    const QByteArray two = kKnown + kKnown;
    AwsEventStreamFraming framing;
    int seen = 0;
    QVERIFY(framing.feed(textOf(two), [&](const AwsMessage &) { return ++seen < 1; }));
    QCOMPARE(seen, 1);
}

void TestAwsEventStream::checksum()
{
    QCOMPARE(crc32("123456789"), 0xCBF43926U); // the check value of the algorithm's catalogue entry
    QCOMPARE(crc32(""), 0U);
}

QTEST_GUILESS_MAIN(TestAwsEventStream)
#include "tst_aws_event_stream.moc"
