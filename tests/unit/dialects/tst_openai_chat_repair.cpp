// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_repair.h"
#include "providers/catalogue.h"

#include <QTest>

using namespace pm;

namespace {

TargetTraits traitsOf(std::string_view row)
{
    Provider vendor;
    vendor.name = row;
    vendor.quirks = findProviderRow(row)->quirks;
    const Model reasoner{.reasoning = true, .temperature = true, .structuredOutput = true};
    return targetTraits(vendor, DialectId::OpenAiChat, "m", &reasoner);
}

} // namespace

/// What happens to bodies that pass through to a vendor that deviates: retargeted, then repaired.
class TestOpenAiChatRepair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bodies_data();
    void bodies();
    void refused_data();
    void refused();
    void regularBodyKeepsItsBytes();
    void nineCharIds();
};

void TestOpenAiChatRepair::bodies_data()
{
    QTest::addColumn<QByteArray>("vendor");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<QByteArray>("losses");
    const QByteArray none;
    QTest::newRow("Mistral: random_seed, any, no user, unknown fields stay")
        << QByteArray("mistral")
        << QByteArray(R"({"model":"m","seed":3,"tool_choice":"required","user":"u","safe_prompt":true,"messages":[]})")
        << QByteArray(R"({"model":"m","random_seed":3,"tool_choice":"any","safe_prompt":true,"messages":[]})")
        << QByteArray("user\n");
    QTest::newRow("Mistral: all fields but the first go")
        << QByteArray("mistral") << QByteArray(R"({"model":"m","user":"u","store":false,"metadata":{}})")
        << QByteArray(R"({"model":"m"})") << QByteArray("user\n");
    QTest::newRow("Mistral: ids of calls and results agree")
        << QByteArray("mistral")
        << QByteArray(
               R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"call_abc","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_abc","content":"1"},{"role":"user","content":"so?"}]})")
        << QByteArray(
               R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"ID","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"ID","content":"1"},{"role":"assistant","content":"Understood."},{"role":"user","content":"so?"}]})")
               .replace("ID", QByteArray::fromStdString(openai::nineCharId("call_abc")))
        << QByteArray("messages: an assistant turn put between tool and user\n");
    QTest::newRow("Groq: names, logit_bias and one answer")
        << QByteArray("groq")
        << QByteArray(
               R"({"model":"m","n":1,"logprobs":false,"logit_bias":{"1":2},"messages":[{"role":"user","name":"ann","content":"x"}]})")
        << QByteArray(R"({"model":"m","messages":[{"role":"user","content":"x"}]})")
        << QByteArray("logit_bias\nmessages: name\n");
    QTest::newRow("Cerebras: penalties go, mixed strict tools become loose")
        << QByteArray("cerebras")
        << QByteArray(
               R"({"model":"m","frequency_penalty":0,"presence_penalty":1,"tools":[{"type":"function","function":{"name":"a","strict":true}},{"type":"function","function":{"name":"b"}}]})")
        << QByteArray(
               R"({"model":"m","tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}]})")
        << QByteArray("presence_penalty\ntools: strict\n");
    QTest::newRow("strict hosts do not see reasoning_content")
        << QByteArray("cerebras")
        << QByteArray(R"({"model":"m","messages":[{"role":"assistant","content":"x","reasoning_content":"y"}]})")
        << QByteArray(R"({"model":"m","messages":[{"role":"assistant","content":"x"}]})") << none;
    QTest::newRow("DeepSeek: reasoning on one assistant turn is reasoning on all")
        << QByteArray("deepseek")
        << QByteArray(
               R"({"model":"m","messages":[{"role":"assistant","content":"x","reasoning_content":"y"},{"role":"assistant","content":"z"}]})")
        << QByteArray(
               R"({"model":"m","messages":[{"role":"assistant","content":"x","reasoning_content":"y"},{"role":"assistant","content":"z","reasoning_content":""}]})")
        << none;
    QTest::newRow("DeepSeek: none stays none")
        << QByteArray("deepseek") << QByteArray(R"({"model":"m","messages":[{"role":"assistant","content":"x"}]})")
        << QByteArray(R"({"model":"m","messages":[{"role":"assistant","content":"x"}]})") << none;
    QTest::newRow("Moonshot: temperature and thinking")
        << QByteArray("moonshot") << QByteArray(R"({"model":"m","temperature":1.5,"reasoning_effort":"medium"})")
        << QByteArray(R"({"model":"m","temperature":1,"thinking":{"type":"enabled"}})")
        << QByteArray("temperature: lowered to 1\n");
    QTest::newRow("Z.AI: thinking off, streamed arguments")
        << QByteArray("zai")
        << QByteArray(R"({"model":"m","reasoning_effort":"none","stream":true,"tools":[{"type":"function"}]})")
        << QByteArray(
               R"({"model":"m","stream":true,"tools":[{"type":"function"}],"thinking":{"type":"disabled"},"tool_stream":true})")
        << none;
    QTest::newRow("the client's own thinking field wins")
        << QByteArray("zai")
        << QByteArray(R"({"model":"m","reasoning_effort":"medium","thinking":{"type":"disabled"}})")
        << QByteArray(R"({"model":"m","thinking":{"type":"disabled"}})") << none;
    QTest::newRow("OpenRouter: reasoning")
        << QByteArray("openrouter") << QByteArray(R"({"model":"m","reasoning_effort":"high"})")
        << QByteArray(R"({"model":"m","reasoning":{"effort":"high"}})") << none;
    QTest::newRow("Alibaba: enable_thinking")
        << QByteArray("alibaba") << QByteArray(R"({"model":"m","reasoning_effort":"low"})")
        << QByteArray(R"({"model":"m","enable_thinking":true})") << QByteArray("reasoning_effort: given as on\n");
    QTest::newRow("Perplexity: turns alternate, system first")
        << QByteArray("perplexity")
        << QByteArray(
               R"({"model":"m","tools":[],"messages":[{"role":"system","content":"a"},{"role":"system","content":"b"},{"role":"assistant","content":"c"},{"role":"user","content":"d"},{"role":"user","content":[{"type":"text","text":"e"}]},{"role":"developer","content":"f"}]})")
        << QByteArray(
               R"({"model":"m","messages":[{"role":"system","content":"a\n\nb"},{"role":"user","content":"."},{"role":"assistant","content":"c"},{"role":"user","content":[{"type":"text","text":"d"},{"type":"text","text":"e"},{"type":"text","text":"f"}]}]})")
        << QByteArray("a user turn put first\nsystem message moved into user turn\n");
}

void TestOpenAiChatRepair::bodies()
{
    QFETCH(QByteArray, vendor);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, expected);
    QFETCH(QByteArray, losses);
    Losses named;
    const auto out = OpenAiChat().repaired(body.toStdString(), traitsOf(vendor.toStdString()), named);
    QVERIFY2(out, out ? "" : out.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(*out), expected);
    QByteArray lines;
    for (const std::string &loss : named)
        lines += QByteArray::fromStdString(loss) + '\n';
    QCOMPARE(lines, losses);
}

void TestOpenAiChatRepair::refused_data()
{
    QTest::addColumn<QByteArray>("vendor");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("param");
    QTest::newRow("several answers") << QByteArray("groq") << QByteArray(R"({"n":2})") << QByteArray("n");
    QTest::newRow("logprobs") << QByteArray("groq") << QByteArray(R"({"logprobs":true})") << QByteArray("logprobs");
    QTest::newRow("a forced tool") << QByteArray("moonshot") << QByteArray(R"({"tool_choice":"required"})")
                                   << QByteArray("tool_choice");
    QTest::newRow("a named tool") << QByteArray("zai") << QByteArray(R"({"tool_choice":{"type":"function"}})")
                                  << QByteArray("tool_choice");
    QTest::newRow("tools") << QByteArray("perplexity") << QByteArray(R"({"tools":[{"type":"function"}]})")
                           << QByteArray("tools");
    QTest::newRow("stop on a reasoning model")
        << QByteArray("xai") << QByteArray(R"({"stop":"END"})") << QByteArray("stop");
}

void TestOpenAiChatRepair::refused()
{
    QFETCH(QByteArray, vendor);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, param);
    Losses losses;
    const auto out = OpenAiChat().repaired(body.toStdString(), traitsOf(vendor.toStdString()), losses);
    QVERIFY(!out);
    QCOMPARE(int(out.error().kind), int(ErrorKind::NotSupported));
    QCOMPARE(QByteArray::fromStdString(out.error().param), param);
}

void TestOpenAiChatRepair::regularBodyKeepsItsBytes()
{
    const std::string body = "{ \"seed\" : 3 , \"n\":2,\"user\":\"u\" }";
    Losses losses;
    for (const char *row : {"openai", "azure", "together"}) {
        const auto out = OpenAiChat().repaired(body, traitsOf(row), losses);
        QVERIFY(out && *out == body);
    }
    const auto out = OpenAiChat().repaired("{ \"temperature\" : 0.5 }", traitsOf("groq"), losses);
    QVERIFY(out && *out == "{ \"temperature\" : 0.5 }");
    QVERIFY(losses.empty());
}

void TestOpenAiChatRepair::nineCharIds()
{
    QCOMPARE(openai::nineCharId("aB3dE6gH9"), std::string("aB3dE6gH9"));
    const std::string made = openai::nineCharId("call_1");
    QCOMPARE(made.size(), std::size_t(9));
    QVERIFY(made != openai::nineCharId("call_2"));
    QCOMPARE(openai::nineCharId(made), made); // settled
}

QTEST_GUILESS_MAIN(TestOpenAiChatRepair)
#include "tst_openai_chat_repair.moc"
