// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"
#include "dialects/embeddings.h"
#include "policy/cache_key.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::policy;

namespace {

CacheKey keyOf(const std::string &text, DialectId id = DialectId::OpenAiChat, const CacheScope &scope = {})
{
    const std::string body = pm::test::json(text);
    const auto request = dialect(id).readRequest(body);
    if (!request)
        qFatal("%s", request.error().message.c_str());
    return cacheKey(scope, *request, "m", body);
}

} // namespace

class TestCacheKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void same_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        const auto row = [](const char *name, const char *a, const char *b) { QTest::newRow(name) << a << b; };
        row("order of keys", "{'model':'m','temperature':0,'messages':[{'role':'user','content':'Hi'}]}",
            "{'messages':[{'content':'Hi','role':'user'}],'temperature':0,'model':'m'}");
        row("white space", "{'model':'m','messages':[{'role':'user','content':'Hi'}]}",
            "{ 'model' : 'm',\n 'messages' : [ {'role':'user','content':'Hi'} ] }");
        row("spelling of numbers", "{'temperature':1,'messages':[{'role':'user','content':'Hi'}]}",
            "{'temperature':1.0e0,'messages':[{'role':'user','content':'Hi'}]}");
        row("stream", "{'stream':true,'stream_options':{'include_usage':true},'messages':[{'role':'user','content':'Hi'}]}",
            "{'messages':[{'role':'user','content':'Hi'}]}");
        row("metadata and user", "{'metadata':{'a':'b'},'user':'u','service_tier':'flex','messages':[{'role':'user','content':'Hi'}]}",
            "{'messages':[{'role':'user','content':'Hi'}]}");
        row("text and one part", "{'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}]}",
            "{'messages':[{'role':'user','content':'Hi'}]}");
        row("keys of a schema",
            "{'tools':[{'type':'function','function':{'name':'f','parameters':{'type':'object','properties':{'a':{'type':'string'}}}}}],"
            "'messages':[{'role':'user','content':'Hi'}]}",
            "{'tools':[{'type':'function','function':{'parameters':{'properties':{'a':{'type':'string'}},'type':'object'},'name':'f'}}],"
            "'messages':[{'role':'user','content':'Hi'}]}");
        row("ids of calls",
            "{'messages':[{'role':'assistant','tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}]},"
            "{'role':'tool','tool_call_id':'c1','content':'1'}]}",
            "{'messages':[{'role':'assistant','tool_calls':[{'id':'zz','type':'function','function':{'name':'f','arguments':'{ }'}}]},"
            "{'role':'tool','tool_call_id':'zz','content':'1'}]}");
        row("maker's name for max_tokens", "{'max_tokens':5,'messages':[{'role':'user','content':'Hi'}]}",
            "{'max_completion_tokens':5,'messages':[{'role':'user','content':'Hi'}]}");
    }
    void same()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QCOMPARE(keyOf(a.toStdString()).text, keyOf(b.toStdString()).text);
        QVERIFY(keyOf(a.toStdString()).hash == keyOf(b.toStdString()).hash);
    }

    void sameInAnotherFormat_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<QString>("body");
        QTest::newRow("anthropic") << int(DialectId::AnthropicMessages)
                                   << "{'model':'m','system':'Be short','max_tokens':5,'messages':[{'role':'user','content':'Hi'}]}";
        QTest::newRow("responses") << int(DialectId::OpenAiResponses)
                                   << "{'model':'m','instructions':'Be short','max_output_tokens':5,'input':'Hi'}";
        QTest::newRow("gemini") << int(DialectId::Gemini)
                                << "{'systemInstruction':{'parts':[{'text':'Be short'}]},'generationConfig':{'maxOutputTokens':5},"
                                   "'contents':[{'role':'user','parts':[{'text':'Hi'}]}]}";
        QTest::newRow("ollama") << int(DialectId::Ollama)
                                << "{'model':'m','options':{'num_predict':5},'messages':[{'role':'system','content':'Be short'},"
                                   "{'role':'user','content':'Hi'}]}";
    }
    void sameInAnotherFormat()
    {
        QFETCH(int, format);
        QFETCH(QString, body);
        const CacheKey openAi = keyOf("{'model':'m','max_tokens':5,'messages':[{'role':'system','content':'Be short'},"
                                      "{'role':'user','content':'Hi'}]}");
        QCOMPARE(keyOf(body.toStdString(), static_cast<DialectId>(format)).text, openAi.text);
    }

    void different_data()
    {
        QTest::addColumn<QString>("b");
        QTest::newRow("text") << "{'messages':[{'role':'user','content':'Hi.'}]}";
        QTest::newRow("role") << "{'messages':[{'role':'system','content':'Hi'}]}";
        QTest::newRow("temperature") << "{'temperature':0,'messages':[{'role':'user','content':'Hi'}]}";
        QTest::newRow("seed") << "{'seed':1,'messages':[{'role':'user','content':'Hi'}]}";
        QTest::newRow("n") << "{'n':2,'messages':[{'role':'user','content':'Hi'}]}";
        QTest::newRow("unknown field") << "{'web_search_options':{},'messages':[{'role':'user','content':'Hi'}]}";
        QTest::newRow("unknown field within") << "{'messages':[{'role':'user','content':'Hi','weight':0}]}";
        QTest::newRow("two turns for one") << "{'messages':[{'role':'user','content':'H'},{'role':'user','content':'i'}]}";
        QTest::newRow("two parts for one")
            << "{'messages':[{'role':'user','content':[{'type':'text','text':'H'},{'type':'text','text':'i'}]}]}";
        QTest::newRow("text that looks like a turn") << "{'messages':[{'role':'user','content':'Hi\\nuser text:'}]}";
        QTest::newRow("json mode") << "{'response_format':{'type':'json_object'},'messages':[{'role':'user','content':'Hi'}]}";
        QTest::newRow("tools") << "{'tools':[{'type':'function','function':{'name':'f'}}],'messages':[{'role':'user','content':'Hi'}]}";
    }
    void different()
    {
        QFETCH(QString, b);
        QVERIFY(keyOf(b.toStdString()).hash != keyOf("{'messages':[{'role':'user','content':'Hi'}]}").hash);
    }
    void unknownFieldsCountWithTheirValues()
    {
        const char *body = "{'web_search_options':{'a':%1},'messages':[{'role':'user','content':'Hi'}]}";
        const auto with = [&](int value) { return keyOf(QString::fromLatin1(body).arg(value).toStdString()).text; };
        QVERIFY(with(1) != with(2));
        QCOMPARE(with(1), with(1));
    }
    void scopes()
    {
        const std::string body = "{'messages':[{'role':'user','content':'Hi'}]}";
        const auto of = [&](const CacheScope &scope) { return keyOf(body, DialectId::OpenAiChat, scope).hash; };
        CacheScope client;
        client.client = "a";
        CacheScope seed;
        seed.seed = "a";
        CacheScope router;
        router.router = "a";
        QVERIFY(of(client) != of({}));
        QVERIFY(of(client) != of(seed));
        QVERIFY(of(router) != of(seed));
    }
    void lastTurn()
    {
        const CacheKey key = keyOf("{'messages':[{'role':'system','content':'S'},{'role':'user','content':'A'},"
                                   "{'role':'assistant','content':'B'},{'role':'user','content':'C'}]}");
        const CacheKey other = keyOf("{'messages':[{'role':'system','content':'S'},{'role':'user','content':'A'},"
                                     "{'role':'assistant','content':'B'},{'role':'user','content':'D'}]}");
        QCOMPARE(key.lastTurn, std::string("C"));
        QCOMPARE(key.turns, 3);
        QVERIFY(key.sharedText() == other.sharedText());
        QVERIFY(key.hash != other.hash);
        const CacheKey picture = keyOf("{'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'http://a/b'}}]}]}");
        QVERIFY(picture.lastTurn.empty());
    }
    void embeddings()
    {
        const auto of = [](const std::string &text, DialectId id) {
            const std::string body = pm::test::json(text);
            const auto request = dialect(id).embeddings()->readRequest(body);
            return request ? cacheKey(CacheScope(), *request, "m", body).text : std::string();
        };
        const std::string one = of("{'model':'m','input':'Hi'}", DialectId::OpenAiChat);
        QVERIFY(!one.empty());
        QCOMPARE(of("{'encoding_format':'base64','input':['Hi'],'model':'m'}", DialectId::OpenAiChat), one);
        QCOMPARE(of("{'model':'m','input':'Hi'}", DialectId::Ollama), one);
        QVERIFY(of("{'model':'m','input':['Hi','there']}", DialectId::OpenAiChat) != one);
        QVERIFY(of("{'model':'m','input':'Hi','dimensions':3}", DialectId::OpenAiChat) != one);
    }
    void hashIsSha256()
    {
        QCOMPARE(hex(sha256("abc")), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
};

QTEST_APPLESS_MAIN(TestCacheKey)
#include "tst_cache_key.moc"
