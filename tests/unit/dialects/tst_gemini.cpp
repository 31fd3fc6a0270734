// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini.h"
#include "support/protocol_gemini.h"

#include <QTest>

using namespace pm;

namespace {

const Gemini kGemini;

TargetTraits asking(std::string_view model)
{
    TargetTraits traits;
    traits.provider = traits.family = "gemini";
    traits.model = model;
    return traits;
}

std::string written(const std::vector<ChatDelta> &deltas, bool asArray)
{
    ReplyContext context;
    context.requestId = "01JTEST";
    context.model = "m";
    context.asArray = asArray;
    const auto writer = kGemini.makeWriter(context);
    std::string out;
    for (const ChatDelta &delta : deltas)
        writer->write(delta, out);
    return out;
}

} // namespace

class TestGemini : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void paths_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << "gemini-2.5-pro"
                               << "/models/gemini-2.5-pro:generateContent";
        QTest::newRow("with its folder") << "models/gemini-2.5-pro"
                                         << "/models/gemini-2.5-pro:generateContent";
        QTest::newRow("bug 45: at sign and colon") << "claude@2025:x"
                                                   << "/models/claude@2025:x:generateContent";
        QTest::newRow("bug 45: slash") << "org/name"
                                       << "/models/org/name:generateContent";
        QTest::newRow("what a path cannot hold") << "a b?c#d"
                                                 << "/models/a%20b%3Fc%23d:generateContent";
    }
    void paths()
    {
        QFETCH(QString, model);
        QFETCH(QString, expected);
        const TargetTraits target = asking(model.toStdString());
        QCOMPARE(QString::fromStdString(kGemini.path(Operation::Chat, target, false)), expected);
    }
    void streamsAreAskedAsEvents()
    {
        QCOMPARE(kGemini.path(Operation::Chat, asking("m"), true),
                 std::string("/models/m:streamGenerateContent?alt=sse"));
        QCOMPARE(kGemini.path(Operation::CountTokens, asking("m"), false),
                 std::string("/models/m:countTokens"));
    }

    void facts()
    {
        const auto facts =
            kGemini.facts("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"first\"}]},{\"role\":"
                          "\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]},"
                          "{\"role\":\"user\",\"parts\":[{\"text\":\"last\"},{\"inlineData\":{\"mimeType\":"
                          "\"image/png\",\"data\":\"AA\"}}]}],"
                          "\"systemInstruction\":{\"parts\":[{\"text\":\"sys\"}]},\"generationConfig\":{"
                          "\"maxOutputTokens\":\"64\","
                          "\"responseJsonSchema\":{},\"thinkingConfig\":{\"thinkingBudget\":0}}}");
        QVERIFY(facts);
        QCOMPARE(facts->promptText, std::string("last\nsys"));
        QCOMPARE(facts->maxTokens, std::int64_t(64));
        QVERIFY(facts->hasTools && facts->hasImages && facts->wantsJsonSchema);
        QVERIFY(!facts->wantsReasoning && !facts->hasAudio && !facts->hasDocuments && !facts->stream);
        QVERIFY(facts->inputTokensEstimate >= 800);
    }
    void bothFormsOfCountTokens()
    {
        const auto facts = kGemini.facts("{\"generateContentRequest\":{\"model\":\"models/"
                                         "gemini-x\",\"contents\":[{\"parts\":[{\"text\":\"count me\"}]}]}}");
        QVERIFY(facts);
        QCOMPARE(facts->model, std::string("gemini-x"));
        QCOMPARE(facts->promptText, std::string("count me"));
        QCOMPARE(kGemini.writeTokenCount(7), std::string("{\"totalTokens\":7}"));
    }
    void refuses_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("param");
        QTest::newRow("no contents") << "{}"
                                     << "contents";
        QTest::newRow("contents of text") << "{\"contents\":\"hi\"}"
                                          << "contents";
        QTest::newRow("a content that is none") << "{\"contents\":[1]}"
                                                << "contents[0]";
        QTest::newRow("settings of text") << "{\"contents\":[],\"generationConfig\":\"x\"}"
                                          << "generationConfig";
        QTest::newRow("negative tokens") << "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":-1}}"
                                         << "generationConfig.maxOutputTokens";
    }
    void refuses()
    {
        QFETCH(QString, body);
        QFETCH(QString, param);
        const auto facts = kGemini.facts(body.toStdString());
        QVERIFY(!facts);
        QCOMPARE(QString::fromStdString(facts.error().param), param);
    }

    void retarget_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing to change") << "{ \"contents\" : [ ], \"x_new\":12345678901234567890 }"
                                           << "{ \"contents\" : [ ], \"x_new\":12345678901234567890 }";
        QTest::newRow("the inner name of countTokens")
            << "{\"generateContentRequest\":{\"model\":\"models/a\",\"contents\":[]}}"
            << "{\"generateContentRequest\":{\"model\":\"models/b\",\"contents\":[]}}";
        QTest::newRow("another provider's signature")
            << "{\"contents\":[{\"parts\":[{\"thoughtSignature\" : \"pm1.anthropic.QUJD\",\"text\":\"x\"}]}]}"
            << "{\"contents\":[{\"parts\":[{\"thoughtSignature\" : "
               "\"skip_thought_signature_validator\",\"text\":\"x\"}]}]}";
        QTest::newRow("the user's own words stay")
            << "{\"contents\":[{\"parts\":[{\"text\":\"\\\"thoughtSignature\\\":\\\"pm1.x\"}]}]}"
            << "{\"contents\":[{\"parts\":[{\"text\":\"\\\"thoughtSignature\\\":\\\"pm1.x\"}]}]}";
        QTest::newRow("text that begins like it stays")
            << "{\"contents\":[{\"parts\":[{\"text\":\"pm1.a.b\"}]}]}"
            << "{\"contents\":[{\"parts\":[{\"text\":\"pm1.a.b\"}]}]}";
    }
    void retarget()
    {
        QFETCH(QString, body);
        QFETCH(QString, expected);
        const auto moved = kGemini.retarget(body.toStdString(), asking("b"), true);
        QVERIFY(moved);
        QCOMPARE(QString::fromStdString(*moved), expected);
    }

    void toolNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("stays");
        QTest::newRow("plain") << "read_file" << true;
        QTest::newRow("dots and dashes") << "a.b-c" << true;
        QTest::newRow("bug 28: a digit first") << "3d" << false;
        QTest::newRow("bug 28: a dash first") << "-x" << false;
        QTest::newRow("a slash") << "a/b" << false;
        QTest::newRow("bug 28: too long") << QString(65, QLatin1Char('x')) << false;
        QTest::newRow("just fits") << QString(64, QLatin1Char('x')) << true;
    }
    void toolNames()
    {
        QFETCH(QString, name);
        QFETCH(bool, stays);
        const std::string sent = kGemini.toolName(name.toStdString());
        QCOMPARE(sent == name.toStdString(), stays);
        QVERIFY(sent.size() <= 64);
        QVERIFY(sent.front() == '_' || std::isalpha(static_cast<unsigned char>(sent.front())));
        QCOMPARE(kGemini.toolName(name.toStdString()), sent);
    }
    void toolNamesStayApart()
    {
        QVERIFY(kGemini.toolName("a/b") != kGemini.toolName("a_b"));
        QVERIFY(kGemini.toolName("a/b") != kGemini.toolName("a b"));
    }

    void olderModelsGetTheirOwnSchema()
    {
        ChatRequest request;
        request.messages.push_back({Role::User, {{TextPart{"x", {}}, {}}}, false, {}});
        request.responseFormat = {
            ResponseFormat::Kind::JsonSchema,
            "n",
            "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":\"b\"}},\"$id\":\"x\"}",
            {},
            {}};
        TargetTraits target = asking("gemini-2.5-pro");
        target.toolJsonSchema = false;
        Losses losses;
        const auto body = kGemini.writeRequest(request, target, losses);
        QVERIFY(body);
        QVERIFY2(body->find("\"responseSchema\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":"
                            "\"STRING\",\"enum\":[\"b\"]}}}") != std::string::npos,
                 body->c_str());
    }
    void schemasWithoutEndAreRefused()
    {
        // Each level doubles: 2^20 parts from a few lines.
        std::string defs;
        for (int i = 0; i < 20; ++i) {
            const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
            defs += "\"d" + std::to_string(i) + "\":{\"type\":\"object\",\"properties\":{\"a\":" + next +
                    ",\"b\":" + next + "}},";
        }
        ChatRequest request;
        request.messages.push_back({Role::User, {{TextPart{"x", {}}, {}}}, false, {}});
        request.tools.push_back({});
        request.tools.back().name = "f";
        request.tools.back().schema =
            "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/d0\"}},\"$defs\":{" + defs +
            "\"d20\":{}}}";
        TargetTraits target = asking("gemini-2.5-pro");
        target.toolJsonSchema = false;
        Losses losses;
        const auto body = kGemini.writeRequest(request, target, losses);
        QVERIFY(!body);
        QCOMPARE(body.error().kind, ErrorKind::NotSupported);
    }

    void callsWaitForTheirArguments()
    {
        // Two calls whose pieces come mixed: each goes out whole, in the order of opening.
        const std::vector<ChatDelta> deltas{StreamStart{"r", "m", 0},
                                            ToolCallStart{0, "a", "f", {}},
                                            ToolCallDelta{0, "{\"x\":"},
                                            ToolCallStart{1, "b", "g", {}},
                                            ToolCallDelta{1, "{\"y\":\"}\"}"},
                                            ToolCallDelta{0, "1}"},
                                            Finish{FinishReason::ToolCalls, {}},
                                            StreamEnd{}};
        const std::string out = written(deltas, false);
        QCOMPARE(test::geminiStreamFault(out, false), std::string());
        const std::size_t first = out.find("\"name\":\"f\",\"args\":{\"x\":1}");
        const std::size_t second = out.find("\"name\":\"g\",\"args\":{\"y\":\"}\"}");
        QVERIFY(first != std::string::npos && second != std::string::npos && first < second);
    }
    void brokenArgumentsAreWrapped()
    {
        const std::string out = written({ToolCallStart{0, "a", "f", {}}, ToolCallDelta{0, "{\"x\":"},
                                         Finish{FinishReason::Length, {}}, StreamEnd{}},
                                        false);
        QVERIFY(out.find("\"args\":{\"input\":\"{\\\"x\\\":\"}") != std::string::npos);
        QVERIFY(out.find("\"finishReason\":\"MAX_TOKENS\"") != std::string::npos);
    }
    void tooManyArgumentsEndIt()
    {
        ReplyContext context;
        const auto writer = kGemini.makeWriter(context);
        std::string out;
        writer->write(ToolCallStart{0, "a", "f", {}}, out);
        writer->write(ToolCallDelta{0, "{\"x\":\"" + std::string(17 * 1024 * 1024, 'a')}, out);
        QVERIFY(out.find("\"error\"") != std::string::npos);
        const std::size_t size = out.size();
        writer->write(TextDelta{"more"}, out);
        QCOMPARE(out.size(), size);
    }

    void arrayForm()
    {
        const std::string out = written({StreamStart{"r", "m", 0}, TextDelta{"a"}, TextDelta{"b"},
                                         Finish{FinishReason::End, {}}, StreamEnd{}},
                                        true);
        QCOMPARE(test::geminiStreamFault(out, true), std::string());
        QVERIFY(out.starts_with("[{") && out.find("}\n\n,{") != std::string::npos);
    }
    void arrayFormOfAnError()
    {
        const std::string out = written({TextDelta{"a"}, StreamError{{ErrorKind::Overloaded, "busy"}}}, true);
        QCOMPARE(test::geminiStreamFault(out, true), std::string());
        QVERIFY(out.find(",{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"") !=
                std::string::npos);
    }
    void keepAlivesAreNothing()
    {
        ReplyContext context;
        context.asArray = true;
        QCOMPARE(kGemini.makeWriter(context)->keepAlive(), std::string("\n"));
        QCOMPARE(std::string(kGemini.makeWriter(context)->contentType()),
                 std::string("application/json; charset=utf-8"));
        context.asArray = false;
        QVERIFY(kGemini.makeWriter(context)->keepAlive().starts_with(":"));
    }
};

QTEST_GUILESS_MAIN(TestGemini)
#include "tst_gemini.moc"
