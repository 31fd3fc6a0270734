// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/text_event_shape.h"

#include <QTest>

using namespace pm;

namespace {

const std::string kHead = "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
const std::string kTail = "\"},\"finish_reason\":null}]}\n\n";

std::string eventOf(std::string_view text)
{
    return kHead + std::string(text) + kTail;
}

} // namespace

class TestTextEventShape : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesWhatDiffersInItsTextOnly_data()
    {
        QTest::addColumn<QByteArray>("next");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *name, const std::string &next, bool matches) {
            QTest::newRow(name) << QByteArray::fromStdString(next) << matches;
        };
        row("other text", eventOf("world"), true);
        row("the same text", eventOf("hello"), true);
        row("letters beyond ASCII", eventOf("\xC3\xA4\xE2\x82\xAC"), true);
        row("short escapes", eventOf("a\\\"b\\\\c\\nd\\/"), true);
        row("no text", eventOf(""), false);
        row("a \\u escape, which may be half a character", eventOf("\\ud83d"), false);
        row("an escape that there is not", eventOf("\\x"), false);
        row("an escape cut off by the end", eventOf("a\\"), false);
        row("a bare line end", eventOf("a\nb"), false);
        row("bytes that are no UTF-8", eventOf("\xC3("), false);
        row("UTF-8 cut off", eventOf("\xE2\x82"), false);
        row("a member more behind the text", eventOf("a\",\"refusal\":\"b"), false);
        row("a finish reason", kHead + "a\"},\"finish_reason\":\"stop\"}]}\n\n", false);
        row("usage behind it", kHead + "a\"},\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":1}}\n\n", false);
        row("another id", "data: {\"id\":\"c2\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a" + kTail, false);
        row("head and tail overlapping", kHead + kTail.substr(1), false);
        row("an error", "data: {\"error\":{\"message\":\"a\"}}\n\n", false);
        row("two events at once", eventOf("a") + eventOf("b"), false);
    }
    void matchesWhatDiffersInItsTextOnly()
    {
        QFETCH(QByteArray, next);
        QFETCH(bool, matches);
        TextEventShape shape;
        QVERIFY(!shape.matches(eventOf("world")));
        shape.learn(eventOf("hello"), {TextDelta{"hello"}});
        QCOMPARE(shape.matches({next.constData(), static_cast<std::size_t>(next.size())}), matches);
    }

    void learnsNothing_data()
    {
        QTest::addColumn<QByteArray>("learned");
        QTest::addColumn<int>("what");
        QTest::newRow("the text stands there twice")
            << QByteArray("data: {\"id\":\"hello\",\"delta\":{\"content\":\"hello\"}}\n\n") << 0;
        QTest::newRow("the text is a name, too")
            << QByteArray("data: {\"hello\":1,\"delta\":{\"content\":\"hello\"}}\n\n") << 0;
        QTest::newRow("the text stands there escaped")
            << QByteArray("data: {\"id\":\"hello\",\"delta\":{\"content\":\"h\\u0065llo\"}}\n\n") << 0;
        QTest::newRow("the text is not there") << QByteArray("data: {\"delta\":{\"content\":\"bye\"}}\n\n") << 0;
        QTest::newRow("more than text") << QByteArray::fromStdString(eventOf("hello")) << 1;
        QTest::newRow("nothing") << QByteArray::fromStdString(eventOf("hello")) << 2;
        QTest::newRow("something else") << QByteArray::fromStdString(eventOf("hello")) << 3;
    }
    void learnsNothing()
    {
        QFETCH(QByteArray, learned);
        QFETCH(int, what);
        const std::vector<ChatDelta> read[] = {
            {TextDelta{"hello"}}, {TextDelta{"hello"}, UsageDelta{}}, {}, {RefusalDelta{"hello"}}};
        TextEventShape shape;
        shape.learn(eventOf("before"), {TextDelta{"before"}});
        QVERIFY(shape.matches(eventOf("world")));
        const std::string_view text(learned.constData(), static_cast<std::size_t>(learned.size()));
        shape.learn(text, read[what]);
        QVERIFY(!shape.matches(eventOf("world")));
        QVERIFY(!shape.matches(text));
    }

    void learnsThinking()
    {
        TextEventShape shape;
        shape.learn("data: {\"reasoning\":\"hm\"}\n\n", {ThinkingDelta{"hm"}});
        QVERIFY(shape.matches("data: {\"reasoning\":\"so\"}\n\n"));
    }
};

QTEST_GUILESS_MAIN(TestTextEventShape)
#include "tst_text_event_shape.moc"
