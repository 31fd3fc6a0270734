// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"
#include "dialects/openai_chat.h"

#include <QTest>

#include <algorithm>

// What the golden cases cannot show: facts, bytes that must stay, and requests that no client of this dialect
// sends.
using namespace pm;

namespace {

TargetTraits claude()
{
    TargetTraits traits;
    traits.provider = traits.family = "anthropic";
    traits.model = "claude-x";
    traits.maxOutputTokens = 64000;
    return traits;
}

ChatRequest asking(std::string words)
{
    ChatRequest request;
    request.messages.push_back({Role::User, {{TextPart{std::move(words)}, {}}}, false, {}});
    return request;
}

bool has(const Losses &losses, std::string_view start)
{
    return std::any_of(losses.begin(), losses.end(),
                       [&](const std::string &l) { return l.rfind(start, 0) == 0; });
}

QString text(const std::string &s)
{
    return QString::fromStdString(s);
}

} // namespace

class TestAnthropic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factsOfAnAgentRequest();
    void factsTakeCountTokensBodies();
    void factsRefuse_data();
    void factsRefuse();
    void promptTextIsCappedOnACharacter();
    void retargetChangesTheModelOnly_data();
    void retargetChangesTheModelOnly();
    void readRefuses_data();
    void readRefuses();
    void maxTokens_data();
    void maxTokens();
    void reasoning_data();
    void reasoning();
    void ownSignaturesGoHomeOnly();
    void longToolNamesFollowTheSharedRule();
    void brokenArgumentsAreWrapped();
    void documentsOfTextAreOpened();
    void largeErrorBodiesAreCapped();
};

void TestAnthropic::factsOfAnAgentRequest()
{
    std::string big;
    for (int i = 0; i < 1000; ++i)
        big += "and ";
    const std::string body =
        "{\"model\":\"m\",\"max_tokens\":99,\"stream\":true,\"thinking\":{\"type\":\"adaptive\"},"
        "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{}}},"
        "\"system\":\"Be brief.\",\"tools\":[{\"name\":\"t\",\"input_schema\":{}}],\"messages\":["
        "{\"role\":\"user\",\"content\":\"first\"},"
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"t\","
        "\"input\":{}}]},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\","
        "\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"u\"}},"
        "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"data\":\"" +
        big +
        "\"}}]},"
        "{\"type\":\"text\",\"text\":\"<system-reminder>\\nnoise\\n</system-reminder>\"},"
        "{\"type\":\"text\",\"text\":\"second\"}]}]}";
    const auto facts = Anthropic().facts(body);
    QVERIFY2(facts.has_value(), facts ? "" : facts.error().message.c_str());
    QCOMPARE(facts->model, std::string("m"));
    QCOMPARE(facts->maxTokens, std::int64_t(99));
    QVERIFY(facts->stream && facts->hasTools && facts->hasImages && facts->hasDocuments);
    QVERIFY(facts->wantsReasoning && facts->wantsJsonSchema && !facts->hasAudio);
    QCOMPARE(facts->promptText, std::string("second\nBe brief."));
    QVERIFY2(facts->inputTokensEstimate > 1750 && facts->inputTokensEstimate < 1950, // an image and the document
             qPrintable(QString::number(facts->inputTokensEstimate)));
}

void TestAnthropic::factsTakeCountTokensBodies()
{
    const auto facts = Anthropic().facts(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
    QVERIFY(facts.has_value());
    QCOMPARE(facts->maxTokens, std::int64_t(0));
    QVERIFY(!facts->stream && !facts->hasTools && !facts->wantsReasoning);
}

void TestAnthropic::factsRefuse_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("place");
    QTest::newRow("cut JSON") << "{\"model\":"
                              << "not valid JSON";
    QTest::newRow("a list") << "[]"
                            << "the body";
    QTest::newRow("no messages") << "{\"model\":\"m\"}"
                                 << "messages: ";
    QTest::newRow("model is a number") << "{\"model\":1,\"messages\":[]}"
                                       << "model: ";
    QTest::newRow("stream is a word") << "{\"stream\":\"yes\",\"messages\":[]}"
                                      << "stream: ";
    QTest::newRow("max_tokens below 0") << "{\"max_tokens\":-1,\"messages\":[]}"
                                        << "max_tokens: ";
    QTest::newRow("message is a string") << "{\"messages\":[{\"content\":\"\"},\"x\"]}"
                                         << "messages.1: ";
    QTest::newRow("content is a number") << "{\"messages\":[{\"content\":1}]}"
                                         << "messages.0.content: ";
    QTest::newRow("tools is an object") << "{\"messages\":[],\"tools\":{}}"
                                        << "tools: ";
}

void TestAnthropic::factsRefuse()
{
    QFETCH(QString, body);
    QFETCH(QString, place);
    const auto facts = Anthropic().facts(body.toStdString());
    QVERIFY(!facts);
    QCOMPARE(facts.error().kind, ErrorKind::BadRequest);
    QVERIFY2(text(facts.error().message).startsWith(place), facts.error().message.c_str());
}

void TestAnthropic::promptTextIsCappedOnACharacter()
{
    std::string words = "a";
    for (int i = 0; i < 6000; ++i)
        words += "ä";
    const auto facts =
        Anthropic().facts("{\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]}");
    QVERIFY(facts.has_value());
    QCOMPARE(facts->promptText.size(), std::size_t(8 * 1024 - 1));
    QCOMPARE(facts->promptText, words.substr(0, 8 * 1024 - 1));
}

void TestAnthropic::retargetChangesTheModelOnly_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("spacing, unknown fields, big integers, escapes")
        << " { \"x\" :12345678901234567890 ,\n\t\"model\" : \"old\", \"y\": 1.0e5,\"messages\":[ "
           "{\"model\":\"in\"} ]} "
        << " { \"x\" :12345678901234567890 ,\n\t\"model\" : \"claude-x\", \"y\": 1.0e5,\"messages\":[ "
           "{\"model\":\"in\"} ]} ";
    QTest::newRow("same model: the same bytes") << "{\"model\":\"claude-x\" }"
                                                << "{\"model\":\"claude-x\" }";
    QTest::newRow("no model: added") << "{\"messages\":[]}"
                                     << "{\"messages\":[],\"model\":\"claude-x\"}";
    QTest::newRow("given twice: both") << "{\"model\":\"a\",\"model\":\"b\"}"
                                       << "{\"model\":\"claude-x\",\"model\":\"claude-x\"}";
}

void TestAnthropic::retargetChangesTheModelOnly()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    const auto moved = Anthropic().retarget(before.toStdString(), claude(), true);
    QVERIFY(moved.has_value());
    QCOMPARE(text(*moved), after);
}

void TestAnthropic::readRefuses_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("place");
    QTest::newRow("system with an image")
        << "\"system\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"u\"}}]"
        << "system.0.type: ";
    QTest::newRow("tool without a name") << "\"tools\":[{\"input_schema\":{}}]"
                                         << "tools.0.name: ";
    QTest::newRow("tool without a schema") << "\"tools\":[{\"name\":\"t\"}]"
                                           << "tools.0.input_schema: ";
    QTest::newRow("tool_choice of another dialect") << "\"tool_choice\":\"auto\""
                                                    << "tool_choice.type: ";
    QTest::newRow("thinking without a budget") << "\"thinking\":{\"type\":\"enabled\"}"
                                               << "thinking.budget_tokens: ";
    QTest::newRow("temperature over 1") << "\"temperature\":1.5"
                                        << "temperature: ";
    QTest::newRow("format that is no schema") << "\"output_config\":{\"format\":{\"type\":\"text\"}}"
                                              << "output_config.format.type: ";
    QTest::newRow("stop sequence is a number") << "\"stop_sequences\":[\"a\",1]"
                                               << "stop_sequences.1: ";
}

void TestAnthropic::readRefuses()
{
    QFETCH(QString, field);
    QFETCH(QString, place);
    const auto request = Anthropic().readRequest("{\"messages\":[]," + field.toStdString() + "}");
    QVERIFY(!request);
    QCOMPARE(request.error().kind, ErrorKind::BadRequest);
    QVERIFY2(text(request.error().message).startsWith(place), request.error().message.c_str());
    QCOMPARE(text(request.error().param) + QStringLiteral(": "), place);
}

void TestAnthropic::maxTokens_data()
{
    QTest::addColumn<int>("asked");
    QTest::addColumn<int>("modelMost");
    QTest::addColumn<QString>("effort");
    QTest::addColumn<QString>("written");
    QTest::newRow("the client's") << 100 << 64000 << ""
                                  << "\"max_tokens\":100,";
    QTest::newRow("over the model's") << 90000 << 64000 << ""
                                      << "\"max_tokens\":64000,";
    QTest::newRow("none, a small model") << 0 << 8192 << ""
                                         << "\"max_tokens\":8192,";
    QTest::newRow("none, a large model") << 0 << 64000 << ""
                                         << "\"max_tokens\":32000,";
    QTest::newRow("none, an unknown model") << 0 << 0 << ""
                                            << "\"max_tokens\":4096,";
    QTest::newRow("none, room for thinking is added") << 0 << 0 << "high"
                                                      << "\"max_tokens\":20480,";
}

void TestAnthropic::maxTokens()
{
    QFETCH(int, asked);
    QFETCH(int, modelMost);
    QFETCH(QString, effort);
    QFETCH(QString, written);
    ChatRequest request = asking("hi");
    if (asked > 0)
        request.maxTokens = asked;
    if (!effort.isEmpty())
        request.reasoning = {Reasoning::Mode::Adaptive, effort.toStdString(), {}, {}};
    TargetTraits target = claude();
    target.maxOutputTokens = modelMost;
    Losses losses;
    const auto body = Anthropic().writeRequest(request, target, losses);
    QVERIFY(body.has_value());
    QVERIFY2(text(*body).contains(written), body->c_str());
    QCOMPARE(has(losses, "max_tokens"), asked > 64000);
}

void TestAnthropic::reasoning_data()
{
    QTest::addColumn<QString>("effort");
    QTest::addColumn<bool>("adaptive");
    QTest::addColumn<QString>("written");
    QTest::newRow("low") << "low" << false << "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}";
    QTest::newRow("medium") << "medium" << false
                            << "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8192}";
    QTest::newRow("high, lowered under max_tokens")
        << "high" << false << "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":7904}";
    QTest::newRow("none") << "none" << false << "\"thinking\":{\"type\":\"disabled\"}";
    QTest::newRow("minimal, adaptive")
        << "minimal" << true << "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}";
}

void TestAnthropic::reasoning()
{
    QFETCH(QString, effort);
    QFETCH(bool, adaptive);
    QFETCH(QString, written);
    ChatRequest request = asking("hi");
    request.maxTokens = 12000;
    request.temperature = 1.0;
    request.reasoning.effort = effort.toStdString();
    request.reasoning.mode =
        effort == QStringLiteral("none") ? Reasoning::Mode::Off : Reasoning::Mode::Adaptive;
    TargetTraits target = claude();
    target.adaptiveThinking = adaptive;
    Losses losses;
    const auto body = Anthropic().writeRequest(request, target, losses);
    QVERIFY(body.has_value());
    QVERIFY2(text(*body).contains(written), body->c_str());
    QCOMPARE(has(losses, "temperature"), effort != QStringLiteral("none"));
    QCOMPARE(text(*body).contains(QStringLiteral("temperature")), effort == QStringLiteral("none"));
}

void TestAnthropic::ownSignaturesGoHomeOnly()
{
    ChatRequest request = asking("hi");
    request.messages.push_back(
        {Role::Assistant, {{ThinkingPart{"secret", {"SIG", "anthropic"}}, {}}, {TextPart{"hello"}, {}}}, false, {}});
    request.messages.push_back({Role::User, {{TextPart{"more"}, {}}}, false, {}});
    TargetTraits target = claude();
    Losses losses;
    QVERIFY(text(*Anthropic().writeRequest(request, target, losses)).contains(QStringLiteral("SIG")));
    QVERIFY(losses.empty());
    target.family.clear();
    QVERIFY(!text(*Anthropic().writeRequest(request, target, losses)).contains(QStringLiteral("SIG")));
    QVERIFY(has(losses, "reasoning of another provider"));
}

void TestAnthropic::longToolNamesFollowTheSharedRule()
{
    const std::string name = "mcp__server__" + std::string(80, 'n');
    ChatRequest request = asking("hi");
    request.tools.push_back({name, {}, {}, {}, {}});
    request.messages.push_back({Role::Assistant, {{ToolCallPart{"c", name, "{}"}, {}}}, false, {}});
    Losses losses;
    const auto body = Anthropic().writeRequest(request, claude(), losses);
    QVERIFY(body.has_value());
    const QString shorter = QStringLiteral("\"name\":\"%1\"").arg(text(shortToolName(name)));
    QCOMPARE(text(*body).count(shorter), 2); // offered and in the history
    QVERIFY(!text(*body).contains(text(name)));
}

void TestAnthropic::brokenArgumentsAreWrapped()
{
    ChatRequest request = asking("hi");
    request.tools.push_back({"t", {}, {}, {}, {}});
    request.messages.push_back({Role::Assistant,
                                {{ToolCallPart{"a", "t", "{\"x\":"}, {}},
                                 {ToolCallPart{"b", "t", ""}, {}},
                                 {ToolCallPart{"c", "t", "{\"n\":12345678901234567890}"}, {}}},
                                false,
                                {}});
    Losses losses;
    const QString body = text(*Anthropic().writeRequest(request, claude(), losses));
    QVERIFY(body.contains(QStringLiteral("\"input\":{\"input\":\"{\\\"x\\\":\"}")));
    QVERIFY(body.contains(QStringLiteral("\"input\":{}")));
    QVERIFY(body.contains(QStringLiteral("\"input\":{\"n\":12345678901234567890}")));
}

void TestAnthropic::documentsOfTextAreOpened()
{
    ChatRequest request = asking("hi");
    request.messages[0].parts.push_back(
        {DocumentPart{{MediaSource::Kind::Url, {}, "data:text/csv;base64,YSxi"}, "a.csv"}, {}});
    Losses losses;
    const auto body = Anthropic().writeRequest(request, claude(), losses);
    QVERIFY(body.has_value());
    QVERIFY(text(*body).contains(
        QStringLiteral("\"media_type\":\"text/plain\",\"data\":\"a,b\"},\"title\":\"a.csv\"")));
    request.messages[0].parts[1] = {
        DocumentPart{{MediaSource::Kind::Base64, "application/msword", "0M8R"}, {}}, {}};
    const auto refused = Anthropic().writeRequest(request, claude(), losses);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::NotSupported);
}

void TestAnthropic::largeErrorBodiesAreCapped()
{
    const std::string page(200 * 1024, 'x');
    const Error error = Anthropic().readError(502, page);
    QCOMPARE(error.upstreamBody.size(), std::size_t(64 * 1024));
    QVERIFY(error.message.size() < 400);
    QCOMPARE(error.upstreamStatus, 502);
}

QTEST_GUILESS_MAIN(TestAnthropic)
#include "tst_anthropic.moc"
