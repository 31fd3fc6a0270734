// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/encode.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

const config::Timeouts kTimeouts;
const Policy kPolicy{nullptr, nullptr, &kTimeouts, nullptr};

struct Case
{
    std::shared_ptr<Snapshot> snapshot = snapshotOf("", {"openai", "anthropic", "mistral", "groq"});
    http::Request request;
    Route route;

    Case(const char *path, const std::string &body, http::Headers headers = {})
        : request(requestOf("POST", path, std::move(headers), body)), route(resolve(request, *snapshot).value())
    {
    }
    Result<Encoded> to(const char *provider, const std::string &model) const
    {
        auto decoded = decode(request, route);
        if (!decoded)
            return tl::unexpected(decoded.error());
        return encode({request, route, *snapshot, kPolicy}, *decoded, *snapshot->findProvider(provider), model, nullptr);
    }
};

QString bodyOf(const Encoded &encoded)
{
    return q(view(encoded.call.body));
}

} // namespace

class TestEncodeBodies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameDialect_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("sent");
        const char *chat = "/v1/chat/completions";
        const auto row = [](const char *what, const char *path, const char *provider, const char *body, const char *sent) {
            QTest::newRow(what) << q(path) << q(provider) << q(test::json(body)) << q(test::json(sent));
        };
        row("the same model: not a byte changes", chat, "openai",
            " {'model' : 'gpt-4o' ,\n'messages':[ ] , 'x':1e308 }\n", " {'model' : 'gpt-4o' ,\n'messages':[ ] , 'x':1e308 }\n");
        row("another model: nothing but its name", chat, "openai", "{ 'messages':[],'model':'fast',\t'n':1}",
            "{ 'messages':[],'model':'gpt-4o',\t'n':1}");
        row("unknown fields and their order", chat, "openai", "{'zz':{'b':1,'a':[null,true]},'model':'m','messages':[],'aa':''}",
            "{'zz':{'b':1,'a':[null,true]},'model':'gpt-4o','messages':[],'aa':''}");
        row("numbers keep every digit", chat, "openai",
            "{'seed':18446744073709551615,'x':0.1000,'y':-9223372036854775808,'model':'m','messages':[]}",
            "{'seed':18446744073709551615,'x':0.1000,'y':-9223372036854775808,'model':'gpt-4o','messages':[]}");
        row("repeated fields stay", chat, "openai", "{'user':'a','model':'m','messages':[],'user':'b'}",
            "{'user':'a','model':'gpt-4o','messages':[],'user':'b'}");
        row("a repeated model is replaced each time", chat, "openai", "{'model':'a','messages':[],'model':'b'}",
            "{'model':'gpt-4o','messages':[],'model':'gpt-4o'}");
        row("a model inside something else stays", chat, "openai", "{'messages':[],'metadata':{'model':'m'},'model':'m'}",
            "{'messages':[],'metadata':{'model':'m'},'model':'gpt-4o'}");
        row("no model in the body", chat, "openai", "{'messages':[]}", "{'messages':[],'model':'gpt-4o'}");
        row("escapes stay as written", chat, "openai", "{'model':'m','messages':[],'s':'\\u00e4\\/\\ud83d\\ude00'}",
            "{'model':'gpt-4o','messages':[],'s':'\\u00e4\\/\\ud83d\\ude00'}");
        row("messages", "/v1/messages", "anthropic", "{'model':'m','max_tokens':1,'messages':[],'thinking':{'type':'new'}}",
            "{'model':'gpt-4o','max_tokens':1,'messages':[],'thinking':{'type':'new'}}");
        row("a repeated model in messages", "/v1/messages", "anthropic", "{'model':'a','messages':[],'model':'b'}",
            "{'model':'gpt-4o','messages':[],'model':'gpt-4o'}");
        row("embeddings", "/v1/embeddings", "openai", "{'input':['a', 'b'],'model':'m'}",
            "{'input':['a', 'b'],'model':'gpt-4o'}");
    }
    void sameDialect()
    {
        QFETCH(QString, path);
        QFETCH(QString, provider);
        QFETCH(QString, body);
        const auto call = Case(qPrintable(path), body.toStdString()).to(qPrintable(provider), "gpt-4o");
        QVERIFY2(call, call ? "" : call.error().message.c_str());
        QTEST(bodyOf(*call), "sent");
        QVERIFY(!call->isTranslated && call->losses.empty());
    }

    void usageOfStreams_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("sent");
        QTest::addColumn<bool>("isAdded"); // and so must be taken out of the answer
        const auto row = [](const char *what, const char *provider, const char *rest, const char *sent, bool isAdded) {
            QTest::newRow(what) << q(provider) << q(test::json("{'model':'m','messages':[]" + std::string(rest) + "}"))
                                << q(test::json("{'model':'m','messages':[]" + std::string(sent) + "}")) << isAdded;
        };
        row("no stream", "openai", "", "", false);
        row("stream: false", "openai", ",'stream':false", ",'stream':false", false);
        row("stream without options", "openai", ",'stream':true",
            ",'stream':true,'stream_options':{'include_usage':true}", true);
        row("usage asked for", "openai", ",'stream':true,'stream_options':{'include_usage':true}",
            ",'stream':true,'stream_options':{'include_usage':true}", false);
        row("usage declined", "openai", ",'stream_options':{'include_usage':false},'stream':true",
            ",'stream_options':{'include_usage':true},'stream':true", true);
        row("other options stay", "openai", ",'stream':true,'stream_options':{'include_obfuscation':false}",
            ",'stream':true,'stream_options':{'include_obfuscation':false,'include_usage':true}", true);
        row("options null", "openai", ",'stream':true,'stream_options':null",
            ",'stream':true,'stream_options':{'include_usage':true}", true);
        row("a provider that refuses the option", "mistral", ",'stream':true", ",'stream':true", false);
    }
    void usageOfStreams()
    {
        QFETCH(QString, provider);
        QFETCH(QString, body);
        const auto call = Case("/v1/chat/completions", body.toStdString()).to(qPrintable(provider), "m");
        QVERIFY(call);
        QTEST(bodyOf(*call), "sent");
        QTEST(call->addedUsage, "isAdded");
        const bool isStream = body.contains(q("\"stream\":true"));
        QCOMPARE(q(call->call.headers.value("accept")), q(isStream ? "text/event-stream" : "application/json"));
    }

    void embeddingsGetNoStreamOptions()
    {
        const std::string body = test::json("{'model':'m','input':'x','stream':true}");
        QCOMPARE(bodyOf(*Case("/v1/embeddings", body).to("openai", "m")), q(body));
    }

    void anotherDialect_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QStringList>("pieces"); // of what is sent; with '!' in front: must not be there
        const auto row = [](const char *what, const char *path, const char *provider, const char *model, const char *rest,
                            QStringList pieces) {
            for (QString &piece : pieces)
                piece.replace(u'\'', u'"');
            QTest::newRow(what) << q(path) << q(provider) << q(model)
                                << q(test::json("{'model':'asked','messages':[{'role':'user','content':'hi'}]"
                                          + std::string(rest) + "}"))
                                << pieces;
        };
        const char *chat = "/v1/chat/completions";
        row("Anthropic wants max_tokens: the model's own", chat, "anthropic", "claude-3-haiku", "",
            {q("'max_tokens':4096"), q("'model':'claude-3-haiku'"), q("!asked")});
        row("a model that can write a book is not asked to", chat, "anthropic", "claude-haiku-4-5", "",
            {q("'max_tokens':32000")});
        row("what the client says wins", chat, "anthropic", "claude-haiku-4-5", ",'max_completion_tokens':77",
            {q("'max_tokens':77"), q("!max_completion_tokens")});
        row("a model without facts gets a limit too", chat, "anthropic", "claude-unheard-of", "", {q("'max_tokens':")});
        row("stream is said, its options are not", chat, "anthropic", "claude-haiku-4-5",
            ",'stream':true,'stream_options':{'include_usage':true}", {q("'stream':true"), q("!stream_options")});
        row("OpenAI is asked for usage", "/v1/messages", "openai", "gpt-4o", ",'max_tokens':9,'stream':true",
            {q("'stream_options':{'include_usage':true}"), q("'max_completion_tokens':9"), q("!'max_tokens'")});
        row("Mistral is not", "/v1/messages", "mistral", "m", ",'max_tokens':9,'stream':true",
            {q("!stream_options"), q("'max_tokens':9"), q("!max_completion_tokens")});
        row("system turn goes first", "/v1/messages", "openai", "gpt-4o", ",'max_tokens':9,'system':'be brief'",
            {q("'messages':[{'role':'system','content':'be brief'}")});
    }
    void anotherDialect()
    {
        QFETCH(QString, path);
        QFETCH(QString, provider);
        QFETCH(QString, model);
        QFETCH(QString, body);
        QFETCH(QStringList, pieces);
        const auto call = Case(qPrintable(path), body.toStdString()).to(qPrintable(provider), model.toStdString());
        QVERIFY2(call, call ? "" : call.error().message.c_str());
        QVERIFY(call->isTranslated && !call->addedUsage);
        for (const QString &piece : pieces) {
            const bool isUnwanted = piece.startsWith(u'!');
            QVERIFY2(bodyOf(*call).contains(isUnwanted ? piece.mid(1) : piece) != isUnwanted,
                     qPrintable(piece + q(" in ") + bodyOf(*call)));
        }
    }

    void longToolNamesAreRemembered()
    {
        const std::string name(100, 'n');
        const auto call = Case("/v1/messages", test::json("{'model':'m','max_tokens':9,'messages':[],'tools':[{'name':'" + name
                                                    + "','input_schema':{'type':'object'}}]}"))
                              .to("openai", "gpt-4o");
        QVERIFY(call);
        QCOMPARE(call->shortenedTools.size(), std::size_t(1));
        QCOMPARE(q(call->shortenedTools.begin()->second), q(name));
        QVERIFY(bodyOf(*call).contains(q(call->shortenedTools.begin()->first)));
        QVERIFY(!bodyOf(*call).contains(q(name)));
    }

    void refusedBodies_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("start"); // of the message
        const auto row = [](const char *what, const char *body, const char *header, const char *value, int status,
                            const char *start) {
            QTest::newRow(what) << q(test::json(body)) << q(header) << q(value) << status << q(start);
        };
        const char *good = "{'model':'m','messages':[],'temperature':1}";
        row("compressed", good, "content-encoding", "gzip", 415, "content-encoding \"gzip\" is not accepted");
        row("not compressed, said so", good, "content-encoding", "identity", 200, "");
        row("form data", good, "content-type", "multipart/form-data; boundary=x", 415, "content-type \"multipart/form-data");
        row("JSON with a charset", good, "Content-Type", "application/json; charset=utf-8", 200, "");
        row("JSON of a kind", good, "content-type", "application/vnd.api+json", 200, "");
        row("curl's default", good, "content-type", "application/x-www-form-urlencoded", 200, "");
        row("nothing", "", "x", "y", 400, "the body is empty");
        row("no JSON", "model=m", "x", "y", 400, "");
        row("cut", "{'model':'m','messages':[", "x", "y", 400, "");
        row("a list", "[1]", "x", "y", 400, "");
        row("a field of the wrong type", "{'model':7,'messages':[]}", "x", "y", 400, "model");
        row("sampling under the strict version", good, "anthropic-version", "2026-10-21", 400, "temperature: Extra inputs");
        row("sampling under the usual version", good, "anthropic-version", "2023-06-01", 200, "");
    }
    void refusedBodies()
    {
        QFETCH(QString, body);
        QFETCH(QString, header);
        QFETCH(QString, value);
        QFETCH(QString, start);
        const Case one("/v1/messages", body.toStdString(), {{header.toStdString(), value.toStdString()}});
        const auto decoded = decode(one.request, one.route);
        QTEST(decoded ? 200 : decoded.error().status(), "status");
        if (!decoded)
            QCOMPARE(q(decoded.error().message).left(start.size()), start);
    }

    void keysInTurn()
    {
        ProviderRuntime provider;
        QVERIFY2(!pickKey(provider, SteadyTime(1h)), "none");
        provider.nextKey = std::make_shared<std::atomic<unsigned>>(0);
        for (const char *name : {"a", "b", "c"})
            provider.keys.push_back({name, Secret(name), std::make_shared<std::atomic<long long>>(0)});
        const auto turn = [&](int times) {
            QString order;
            for (int i = 0; i < times; ++i)
                order += q(pickKey(provider, SteadyTime(1h))->source);
            return order;
        };
        const auto rest = [&](std::size_t i, SteadyTime::duration until) { provider.keys[i].restsUntil->store(until.count()); };
        QCOMPARE(turn(4), q("abca"));
        rest(1, 2h);
        QVERIFY2(!turn(6).contains(u'b'), "a resting key is passed over");
        rest(1, 1h);
        QVERIFY2(turn(3).contains(u'b'), "and taken again when its time is over");
        rest(0, 4h), rest(1, 3h), rest(2, 5h);
        QCOMPARE(turn(3), q("bbb")); // all rest: the one that wakes first
    }

    void answerHeaders_data()
    {
        QTest::addColumn<bool>("isDropped");
        for (const char *name : {"Content-Length", "content-encoding", "Set-Cookie", "X-Request-Id", "request-id", "Via",
                                 "Alt-Svc", "Strict-Transport-Security", "Connection", "Transfer-Encoding",
                                 "Access-Control-Allow-Origin", "access-control-anything"})
            QTest::newRow(name) << true;
        for (const char *name : {"Content-Type", "x-ratelimit-remaining-tokens", "anthropic-ratelimit-requests-reset",
                                 "Retry-After", "openai-processing-ms", "cf-ray", "cookie-policy"})
            QTest::newRow(name) << false;
    }
    void answerHeaders() { QTEST(droppedFromAnswer(QTest::currentDataTag()), "isDropped"); }
};

QTEST_GUILESS_MAIN(TestEncodeBodies)
#include "tst_encode_bodies.moc"
