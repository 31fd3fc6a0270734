// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama.h"

#include "base/json.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

const Ollama kDialect;

QString factsOf(const std::string &body)
{
    const auto facts = kDialect.facts(test::json(body));
    if (!facts)
        return q(facts.error().message);
    QString text = q(facts->model);
    const auto flag = [&](bool is, const char *name) { text += is ? q(" ") + q(name) : QString(); };
    flag(facts->stream, "stream");
    flag(facts->hasTools, "tools");
    flag(facts->hasImages, "images");
    flag(facts->wantsJsonSchema, "schema");
    flag(facts->wantsReasoning, "think");
    if (facts->maxTokens)
        text += QStringLiteral(" max=%1").arg(facts->maxTokens);
    return text + QStringLiteral(" est=%1 '%2'").arg(facts->inputTokensEstimate).arg(q(facts->promptText));
}

std::int64_t windowOf(const std::string &body)
{
    const auto parsed = pm::json::Document::parse(body);
    const auto options = parsed ? pm::json::findObject(parsed->root(), "options") : std::nullopt;
    return options ? pm::json::findInt(*options, "num_ctx").value_or(-1) : -1;
}

} // namespace

/// Facts, retargeting, the window, and what readers say of bad requests.
class TestOllama : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void facts_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *body, const char *expected) {
            QTest::newRow(name) << q(body) << q(expected);
        };
        row("chat streams by default", "{'model':'m','messages':[{'role':'user','content':'12345678'}]}",
            "m stream est=7 '12345678'");
        row("unless it says no", "{'model':'m','stream':false,'messages':[{'role':'user','content':'12345678'}]}",
            "m est=7 '12345678'");
        row("generate", "{'model':'m','prompt':'1234','system':'5678'}", "m stream est=4 '1234\n5678'");
        row("a model to load", "{'model':'m','keep_alive':-1}", "m est=0 ''");
        row("the last user turn and the system",
            "{'model':'m','stream':null,'messages':[{'role':'system','content':'sys'},{'role':'user','content':'one'},"
            "{'role':'assistant','content':'no'},{'role':'user','content':'two'}]}",
            "m stream est=20 'two\nsys'");
        row("images are counted, not their bytes",
            "{'model':'m','messages':[{'role':'user','content':'','images':['AAAAAAAAAAAA','BBBB']}]}",
            "m stream images est=1604 ''");
        row("tools", "{'model':'m','messages':[],'tools':[{'type':'function','function':{'name':'f'}}]}",
            "m stream tools est=11 ''");
        row("an empty list of tools", "{'model':'m','messages':[],'tools':[]}", "m stream est=0 ''");
        row("a tool loop", "{'model':'m','messages':[{'role':'tool','content':'1234'}]}", "m stream tools est=6 ''");
        row("schema, thinking, limit",
            "{'model':'m','messages':[],'format':{'type':'object'},'think':'high','options':{'num_predict':77}}",
            "m stream schema think max=77 est=0 ''");
        row("json is no schema, false is no thinking, endless is no limit",
            "{'model':'m','messages':[],'format':'json','think':false,'options':{'num_predict':-1}}", "m stream est=0 ''");
        row("model of a wrong type", "{'model':5,'messages':[]}", "model must be a string");
        row("stream of a wrong type", "{'model':'m','stream':'yes','messages':[]}", "stream must be true or false");
        row("messages of a wrong type", "{'messages':{}}", "messages must be an array");
        row("a message of a wrong type", "{'messages':[{'role':'user'},5]}", "messages[1] must be an object");
        row("no role", "{'messages':[{'content':'x'}]}", "messages[0].role must be a string");
        row("content of a wrong type", "{'messages':[{'role':'user','content':[]}]}", "messages[0].content must be a string");
    }
    void facts()
    {
        QFETCH(QString, body);
        QCOMPARE(factsOf(body.toStdString()), *static_cast<QString *>(QTest::qData("expected", QMetaType::QString)));
    }

    void promptTextIsCapped()
    {
        const std::string text(20'000, 'x');
        const auto facts = kDialect.facts(test::json("{'messages':[{'role':'system','content':'" + text
                                               + "'},{'role':'user','content':'" + text + "'}]}"));
        QVERIFY(facts);
        QCOMPARE(facts->promptText.size(), std::size_t(8 * 1024));
    }

    void badRequests_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("param");
        const auto row = [](const char *name, const char *body, const char *kind, const char *param) {
            QTest::newRow(name) << q(body) << q(kind) << q(param);
        };
        const char *bad = "bad_request";
        const char *never = "not_supported";
        row("option of a wrong type", "{'messages':[],'options':{'seed':'x'}}", bad, "options.seed");
        row("stop of a wrong type", "{'messages':[],'options':{'stop':[1]}}", bad, "options.stop");
        row("options of a wrong type", "{'messages':[],'options':[]}", bad, "options");
        row("format unknown", "{'messages':[],'format':'xml'}", bad, "format");
        row("think unknown", "{'messages':[],'think':'hard'}", bad, "think");
        row("tool without a name", "{'messages':[],'tools':[{'function':{}}]}", bad, "tools[0].function.name");
        row("schema of a wrong type", "{'messages':[],'tools':[{'function':{'name':'f','parameters':[]}}]}", bad,
            "tools[0].function.parameters");
        row("call without a name", "{'messages':[{'role':'assistant','tool_calls':[{'function':{}}]}]}", bad,
            "messages[0].tool_calls[0].function.name");
        row("image of a wrong type", "{'messages':[{'role':'user','images':[5]}]}", bad, "messages[0].images[0]");
        row("images of a generate request", "{'prompt':'x','images':{}}", bad, "images");
        row("role unknown", "{'messages':[{'role':'robot','content':''}]}", bad, "messages[0].role");
        row("fill in between", "{'prompt':'x','suffix':'y'}", never, "suffix");
        row("a raw prompt", "{'prompt':'x','raw':true}", never, "raw");
        row("a model to load", "{'model':'m'}", never, "prompt");
        row("a model to load by chat", "{'model':'m','messages':[]}", never, "messages");
    }
    void badRequests()
    {
        QFETCH(QString, body);
        const auto read = kDialect.readRequest(test::json(body.toStdString()));
        QVERIFY(!read);
        QTEST(q(traits(read.error().kind).label), "kind");
        QTEST(q(read.error().param), "param");
        QVERIFY(read.error().message.starts_with(read.error().param));
    }

    void retargets_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("sent");
        const auto row = [](const char *name, const std::string &body, const std::string &sent) {
            QTest::newRow(name) << q(test::json(body)) << q(test::json(sent));
        };
        row("nothing but the name", "{ 'x':1.50, 'model' : 'a','messages':[{'role':'user','content':'hi'}] }",
            "{ 'x':1.50, 'model' : 'target','messages':[{'role':'user','content':'hi'}] }");
        row("the name is right", "{'model':'target','prompt':'hi'} ", "{'model':'target','prompt':'hi'} ");
        row("no name", "{'messages':[]}", "{'messages':[],'model':'target'}");
        std::string words;
        for (int i = 0; i < 16'000; ++i)
            words += "word ";
        const std::string tail = ",'messages':[{'role':'user','content':'" + words + "'}]";
        row("a long prompt gets a window", "{'model':'target'" + tail + "}",
            "{'model':'target'" + tail + ",'options':{'num_ctx':32768}}");
        row("beside the client's options", "{'model':'target','options':{'seed':1}" + tail + "}",
            "{'model':'target','options':{'seed':1,'num_ctx':32768}" + tail + "}");
        row("the client's own window stays", "{'model':'target','options':{'num_ctx':2048}" + tail + "}",
            "{'model':'target','options':{'num_ctx':2048}" + tail + "}");
        row("options null", "{'model':'target','options':null" + tail + "}",
            "{'model':'target','options':{'num_ctx':32768}" + tail + "}");
    }
    void retargets()
    {
        QFETCH(QString, body);
        TargetTraits target;
        target.model = "target";
        const auto sent = kDialect.retarget(body.toStdString(), target, true);
        QVERIFY(sent);
        QTEST(q(*sent), "sent");
    }

    /// The server cuts prompts that do not fit its window, without a word.
    void windowHoldsPromptAndAnswer_data()
    {
        QTest::addColumn<int>("bytes");
        QTest::addColumn<int>("maxTokens");
        QTest::addColumn<int>("context");
        QTest::addColumn<int>("window");
        QTest::newRow("short, with a small answer") << 100 << 100 << 0 << 4096;
        QTest::newRow("short, the answer may be long") << 100 << 0 << 0 << 8192;
        QTest::newRow("four times as long") << 60'000 << 1000 << 0 << 32768;
        QTest::newRow("beyond powers of two") << 160'000 << 1000 << 0 << 65536;
        QTest::newRow("in steps of 16 Ki") << 200'000 << 1000 << 0 << 81920;
        QTest::newRow("never above the model's own") << 200'000 << 1000 << 40'960 << 40'960;
        QTest::newRow("a small model") << 100 << 100 << 2048 << 2048;
        QTest::newRow("an absurd limit") << 100 << 2'000'000'000 << 131'072 << 131'072;
    }
    void windowHoldsPromptAndAnswer()
    {
        QFETCH(int, bytes);
        QFETCH(int, maxTokens);
        QFETCH(int, context);
        ChatRequest request;
        request.messages.push_back({Role::User, {{TextPart{std::string(std::size_t(bytes), 'w')}, {}}}, false, {}});
        if (maxTokens > 0)
            request.maxTokens = maxTokens;
        TargetTraits target;
        target.contextTokens = context;
        Losses losses;
        const auto sent = kDialect.writeRequest(request, target, losses);
        QVERIFY(sent);
        const std::int64_t window = windowOf(*sent);
        QTEST(int(window), "window");
        if (context == 0)
            QVERIFY(window >= estimateTokens(std::size_t(bytes), 0) + maxTokens);
    }

    void imageBytesAreNotWords()
    {
        ChatRequest request;
        ImagePart image{{MediaSource::Kind::Base64, "image/png", std::string(1'000'000, 'A')}, {}};
        request.messages.push_back({Role::User, {{image, {}}}, false, {}});
        request.maxTokens = 100;
        Losses losses;
        const auto sent = kDialect.writeRequest(request, {}, losses);
        QVERIFY(sent);
        QCOMPARE(windowOf(*sent), std::int64_t(4096));
    }

    void notTaken_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("param");
        QTest::newRow("image by URL") << 0 << q("messages[1].content[1]");
        QTest::newRow("image by file id") << 1 << q("messages[1].content[1]");
        QTest::newRow("PDF") << 2 << q("messages[1].content[1]");
        QTest::newRow("sound") << 3 << q("messages[1].content[1]");
        QTest::newRow("several answers") << 4 << q("n");
        QTest::newRow("image by URL in a tool's result") << 5 << q("messages[1].content[1].content[0]");
    }
    void notTaken()
    {
        QFETCH(int, what);
        using Kind = MediaSource::Kind;
        const ImagePart url{{Kind::Url, "", "https://example.com/a.png"}, {}};
        const std::vector<Part> parts{
            {url, {}},
            {ImagePart{{Kind::FileId, "", "file-1"}, {}}, {}},
            {DocumentPart{{Kind::Base64, "application/pdf", "JVBER"}, {}}, {}},
            {AudioPart{"wav", "AA"}, {}},
            {TextPart{"x"}, {}},
            {ToolResultPart{"call_1", {{url, {}}}, false}, {}},
        };
        ChatRequest request;
        request.messages.push_back({Role::System, {{TextPart{"s"}, {}}}, false, {}});
        request.messages.push_back({Role::User, {{TextPart{"x"}, {}}, parts[std::size_t(what)]}, false, {}});
        if (what == 4)
            request.n = 2;
        Losses losses;
        const auto sent = kDialect.writeRequest(request, {}, losses);
        QVERIFY(!sent);
        QCOMPARE(q(traits(sent.error().kind).label), q("not_supported"));
        QTEST(q(sent.error().param), "param");
    }

    void paths()
    {
        TargetTraits target;
        QCOMPARE(q(kDialect.path(Operation::Chat, target, true)), q("/api/chat"));
        QCOMPARE(q(kDialect.path(Operation::Embeddings, target, false)), q("/api/embed"));
        QCOMPARE(q(kDialect.path(Operation::CountTokens, target, false)), QString());
        target.variant = "generate";
        QCOMPARE(q(kDialect.path(Operation::Chat, target, false)), q("/api/generate"));
        target.variant = "embeddings";
        QCOMPARE(q(kDialect.path(Operation::Embeddings, target, false)), q("/api/embeddings"));
    }
};

QTEST_GUILESS_MAIN(TestOllama)
#include "tst_ollama.moc"
