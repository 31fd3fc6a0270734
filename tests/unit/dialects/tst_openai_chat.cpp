// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include <QTest>

#include <set>

using namespace pm;

namespace {

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

const OpenAiChat kDialect;

} // namespace

/// Facts, retargeting, and what readers say of bad requests.
class TestOpenAiChat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factsOfAFullRequest();
    void factsOfSwitches_data();
    void factsOfSwitches();
    void factsWithoutMessages_data();
    void factsWithoutMessages();
    void promptTextIsTheLastUserTurnAndTheSystem();
    void promptTextIsCapped();
    void badRequestsNameTheField_data();
    void badRequestsNameTheField();
    void retargets_data();
    void retargets();
    void retargetRefusesWhatIsNoObject();
    void shortNames();
};

void TestOpenAiChat::factsOfAFullRequest()
{
    const auto facts = kDialect.facts(
        "{\"model\":\"openai/gpt-5\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
        "\"max_completion_tokens\":77,\"reasoning_effort\":\"high\",\"response_format\":{\"type\":\"json_"
        "schema\"},"
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"12345678\"},"
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAAAAAAAAAAAAAAAAAA\"}},"
        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\",\"format\":\"wav\"}},"
        "{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}]}");
    QVERIFY(facts);
    QCOMPARE(text(facts->model), QStringLiteral("openai/gpt-5"));
    QVERIFY(facts->stream && facts->includeUsage && facts->hasTools && facts->hasImages && facts->hasAudio);
    QVERIFY(facts->hasDocuments && facts->wantsJsonSchema && facts->wantsReasoning);
    QCOMPARE(facts->maxTokens, 77);
    // An image, a recording and a file of 800 each; eight digits, the tool and the message's borders; no base64.
    QVERIFY2(facts->inputTokensEstimate > 2410 && facts->inputTokensEstimate < 2425,
             qPrintable(QString::number(facts->inputTokensEstimate)));
    QCOMPARE(text(facts->promptText), QStringLiteral("12345678"));
}

void TestOpenAiChat::factsOfSwitches_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("expected"); // stream usage tools schema reasoning audio
    const auto row = [](const char *name, const char *fields, const char *expected) {
        QTest::newRow(name) << QByteArray("{\"messages\":[]") + fields + "}" << QString::fromLatin1(expected);
    };
    row("nothing asked", "", "------");
    row("null is nothing", ",\"stream\":null,\"tools\":null,\"max_tokens\":null,\"model\":null", "------");
    row("stream", ",\"stream\":true", "s-----");
    row("stream without usage", ",\"stream\":true,\"stream_options\":{\"include_usage\":false}", "s-----");
    row("stream with usage", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}", "su----");
    row("an empty list of tools", ",\"tools\":[]", "------");
    row("the old functions", ",\"functions\":[{\"name\":\"f\"}]", "--t---");
    row("JSON object only", ",\"response_format\":{\"type\":\"json_object\"}", "------");
    row("JSON schema", ",\"response_format\":{\"type\":\"json_schema\"}", "---j--");
    row("no reasoning", ",\"reasoning_effort\":\"none\"", "------");
    row("reasoning object", ",\"reasoning\":{\"max_tokens\":2000}", "----r-");
    row("spoken answer", ",\"audio\":{\"voice\":\"alloy\"}", "-----a");
}

void TestOpenAiChat::factsOfSwitches()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, expected);
    const auto facts = kDialect.facts(view(body));
    QVERIFY(facts);
    QString seen;
    seen += QLatin1Char(facts->stream ? 's' : '-');
    seen += QLatin1Char(facts->includeUsage ? 'u' : '-');
    seen += QLatin1Char(facts->hasTools ? 't' : '-');
    seen += QLatin1Char(facts->wantsJsonSchema ? 'j' : '-');
    seen += QLatin1Char(facts->wantsReasoning ? 'r' : '-');
    seen += QLatin1Char(facts->hasAudio ? 'a' : '-');
    QCOMPARE(seen, expected);
}

void TestOpenAiChat::factsWithoutMessages_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<qint64>("tokens");
    QTest::newRow("embedding of a text")
        << QByteArray("{\"input\":\"abcdefgh\"}") << QStringLiteral("abcdefgh") << qint64(2);
    QTest::newRow("embedding of texts")
        << QByteArray("{\"input\":[\"abcd\",\"efgh\"]}") << QStringLiteral("abcd\nefgh") << qint64(2);
    QTest::newRow("embedding of token ids")
        << QByteArray("{\"input\":[[1,2],[3]]}") << QString() << qint64(3);
    QTest::newRow("legacy completion")
        << QByteArray("{\"prompt\":\"Once upon\"}") << QStringLiteral("Once upon") << qint64(2);
}

void TestOpenAiChat::factsWithoutMessages()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, prompt);
    QFETCH(qint64, tokens);
    const auto facts = kDialect.facts(view(body));
    QVERIFY(facts);
    QCOMPARE(text(facts->promptText), prompt);
    QCOMPARE(facts->inputTokensEstimate, tokens);
}

void TestOpenAiChat::promptTextIsTheLastUserTurnAndTheSystem()
{
    const auto facts = kDialect.facts(
        "{\"messages\":[{\"role\":\"system\",\"content\":\"be "
        "brief\"},{\"role\":\"user\",\"content\":\"old\"},"
        "{\"role\":\"assistant\",\"content\":\"yes\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\","
        "\"text\":\"new\"},{\"type\":\"text\",\"text\":\"er\"}]},{\"role\":\"tool\",\"content\":\"x\"}]}");
    QVERIFY(facts);
    QCOMPARE(text(facts->promptText), QStringLiteral("new\ner\nbe brief"));
    QVERIFY(facts->hasTools);
}

void TestOpenAiChat::promptTextIsCapped()
{
    const QByteArray smiles = QByteArray("\xF0\x9F\x98\x80").repeated(5000);
    const auto facts = kDialect.facts(view("{\"messages\":[{\"role\":\"system\",\"content\":\"" + smiles +
                                           "\"},{\"role\":\"user\",\"content\":\"x" + smiles + "\"}]}"));
    QVERIFY(facts);
    QVERIFY(facts->promptText.size() <= 8 * 1024 && facts->promptText.size() > 8 * 1024 - 4);
    QVERIFY(!text(facts->promptText).contains(QChar::ReplacementCharacter)); // no character is cut
    const auto both = kDialect.facts(view("{\"messages\":[{\"role\":\"system\",\"content\":\"" + smiles +
                                          "\"},{\"role\":\"user\",\"content\":\"question\"}]}"));
    QVERIFY(both);
    QVERIFY(both->promptText.size() <= 8 * 1024);
    QVERIFY(text(both->promptText).startsWith(QStringLiteral("question\n")));
}

void TestOpenAiChat::badRequestsNameTheField_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("param");
    QTest::addColumn<bool>("factsSeeIt");
    const auto row = [](const char *name, QByteArray body, const char *param, bool factsSeeIt) {
        QTest::newRow(name) << body << QString::fromLatin1(param) << factsSeeIt;
    };
    const auto message = [](QByteArray inner) {
        return "{\"messages\":[{\"role\":\"user\"}," + inner + "]}";
    };
    const auto field = [](QByteArray inner) { return "{\"messages\":[]," + inner + "}"; };
    row("no JSON", "{\"messages\":", "", true);
    row("no object", "[1]", "", true);
    row("no messages", "{\"model\":\"m\"}", "messages", true);
    row("messages no array", "{\"messages\":{}}", "messages", true);
    row("a message that is no object", message("7"), "messages[1]", true);
    row("no role", message("{\"content\":\"a\"}"), "messages[1].role", true);
    row("unknown role", message("{\"role\":\"king\"}"), "messages[1].role", false);
    row("content a number", message("{\"role\":\"user\",\"content\":5}"), "messages[1].content", true);
    row("part of no type", message("{\"role\":\"user\",\"content\":[{}]}"), "messages[1].content[0].type",
        false);
    row("part no object", message("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},4]}"),
        "messages[1].content[1].type", false);
    row("text part without text", message("{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}"),
        "messages[1].content[0].text", false);
    row("image without URL",
        message("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}"),
        "messages[1].content[0].image_url.url", false);
    row("audio without data", message("{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}"),
        "messages[1].content[0].input_audio", false);
    row("file without data", message("{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}"),
        "messages[1].content[0].file", false);
    row("tool result without id", message("{\"role\":\"tool\",\"content\":\"a\"}"),
        "messages[1].tool_call_id", false);
    row("tool calls no array", message("{\"role\":\"assistant\",\"tool_calls\":{}}"),
        "messages[1].tool_calls", false);
    row("tool call without id", message("{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{}}]}"),
        "messages[1].tool_calls[0].id", false);
    row("tool call without name",
        message("{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{}}]}"),
        "messages[1].tool_calls[0].function.name", false);
    row("model a number", field("\"model\":5"), "model", true);
    row("stream a string", field("\"stream\":\"yes\""), "stream", true);
    row("limit a string", field("\"max_tokens\":\"9\""), "max_tokens", true);
    row("limit a fraction", field("\"max_completion_tokens\":1.5"), "max_completion_tokens", true);
    row("temperature a string", field("\"temperature\":\"hot\""), "temperature", false);
    row("stop a number", field("\"stop\":1"), "stop", false);
    row("stop with a number", field("\"stop\":[\"a\",1]"), "stop", false);
    row("unknown response format", field("\"response_format\":{\"type\":\"xml\"}"), "response_format.type",
        false);
    row("tools an object", field("\"tools\":{}"), "tools", true);
    row("tool of no type", field("\"tools\":[{}]"), "tools[0].type", false);
    row("tool without function", field("\"tools\":[{\"type\":\"function\"}]"), "tools[0].function", false);
    row("tool without name", field("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"\"}}]"),
        "tools[0].function.name", false);
    row("parameters a string",
        field("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":\"{}\"}}]"),
        "tools[0].function.parameters", false);
    row("unknown tool choice", field("\"tool_choice\":\"maybe\""), "tool_choice", false);
    row("old function without name", field("\"functions\":[{}]"), "functions[0].name", false);
}

void TestOpenAiChat::badRequestsNameTheField()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, param);
    QFETCH(bool, factsSeeIt);
    const auto facts = kDialect.facts(view(body));
    QCOMPARE(!facts, factsSeeIt);
    const auto request = kDialect.readRequest(view(body));
    QVERIFY(!request);
    for (const Error &error : {request.error(), facts ? request.error() : facts.error()}) {
        QCOMPARE(error.kind, ErrorKind::BadRequest);
        QCOMPARE(text(error.param), param);
        QVERIFY2(text(error.message).startsWith(param), error.message.c_str());
    }
}

void TestOpenAiChat::retargets_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("quirk");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *body, const char *quirk, const char *expected) {
        QTest::newRow(name) << QByteArray(body) << QString::fromLatin1(quirk) << QByteArray(expected);
    };
    row("same model: not a byte", " {\"x\":1.0, \"model\" : \"m\"}\n", "",
        " {\"x\":1.0, \"model\" : \"m\"}\n");
    row("other model", "{ \"model\" : \"old\", \"z\":[1,  2], \"big\":12345678901234567890 }", "",
        "{ \"model\" : \"m\", \"z\":[1,  2], \"big\":12345678901234567890 }");
    row("no model", "{\"input\":\"a\"}", "", "{\"input\":\"a\",\"model\":\"m\"}");
    row("two models", "{\"model\":\"a\",\"model\":\"b\"}", "", "{\"model\":\"m\",\"model\":\"m\"}");
    row("a model further down stays", "{\"model\":\"a\",\"x\":{\"model\":\"a\"}}", "",
        "{\"model\":\"m\",\"x\":{\"model\":\"a\"}}");
    row("usage forced", "{\"model\":\"m\",\"stream\":true}", "usage",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    row("usage forced beside other options", "{\"stream\":true,\"stream_options\":{\"a\":1},\"model\":\"m\"}",
        "usage", "{\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\":true},\"model\":\"m\"}");
    row("usage switched on",
        "{\"stream\":true,\"stream_options\":{ \"include_usage\": false },\"model\":\"m\"}", "usage",
        "{\"stream\":true,\"stream_options\":{ \"include_usage\": true },\"model\":\"m\"}");
    row("usage on already", "{\"stream\":true,\"stream_options\": {\"include_usage\":true},\"model\":\"m\"}",
        "usage", "{\"stream\":true,\"stream_options\": {\"include_usage\":true},\"model\":\"m\"}");
    row("null options", "{\"stream\":true,\"stream_options\":null,\"model\":\"m\"}", "usage",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"m\"}");
    row("no stream, no usage", "{\"model\":\"m\",\"stream\":false}", "usage",
        "{\"model\":\"m\",\"stream\":false}");
    row("usage not forced", "{\"model\":\"m\",\"stream\":true}", "", "{\"model\":\"m\",\"stream\":true}");
    row("limit under its old name", "{\"model\":\"m\",\"max_completion_tokens\": 5}", "old-limit",
        "{\"model\":\"m\",\"max_tokens\": 5}");
    row("old name stays where either is taken", "{\"model\":\"m\",\"max_tokens\":5}", "",
        "{\"model\":\"m\",\"max_tokens\":5}");
    row("limit under its new name", "{\"model\":\"m\",\"max_tokens\":5}", "new-limit",
        "{\"model\":\"m\",\"max_completion_tokens\":5}");
    row("both limits stay", "{\"model\":\"m\",\"max_tokens\":5,\"max_completion_tokens\":6}", "old-limit",
        "{\"model\":\"m\",\"max_tokens\":5,\"max_completion_tokens\":6}");
}

void TestOpenAiChat::retargets()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, quirk);
    QFETCH(QByteArray, expected);
    TargetTraits target;
    target.model = "m";
    target.maxCompletionTokens = quirk != QStringLiteral("old-limit");
    target.samplingAllowed = quirk != QStringLiteral("new-limit");
    const auto moved = kDialect.retarget(view(body), target, quirk == QStringLiteral("usage"));
    QVERIFY(moved);
    QCOMPARE(QByteArray::fromStdString(*moved), expected);
}

void TestOpenAiChat::retargetRefusesWhatIsNoObject()
{
    const auto moved = kDialect.retarget("[1]", TargetTraits{}, false);
    QVERIFY(!moved);
    QCOMPARE(moved.error().kind, ErrorKind::BadRequest);
}

void TestOpenAiChat::shortNames()
{
    const std::string fits(64, 'a');
    QCOMPARE(shortToolName(fits), fits);
    QCOMPARE(shortToolName(""), std::string());
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string name = std::string(70, 'b') + std::to_string(i);
        const std::string shorter = shortToolName(name);
        QCOMPARE(shorter.size(), std::size_t(64));
        QCOMPARE(shorter, shortToolName(name));
        seen.insert(shorter);
    }
    QCOMPARE(seen.size(), std::size_t(1000));
    // Written down, because conversations outlive a program.
    QCOMPARE(text(shortToolName(std::string(65, 'c'))),
             QStringLiteral("ccccccccccccccccccccccccccccccccccccccccccccccc_e903a63fa9cb46b2"));
}

QTEST_GUILESS_MAIN(TestOpenAiChat)
#include "tst_openai_chat.moc"
