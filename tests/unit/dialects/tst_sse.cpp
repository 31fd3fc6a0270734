// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/sse.h"

#include <QTest>

using namespace pm;

namespace {

/// "name|data" of each event, or "error".
QStringList eventsOf(const std::vector<std::string_view> &pieces, bool *hasPartial = nullptr)
{
    SseFraming framing;
    QStringList seen;
    for (const std::string_view piece : pieces) {
        const auto fed = framing.feed(piece, [&](const SseEvent &event) {
            seen << QString::fromStdString(std::string(event.name) + "|" + std::string(event.data));
            return true;
        });
        if (!fed)
            seen << QStringLiteral("error");
    }
    if (hasPartial)
        *hasPartial = framing.hasPartial();
    return seen;
}

} // namespace

class TestSse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void frames_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("events");
        QTest::addColumn<bool>("partial");
        const auto row = [](const char *name, QByteArray text, std::vector<const char *> events,
                            bool partial = false) {
            QStringList list;
            for (const char *event : events)
                list << QString::fromUtf8(event);
            QTest::newRow(name) << text << list << partial;
        };
        row("nothing", "", {});
        row("one data line", "data: a\n\n", {"|a"});
        row("named event", "event: ping\ndata: {}\n\n", {"ping|{}"});
        row("no space after the colon", "data:a\n\n", {"|a"});
        row("only one space is dropped", "data:  a\n\n", {"| a"});
        row("CRLF", "event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", {"x|a", "|b"});
        row("CR", "data: a\r\rdata: b\r\r", {"|a", "|b"});
        row("mixed line ends", "data: a\r\n\ndata: b\n\rdata: c\r\r\n", {"|a", "|b", "|c"});
        row("several data lines", "data: a\ndata: b\ndata\n\n", {"|a\nb\n"});
        row("comments and unknown fields", ": OPENROUTER PROCESSING\n\nid: 7\nretry: 1\nfoo: x\ndata: a\n\n",
            {"|a"});
        row("empty data is an event", "data:\n\n", {"|"});
        row("a name without data is no event", "event: x\n\ndata: a\n\n", {"|a"});
        row("byte order mark",
            "\xEF\xBB\xBF"
            "data: a\n\n",
            {"|a"});
        row("byte order mark later is no mark",
            "\n\xEF\xBB\xBF"
            "data: a\n\n",
            {});
        row("many blank lines", "\n\n\ndata: a\n\n\n\n", {"|a"});
        row("UTF-8", "data: \xF0\x9F\x98\x80\n\n", {"|\xF0\x9F\x98\x80"});
        row("event cut before its blank line", "data: a\n", {}, true);
        row("line cut", "data: a\n\ndat", {"|a"}, true);
        row("only a name", "event: x\n", {}, true);
    }
    void frames()
    {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, events);
        QFETCH(bool, partial);
        const std::string_view bytes(text.constData(), std::size_t(text.size()));
        bool held = false;
        QCOMPARE(eventsOf({bytes}, &held), events);
        QCOMPARE(held, partial);
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            QCOMPARE(eventsOf({bytes.substr(0, cut), {}, bytes.substr(cut)}, &held), events);
            QCOMPARE(held, partial);
        }
        std::vector<std::string_view> single;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            single.push_back(bytes.substr(i, 1));
        QCOMPARE(eventsOf(single, &held), events);
        QCOMPARE(held, partial);
    }

    void stopsWhenTold()
    {
        SseFraming framing;
        int seen = 0;
        QVERIFY(framing.feed("data: a\n\ndata: b\n\n", [&](const SseEvent &) { return ++seen < 1; }));
        QCOMPARE(seen, 1);
    }

    void refusesHugeEvents_data()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("one endless line") << QByteArray(1 << 20, 'x');
        QTest::newRow("endless data lines") << "data: " + QByteArray(1 << 20, 'x') + "\n";
        QTest::newRow("an endless comment") << ":" + QByteArray(1 << 20, 'x');
    }
    void refusesHugeEvents()
    {
        QFETCH(QByteArray, piece);
        SseFraming framing;
        const auto ignore = [](const SseEvent &) { return true; };
        Result<void> fed;
        int rounds = 0;
        while (fed && rounds++ < 40)
            fed = framing.feed({piece.constData(), std::size_t(piece.size())}, ignore);
        QVERIFY(!fed);
        QCOMPARE(fed.error().kind, ErrorKind::UpstreamBroken);
        QVERIFY(rounds >= 16 && rounds <= 18);
    }

    void appends()
    {
        std::string out;
        appendSse(out, "message_stop", "{}");
        appendSse(out, "", "[DONE]");
        QCOMPARE(QString::fromStdString(out),
                 QStringLiteral("event: message_stop\ndata: {}\n\ndata: [DONE]\n\n"));
    }
};

QTEST_GUILESS_MAIN(TestSse)
#include "tst_sse.moc"
