// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/json_array.h"

#include <QTest>

using namespace pm;

namespace {

/// The elements, in brackets; "!" for a refusal, "…" when the array is open at the end.
std::string cut(std::string_view text, std::size_t piece)
{
    JsonArrayFraming framing;
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        const auto fed = framing.feed(text.substr(at, piece), [&](std::string_view element) {
            out += "<" + std::string(element) + ">";
            return true;
        });
        if (!fed)
            return out + "!";
    }
    return out + (framing.isOpen() ? "…" : "");
}

} // namespace

class TestJsonArray : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void elements_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("two") << "[{\"a\":1},\r\n{\"b\":[2]}]\n" << "<{\"a\":1}><{\"b\":[2]}>";
        QTest::newRow("brackets in strings") << "[{\"a\":\"}]\\\"{\"}]" << "<{\"a\":\"}]\\\"{\"}>";
        QTest::newRow("none") << "[ ]" << "";
        QTest::newRow("a lone object") << "{\"error\":{}}" << "<{\"error\":{}}>";
        QTest::newRow("cut in an element") << "[{\"a\":1},{\"b\"" << "<{\"a\":1}>…";
        QTest::newRow("cut between") << "[{\"a\":1}," << "<{\"a\":1}>…";
        QTest::newRow("numbers") << "[1]" << "!";
        QTest::newRow("something behind it") << "[{}]x" << "<{}>!";
        QTest::newRow("two objects without an array") << "{}{}" << "<{}>!";
        QTest::newRow("no JSON") << "<html>" << "!";
    }
    void elements()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const std::string bytes = text.toStdString();
        for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
            QCOMPARE(QString::fromStdString(cut(bytes, piece)), expected);
    }

    void isBounded()
    {
        JsonArrayFraming framing;
        const std::string piece(1024 * 1024, 'x');
        QVERIFY(framing.feed("[{\"a\":\"", [](std::string_view) { return true; }));
        Result<void> fed;
        for (int i = 0; i < 17 && fed; ++i)
            fed = framing.feed(piece, [](std::string_view) { return true; });
        QVERIFY(!fed);
    }

    void writes()
    {
        JsonArrayWriter writer;
        std::string out;
        writer.element("{}", out);
        writer.element("{\"a\":1}", out);
        writer.end(out);
        writer.end(out);
        QCOMPARE(out, std::string("[{}\n\n,{\"a\":1}\n\n]\n\n"));
    }
    void writesNothingAsAnEmptyArray()
    {
        JsonArrayWriter writer;
        std::string out;
        writer.end(out);
        QCOMPARE(out, std::string("[]\n\n"));
    }
};

QTEST_GUILESS_MAIN(TestJsonArray)
#include "tst_json_array.moc"
