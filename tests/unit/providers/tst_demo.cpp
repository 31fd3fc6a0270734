// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/demo.h"

#include "base/json.h"

#include <QTest>
#include <QtEndian>

#include <cmath>

using namespace pm;

namespace {

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string bytesOf(const http::Script &script)
{
    std::string bytes;
    for (const auto &piece : script.pieces)
        bytes += piece.bytes;
    return bytes;
}

long long pauseOf(const http::Script &script)
{
    long long pause = 0;
    for (const auto &piece : script.pieces)
        pause += piece.pause.count();
    return pause;
}

/// The value at a JSON pointer of an answer, as text.
QString at(const http::Script &script, std::string_view pointer)
{
    const std::string bytes = bytesOf(script);
    const auto document = json::Document::parse(bytes);
    if (!document)
        return QStringLiteral("not JSON");
    json::Element element;
    if (document->root().at_pointer(pointer).get(element) != simdjson::SUCCESS)
        return QStringLiteral("absent");
    return q(json::text(element));
}

const std::string kTools =
    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":{\"type\":"
    "\"object\","
    "\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\",\"minimum\":3},"
    "\"unit\":{\"type\":\"string\",\"enum\":[\"C\",\"F\"]},\"note\":{\"type\":\"string\"}},"
    "\"required\":[\"city\",\"days\",\"unit\"]}}},"
    "{\"type\":\"function\",\"function\":{\"name\":\"ping\"}}]";

std::string chat(const std::string &text, const std::string &more = {},
                 const std::string &model = "demo-fast")
{
    return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" +
           (more.empty() ? "" : "," + more) + "}";
}

http::Script ask(const std::string &body)
{
    return answerDemo("/chat/completions", body);
}

} // namespace

class TestDemo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goldenAnswer()
    {
        const http::Script script = ask(chat("Hi there"));
        QCOMPARE(script.status, 200);
        QCOMPARE(q(script.headers.value("content-type")), q("application/json"));
        QCOMPARE(
            q(bytesOf(script)),
            q("{\"id\":\"chatcmpl-demo1e87e7578fd5df4b\",\"object\":\"chat.completion\",\"created\":"
              "1767225600,"
              "\"model\":\"demo-fast\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
              "\"content\":\"Hello from Pointsman. You said: Hi there\",\"refusal\":null},\"logprobs\":null,"
              "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":7,"
              "\"total_tokens\":9}}"));
    }

    void goldenStream()
    {
        const http::Script script =
            ask(chat("Hi", "\"max_tokens\":1,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        QCOMPARE(q(script.headers.value("content-type")), q("text/event-stream"));
        const std::string head =
            "data: {\"id\":\"chatcmpl-demo95a605654b471f2a\",\"object\":\"chat.completion.chunk\","
            "\"created\":1767225600,\"model\":\"demo-fast\",\"choices\":[";
        const std::string first = "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                                  "\"finish_reason\":null}],\"usage\":null}\n\n";
        const std::string word = "{\"index\":0,\"delta\":{\"content\":\"Hello \"},\"finish_reason\":null}],"
                                 "\"usage\":null}\n\n";
        const std::string last =
            "{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}],\"usage\":null}\n\n";
        const std::string usage =
            "],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":1,\"total_tokens\":1}}\n\n";
        QCOMPARE(q(bytesOf(script)),
                 q(head + first + head + word + head + last + head + usage + "data: [DONE]\n\n"));
        QCOMPARE(pauseOf(script), 0LL);
    }

    void streamSaysNothingOfUsageUnlessAsked()
    {
        const std::string bytes = bytesOf(ask(chat("Hi", "\"stream\":true")));
        QVERIFY(bytes.find("usage") == std::string::npos);
        QVERIFY(bytes.ends_with("data: [DONE]\n\n"));
    }

    void contents_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("content");
        const std::string tool =
            "{\"model\":\"demo-fast\",\"messages\":[{\"role\":\"user\",\"content\":\"call ping\"},"
            "{\"role\":\"assistant\",\"tool_calls\":[]},"
            "{\"role\":\"tool\",\"content\":\"21 C\"},"
            "{\"role\":\"tool\",\"content\":[{\"type\":\"text\",\"text\":\"dry\"}]}]," +
            kTools + "}";
        QTest::newRow("no user text")
            << q("{\"model\":\"demo-fast\",\"messages\":[]}") << q("\"Hello from Pointsman.\"");
        QTest::newRow("text parts are joined")
            << q("{\"model\":\"demo-fast\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                 "\"text\":\"a\"},{\"type\":\"image_url\"},{\"type\":\"text\",\"text\":\"b\"}]}]}")
            << q("\"Hello from Pointsman. You said: ab\"");
        QTest::newRow("tool results") << q(tool) << q("\"The tool answered: 21 C; dry\"");
        QTest::newRow("JSON object") << q(chat("x", "\"response_format\":{\"type\":\"json_object\"}"))
                                     << q("\"{\\\"answer\\\":\\\"x\\\"}\"");
        QTest::newRow("JSON schema")
            << q(chat("x", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{"
                           "\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"number\"}},\"required\":["
                           "\"n\"]}}}"))
            << q("\"{\\\"n\\\":1}\"");
        QTest::newRow("escapes and UTF-8")
            << q(chat("\\\"é漢😀\\n")) << q("\"Hello from Pointsman. You said: \\\"é漢😀\\n\"");
        QTest::newRow("a tool's name alone is no call")
            << q(chat("what is ping?", kTools)) << q("\"Hello from Pointsman. You said: what is ping?\"");
        QTest::newRow("tool_choice none") << q(chat("call ping", kTools + ",\"tool_choice\":\"none\""))
                                          << q("\"Hello from Pointsman. You said: call ping\"");
    }
    void contents()
    {
        QFETCH(QString, body);
        QFETCH(QString, content);
        QCOMPARE(at(ask(body.toStdString()), "/choices/0/message/content"), content);
    }

    void calls_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QStringList>("calls"); // name and arguments
        const QString weather =
            q("\"get_weather\" \"{\\\"city\\\":\\\"demo\\\",\\\"days\\\":3,\\\"unit\\\":\\\"C\\\"}\"");
        const QString ping = q("\"ping\" \"{}\"");
        QTest::newRow("by word") << q(chat("Please CALL get_weather now", kTools)) << QStringList{weather};
        QTest::newRow("by another word") << q(chat("use the tool `ping`", kTools)) << QStringList{ping};
        QTest::newRow("two in the order asked")
            << q(chat("call ping and call get_weather", kTools)) << QStringList{ping, weather};
        QTest::newRow("one at a time")
            << q(chat("call ping, call get_weather", kTools + ",\"parallel_tool_calls\":false"))
            << QStringList{ping};
        QTest::newRow("required") << q(chat("hello", kTools + ",\"tool_choice\":\"required\""))
                                  << QStringList{weather};
        QTest::newRow("forced") << q(chat("hello",
                                          kTools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{"
                                                   "\"name\":\"ping\"}}"))
                                << QStringList{ping};
    }
    void calls()
    {
        QFETCH(QString, body);
        QFETCH(QStringList, calls);
        const http::Script script = ask(body.toStdString());
        QCOMPARE(at(script, "/choices/0/finish_reason"), q("\"tool_calls\""));
        QCOMPARE(at(script, "/choices/0/message/content"), q("null"));
        for (int i = 0; i < calls.size(); ++i) {
            const std::string call = "/choices/0/message/tool_calls/" + std::to_string(i);
            QCOMPARE(at(script, call + "/function/name") + u' ' + at(script, call + "/function/arguments"),
                     calls[i]);
            QVERIFY(at(script, call + "/id").startsWith(q("\"call_demo")));
        }
        QCOMPARE(at(script, "/choices/0/message/tool_calls/" + std::to_string(calls.size())), q("absent"));
        // The stream says the same in pieces.
        const http::Script stream = ask(body.left(body.size() - 1).toStdString() + ",\"stream\":true}");
        QStringList streamed;
        for (const auto &piece : stream.pieces) {
            const std::string_view line = std::string_view(piece.bytes).substr(6);
            const auto chunk = json::Document::parse(line.substr(0, line.find('\n')));
            QVERIFY(chunk.has_value());
            json::Element part;
            if (chunk->root().at_pointer("/choices/0/delta/tool_calls/0/function").get(part) !=
                simdjson::SUCCESS)
                continue;
            if (const auto name = json::findString(part, "name"))
                streamed << q(*name) + u' ';
            streamed.last() += q(json::findString(part, "arguments").value_or("?"));
        }
        QCOMPARE(streamed.size(), calls.size());
        for (int i = 0; i < calls.size(); ++i) {
            QString plain = calls[i];
            plain.remove(q("\"")).remove(u'\\');
            QCOMPARE(streamed[i].remove(q("\"")), plain);
        }
    }

    void schemas_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *what, const char *schema, const char *value) {
            QTest::newRow(what) << q(schema) << q(value);
        };
        row("nested",
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{\"b\":"
            "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}},\"required\":[\"b\"]}},"
            "\"required\":[\"a\"]}",
            "{\"a\":{\"b\":[true]}}");
        row("nothing required", "{\"type\":\"object\",\"properties\":{\"a\":{}}}", "{}");
        row("required without a schema", "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{}}",
            "{\"a\":\"demo\"}");
        row("const", "{\"const\":7}", "7");
        row("default", "{\"type\":\"string\",\"default\":\"x\"}", "\"x\"");
        row("type list", "{\"type\":[\"null\",\"integer\"]}", "1");
        row("first branch", "{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"string\"}]}", "true");
        row("reference",
            "{\"$defs\":{\"u\":{\"enum\":[\"C\"]}},\"type\":\"object\",\"properties\":{\"a\":"
            "{\"$ref\":\"#/$defs/u\"}},\"required\":[\"a\"]}",
            "{\"a\":\"C\"}");
        row("reference to itself", "{\"$ref\":\"#\"}", "\"demo\"");
        row("reference to nowhere", "{\"$ref\":\"#/no\"}", "\"demo\"");
        row("true is a schema", "{\"type\":\"array\",\"items\":true}", "[]");
    }
    void schemas()
    {
        QFETCH(QString, schema);
        QFETCH(QString, value);
        const http::Script script =
            ask(chat("x", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":" +
                              schema.toStdString() + "}}"));
        QString quoted = at(script, "/choices/0/message/content");
        QCOMPARE(quoted.mid(1, quoted.size() - 2).remove(u'\\'), value);
    }

    void recursiveSchemaEnds()
    {
        const http::Script script = ask(chat(
            "x",
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{"
            "\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#\"}},\"required\":[\"next\"]}}}"));
        const QString content = at(script, "/choices/0/message/content");
        QVERIFY(content.contains(q("null")));
        QVERIFY(content.size() < 1000);
    }

    void pace_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("pause"); // five words of greeting, and the text's
        QTest::newRow("demo") << q("demo") << q("a") << qint64(6 * 20);
        QTest::newRow("fast") << q("demo-fast") << q("a") << qint64(0);
        QTest::newRow("slow") << q("demo-slow") << q("a") << qint64(6 * 250);
        QTest::newRow("asked") << q("demo-slow") << q("pace=7ms") << qint64(6 * 7);
        QTest::newRow("asked for too much") << q("demo") << q("pace=99999999ms") << qint64(6 * 5000);
        QTest::newRow("asked for nonsense") << q("demo") << q("pace=xms") << qint64(6 * 20);
        QTest::newRow("more than a number holds")
            << q("demo") << q("pace=99999999999999ms") << qint64(6 * 20);
    }
    void pace()
    {
        QFETCH(QString, model);
        QFETCH(QString, text);
        QFETCH(qint64, pause);
        const std::string plain = chat(text.toStdString(), {}, model.toStdString());
        const std::string stream = chat(text.toStdString(), "\"stream\":true", model.toStdString());
        QCOMPARE(pauseOf(ask(plain)), pause);
        QCOMPARE(pauseOf(ask(stream)), pause);
    }

    void errors_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *what, const char *path, std::string body, int status,
                            const char *code) {
            QTest::newRow(what) << q(path) << q(body) << status << q(code);
        };
        row("429", "/chat/completions", chat("x", {}, "demo-error-429"), 429, "\"rate_limit_exceeded\"");
        row("529", "/chat/completions", chat("x", {}, "demo-error-529"), 529, "\"overloaded\"");
        row("401", "/embeddings", "{\"model\":\"demo-error-401\",\"input\":\"x\"}", 401,
            "\"invalid_api_key\"");
        row("418", "/chat/completions", chat("x", {}, "demo-error-418"), 418, "\"invalid_request\"");
        row("not an error status", "/chat/completions", chat("x", {}, "demo-error-200"), 404,
            "\"model_not_found\"");
        row("unknown model", "/chat/completions", chat("x", {}, "gpt-4"), 404, "\"model_not_found\"");
        row("bad JSON", "/chat/completions", "{", 400, "\"invalid_json\"");
        row("no messages", "/chat/completions", "{\"model\":\"demo\"}", 400, "\"invalid_messages\"");
        row("unknown path", "/images/generations", "{}", 404, "\"not_found\"");
        row("no input", "/embeddings", "{\"model\":\"demo\"}", 400, "\"invalid_input\"");
        row("empty input", "/embeddings", "{\"model\":\"demo\",\"input\":[]}", 400, "\"invalid_input\"");
        row("too many dimensions", "/embeddings", "{\"model\":\"demo\",\"input\":\"x\",\"dimensions\":5000}",
            400, "\"invalid_dimensions\"");
    }
    void errors()
    {
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(int, status);
        QFETCH(QString, code);
        const http::Script script = answerDemo(path.toStdString(), body.toStdString());
        QCOMPARE(script.status, status);
        QCOMPARE(at(script, "/error/code"), code);
        QVERIFY(at(script, "/error/message").startsWith(q("\"demo: ")));
        QCOMPARE(q(script.headers.value("retry-after")), status == 429 ? q("1") : QString());
    }

    void longTextIsCutBetweenCharacters()
    {
        std::string text;
        for (int i = 0; i < 3000; ++i)
            text += "é";
        const QString content = at(ask(chat("x" + text)), "/choices/0/message/content");
        QVERIFY(content.size() < 2100);
        QVERIFY(content.endsWith(q("é\"")));
    }

    void embeddings()
    {
        const http::Script plain =
            answerDemo("/embeddings", "{\"model\":\"demo\",\"input\":[\"a\",\"b\",\"a\"],\"dimensions\":3}");
        QCOMPARE(plain.status, 200);
        QCOMPARE(at(plain, "/data/0/embedding"), at(plain, "/data/2/embedding"));
        QVERIFY(at(plain, "/data/0/embedding") != at(plain, "/data/1/embedding"));
        QCOMPARE(at(plain, "/data/2/index"), q("2"));
        QCOMPARE(at(plain, "/data/3"), q("absent"));
        double squares = 0;
        for (int i = 0; i < 3; ++i)
            squares += std::pow(at(plain, "/data/0/embedding/" + std::to_string(i)).toDouble(), 2);
        QVERIFY(std::abs(squares - 1) < 1e-6);

        const http::Script coded = answerDemo(
            "/embeddings",
            "{\"model\":\"demo\",\"input\":\"a\",\"dimensions\":3,\"encoding_format\":\"base64\"}");
        QString text = at(coded, "/data/0/embedding");
        const QByteArray bytes = QByteArray::fromBase64(text.mid(1, text.size() - 2).toLatin1());
        QCOMPARE(bytes.size(), qsizetype(12));
        for (int i = 0; i < 3; ++i) {
            const float value = qFromLittleEndian<float>(bytes.constData() + i * 4);
            QCOMPARE(value, at(plain, "/data/0/embedding/" + std::to_string(i)).toFloat());
        }
        const http::Script tokens = answerDemo("/embeddings", "{\"model\":\"demo\",\"input\":[[1,2],[3]]}");
        QVERIFY(at(tokens, "/data/1/embedding/255") != q("absent"));
        QCOMPARE(at(tokens, "/data/1/embedding/256"), q("absent"));
        const http::Script one = answerDemo("/embeddings", "{\"model\":\"demo\",\"input\":[1,2]}");
        QCOMPARE(at(one, "/data/1"), q("absent"));
    }

    void models()
    {
        const http::Script script = answerDemo("/models?limit=10", {});
        QCOMPARE(at(script, "/data/0/id"), q("\"demo\""));
        QCOMPARE(at(script, "/data/0/object"), q("\"model\""));
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
