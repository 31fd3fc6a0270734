// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/ndjson.h"

#include <QStringList>
#include <QTest>

using namespace pm;

namespace {

/// The lines of `text` given in pieces of `size` bytes, and what is left over.
QStringList linesOf(const std::string &text, std::size_t size)
{
    QStringList lines;
    NdjsonFraming framing;
    for (std::size_t at = 0; at < text.size(); at += size) {
        const auto fed = framing.feed(std::string_view(text).substr(at, size), [&](std::string_view line) {
            lines << QString::fromUtf8(line.data(), qsizetype(line.size()));
            return true;
        });
        if (!fed)
            lines << QStringLiteral("failed");
    }
    if (framing.hasPartial())
        lines << QStringLiteral("partial");
    return lines;
}

} // namespace

class TestNdjson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const QByteArray &text, const QStringList &expected) {
            QTest::newRow(name) << text << expected;
        };
        const QStringList both{QStringLiteral("{\"a\":1}"), QStringLiteral("{}")};
        row("LF", "{\"a\":1}\n{}\n", both);
        row("CRLF", "{\"a\":1}\r\n{}\r\n", both);
        row("blank lines are nothing", "\n\r\n{\"a\":1}\n \t\n\n{}\n\n", both);
        row("UTF-8 over a cut", "\"\xC3\xA9\xF0\x9F\x99\x82\"\n",
            {QString::fromUtf8("\"\xC3\xA9\xF0\x9F\x99\x82\"")});
        row("a last line without its end", "{}\n{\"a\"", {QStringLiteral("{}"), QStringLiteral("partial")});
        row("nothing", "", {});
    }
    void lines()
    {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, expected);
        for (std::size_t size = 1; size <= std::size_t(text.size()) + 1; ++size)
            QCOMPARE(linesOf(text.toStdString(), size), expected);
    }

    void stops()
    {
        NdjsonFraming framing;
        int seen = 0;
        QVERIFY(framing.feed("1\n2\n3\n", [&](std::string_view) { return ++seen < 2; }));
        QCOMPARE(seen, 2);
    }

    void refusesEndlessLines()
    {
        NdjsonFraming framing;
        const std::string piece(1024 * 1024, 'x');
        Result<void> fed;
        std::size_t pieces = 0;
        for (; fed && pieces < 64; ++pieces)
            fed = framing.feed(piece, [](std::string_view) { return true; });
        QVERIFY(!fed);
        QCOMPARE(pieces, NdjsonFraming::kMaxLine / piece.size() + 1);
        QCOMPARE(int(fed.error().kind), int(ErrorKind::UpstreamBroken));
    }

    void endsOfLines()
    {
        QCOMPARE(endOfLine("ab\ncd\n", 0), std::size_t(3));
        QCOMPARE(endOfLine("ab\ncd\n", 3), std::size_t(6));
        QCOMPARE(endOfLine("ab\ncd", 3), std::string_view::npos);
    }
};

QTEST_GUILESS_MAIN(TestNdjson)
#include "tst_ndjson.moc"
