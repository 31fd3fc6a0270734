// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/complexity_labels.h"
#include "support/cascade_traces.h"
#include "support/qt_text.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

/// What stored traces tell of prompts and of the weak tier's answers.
class TestComplexityLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weakTargetsAreTheCheapOnes()
    {
        const config::Config config = configOf(kTiersConfig);
        QCOMPARE(weakTargets(*config.findRouter("steps")),
                 (std::vector<TierTarget>{{"openai", "gpt-5-nano"}, {"openai", "gpt-5-mini"}}));
        QCOMPARE(weakTargets(*config.findRouter("tiers")),
                 (std::vector<TierTarget>{{"groq", ""}, {"openai", "gpt-5-mini"}}));
        QVERIFY(weakTargets(*config.findRouter("plain")).empty());
    }

    void labels_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("extra"); // of the request
        QTest::addColumn<QString>("kind");  // of an attempt's error
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("label");
        const auto row = [](const char *title, const char *answer, const char *extra, const char *kind,
                            const char *outcome, const char *label) {
            QTest::newRow(title) << q(answer) << q(extra) << q(kind) << q(outcome) << q(label);
        };
        row("answered", "Paris.", "", "", "answered", "good");
        row("passed over", "Paris.", "", "", "poor: the model refused", "poor");
        row("passed over, and sent all the same", "", "", "",
            "poor, and sent all the same: nobody gave a better one", "poor");
        row("empty", "", "", "", "answered", "poor");
        row("refused", "I'm sorry, but I can't do that.", "", "", "answered", "poor");
        row("no JSON", "Paris.", R"(,"response_format":{"type":"json_object"})", "", "answered", "poor");
        row("JSON", "{}", R"(,"response_format":{"type":"json_object"})", "", "answered", "good");
        row("content filter", "", "", "content_filter", "next target: filter", "poor");
        row("too long", "", "", "context_length", "given up", "poor");
        row("busy", "", "", "rate_limited", "given up", "none");
        row("down", "", "", "connect_failed", "next target: down", "none");
        row("cancelled", "", "", "cancelled", "cancelled by the client", "none");
    }
    void labels()
    {
        QFETCH(QString, answer);
        QFETCH(QString, extra);
        QFETCH(QString, kind);
        QFETCH(QString, outcome);
        QFETCH(QString, label);
        trace::Record record = answered("What is the capital of France?", answer.toUtf8().constData());
        record.detail.requestBody =
            bodyOf(chatText("What is the capital of France?", extra.toUtf8().constData()));
        record.detail.attempts.front().errorKind = kind.toStdString();
        record.detail.attempts.front().outcome = outcome.toStdString();
        const auto isPoor = weakAnswerIsPoor(record, {{"openai", "gpt-5-nano"}});
        QCOMPARE(isPoor ? *isPoor ? q("poor") : q("good") : q("none"), label);
        QVERIFY(!weakAnswerIsPoor(record, {{"openai", "gpt-5"}})
                     .has_value()); // the strong one's says nothing of the weak
        QVERIFY(!weakAnswerIsPoor(record, {}).has_value());
    }

    void anAnswerThatWasCutSaysNothing()
    {
        trace::Record record = answered("What is the capital of France?", "Par");
        const std::vector<TierTarget> weak{{"openai", "gpt-5-nano"}};
        QCOMPARE(weakAnswerIsPoor(record, weak), std::optional(false));
        for (const trace::State state : {trace::State::Failed, trace::State::Cancelled}) {
            record.head.state = state;
            QVERIFY(!weakAnswerIsPoor(record, weak).has_value());
        }
    }

    void promptsAreAsRoutingSawThem()
    {
        trace::Record record = answered("hello", "hi");
        record.detail.requestBody =
            bodyOf(chatText("hello", R"(,"tools":[{"type":"function","function":{"name":"f"}}])"));
        const auto prompt = storedPrompt(record);
        QVERIFY(prompt && prompt->text == "hello" && prompt->tools && !prompt->media &&
                prompt->inputTokens > 0);
        record.detail.requestBody.fullSize += 1; // cut
        QVERIFY(storedPrompt(record) && !storedPrompt(record)->tools);
        record.detail.promptText.clear();
        QVERIFY(!storedPrompt(record));
    }
};

QTEST_APPLESS_MAIN(TestComplexityLabels)
#include "tst_complexity_labels.moc"
