// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/detail_codec.h"
#include "trace/zstd_frames.h"

#include <QTest>
#include <zstd.h>

using namespace pm;
using namespace pm::trace;

namespace {

Detail fullDetail()
{
    Detail detail;
    detail.plan = {{"anthropic/claude", "priority 1", false}, {"openai/gpt", "no key", true}};
    detail.routeLine = "priority: anthropic \"first\"";
    Attempt attempt;
    attempt.provider = "anthropic";
    attempt.model = "claude";
    attempt.url = "https://api.anthropic.com/v1/messages";
    attempt.dialect = "anthropic";
    attempt.startedUs = 11;
    attempt.dnsUs = 12;
    attempt.connectUs = 13;
    attempt.tlsUs = 14;
    attempt.sentUs = 15;
    attempt.firstByteUs = 16;
    attempt.totalUs = 17;
    attempt.firstContentUs = 18;
    attempt.reusedConnection = true;
    attempt.status = 529;
    attempt.errorKind = "overloaded";
    attempt.errorMessage = "busy";
    attempt.outcome = "next target";
    attempt.bytesReceived = 9'007'199'254'740'993;
    detail.attempts = {attempt, Attempt{}};
    detail.losses = {"top_k", "logit_bias"};
    detail.verdicts = {{"limit", "requests", "taken", "9 left"}, {"guardrail", "pii", "redacted 2", "[EMAIL]"}};
    detail.requestHeaders = {{"authorization", "Bearer ***"}, {"x", ""}};
    detail.upstreamRequestHeaders = {{"x-api-key", "***"}};
    detail.upstreamResponseHeaders = {{"content-type", "text/event-stream"}};
    detail.responseHeaders = {{"x-request-id", "01J"}};
    detail.requestBody = {QByteArray("request\0bytes", 13), 13};
    detail.upstreamRequestBody = {QByteArray("upstream request"), 16};
    detail.upstreamResponseBody = {QByteArray("answer"), 600};
    detail.responseBody = {QByteArray(), 77};
    detail.chunkTimesUs = {100, 250, 240, 1'000'000};
    detail.promptText = "Schreibe ein Gedicht \xC3\xBC"
                        "ber SQLite\n\"now\"";
    return detail;
}

} // namespace

class TestDetailCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingComesBack()
    {
        const Detail before = fullDetail();
        const std::string json = encodeDetail(before);
        auto after = decodeDetail(json);
        QVERIFY(after.has_value());
        QVERIFY(splitBodies(json, joinBodies(before), *after).has_value());
        QCOMPARE(encodeDetail(*after), json); // names every field
        QCOMPARE(after->attempts[0].bytesReceived, before.attempts[0].bytesReceived);
        QCOMPARE(after->attempts[0].firstContentUs, before.attempts[0].firstContentUs);
        QCOMPARE(after->attempts[0].outcome, before.attempts[0].outcome);
        QVERIFY(after->attempts[0].reusedConnection);
        QCOMPARE(after->attempts[1].dnsUs, std::int64_t(-1));
        QVERIFY(after->plan[1].excluded);
        QVERIFY(after->requestHeaders == before.requestHeaders);
        QVERIFY(after->responseHeaders == before.responseHeaders);
        QVERIFY(after->chunkTimesUs == before.chunkTimesUs);
        QCOMPARE(after->requestBody.bytes, before.requestBody.bytes);
        QCOMPARE(after->upstreamRequestBody.bytes, before.upstreamRequestBody.bytes);
        QCOMPARE(after->upstreamResponseBody.bytes, before.upstreamResponseBody.bytes);
        QVERIFY(after->upstreamResponseBody.isTruncated());
        QVERIFY(after->responseBody.bytes.isEmpty());
        QCOMPARE(after->responseBody.fullSize, std::int64_t(77));
        QCOMPARE(after->promptText, before.promptText);
        QCOMPARE(decodePrompt(json).value(), before.promptText);
    }

    void brokenTextIsKeptReadable()
    {
        Detail detail;
        detail.promptText = "a\xC3(b";
        const auto prompt = decodePrompt(encodeDetail(detail));
        QVERIFY(prompt.has_value());
        QCOMPARE(*prompt, std::string("a\xEF\xBF\xBD(b"));
    }

    void chunkTimesAreBounded()
    {
        Detail detail;
        detail.chunkTimesUs.resize(Detail::kMaxChunkTimes + 100, 5);
        QCOMPARE(decodeDetail(encodeDetail(detail))->chunkTimesUs.size(), Detail::kMaxChunkTimes);
    }

    void damageIsAnError_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray(encodeDetail(fullDetail()).c_str(), 100);
    }
    void damageIsAnError()
    {
        QFETCH(QByteArray, json);
        const std::string_view text(json.constData(), std::size_t(json.size()));
        QVERIFY(!decodeDetail(text));
        QCOMPARE(decodePrompt(text).error().kind, ErrorKind::Storage);
    }

    void bodiesShorterThanTheirSizesAreAnError()
    {
        const std::string json = encodeDetail(fullDetail());
        auto detail = decodeDetail(json);
        QVERIFY(!splitBodies(json, "short", *detail));
    }

    void foreignShapesDoNotBreak()
    {
        const auto detail = decodeDetail("{\"attempts\":[1,{\"us\":[\"x\",1,2,3,4,5,6,7,8,9,10,11,12],"
                                         "\"text\":{}}],\"headers\":[[1],{},[],[],[],[]],"
                                         "\"bodies\":[1],\"chunks\":{}}");
        QVERIFY(detail.has_value());
        QCOMPARE(detail->attempts.size(), std::size_t(2));
    }

    void framesComeBack_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a word") << QByteArray("hello");
        QTest::newRow("eight megabytes") << QByteArray(8 << 20, 'x');
    }
    void smallRecordsAreMostlyKnown()
    {
        const std::string json = encodeDetail(fullDetail());
        Compressor compressor(1);
        const std::size_t packed = compressor.compress(json).size();
        std::string plain(ZSTD_compressBound(json.size()), '\0');
        plain.resize(ZSTD_compress(plain.data(), plain.size(), json.data(), json.size(), 1));
        QVERIFY2(packed * 4 < plain.size() * 3, "the dictionary is not worth its bytes");
        // Format 1 knew no dictionary; its rows stay readable.
        QCOMPARE(Decompressor().decompress(plain).value(), json);
    }

    void framesComeBack()
    {
        QFETCH(QByteArray, bytes);
        Compressor compressor(1);
        Decompressor decompressor;
        const std::string before(bytes.constData(), std::size_t(bytes.size()));
        for (int round = 0; round < 2; ++round) {
            const auto after = decompressor.decompress(compressor.compress(before));
            QVERIFY(after.has_value());
            QVERIFY(*after == before);
        }
        compressor.setHurried(true); // in between, as load comes and goes
        QCOMPARE(decompressor.decompress(compressor.compress(before)).value(), before);
        compressor.setHurried(false);
        QCOMPARE(decompressor.decompress(compressor.compress(before)).value(), before);
    }

    void hurriedFramesAreLargerAndUseTheDictionaryToo()
    {
        const std::string json = encodeDetail(fullDetail());
        Compressor compressor(1);
        const std::size_t usual = compressor.compress(json).size();
        compressor.setHurried(true);
        const std::size_t hurried = compressor.compress(json).size();
        QVERIFY2(hurried > usual && hurried * 3 < json.size() * 2, (std::to_string(usual) + " " + std::to_string(hurried) + " " + std::to_string(json.size())).c_str());
    }

    void damagedFramesAreErrors()
    {
        Compressor compressor(1);
        Decompressor decompressor;
        std::string frame(compressor.compress(std::string(5000, 'a') + "end"));
        QVERIFY(!decompressor.decompress(frame.substr(0, frame.size() - 3)));
        QVERIFY(!decompressor.decompress("not a frame at all"));
        QVERIFY(!decompressor.decompress(""));
        // A header that promises 2^60 bytes must not be believed.
        const char bomb[] = "\x28\xB5\x2F\xFD\xE0\x00\x00\x00\x00\x00\x00\x00\x10\x01\x00\x00";
        QVERIFY(!decompressor.decompress(std::string_view(bomb, sizeof bomb - 1)));
    }
};

QTEST_GUILESS_MAIN(TestDetailCodec)
#include "tst_detail_codec.moc"
