// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/recorder.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

/// `text` as a body and as prompt after redaction; the body must come out like the prompt.
QString redacted(const std::string &text, const std::vector<std::string> &patterns = {})
{
    trace::Record record;
    record.detail.requestBody = {QByteArray::fromStdString(text), static_cast<std::int64_t>(text.size())};
    record.detail.promptText = text;
    Redactor(patterns).apply(record);
    const QString body = QString::fromUtf8(record.detail.requestBody.bytes);
    return body == q(record.detail.promptText) ? body : q("body and prompt differ: ") + body;
}

const std::string kLetters = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789aBcDeFgHiJ";

} // namespace

class TestRedactor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vendorKeys_data()
    {
        QTest::addColumn<QString>("key");
        const auto row = [](const char *what, const std::string &key) { QTest::newRow(what) << q(key); };
        row("OpenAI", "sk-" + kLetters);
        row("OpenAI project", "sk-proj-" + kLetters + "_x-y");
        row("Anthropic", "sk-ant-api03-" + kLetters + "-AA");
        row("OpenRouter", "sk-or-v1-" + kLetters);
        row("Google", "AIza" + kLetters.substr(0, 35));
        row("Groq", "gsk_" + kLetters);
        row("xAI", "xai-" + kLetters);
        row("Hugging Face", "hf_" + kLetters.substr(0, 34));
        row("GitHub", "ghp_" + kLetters.substr(0, 36));
        row("GitHub server", "ghs_" + kLetters.substr(0, 36));
        row("GitHub fine-grained", "github_pat_" + kLetters.substr(0, 22) + "_" + kLetters);
        row("AWS", "AKIAIOSFODNN7EXAMPLE");
        row("AWS for a session", "ASIAIOSFODNN7EXAMPLE");
        row("NVIDIA", "nvapi-" + kLetters);
        row("Cerebras", "csk-" + kLetters);
        row("Perplexity", "pplx-" + kLetters);
        row("Fireworks", "fw_" + kLetters.substr(0, 24));
        row("Together", "tgp_v1_" + kLetters);
    }
    void vendorKeys()
    {
        QFETCH(QString, key);
        // Where keys stand in a prompt, as it comes in JSON: between quotes, on lines of their own, in assignments.
        const QStringList frames{q("%1"),           q("use %1, please"), q("\"key\":\"%1\""),  q("KEY=%1"),
                                 q("(%1)"),         q("%1.%1"),          q("first\\n%1\\nx"),  q("tab\\t%1\\r\\n"),
                                 q("a\\u003d%1"),   q("'%1'"),           q("line\n%1\n"),      q("https://x?k=%1&y"),
                                 q("\\\"%1\\\""),   q("\u00e4\u00f6 %1 \u00fc")};
        for (const QString &frame : frames) {
            QString expected = frame;
            expected.replace(q("%1"), q("****"));
            QString text = frame;
            text.replace(q("%1"), key);
            QCOMPARE(redacted(text.toStdString()), expected);
        }
    }

    void ordinaryText_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", "Hello, world", "the task-force-of-the-united-nations-met", "risk-assessment-and-management-plan",
                                 "sk-short", "sk-", "AIza", "desk-mounted-monitor-arms-for-two-screens", "asterisk_sk",
                                 "hf_hub_download", "gsk_", "AKIA", "xai-org", "nvapi", "fw_printenv", "pplx-api",
                                 "a\\nb\\tc\\u0041", "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
                                 "da39a3ee5e6b4b0d3255bfef95601890afd80709", "\u00e4\u00f6\u00fc \u4f60\u597d"})
            QTest::newRow(*text ? text : "nothing") << q(text);
    }
    void ordinaryText()
    {
        QFETCH(QString, text);
        QCOMPARE(redacted(text.toStdString()), text);
    }

    void ownPatterns_data()
    {
        QTest::addColumn<QString>("patterns"); // one a line
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *what, const char *patterns, const char *text, const char *expected) {
            QTest::newRow(what) << q(patterns) << q(text) << q(expected);
        };
        row("one", "[a-z]+@[a-z.]+", "from a@b.c to d@e.f", "from **** to ****");
        row("two, and the vendors'", "alice\n\\d{4}", "alice 1234 sk-aaaaaaaaaaaaaaaaaaaaaaaa", "**** **** ****");
        row("groups do not narrow it", "card (\\d+)", "card 42!", "****!");
        row("without regard to case", "(?i)secret", "a SECRET", "a ****");
        row("start of the text only", "^x", "xx", "****x");
        row("one that can match nothing", "x*", "axxb", "a****b");
        row("one that matches nothing", "$", "abc", "abc");
        row("beyond ASCII", "\u00e4+", "b\u00e4\u00e4r", "b****r");
        row("a broken one is left out", "(\nalice", "alice(", "****(");
        row("stars are not starred again", "\\*+\nalice", "alice", "****");
    }
    void ownPatterns()
    {
        QFETCH(QString, patterns);
        QFETCH(QString, text);
        std::vector<std::string> list;
        for (const QString &pattern : patterns.split(u'\n'))
            list.push_back(pattern.toStdString());
        QTEST(redacted(text.toStdString(), list), "expected");
    }

    void sizesAfterwards_data()
    {
        QTest::addColumn<int>("fullSize");
        QTest::addColumn<int>("expected");
        QTest::newRow("whole body") << 30 << 30 - 24 + 4;
        QTest::newRow("cut body stays cut") << 1000 << 1000 - 24 + 4;
    }
    void sizesAfterwards()
    {
        QFETCH(int, fullSize);
        trace::Record record;
        record.detail.responseBody = {"ab sk-aaaaaaaaaaaaaaaaaaaaa cd", fullSize};
        Redactor({}).apply(record);
        QCOMPARE(record.detail.responseBody.bytes, QByteArray("ab **** cd"));
        QTEST(static_cast<int>(record.detail.responseBody.fullSize), "expected");
        QCOMPARE(record.detail.responseBody.isTruncated(), fullSize > 30);
    }

    void everyTextOfARecord()
    {
        const std::string key = "sk-" + kLetters;
        trace::Record record;
        trace::Detail &d = record.detail;
        for (trace::Body *body : {&d.requestBody, &d.upstreamRequestBody, &d.upstreamResponseBody, &d.responseBody})
            *body = {QByteArray::fromStdString(key), static_cast<std::int64_t>(key.size())};
        d.attempts.resize(2);
        for (std::string *text : {&d.promptText, &record.head.promptStart, &record.head.errorMessage,
                                  &d.attempts[0].errorMessage, &d.attempts[1].errorMessage, &record.head.path})
            *text = key;
        Redactor({}).apply(record);
        for (const trace::Body *body : {&d.requestBody, &d.upstreamRequestBody, &d.upstreamResponseBody, &d.responseBody})
            QCOMPARE(body->bytes, QByteArray("****"));
        for (const std::string *text : {&d.promptText, &record.head.promptStart, &record.head.errorMessage,
                                        &d.attempts[0].errorMessage, &d.attempts[1].errorMessage, &record.head.path})
            QCOMPARE(q(*text), q("****"));
    }

    void aBodyWithoutKeysIsNotCopied()
    {
        trace::Record record;
        const QByteArray body(1000, 'x');
        record.detail.requestBody = {body, 1000};
        Redactor({"x*y"}).apply(record);
        QCOMPARE(static_cast<const void *>(record.detail.requestBody.bytes.constData()),
                 static_cast<const void *>(body.constData()));
    }
};

QTEST_GUILESS_MAIN(TestRedactor)
#include "tst_redactor.moc"
