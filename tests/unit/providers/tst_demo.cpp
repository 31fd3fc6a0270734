// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/providers/demo_ask.h"

#include <QTest>
#include <QtEndian>

#include <cmath>

using namespace pm;
using namespace pm::test;

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
