// SPDX-License-Identifier: GPL-3.0-or-later
// What conditions, experiments and sticky conversations see of requests in each format.
#include "pipeline/request_fields.h"

#include "config/condition.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

/// A request on its way, decoded.
struct Asked
{
    SnapshotPtr snapshot = snapshotOf("{routers: {work: {route: openai/gpt-5}}}", {"openai", "anthropic", "gemini"});
    http::Request request;
    Route route;
    Decoded decoded;
    Caller caller;

    Asked(std::string target, std::string body, http::Headers headers = {})
        : request(requestOf("POST", std::move(target), std::move(headers), test::json(std::move(body))))
        , route(resolve(request, *snapshot).value())
        , decoded(decode(request, route).value())
    {
        caller.name = "alice";
    }
    ExchangeFields fields() const
    {
        return ExchangeFields({request, route, decoded.facts, caller, "codex", SystemTime(std::chrono::hours(24 * 365 * 50))});
    }
    QString value(std::string_view field) const
    {
        const auto text = fields().value(field);
        return text ? q(*text) : q("(none)");
    }
};

const std::string kChat = "/v1/chat/completions";
const std::string kMessages = "/v1/messages";
const std::string kResponses = "/v1/responses";
const std::string kGemini = "/v1beta/models/gemini-2.5-pro:generateContent";

} // namespace

class TestRequestFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void values()
    {
        const Asked asked(kChat,
                          "{'model':'gpt-5','stream':true,'max_tokens':77,'user':'u-1','metadata':{'team':'ml','level':3},"
                          "'tools':[{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}],"
                          "'messages':[{'role':'user','content':'hello there'}]}",
                          {{"X-Pointsman-Metadata-Env", "prod"}, {"helicone-property-team", "header wins"}, {"x-any", "1"}});
        QCOMPARE(asked.value("request.model"), q("gpt-5"));
        QCOMPARE(asked.value("request.endpoint"), q("chat"));
        QCOMPARE(asked.value("request.format"), q("openai"));
        QCOMPARE(asked.value("request.stream"), q("true"));
        QCOMPARE(asked.value("request.has-tools"), q("true"));
        QCOMPARE(asked.value("request.has-image"), q("false"));
        QCOMPARE(asked.value("request.max-tokens"), q("77"));
        QCOMPARE(asked.value("request.class"), q("tools"));
        QCOMPARE(asked.value("request.prompt"), q("hello there"));
        QCOMPARE(asked.value("request.searches-web"), q("false"));
        QCOMPARE(asked.value("metadata.env"), q("prod"));
        QCOMPARE(asked.value("metadata.team"), q("header wins"));
        QCOMPARE(asked.value("metadata.level"), q("3"));
        QCOMPARE(asked.value("metadata.none"), q("(none)"));
        QCOMPARE(asked.value("header.x-any"), q("1"));
        QCOMPARE(asked.value("header.none"), q("(none)"));
        QCOMPARE(asked.value("client.key"), q("alice"));
        QCOMPARE(asked.value("client.app"), q("codex"));
        QCOMPARE(asked.value("client.user"), q("u-1"));
        QCOMPARE(asked.value("client.session"), q("(none)"));
        QVERIFY(asked.value("time.hour").toInt() <= 23);
        QVERIFY(asked.value("time.date").startsWith(u"2019-1"));
        QCOMPARE(asked.value("banana"), q("(none)"));
        QCOMPARE(q(asked.fields().identity()), q("u-1"));
    }

    void owners_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("by");
        QTest::addColumn<QString>("owner");
        QTest::newRow("global") << q(kChat) << "global" << "";
        QTest::newRow("plain path") << q(kChat) << "router" << "/ai";
        QTest::newRow("router") << "/router/work/v1/chat/completions" << "router" << "work";
        QTest::newRow("direct") << "/openai/v1/chat/completions" << "router" << "/openai";
        QTest::newRow("key") << q(kChat) << "api-key" << "alice";
        QTest::newRow("program") << q(kChat) << "app" << "codex";
        QTest::newRow("model") << q(kChat) << "model" << "m";
        QTest::newRow("user") << q(kChat) << "user" << "u";
        QTest::newRow("team") << q(kChat) << "team" << "ml";
        QTest::newRow("of metadata") << q(kChat) << "metadata.a" << "b";
        QTest::newRow("not told") << q(kChat) << "metadata.other" << "";
    }

    void owners()
    {
        QFETCH(QString, path);
        QFETCH(QString, by);
        QFETCH(QString, owner);
        Asked asked(path.toStdString(),
                    "{'model':'m','user':'u','metadata':{'team':'ml','a':'b'},'messages':[{'role':'user','content':'x'}]}");
        QCOMPARE(q(asked.fields().owner(by.toStdString())), owner);
        asked.caller.name.clear();
        QCOMPARE(q(asked.fields().owner("api-key")), q("codex")); // where nobody has a key, programs are told apart
    }

    /// Each field of the table is one that is answered for some request.
    void everyFieldIsAnswered()
    {
        const Asked asked(kChat, "{'model':'m','user':'u','max_tokens':5,'metadata':{'a':'b'},'messages':[{'role':'user','content':'x'}]}",
                          {{"x-pointsman-session", "s"}, {"a", "b"}});
        for (const config::ConditionField &field : config::conditionFields()) {
            const std::string name = std::string(field.name) + (field.name.ends_with('.') ? "a" : "");
            QVERIFY2(asked.value(name) != q("(none)"), name.c_str());
        }
    }

    void searches_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("body");
        QTest::newRow("chat") << q(kChat) << q("{'model':'m','web_search_options':{},'messages':[{'role':'user','content':'x'}]}");
        QTest::newRow("messages") << q(kMessages)
                                  << q("{'model':'m','max_tokens':5,'tools':[{'type':'web_search_20250305','name':'web_search'}],"
                                       "'messages':[{'role':'user','content':'x'}]}");
        QTest::newRow("responses") << q(kResponses) << q("{'model':'m','tools':[{'type':'web_search'}],'input':'x'}");
        QTest::newRow("gemini") << q(kGemini) << q("{'tools':[{'googleSearch':{}}],'contents':[{'role':'user','parts':[{'text':'x'}]}]}");
    }
    void searches()
    {
        QFETCH(QString, target);
        QFETCH(QString, body);
        const Asked asked(target.toStdString(), body.toStdString());
        QCOMPARE(asked.value("request.searches-web"), q("true"));
        QCOMPARE(asked.value("request.class"), q("web-search"));
    }

    /// The next turn of a conversation is of the same conversation, with marks of caches moved on; another is another.
    void conversations_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("next");
        QTest::addColumn<QString>("other");
        QTest::newRow("chat") << q(kChat) << q("{'model':'m','messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}")
                              << q("{'model':'m','messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'},"
                                   "{'role':'assistant','content':'yes'},{'role':'user','content':'more'}]}")
                              << q("{'model':'m','messages':[{'role':'user','content':'ho'}]}");
        QTest::newRow("messages")
            << q(kMessages)
            << q("{'model':'m','max_tokens':5,'messages':[{'role':'user','content':[{'type':'text','text':'hi','cache_control':{'type':'ephemeral'}}]}]}")
            << q("{'model':'m','max_tokens':5,'messages':[{'role':'user','content':[{'type':'text','text':'hi'}]},"
                 "{'role':'assistant','content':'y'},{'role':'user','content':'m'}]}")
            << q("{'model':'m','max_tokens':5,'messages':[{'role':'user','content':'ho'}]}");
        QTest::newRow("responses") << q(kResponses) << q("{'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':'hi'}]}]}")
                                   << q("{'model':'m','input':[{'role':'user','content':'hi'},{'role':'assistant','content':'y'},"
                                        "{'role':'user','content':'m'}]}")
                                   << q("{'model':'m','input':'ho'}");
        QTest::newRow("gemini") << q(kGemini) << q("{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}")
                                << q("{'contents':[{'role':'user','parts':[{'text':'hi'}]},{'role':'model','parts':[{'text':'y'}]},"
                                     "{'role':'user','parts':[{'text':'m'}]}]}")
                                << q("{'contents':[{'parts':[{'text':'ho'}]}]}");
    }
    void conversations()
    {
        QFETCH(QString, target);
        QFETCH(QString, first);
        QFETCH(QString, next);
        QFETCH(QString, other);
        const auto talk = [&](const QString &body, http::Headers headers = {}) {
            return Asked(target.toStdString(), body.toStdString(), std::move(headers)).fields().conversation();
        };
        QVERIFY(talk(first) != 0);
        QCOMPARE(talk(next), talk(first));
        QVERIFY(talk(other) != 0);
        QVERIFY(talk(other) != talk(first));
        // A session says more than texts.
        QCOMPARE(talk(other, {{"x-claude-code-session-id", "s1"}}), talk(first, {{"x-claude-code-session-id", "s1"}}));
        QVERIFY(talk(first, {{"session-id", "s1"}}) != talk(first, {{"session-id", "s2"}}));
    }

    void turns_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("body");
        QTest::addColumn<bool>("begins");
        QTest::newRow("chat asks") << q(kChat) << q("{'model':'m','messages':[{'role':'user','content':'x'}]}") << true;
        QTest::newRow("chat answers a tool")
            << q(kChat)
            << q("{'model':'m','messages':[{'role':'user','content':'x'},{'role':'assistant','tool_calls':[{'id':'1','type':'function',"
                 "'function':{'name':'f','arguments':'{}'}}]},{'role':'tool','tool_call_id':'1','content':'r'}]}")
            << false;
        QTest::newRow("messages answer a tool")
            << q(kMessages)
            << q("{'model':'m','max_tokens':5,'messages':[{'role':'user','content':'x'},{'role':'assistant','content':[{'type':'tool_use',"
                 "'id':'1','name':'f','input':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'1','content':'r'}]}]}")
            << false;
        QTest::newRow("responses answer a tool")
            << q(kResponses)
            << q("{'model':'m','input':[{'role':'user','content':'x'},{'type':'function_call','call_id':'1','name':'f','arguments':'{}'},"
                 "{'type':'function_call_output','call_id':'1','output':'r'}]}")
            << false;
        QTest::newRow("gemini answers a tool")
            << q(kGemini)
            << q("{'contents':[{'role':'user','parts':[{'text':'x'}]},{'role':'model','parts':[{'functionCall':{'name':'f','args':{}}}]},"
                 "{'role':'user','parts':[{'functionResponse':{'name':'f','response':{}}}]}]}")
            << false;
    }
    void turns()
    {
        QFETCH(QString, target);
        QFETCH(QString, body);
        QFETCH(bool, begins);
        QCOMPARE(Asked(target.toStdString(), body.toStdString()).fields().beginsTurn(), begins);
    }

    void needsCarryTheFacts()
    {
        const Asked asked(kChat, "{'model':'m','max_tokens':9,'reasoning_effort':'high','messages':[{'role':'user','content':'x'}]}");
        const ExchangeFields fields = asked.fields();
        const routing::RequestNeeds needs = needsOf(asked.decoded.facts, Endpoint::Chat, &fields);
        QVERIFY(needs.reasoning);
        QCOMPARE(needs.maxTokens, std::int64_t(9));
        QCOMPARE(needs.model, std::string_view("m"));
        QCOMPARE(needs.prompt, std::string_view("x"));
        QVERIFY(!needsOf(asked.decoded.facts, Endpoint::Service, nullptr).endpoint);
        QVERIFY(needsOf(asked.decoded.facts, Endpoint::Embeddings, nullptr).endpoint == config::EndpointType::Embeddings);
    }
};

QTEST_APPLESS_MAIN(TestRequestFields)
#include "tst_request_fields.moc"
