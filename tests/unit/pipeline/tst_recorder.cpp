// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/recorder.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

constexpr SteadyTime kStart{1h};

config::Traces settings(config::Traces::Bodies bodies = config::Traces::Bodies::Full, std::int64_t maxBody = 1000)
{
    config::Traces traces;
    traces.bodies = bodies;
    traces.maxBody = maxBody;
    return traces;
}

Recorder recorder(const http::Request &request, const config::Traces &traces = settings())
{
    return {request, "id-1", kStart, SystemTime(1s), traces};
}

http::UpstreamRequest callWith(const char *body)
{
    http::UpstreamRequest call;
    call.headers = {{"content-type", "application/json"}, {"x-auth-token", "t"}};
    call.secretHeaders.emplace_back("authorization", Secret("Bearer very-secret"));
    call.body = body;
    return call;
}

QString textOf(const trace::HeaderList &list)
{
    QStringList fields;
    for (const auto &[name, value] : list)
        fields << q(name) + q("=") + q(value);
    return fields.join(u' ');
}

QString textOf(const trace::Body &body)
{
    return q("%1/%2").arg(QString::fromUtf8(body.bytes)).arg(body.fullSize);
}

} // namespace

class TestRecorder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void starredHeaders_data()
    {
        QTest::addColumn<bool>("isSecret");
        for (const char *name : {"Authorization", "X-API-Key", "x-goog-api-key", "api-key", "Cookie", "Set-Cookie",
                                 "cf-aig-authorization", "Proxy-Authorization", "X-Auth-Token", "x-amz-security-token",
                                 "x-csrf-token", "Client-Secret", "x-password", "x-portkey-api-key",
                                 "ocp-apim-subscription-key", "Helicone-Auth", "apikey", "X-ApiKey", "x_api_key",
                                 "X-Forwarded-Authorization"})
            QTest::newRow(name) << true;
        for (const char *name : {"Content-Type", "User-Agent", "x-request-id", "retry-after", "anthropic-version",
                                 "x-ratelimit-remaining-tokens", "x-ratelimit-limit-tokens", "traceparent",
                                 "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-tokens-reset",
                                 "www-authenticate", "x-keyboard", "num_tokens"})
            QTest::newRow(name) << false;
    }
    void starredHeaders()
    {
        const auto list = starred({{QTest::currentDataTag(), "value"}});
        QCOMPARE(list.size(), std::size_t(1));
        const auto [name, value] = *list.begin();
        QCOMPARE(name, std::string_view(QTest::currentDataTag()));
        QTEST(value == "****", "isSecret");
        QVERIFY(value == "****" || value == "value");
    }

    void paths_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("path");
        const auto row = [](const char *what, const char *target, const char *path) {
            QTest::newRow(what) << q(target) << q(path);
        };
        row("no query", "/v1/messages", "/v1/messages");
        row("ordinary query", "/v1/messages?beta=true&x", "/v1/messages?beta=true&x");
        row("key alone", "/m?key=abc", "/m?key=****");
        row("key among others", "/m?a=1&key=abc&b=2", "/m?a=1&key=****&b=2");
        row("key twice", "/m?key=a&key=b", "/m?key=****&key=****");
        row("other names of credentials", "/m?api_key=a&access_token=b&X-Amz-Signature=c",
            "/m?api_key=****&access_token=****&X-Amz-Signature=****");
        row("in capitals", "/m?KEY=abc", "/m?KEY=****");
        row("names that only look alike", "/m?keyword=a&max_tokens=5&monkey=b", "/m?keyword=a&max_tokens=5&monkey=b");
        row("name without a value", "/m?key&b=2", "/m?key&b=2");
    }
    void paths()
    {
        QFETCH(QString, target);
        QTEST(q(recorder(requestOf("GET", target.toStdString())).head().path), "path");
    }

    void oneWholeRecord()
    {
        Recorder r = recorder(requestOf("POST", "/v1/messages", {{"X-Api-Key", "abc"}}, "question"));
        r.head().requestedModel = "m";
        r.addUpstreamRequest(callWith("sent on"), false);
        r.addUpstreamHead({200, {{"set-cookie", "c=1"}, {"x-a", "b"}}, "2"});
        r.addUpstreamBytes("ans", kStart + 5ms);
        r.addUpstreamBytes("wer", kStart + 9ms);
        r.addAnswerHeaders({{"x-b", "c"}});
        r.addAnswerBytes("re");
        r.addAnswerBytes("ply");
        QCOMPARE(r.since(kStart + 1500us), std::int64_t(1500));
        const trace::Record record = r.take();
        QCOMPARE(q(record.head.id), q("id-1"));
        QCOMPARE(record.head.startedAt, std::int64_t(1'000'000));
        QCOMPARE(q(record.head.method), q("POST"));
        const trace::Detail &d = record.detail;
        QCOMPARE(textOf(d.requestHeaders), q("X-Api-Key=**** Host=localhost:8080"));
        QCOMPARE(textOf(d.upstreamRequestHeaders), q("content-type=application/json x-auth-token=**** authorization=****"));
        QCOMPARE(textOf(d.upstreamResponseHeaders), q("set-cookie=**** x-a=b"));
        QCOMPARE(textOf(d.responseHeaders), q("x-b=c"));
        QCOMPARE(textOf(d.requestBody), q("question/8"));
        QCOMPARE(textOf(d.upstreamRequestBody), q("sent on/7"));
        QCOMPARE(textOf(d.upstreamResponseBody), q("answer/6"));
        QCOMPARE(textOf(d.responseBody), q("reply/5"));
        QCOMPARE(d.chunkTimesUs, (std::vector<std::int64_t>{5000, 9000}));
    }

    void bodiesAreCapped_data()
    {
        QTest::addColumn<int>("size"); // of each body
        QTest::addColumn<int>("kept");
        QTest::newRow("below") << 9 << 9;
        QTest::newRow("at the cap") << 10 << 10;
        QTest::newRow("over it") << 11 << 10;
        QTest::newRow("far over it") << 5000 << 10;
    }
    void bodiesAreCapped()
    {
        QFETCH(int, size);
        QFETCH(int, kept);
        const std::string body(static_cast<std::size_t>(size), 'x');
        Recorder r = recorder(requestOf("POST", "/", {}, body), settings(config::Traces::Bodies::Full, 10));
        r.addUpstreamRequest(callWith(body.c_str()), false);
        for (const char c : body) {
            r.addUpstreamBytes({&c, 1}, kStart);
            r.addAnswerBytes({&c, 1});
        }
        const trace::Detail d = r.take().detail;
        for (const trace::Body *each : {&d.requestBody, &d.upstreamRequestBody, &d.upstreamResponseBody, &d.responseBody}) {
            QCOMPARE(static_cast<int>(each->bytes.size()), kept);
            QCOMPARE(each->fullSize, std::int64_t(size));
            QCOMPARE(each->isTruncated(), size > 10);
        }
        QVERIFY(d.chunkTimesUs.size() <= trace::Detail::kMaxChunkTimes);
    }

    void aPieceThatOverflowsIsCut()
    {
        Recorder r = recorder(requestOf("POST", "/"), settings(config::Traces::Bodies::Full, 5));
        r.addUpstreamBytes("abc", kStart);
        r.addUpstreamBytes("defg", kStart);
        QCOMPARE(textOf(r.take().detail.upstreamResponseBody), q("abcde/7"));
    }

    void retriesStartAfresh()
    {
        Recorder r = recorder(requestOf("POST", "/", {}, "q"));
        r.addUpstreamRequest(callWith("first"), false);
        r.addUpstreamBytes("error", kStart);
        r.clearUpstreamAnswer();
        r.addUpstreamRequest(callWith("q"), true);
        r.addUpstreamBytes("ok", kStart + 1ms);
        const trace::Detail d = r.take().detail;
        QCOMPARE(textOf(d.upstreamRequestBody), q("/0")); // the same as the client's: not kept twice
        QCOMPARE(textOf(d.upstreamResponseBody), q("ok/2"));
        QCOMPARE(d.chunkTimesUs, std::vector<std::int64_t>{1000});
    }

    void whatIsKept_data()
    {
        QTest::addColumn<int>("bodies");
        QTest::addColumn<QString>("kept");
        QTest::newRow("full") << static_cast<int>(config::Traces::Bodies::Full) << q("headers prompt bodies");
        QTest::newRow("metadata") << static_cast<int>(config::Traces::Bodies::Metadata) << q("headers");
        QTest::newRow("off") << static_cast<int>(config::Traces::Bodies::Off) << q("");
    }
    void whatIsKept()
    {
        QFETCH(int, bodies);
        Recorder r = recorder(requestOf("POST", "/", {}, "question"), settings(static_cast<config::Traces::Bodies>(bodies)));
        r.head().promptStart = r.detail().promptText = "prompt";
        r.head().usage.output = 5;
        r.addUpstreamRequest(callWith("sent on"), false);
        r.addUpstreamHead({200, {{"x-a", "b"}}, "2"});
        r.addUpstreamBytes("answer", kStart);
        r.addAnswerHeaders({{"x-b", "c"}});
        r.addAnswerBytes("reply");
        const trace::Record record = r.take();
        const trace::Detail &d = record.detail;
        int headers = 0, texts = 0, prompts = 0;
        for (const auto *list : {&d.requestHeaders, &d.upstreamRequestHeaders, &d.upstreamResponseHeaders, &d.responseHeaders})
            headers += list->empty() ? 0 : 1;
        for (const auto *body : {&d.requestBody, &d.upstreamRequestBody, &d.upstreamResponseBody, &d.responseBody})
            texts += body->bytes.isEmpty() ? 0 : 1;
        for (const auto *text : {&d.promptText, &record.head.promptStart})
            prompts += text->empty() ? 0 : 1;
        QVERIFY2((headers == 0 || headers == 4) && (texts == 0 || texts == 4) && (prompts == 0 || prompts == 2), "all or none");
        QStringList kept;
        kept << (headers ? QStringList{q("headers")} : QStringList{}) << (prompts ? QStringList{q("prompt")} : QStringList{})
             << (texts ? QStringList{q("bodies")} : QStringList{});
        QTEST(kept.join(u' '), "kept");
        QVERIFY2(record.head.usage.output == 5 && record.head.method == "POST", "the head always stays");
    }
};

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
